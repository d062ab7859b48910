"""Subjects, visits, courses and doses as a reader sees them; what each day needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from cellbank.domain import dose_gate
from cellbank.domain.gate import Step
from cellbank.domain.lot import Lot
from cellbank.domain.requirement import Answer
from cellbank.domain.subject import Subject, checked_answers
from cellbank.domain.vial import Vial
from cellbank.domain.visit import DoseStatus, Visit
from cellbank.errors import Finding
from cellbank.facts.protocol import protocol_by_id, protocol_in_force
from cellbank.facts.subject import enrolment_findings
from cellbank.facts.visit import answers_at, get_visit, visit_facts
from cellbank.store import codes, dose as store, subject as store_subject
from cellbank.store.unit_of_work import Reading
from cellbank.views.dose import DoseView, dose_view


def visit_by_code(reading: Reading, code: str) -> "VisitView":
    """A visit by its own code, `S-014/1`; an unknown one is refused."""
    return visit_view(reading, codes.get_by_code(reading, Visit, code))


@dataclass(frozen=True)
class Screening:
    """What would stand against an enrolment; `satisfied` are the criteria that are met."""

    subject: str
    findings: tuple[Finding, ...]
    satisfied: tuple[str, ...]

    @property
    def enrollable(self) -> bool:
        """Whether no finding stands against the enrolment."""
        return not self.findings


def screening(
    reading: Reading, code: str, consented_on: date | None, answers: Mapping[str, str], answered_on: date
) -> Screening:
    """The enrolment asked without recording anything."""
    protocol = protocol_in_force(reading).subject
    given = checked_answers(protocol, answers, answered_on)
    found = tuple(enrolment_findings(reading, code, consented_on, answered_on, given))
    unmet = {finding.params.get("criterion") for finding in found}
    return Screening(code, found, tuple(c.id for c in protocol.criteria if c.id not in unmet))


@dataclass(frozen=True)
class VisitView:
    """One visit: its day and window, what was prescribed, reserved and attempted."""

    code: str
    subject: str
    number: int
    planned_on: date
    first_on: date
    last_on: date
    prescribed_cells: int | None
    weight_kg: Decimal | None
    prescriber: str | None
    validated_by: str | None
    confirmed: bool
    cancelled_on: date | None
    cancelled_because: str | None
    reserved: tuple[str, ...]
    doses: tuple[DoseView, ...]

    @property
    def injected_at(self) -> datetime | None:
        """When the dose was given, None when none was."""
        return next((d.administered_at for d in self.doses if d.status is DoseStatus.ADMINISTERED), None)


@dataclass(frozen=True)
class SubjectView:
    """One subject with the whole course."""

    code: str
    born: str
    consented_on: date
    enrolled_on: date
    investigator: str
    follow_up_until: date
    withdrawn_on: date | None
    withdrawn_because: str | None
    answers: tuple[tuple[str, str], ...]
    visits: tuple[VisitView, ...]


def subject_view(reading: Reading, code: str) -> SubjectView:
    """One subject by pseudonym; an unknown one is refused."""
    return _subject(reading, codes.get_by_code(reading, Subject, code))


def subjects(reading: Reading) -> list[SubjectView]:
    """Every subject."""
    return [_subject(reading, subject) for subject in store_subject.subjects(reading.session)]


def _subject(reading: Reading, subject: Subject) -> SubjectView:
    order = [criterion.id for criterion in protocol_by_id(reading, subject.trial_version_id).subject.criteria]
    answers = sorted(
        store_subject.answers_of(reading.session, subject.id, None), key=lambda answer: order.index(answer.criterion)
    )
    visits = store_subject.visits_of(reading.session, subject.id)
    return SubjectView(
        subject.code,
        subject.born,
        subject.consented_on,
        subject.enrolled_on,
        subject.investigator,
        subject.follow_up_until,
        subject.withdrawn_on,
        subject.withdrawn_because,
        tuple((answer.criterion, answer.value) for answer in answers),
        tuple(visit_view(reading, visit) for visit in visits),
    )


def visits(reading: Reading, subject_code: str | None = None) -> list[VisitView]:
    """Every visit by day planned, or a subject's."""
    if subject_code is not None:
        return list(subject_view(reading, subject_code).visits)
    return [visit_view(reading, visit) for visit in store_subject.visits(reading.session)]


def visit_view(reading: Reading, visit: Visit) -> VisitView:
    """One visit."""
    session = reading.session
    subject = session.get_one(Subject, visit.subject_id)
    prescription = store_subject.prescription_in_force(session, visit.id)
    reserved = store.live_reservations(session, [visit.id])
    vials = [session.get_one(Vial, row.vial_id).code for row in reserved]
    return VisitView(
        visit.code,
        subject.code,
        visit.number,
        visit.planned_on,
        visit.first_on,
        visit.last_on,
        None if prescription is None else prescription.cells,
        None if prescription is None else prescription.weight_kg,
        None if prescription is None else prescription.prescriber,
        None if prescription is None else prescription.validated_by,
        bool(list(answers_at(reading, visit))),
        None if visit.cancelled_at is None else reading.day_of(visit.cancelled_at),
        visit.cancelled_because,
        tuple(sorted(vials)),
        tuple(dose_view(reading, dose) for dose in store.doses_of_visits(session, [visit.id])),
    )


def visit_check(reading: Reading, subject_code: str, number: int, step: Step) -> tuple[Answer, ...]:
    """What the gate would say now at a step of a visit: about the reserved vials, or the attempt under way.

    Before anything is reserved, the reserve step is asked of a vial of the lot that would serve first.
    """
    visit = get_visit(reading, subject_code, number)
    dose = store.under_way_at(reading.session, visit.id)
    if dose is not None:
        vials = store.vials_in(reading.session, dose.id)
    else:
        rows = store.live_reservations(reading.session, [visit.id])
        vials = [reading.session.get_one(Vial, row.vial_id) for row in rows]
    if not vials and step is Step.RESERVE:
        return _before_reserving(reading, visit)
    return dose_gate.ask(step, visit_facts(reading, visit, vials, dose=dose, replacing=dose is not None))


def _before_reserving(reading: Reading, visit: Visit) -> tuple[Answer, ...]:
    asked = [
        dose_gate.ask(Step.RESERVE, visit_facts(reading, visit, vials[:1]))
        for lot in store.product_lots_released(reading.session)
        if (vials := store.unreserved_vials(reading.session, lot.id))
    ]
    fit = (answers for answers in asked if all(answer.satisfied for answer in answers))
    nothing = dose_gate.ask(Step.RESERVE, visit_facts(reading, visit, []))
    return next(fit, asked[0] if asked else nothing)


def due(reading: Reading, days: int = 7) -> list[VisitView]:
    """The visits not injected yet whose window is open today, planned within so many days, or under way."""
    until = reading.today + timedelta(days=days)
    return [visit_view(reading, visit) for visit in store_subject.visits_due(reading.session, reading.today, until)]


def unreserved(reading: Reading, lot_number: str) -> list[str]:
    """Codes of a lot's vials that could be drawn as a replacement: dispensable, verified, in stock, not set aside. An
    unknown lot is refused.
    """
    lot = codes.get_by_code(reading, Lot, lot_number)
    return [vial.code for vial in store.unreserved_vials(reading.session, lot.id)]
