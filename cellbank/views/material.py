"""A material lot as a reader sees it, and how one is named: by code, supplier's lot, or `item:lot`."""

from dataclasses import dataclass
from datetime import date, datetime

from cellbank.domain.identifiers import Station
from cellbank.domain.lot import Lot
from cellbank.domain.material import Material, MaterialStatus, MaterialUse, MaterialUseFacts
from cellbank.domain.signature import Content
from cellbank.errors import Finding, NotFound, Refused
from cellbank.store import codes
from cellbank.store import lineage as store_lineage
from cellbank.store import material as store
from cellbank.store.unit_of_work import Reading, content


@dataclass(frozen=True)
class MaterialView:
    """One material lot."""

    code: str
    item: str
    lot_number: str
    supplier: str
    expires_on: date
    received_at: datetime
    status: MaterialStatus
    in_date: bool
    decided_because: str | None
    used_in: tuple[str, ...]


@dataclass(frozen=True)
class MaterialUseView:
    """A material lot in one step that led to a lot: when it was used and when QA accepted it, days at the site."""

    code: str
    item: str
    lot_number: str
    expires_on: date
    used_in: str
    used_on: date
    accepted_on: date | None
    accepted_after_use: bool
    status: MaterialStatus


def named(reading: Reading, text: str) -> Material:
    """A material lot by our code, by the supplier's lot number, or by `item:lot` when that number stands twice."""
    item, colon, lot_number = text.strip().partition(":")
    if colon:
        found = store.by_item_and_lot(reading.session, item.strip(), lot_number.strip())
        if found is not None:
            return found
    found_by_lot = store.by_lot_number(reading.session, text.strip())
    if len(found_by_lot) > 1:
        listed = ", ".join(f"{material.item}:{material.lot_number}" for material in found_by_lot)
        raise Refused(Finding("code.ambiguous", text, {"code": text, "candidates": listed}))
    if found_by_lot:
        return found_by_lot[0]
    try:
        return codes.get_by_code(reading, Material, text)
    except NotFound as error:
        raise NotFound("material.not_found", code=text) from error


def materials(reading: Reading) -> list[MaterialView]:
    """Every material lot."""
    return [_view(reading, material) for material in store.materials(reading.session)]


def material_view(reading: Reading, code: str) -> MaterialView:
    """One material lot."""
    return _view(reading, named(reading, code))


def uses_behind(reading: Reading, lot_number: str) -> list[MaterialUseView]:
    """Every material used on the way to a lot, step by step."""
    lot = codes.get_by_code(reading, Lot, lot_number)
    upstream = store_lineage.upstream(reading.session, Station.LOT, lot.id)
    return [
        MaterialUseView(
            material.code,
            material.item,
            material.lot_number,
            material.expires_on,
            use.subject_code,
            reading.day_of(use.used_at),
            None if material.accepted_at is None else reading.day_of(material.accepted_at),
            material.accepted_at is not None and material.accepted_at > use.used_at,
            material.status,
        )
        for use, material in store.uses_in(reading.session, sorted(upstream.all_ids() | {lot.id}))
    ]


def _view(reading: Reading, material: Material) -> MaterialView:
    return MaterialView(
        material.code,
        material.item,
        material.lot_number,
        material.supplier,
        material.expires_on,
        material.received_at,
        material.status,
        material.expires_on >= reading.today,
        material.decided_because,
        tuple(dict.fromkeys(use.subject_code for use in store.uses_of(reading.session, material.id))),
    )


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


def deciding(reading: Reading, code: str, status: MaterialStatus, because: str | None) -> Content:
    """What QA is shown before deciding on a material lot."""
    return decision_content(named(reading, code), status, because)
