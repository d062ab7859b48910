"""All that the lot's screen shows, read in one snapshot; the evidence behind each requirement is cut from it."""

from dataclasses import dataclass

from cellbank.bank import Bank
from cellbank.views import audit, culture, donor, hold, lineage as lineages, lot, material, tissue, vial
from cellbank.views.audit import EntryView
from cellbank.views.culture import CultureView
from cellbank.views.donor import DonorView
from cellbank.views.hold import DeviationView, HoldView
from cellbank.views.lot import LotCheck, LotView
from cellbank.views.material import MaterialUseView
from cellbank.views.tissue import TissueView
from cellbank.views.vial import PrintLine, VialLine


@dataclass(frozen=True)
class LotSeen:
    """One lot with everything that a person deciding on it may ask for."""

    lot: LotView
    check: LotCheck
    vials: tuple[VialLine, ...]
    prints: tuple[PrintLine, ...]
    history: tuple[EntryView, ...]
    donors: tuple[DonorView, ...]
    tissues: tuple[TissueView, ...]
    materials: tuple[MaterialUseView, ...]
    holds: tuple[HoldView, ...]
    deviations: tuple[DeviationView, ...]
    tree: lineages.Tree

    def label_state(self, line: VialLine) -> str:
        """What a vial's label is: `verified`, `waiting` for its scan, or `none`."""
        if line.label_verified:
            return "verified"
        return "waiting" if line.code in self.lot.labels.outstanding else "none"


def read_lot(bank: Bank, number: str, language: str) -> LotSeen:
    """The view of a lot, the answers of its gate, its vials, history and evidence, in one snapshot."""
    with bank.read() as reading:
        seen = lot.lot_view(reading, number, language)
        check = lot.lot_check(reading, number)
        lineage: dict[str, list[str]] = check.content["lineage"]
        concerned = {seen.number, *(code for found in lineage.values() for code in found)}
        return LotSeen(
            lot=seen,
            check=check,
            vials=tuple(vial.vials(reading, number)),
            prints=tuple(vial.prints(reading, number)),
            history=tuple(audit.history(reading, number)),
            donors=tuple(donor.donor_view(reading, code) for code in lineage.get("donor", ())),
            tissues=tuple(tissue.tissue_view(reading, code) for code in lineage.get("tissue", ())),
            materials=tuple(material.uses_behind(reading, seen.number)),
            holds=tuple(found for found in hold.holds(reading) if found.subject in concerned),
            deviations=tuple(found for found in hold.deviations(reading) if found.subject in concerned),
            tree=lineages.tree(reading, number),
        )


@dataclass(frozen=True)
class Behind:
    """What takes longer to read, and is read only when its evidence is asked for."""

    cultures: tuple[CultureView, ...] = ()
    parents: tuple[LotView, ...] = ()


def read_behind(bank: Bank, seen: LotSeen, requirement: str) -> Behind:
    """The cultures or the parent banks upstream, when the requirement is about them."""
    lineage: dict[str, list[str]] = seen.check.content["lineage"]
    with bank.read() as reading:
        if requirement in {"lineage_is_whole", "growth_is_within_limits"}:
            return Behind(cultures=tuple(culture.culture_view(reading, code) for code in lineage.get("culture", ())))
        if requirement == "parent_bank_is_released":
            return Behind(parents=tuple(lot.lot_view(reading, code) for code in lineage.get("lot", ())))
    return Behind()
