"""The pharmacist's day: the visits of the week with their next act, and every chore that is open."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cellbank.domain.lot import Lot
from cellbank.domain.testing import Stage
from cellbank.domain.vial import Vial
from cellbank.domain.visit import Dose
from cellbank.facts.lot import holds_upstream
from cellbank.facts.protocol import protocol_by_id
from cellbank.facts.testing import result_facts
from cellbank.facts.visit import held_vials
from cellbank.store import codes, storage, subject as store_subject
from cellbank.store.dose import doses_conditional, doses_returned
from cellbank.store.testing import results_of
from cellbank.store.unit_of_work import Reading
from cellbank.views import visit as view
from cellbank.views.open_doses import RunningDose, running
from cellbank.views.visit import VisitView
from cellbank.views.visit_steps import Act, way

FOLLOW_UP_DAYS = 30
"""So many days before and after its end a subject's follow-up is named."""


class Chore(StrEnum):
    """What waits, beside the visits that are due."""

    RECEIVE = "receive"
    DESTROY = "destroy"
    MISSED = "missed"
    VALIDATE = "validate"
    PLAN = "plan"
    RESERVE = "reserve"
    RESULT = "result"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True)
class DueVisit:
    """A visit of today or of the week, the act that comes next, and how many of the vials set aside are held."""

    visit: VisitView
    next: Act | None
    held: int


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: the code to open, since or until when, and what of it (tests, visits)."""

    chore: Chore
    code: str
    on: date | None
    what: tuple[str, ...] = ()


@dataclass(frozen=True)
class PharmacyDay:
    """The pharmacist's day."""

    due: tuple[DueVisit, ...]
    running: tuple[RunningDose, ...]
    waiting: tuple[Waiting, ...]


def pharmacy_day(reading: Reading) -> PharmacyDay:
    """Everything that waits, in one snapshot."""
    due = tuple(DueVisit(seen, way(reading, seen).next, _held(reading, seen)) for seen in view.due(reading))
    here = {one.visit.code for one in due}
    waiting = (one for one in _waiting(reading) if one.code not in here)
    return PharmacyDay(due, running(reading), tuple(waiting))


def _held(reading: Reading, seen: VisitView) -> int:
    """The vials set aside for a visit that are held: themselves, by a place, or with their lot."""
    vials = [codes.get_by_code(reading, Vial, code) for code in seen.reserved]
    lots = {vial.lot_id: reading.session.get_one(Lot, vial.lot_id) for vial in vials}
    with_lot = {lot_id for lot_id, lot in lots.items() if holds_upstream(reading, lot)}
    alone = held_vials(reading, vials)
    return sum(vial.lot_id in with_lot or vial.code in alone for vial in vials)


def _waiting(reading: Reading) -> Iterator[Waiting]:
    """In the order of their chores; within one, the oldest first."""
    session = reading.session
    for transfer in storage.transfers(session):
        if transfer.received_at is None:
            yield Waiting(Chore.RECEIVE, transfer.code, reading.day_of(transfer.sent_at))
    for dose in doses_returned(session):
        yield Waiting(Chore.DESTROY, dose.code, None)
    for visit in store_subject.visits_missed(session, reading.today):
        yield Waiting(Chore.MISSED, visit.code, visit.last_on)
    for visit in store_subject.visits_to_validate(session):
        yield Waiting(Chore.VALIDATE, visit.code, visit.planned_on)
    for subject in store_subject.subjects_unplanned(session):
        yield Waiting(Chore.PLAN, subject.code, subject.enrolled_on)
    yield from _to_reserve(reading)
    yield from _late_results(reading)
    around = timedelta(days=FOLLOW_UP_DAYS)
    for subject in store_subject.followed_up_between(session, reading.today - around, reading.today + around):
        yield Waiting(Chore.FOLLOW_UP, subject.code, subject.follow_up_until)


def _to_reserve(reading: Reading) -> Iterator[Waiting]:
    """One line a course, with the visits that have nothing set aside."""
    courses: dict[str, list[str]] = defaultdict(list)
    first: dict[str, date] = {}
    for visit in store_subject.visits_unreserved(reading.session, reading.today):
        subject, _, number = visit.code.rpartition("/")
        courses[subject].append(number)
        first.setdefault(subject, visit.planned_on)
    for subject, numbers in courses.items():
        yield Waiting(Chore.RESERVE, subject, first[subject], tuple(numbers))


def _late_results(reading: Reading) -> Iterator[Waiting]:
    """The doses whose results are still to come; every result is read in one statement."""
    doses = doses_conditional(reading.session)
    there: dict[str, set[str]] = defaultdict(set)
    for row in results_of(reading.session, [dose.id for dose in doses]):
        result = result_facts(row)
        if result.reviewed and not result.invalidated:
            there[row.subject_id].add(result.test)
    for dose in doses:
        missing = tuple(test for test in _late_tests(reading, dose) if test not in there[dose.id])
        if missing:
            on = None if dose.dispensed_at is None else reading.day_of(dose.dispensed_at)
            yield Waiting(Chore.RESULT, dose.code, on, missing)


def _late_tests(reading: Reading, dose: Dose) -> list[str]:
    protocol = protocol_by_id(reading, dose.trial_version_id)
    return [c.test for c in protocol.specification.at(Stage.DOSE) if c.late and c.required]
