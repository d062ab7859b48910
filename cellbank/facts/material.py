"""A material lot as it is named, as it was when used, and what QA signs about it."""

from cellbank.domain.material import Material, MaterialStatus, MaterialUse, MaterialUseFacts
from cellbank.domain.signature import Content
from cellbank.errors import Finding, NotFound, Refused
from cellbank.store import codes, material as store_material
from cellbank.store.unit_of_work import Reading, content


def get_material(reading: Reading, text: str) -> Material:
    """A material lot by our code, by the supplier's lot number, or by `item:lot` when that number stands twice.

    Refused: one that is not known, a lot number that stands for several.
    """
    item, colon, lot_number = text.strip().partition(":")
    if colon:
        found = store_material.by_item_and_lot(reading.session, item.strip(), lot_number.strip())
        if found is not None:
            return found
    found_by_lot = store_material.by_lot_number(reading.session, text.strip())
    if len(found_by_lot) > 1:
        listed = ", ".join(f"{material.item}:{material.lot_number}" for material in found_by_lot)
        raise Refused(Finding("code.ambiguous", text, {"code": text, "candidates": listed}))
    if found_by_lot:
        return found_by_lot[0]
    try:
        return codes.get_by_code(reading, Material, text)
    except NotFound as error:
        raise NotFound("material.not_found", code=text) from error


def use_facts(reading: Reading, use: MaterialUse, material: Material) -> MaterialUseFacts:
    """A use as the rules ask about it: the lot as it was then and as it is now."""
    return MaterialUseFacts(
        material.code,
        material.item,
        material.lot_number,
        reading.day_of(use.used_at),
        material.expires_on,
        use.status_when_used,
        material.status,
    )


def decision_content(material: Material, status: MaterialStatus, because: str | None) -> Content:
    """What QA signs to accept or block a material lot."""
    return content(
        {
            "material": material.code,
            "item": material.item,
            "lot": material.lot_number,
            "supplier": material.supplier,
            "expires_on": material.expires_on,
            "status": status,
            "because": because,
        }
    )
