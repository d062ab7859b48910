"""Reservations: the whole course at once, first expired first out, then the fewest boxes (domain.md §7)."""

from collections.abc import Collection, Iterator, Sequence

from cellbank.commands import dose as commands
from cellbank.domain import dose_gate
from cellbank.domain.allocation import Candidate, allocate
from cellbank.domain.dose import vials_for_dose
from cellbank.domain.gate import Step
from cellbank.domain.lot import Lot
from cellbank.domain.protocol import Protocol
from cellbank.domain.subject import Subject
from cellbank.domain.vial import Vial
from cellbank.domain.visit import Reservation, ReservationEnd, Visit
from cellbank.errors import Finding, Refused, WrongInput, refuse
from cellbank.facts.protocol import protocol_in_force
from cellbank.facts.visit import held_vials, planned, visit_facts
from cellbank.services.acts import does
from cellbank.store import codes, dose as store
from cellbank.store.storage import open_placements
from cellbank.store.subject import prescription_in_force, visits_of
from cellbank.store.unit_of_work import UnitOfWork


@does(commands.Reserve)
def reserve_course(work: UnitOfWork, subject_code: str) -> None:
    """Set aside the vials of every visit still to come. All or nothing; short stock says what is missing and by when.

    Visits that already hold live reservations or were injected keep what they have; one whose window is over, or that
    was cancelled, gets nothing. Refused: a visit that no day is left for, so soon after the last actual injection.
    """
    subject = codes.get_by_code(work, Subject, subject_code)
    visits = _to_serve(work, subject)
    protocol = protocol_in_force(work)
    lots = store.product_lots_released(work.session)
    refusals = {lot.number: _lot_findings(work, visits[0], lot) for lot in lots}
    fit = [lot for lot in lots if not refusals[lot.number]]
    if not fit:
        found = [finding for findings in refusals.values() for finding in findings]
        raise Refused(*(found or [Finding("dose.stock.none", subject.code, {"subject": subject.code})]))
    needed = _needed(work, visits, fit, protocol)
    vials = {vial.code: vial for lot in fit for vial in store.unreserved_vials(work.session, lot.id)}
    held = held_vials(work, list(vials.values()))
    usable = [vial for vial in vials.values() if vial.code not in held]
    allocation = allocate(
        subject.code,
        [planned(visit) for visit in visits],
        needed,
        _candidates(work, fit, usable),
        one_lot_per_dose=protocol.dose.one_lot_per_dose,
        one_lot_per_course=protocol.dose.one_lot_per_course,
    )
    refuse(allocation.findings)
    by_number = {visit.number: visit for visit in visits}
    rows = [
        Reservation(
            visit_id=by_number[number].id,
            vial_id=vials[code].id,
            reserved_at=work.now,
            reserved_by=work.act.actor.name,
        )
        for number, chosen in allocation.chosen.items()
        for code in chosen
    ]
    _refuse_gate(work, by_number, allocation.chosen, vials)
    work.add(*rows)
    chosen = {str(number): list(found) for number, found in allocation.chosen.items()}
    work.record("dose.reserved", subject, *rows, vials=chosen)


def _to_serve(work: UnitOfWork, subject: Subject) -> list[Visit]:
    visits = visits_of(work.session, subject.id)
    if not visits:
        raise Refused(Finding("visit.none_planned", subject.code, {"subject": subject.code}))
    served = {row.visit_id for row in store.live_reservations(work.session, [visit.id for visit in visits])}
    served |= {dose.visit_id for dose in store.injections_of(work.session, subject.id)}
    left = [visit for visit in visits if visit.id not in served and visit.cancelled_at is None]
    if not left:
        raise Refused(Finding("dose.reserved_already", subject.code, {"subject": subject.code}))
    to_come = [visit for visit in left if visit.last_on >= work.today]
    refuse(_subject_findings(work, to_come or left))
    return to_come


