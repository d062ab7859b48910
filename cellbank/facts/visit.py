"""The facts of a visit, gathered from the rows for the gate at reserve, pull and dispense."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from cellbank.domain import dose_gate
from cellbank.domain.dose import PlannedVisit
from cellbank.domain.gate import Step
from cellbank.domain.lot import Lot
from cellbank.domain.signature import Content
from cellbank.domain.subject import Answer, Subject
from cellbank.domain.vial import Vial
from cellbank.domain.visit import Dose, DoseStatus, Prescription, Visit
from cellbank.domain.visit_facts import Prescribed, VialAtVisit, VisitFacts
from cellbank.errors import Finding, NotFound, Refused
from cellbank.facts.dose import prepared, with_materials
from cellbank.facts.hold import blocked, open_holds
from cellbank.facts.lot import lot_facts
from cellbank.facts.protocol import protocol_in_force, trial_suspension
from cellbank.facts.storage import held_by_place
from cellbank.store import codes, dose as store_dose, subject as store_subject
from cellbank.store.hold import open_holds_on
from cellbank.store.unit_of_work import Reading, content


def get_visit(reading: Reading, subject_code: str, number: int) -> Visit:
    """A visit by its subject and number; refused when there is none."""
    subject = codes.get_by_code(reading, Subject, subject_code)
    for visit in store_subject.visits_of(reading.session, subject.id):
        if visit.number == number:
            return visit
    raise NotFound("visit.not_found", subject=subject.code, visit=number)


def attempt_under_way(
    reading: Reading, subject_code: str, number: int, *expected: DoseStatus
) -> tuple[Dose, Visit, Subject]:
    """The attempt of a visit that is under way, in one of the statuses expected, in any when none is named.

    Refused: no attempt under way, one in another status.
    """
    visit = get_visit(reading, subject_code, number)
    dose = store_dose.under_way_at(reading.session, visit.id)
    if dose is None:
        raise NotFound("dose.none_under_way", visit=visit.code)
    if expected and dose.status not in expected:
        params = {"dose": dose.code, "dose_status": dose.status.value, "expected": ", ".join(expected)}
        raise Refused(Finding("dose.status", dose.code, params))
    return dose, visit, reading.session.get_one(Subject, visit.subject_id)


def visit_facts(
    reading: Reading,
    visit: Visit,
    vials: Sequence[Vial],
    *,
    dose: Dose | None = None,
    replacing: bool = False,
    at: datetime | None = None,
) -> VisitFacts:
    """Everything that the gate asks about these vials at this visit, as it stands now.

    The day and the clock are those of the act, `at`, which may be recorded later than it was done.
    """
    session = reading.session
    subject = session.get_one(Subject, visit.subject_id)
    protocol = protocol_in_force(reading)
    visits = store_subject.visits_of(session, subject.id)
    injections = store_dose.injections_of(session, subject.id)
    suspension = trial_suspension(reading)
    lots = {vial.lot_id: session.get_one(Lot, vial.lot_id) for vial in vials}
    return VisitFacts(
        subject=subject.code,
        enrolled=True,
        withdrawn_on=subject.withdrawn_on,
        suspended_by=None if suspension is None else suspension.code,
        subject_holds=tuple(open_holds(reading, [subject.id, visit.id, *with_materials(reading, dose)])),
        visit_code=visit.code,
        visit=planned(visit),
        last_day=max(one.last_on for one in visits if one.cancelled_at is None or one.id == visit.id),
        cancelled_on=None if visit.cancelled_at is None else reading.day_of(visit.cancelled_at),
        injected=any(one.visit_id == visit.id for one in injections),
        last_injection_on=last_injection(reading, injections),
        prescription=prescribed(reading, visit),
        answers=tuple(answers_at(reading, visit)),
        lots=tuple(lot_facts(reading, lot) for lot in lots.values()),
        vials=tuple(_vials(reading, vials, lots)),
        dose=None if dose is None else prepared(reading, dose, protocol),
        protocol=protocol,
        now=at or reading.now,
        today=reading.day_of(at or reading.now),
        replacing=replacing,
    )


def planned(visit: Visit) -> PlannedVisit:
    """A visit's number, day and window."""
    return PlannedVisit(visit.number, visit.planned_on, visit.first_on, visit.last_on)


