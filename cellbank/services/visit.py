"""Visits: planned, moved, cancelled, confirmed; prescriptions recorded and validated (rules.md §10)."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from cellbank.commands import prescription, visit as commands
from cellbank.domain.dose import dose_findings, planned_visits
from cellbank.domain.signature import Meaning
from cellbank.domain.subject import Subject, checked_answers, criteria_findings
from cellbank.domain.visit import UNDER_WAY, DoseStatus, Prescription, ReservationEnd, Visit
from cellbank.errors import Finding, NotFound, Refused, WrongInput, refuse
from cellbank.facts.protocol import protocol_in_force
from cellbank.facts.visit import expiry_findings, get_visit, prescription_content
from cellbank.services.acts import does
from cellbank.services.reservation import end_reservations
from cellbank.services.signing import sign
from cellbank.services.subject import answer_rows, answered_by
from cellbank.store import codes
from cellbank.store.dose import doses_of_visits, injections_of
from cellbank.store.subject import prescription_in_force, visits_of
from cellbank.store.unit_of_work import UnitOfWork


def _taking_part(work: UnitOfWork, code: str) -> Subject:
    subject = codes.get_by_code(work, Subject, code)
    if subject.withdrawn_on is not None:
        raise Refused(Finding("dose.subject.withdrawn", subject.code, {"on": subject.withdrawn_on}))
    return subject


@does(commands.Plan)
def plan_visits(work: UnitOfWork, subject_code: str, first_on: date) -> None:
    """The whole course from the day of the first injection, by calendar months, each with the file's window. Refused: a
    subject withdrawn or with visits planned already, a day that is past.
    """
    subject = _taking_part(work, subject_code)
    if visits_of(work.session, subject.id):
        raise Refused(Finding("visit.planned_already", subject.code, {"subject": subject.code}))
    if first_on < work.today:
        raise Refused(Finding("visit.past", subject.code, {"on": first_on}))
    visits = [
        Visit(
            code=f"{subject.code}/{plan.number}",
            subject_id=subject.id,
            number=plan.number,
            planned_on=plan.planned_on,
            first_on=plan.first_on,
            last_on=plan.last_on,
        )
        for plan in planned_visits(protocol_in_force(work).dose, first_on)
    ]
    work.add(*visits)
    work.record("visit.planned", subject, *visits, days=[visit.planned_on for visit in visits])


@does(commands.Move)
def move_visit(work: UnitOfWork, subject_code: str, number: int, to: date, because: str) -> None:
    """Another day for a visit, with its window; everything that was planned on it is checked again.

    One that was cancelled is planned again by that. Refused: a visit already injected, a day in the past, too near
    another visit (its actual day once injected, none of a cancelled one), past the expiry of what is set aside.
    """
    visit = get_visit(work, subject_code, number)
    _taking_part(work, subject_code)
    protocol = protocol_in_force(work).dose
    if not because.strip():
        raise WrongInput("visit.reason.missing", code=visit.code)
    refuse(_move_findings(work, visit, to))
    visit.planned_on = to
    visit.first_on = to - timedelta(days=protocol.window_days_before)
    visit.last_on = to + timedelta(days=protocol.window_days_after)
    visit.moved_because = because.strip()
    visit.cancelled_at = visit.cancelled_by = visit.cancelled_because = None
    work.session.flush()
    refuse(expiry_findings(work, visit.subject_id))
    work.record("visit.moved", visit, to=to, reason=because.strip())


def _move_findings(work: UnitOfWork, visit: Visit, to: date) -> list[Finding]:
    minimum = protocol_in_force(work).dose.minimum_interval_days
    found: list[Finding] = []
    injected = {
        dose.visit_id: work.day_of(dose.administered_at)
        for dose in injections_of(work.session, visit.subject_id)
        if dose.administered_at is not None
    }
    if visit.id in injected:
        found.append(Finding("dose.visit.injected", visit.code, {"visit": visit.code}))
    if to < work.today:
        found.append(Finding("visit.past", visit.code, {"on": to}))
    for other in visits_of(work.session, visit.subject_id):
        day = injected.get(other.id, other.planned_on)
        if other.cancelled_at is not None:
            continue
        if other.id != visit.id and abs((day - to).days) < minimum:
            params = {"visit": visit.code, "other": other.code, "days": minimum}
            found.append(Finding("visit.too_near", visit.code, params))
        if (other.number < visit.number) != (day < to) and other.id != visit.id:
            found.append(Finding("visit.order", visit.code, {"visit": visit.code, "other": other.code}))
    return found


@does(commands.Cancel)
def cancel_visit(work: UnitOfWork, subject_code: str, number: int, because: str) -> None:
    """A visit that did not or will not take place: it stays in the course with the reason, its vials are free.

    The other visits stay as they are planned. Refused: one injected, one with an attempt under way, one cancelled.
    """
    visit = get_visit(work, subject_code, number)
    if not because.strip():
        raise WrongInput("visit.reason.missing", code=visit.code)
    refuse(_not_cancellable(work, visit))
    visit.cancelled_at = work.now
    visit.cancelled_by = work.act.actor.name
    visit.cancelled_because = because.strip()
    freed = end_reservations(work, [visit.id], ReservationEnd.CANCELLED)
    work.record("visit.cancelled", visit, *freed, reason=because.strip(), freed=len(freed))


def _not_cancellable(work: UnitOfWork, visit: Visit) -> Iterator[Finding]:
    for dose in doses_of_visits(work.session, [visit.id]):
        if dose.status is DoseStatus.ADMINISTERED:
            yield Finding("dose.visit.injected", visit.code, {"visit": visit.code})
        if dose.status in UNDER_WAY:
            yield Finding("dose.under_way", visit.code, {"dose": dose.code})
    yield from _cancelled(work, visit)


def _cancelled(work: UnitOfWork, visit: Visit) -> Iterator[Finding]:
    if visit.cancelled_at is not None:
        on = work.day_of(visit.cancelled_at)
        yield Finding("dose.visit.cancelled", visit.code, {"visit": visit.code, "on": on})


@does(commands.Confirm)
def confirm_visit(
    work: UnitOfWork,
    subject_code: str,
    number: int,
    answers: Mapping[str, str],
    answered_on: date | None = None,
    investigator: str | None = None,
) -> None:
    """The investigator's answers for this visit to what is asked again at each injection.

    They are facts: an answer that does not meet its criterion is recorded, and the pull will be refused. Refused here:
    no answer, one that cannot be read, no investigator, a criterion that the trial file has not, a day still to come.
    """
    visit = get_visit(work, subject_code, number)
    subject = work.session.get_one(Subject, visit.subject_id)
    protocol = protocol_in_force(work).subject
    by, on = answered_by(subject.code, investigator), answered_on or work.today
    if on > work.today:
        raise Refused(Finding("subject.future", subject.code, {"on": on}))
    given = checked_answers(protocol, answers, on)
    unreadable = [f for f in criteria_findings(protocol, subject.code, given, at_visit=True) if "answer" in f.code]
    refuse(unreadable)
    if not given:
        raise WrongInput("visit.answers.none", code=visit.code)
    rows = answer_rows(work, subject, visit.id, given, by)
    work.add(*rows)
    work.record("visit.confirmed", visit, *rows, investigator=by)


@does(prescription.Record)
def record_prescription(
    work: UnitOfWork,
    subject_code: str,
    number: int,
    cells: int,
    weight_kg: Decimal,
    prescriber: str,
    prescribed_on: date | None = None,
) -> None:
    """What the physician prescribed for a visit; a later prescription supersedes it and must be validated again.
    Refused: a day still to come.
    """
    visit = get_visit(work, subject_code, number)
    on = prescribed_on or work.today
    if on > work.today:
        raise Refused(Finding("prescription.future", visit.code, {"on": on}))
    before = prescription_in_force(work.session, visit.id)
    changed = []
    if before is not None:
        before.superseded = True
        work.session.flush()
        changed.append(before)
    prescription = Prescription(
        visit_id=visit.id,
        cells=cells,
        weight_kg=weight_kg,
        prescriber=prescriber,
        prescribed_on=on,
        recorded_by=work.act.actor.name,
    )
    work.add(prescription)
    work.record("prescription.recorded", visit, prescription, *changed, cells=cells, prescriber=prescriber)


@does(prescription.Validate)
def validate_prescription(work: UnitOfWork, subject_code: str, number: int) -> None:
    """The pharmacist's signed validation; refused beyond the limits, after a withdrawal, of a cancelled visit."""
    visit = get_visit(work, subject_code, number)
    _taking_part(work, subject_code)
    refuse(_cancelled(work, visit))
    prescription = prescription_in_force(work.session, visit.id)
    if prescription is None:
        raise NotFound("prescription.not_found", visit=visit.code)
    if prescription.validated_at is not None:
        raise Refused(Finding("prescription.validated_already", visit.code, {"by": prescription.validated_by}))
    protocol = protocol_in_force(work).dose
    refuse(dose_findings(protocol, visit.code, Decimal(prescription.cells), protocol.maximum_volume_ml))
    content = prescription_content(visit, prescription)
    sign(work, Meaning.APPROVED, "prescription.validated", visit, now=content)
    prescription.validated_by = work.act.actor.name
    prescription.validated_at = work.now
    work.record("prescription.validated", visit, prescription)