def _subject_findings(work: UnitOfWork, visits: Sequence[Visit]) -> Iterator[Finding]:
    """What speaks against the subject, and against each visit, whatever the vials."""
    facts = visit_facts(work, visits[0], [])
    yield from dose_gate.subject_takes_part(facts)
    yield from (Finding("dose.held", h.subject, {"hold": h.code, "reason": h.reason}) for h in facts.subject_holds)
    for visit in visits:
        yield from dose_gate.visit_can_be_held(visit_facts(work, visit, []))


def _lot_findings(work: UnitOfWork, visit: Visit, lot: Lot) -> tuple[Finding, ...]:
    """What speaks against a lot itself; asked through any of its vials that nothing holds, else through one held."""
    vials = store.unreserved_vials(work.session, lot.id)
    if not vials:
        return (Finding("dose.stock.lot_empty", lot.number, {"lot": lot.number}),)
    held = held_vials(work, vials)
    asked = next((vial for vial in vials if vial.code not in held), vials[0])
    return dose_gate.findings(Step.RESERVE, visit_facts(work, visit, [asked]))


def _needed(work: UnitOfWork, visits: Sequence[Visit], lots: Sequence[Lot], protocol: Protocol) -> dict[str, int]:
    """Vials a visit of each lot: from the prescribed or planned cells, the recovery, and the reserve."""
    cells = protocol.dose.cells_per_dose
    for visit in visits:
        prescription = prescription_in_force(work.session, visit.id)
        if prescription is not None:
            cells = max(cells, prescription.cells)
    recovery, reserve = protocol.dose.recovery_percent, protocol.dose.reserve_vials
    return {lot.number: vials_for_dose(cells, lot.viable_per_vial, recovery, reserve) for lot in lots}


def _candidates(work: UnitOfWork, lots: Sequence[Lot], vials: Sequence[Vial]) -> list[Candidate]:
    by_id = {lot.id: lot for lot in lots}
    boxes = open_placements(work.session, [vial.id for vial in vials])
    return [
        Candidate(
            vial.code,
            by_id[vial.lot_id].number,
            by_id[vial.lot_id].expires_on,
            boxes[vial.id].box_id if vial.id in boxes else "",
            vial.number,
        )
        for vial in vials
    ]


def _refuse_gate(
    work: UnitOfWork, visits: dict[int, Visit], chosen: dict[int, tuple[str, ...]], vials: dict[str, Vial]
) -> None:
    """The whole gate once more over exactly what was chosen."""
    refuse(
        finding
        for number, found in chosen.items()
        for finding in dose_gate.findings(
            Step.RESERVE, visit_facts(work, visits[number], [vials[code] for code in found])
        )
    )


@does(commands.Cancel)
def cancel_reservation(work: UnitOfWork, subject_code: str, number: int | None, because: str) -> None:
    """Set free what was set aside for one visit, or for the whole course. Refused without a reason, and when nothing is
    set aside.
    """
    subject = codes.get_by_code(work, Subject, subject_code)
    if not because.strip():
        raise WrongInput("dose.reason.missing", code=subject.code)
    visits = [v for v in visits_of(work.session, subject.id) if number in (None, v.number)]
    freed = end_reservations(work, [visit.id for visit in visits], ReservationEnd.CANCELLED)
    if not freed:
        raise Refused(Finding("dose.not_reserved", subject.code, {"subject": subject.code}))
    work.record("dose.reservation_cancelled", subject, *freed, reason=because.strip(), freed=len(freed))


def end_reservations(
    work: UnitOfWork, visit_ids: Collection[str], ended_as: ReservationEnd, vial_ids: Collection[str] | None = None
) -> list[Reservation]:
    """End the live reservations of visits, or of some of their vials; part of the act at hand."""
    ended = []
    for reservation in store.live_reservations(work.session, visit_ids):
        if vial_ids is None or reservation.vial_id in vial_ids:
            reservation.ended_at = work.now
            reservation.ended_as = ended_as
            ended.append(reservation)
    return ended
