"""The pull of a visit as the pharmacist does it: what to fetch from where, and whether a vial scanned is one of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from cellbank.domain import dose_gate
from cellbank.domain.allocation import Candidate, fewest_boxes
from cellbank.domain.gate import Step
from cellbank.domain.lot import Lot
from cellbank.domain.requirement import Answer
from cellbank.domain.vial import Vial, VialStatus
from cellbank.errors import Finding
from cellbank.facts.protocol import protocol_in_force
from cellbank.facts.pull import OF_A_VIAL
from cellbank.facts.visit import get_visit, held_vials, visit_facts
from cellbank.store import codes
from cellbank.store.dose import product_lots_released, unreserved_vials
from cellbank.store.storage import open_placements
from cellbank.store.unit_of_work import Reading
from cellbank.views.vial import vial_view
from cellbank.views.visit import VisitView, visit_check, visit_view
from cellbank.views.visit_steps import needed_for

PREPARED = dose_gate.prepared_dose_is_within_limits.__name__
OF_VIAL_OR_LOT = OF_A_VIAL | {
    requirement.__name__
    for requirement in (
        dose_gate.lot_is_released,
        dose_gate.donor_is_eligible,
        dose_gate.every_required_test_passed,
        dose_gate.what_was_signed_stands,
        dose_gate.no_open_deviation,
    )
}
"""With those that its lot meets or not, whatever the visit."""


@dataclass(frozen=True)
class PickLine:
    """One vial set aside for a visit: where it stands."""

    code: str
    lot: str
    position: str | None
    status: VialStatus


def pick_lines(reading: Reading, subject_code: str, number: int, *, replacing: bool = False) -> tuple[PickLine, ...]:
    """The vials set aside for a visit, by position, those without one last; replacing, with what fills them up."""
    seen = visit_view(reading, get_visit(reading, subject_code, number))
    vials = [vial_view(reading, code) for code in seen.reserved]
    if replacing:
        vials += [vial_view(reading, vial.code) for vial in spare(reading, seen)]
    vials.sort(key=lambda one: (one.position is None, one.position or "", one.code))
    return tuple(PickLine(one.code, one.lot, one.position, one.status) for one in vials)


def spare(reading: Reading, seen: VisitView) -> list[Vial]:
    """Unreserved vials that make up a whole dose with what is still set aside: one lot, the fewest boxes opened.

    Of the lot of what is set aside, when there is any and a dose comes from one lot, else of the lot that expires
    first, has enough, and that the pull would not refuse. None when nothing is missing or no lot has enough.
    """
    protocol = protocol_in_force(reading)
    needed = needed_for(reading, seen, protocol)
    kept = [codes.get_by_code(reading, Vial, code) for code in seen.reserved]
    missing = needed - len(kept)
    of_lots = {vial.lot_id for vial in kept} if protocol.dose.one_lot_per_dose else set()
    for lot in product_lots_released(reading.session) if missing > 0 else ():
        free = unreserved_vials(reading.session, lot.id)
        held = held_vials(reading, free)
        free = [vial for vial in free if vial.code not in held]
        if len(free) >= missing and of_lots <= {lot.id} and not _against(reading, seen, free[:1]):
            return _out_of_the_fewest_boxes(reading, lot, free, missing)
    return []


def _against(reading: Reading, seen: VisitView, vials: Sequence[Vial]) -> tuple[Finding, ...]:
    """What stands against these vials as a replacement, as far as the vials and their lot go."""
    visit = get_visit(reading, seen.subject, seen.number)
    answers = dose_gate.ask(Step.PULL, visit_facts(reading, visit, vials, replacing=True))
    return tuple(found for one in answers if one.requirement in OF_VIAL_OR_LOT for found in one.findings)


def _out_of_the_fewest_boxes(reading: Reading, lot: Lot, free: Sequence[Vial], missing: int) -> list[Vial]:
    boxes = open_placements(reading.session, [vial.id for vial in free])
    pool = [
        Candidate(v.code, lot.number, lot.expires_on, boxes[v.id].box_id if v.id in boxes else "", v.number)
        for v in free
    ]
    taken = {one.code for one in fewest_boxes(pool, missing)}
    return [vial for vial in free if vial.code in taken]


def check(reading: Reading, seen: VisitView, step: Step, *, replacing: bool = False) -> tuple[Answer, ...]:
    """The gate of a visit's next step; of a replacement, asked of the vials that would be drawn.

    That a dose is not prepared yet is no news before its preparation, and is not asked until then.
    """
    if not replacing:
        answers = visit_check(reading, seen.subject, seen.number, step)
        unprepared = any(one.under_way and one.prepared_at is None for one in seen.doses)
        return tuple(one for one in answers if not (unprepared and one.requirement == PREPARED))
    visit = get_visit(reading, seen.subject, seen.number)
    vials = [*(codes.get_by_code(reading, Vial, code) for code in seen.reserved), *spare(reading, seen)]
    return dose_gate.ask(step, visit_facts(reading, visit, vials, replacing=True))