def last_injection(reading: Reading, injections: Sequence[Dose]) -> date | None:
    """The day of the last of these injections."""
    given = [dose.administered_at for dose in injections if dose.administered_at is not None]
    return reading.day_of(max(given)) if given else None


def prescribed(reading: Reading, visit: Visit) -> Prescribed | None:
    """The prescription in force of a visit."""
    row = store_subject.prescription_in_force(reading.session, visit.id)
    return None if row is None else Prescribed(row.cells, row.weight_kg, row.validated_at is not None)


def answers_at(reading: Reading, visit: Visit) -> Iterator[Answer]:
    """The last answer to each criterion asked again for a visit: of the latest day, of that day the last recorded."""
    rows = store_subject.answers_of(reading.session, visit.subject_id, visit.id)
    rows.sort(key=lambda row: row.answered_on)  # An earlier day's answer, recorded late, tells nothing newer.
    last = {row.criterion: row for row in rows}
    yield from (Answer(row.criterion, row.value, row.answered_on) for row in last.values())


def _vials(reading: Reading, vials: Sequence[Vial], lots: dict[str, Lot]) -> Iterator[VialAtVisit]:
    session = reading.session
    live = store_dose.live_reservation_of(session, [vial.id for vial in vials])
    of_places = held_by_place(reading, [vial.id for vial in vials])
    for vial in vials:
        lot = lots[vial.lot_id]
        reservation = live.get(vial.id)
        reserved_for = None if reservation is None else store_dose.visit_of_reservation(session, reservation).code
        yield VialAtVisit(
            vial.code,
            lot.number,
            lot.tier,
            vial.stock_class,
            vial.status,
            vial.verified_at is not None,
            reserved_for,
            (*open_holds(reading, [vial.id]), *map(blocked, of_places.get(vial.id, ()))),
        )


def label_findings(reading: Reading, dose: Dose) -> tuple[Finding, ...]:
    """What speaks against a label of a prepared dose: all that the dispensing gate says of it.

    Nothing once it was dispensed: the label belongs to the dispensing (rules.md §10), and a hold that comes later
    takes it off no syringe.
    """
    if dose.status is not DoseStatus.PREPARED:
        return ()
    visit, vials = reading.session.get_one(Visit, dose.visit_id), store_dose.vials_in(reading.session, dose.id)
    return dose_gate.findings(Step.DISPENSE, visit_facts(reading, visit, vials, dose=dose, replacing=True))


def expiry_findings(reading: Reading, subject_id: str) -> Iterator[Finding]:
    """The vials set aside for a subject that do not keep through the last visit plus its window."""
    visits = store_subject.visits_of(reading.session, subject_id)
    last_day = max((visit.last_on for visit in visits if visit.cancelled_at is None), default=reading.today)
    for row in store_dose.live_reservations(reading.session, [visit.id for visit in visits]):
        vial = reading.session.get_one(Vial, row.vial_id)
        lot = reading.session.get_one(Lot, vial.lot_id)
        if lot.expires_on < last_day:
            yield Finding(
                "dose.lot.expires_in_course", lot.number, {"expires_on": lot.expires_on, "last_day": last_day}
            )


def held_vials(reading: Reading, vials: Sequence[Vial]) -> set[str]:
    """The codes of those vials that are held themselves, or by a place they have been in since it was held."""
    by_place = held_by_place(reading, [vial.id for vial in vials])
    own = {hold.subject_id for hold in open_holds_on(reading.session, [vial.id for vial in vials])}
    return {vial.code for vial in vials if vial.id in by_place or vial.id in own}


def prescription_content(visit: Visit, prescription: Prescription) -> Content:
    """What the pharmacist signs to validate a prescription."""
    return content(
        {
            "visit": visit.code,
            "cells": prescription.cells,
            "weight_kg": prescription.weight_kg,
            "prescriber": prescription.prescriber,
            "prescribed_on": prescription.prescribed_on,
        }
    )
