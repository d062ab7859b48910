"""A subject's course of visits: what is set aside for each, what that keeps until, and what an act just set free."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from cellbank.domain.lot import Lot
from cellbank.domain.subject import Subject
from cellbank.domain.vial import Vial
from cellbank.store import codes
from cellbank.store.dose import live_reservations, reservations_ended_at
from cellbank.store.subject import visits_of
from cellbank.store.unit_of_work import Reading


@dataclass(frozen=True)
class Keeps:
    """A lot of which something is set aside, and the last day of its use."""

    lot: str
    expires_on: date


@dataclass(frozen=True)
class Reserved:
    """What is set aside for one visit."""

    number: int
    planned_on: date
    vials: tuple[str, ...]


@dataclass(frozen=True)
class Course:
    """A subject's course: `last_day` is the last visit plus its window, through which every vial must keep."""

    visits: tuple[Reserved, ...]
    lots: tuple[Keeps, ...]
    last_day: date | None


def course(reading: Reading, subject_code: str) -> Course:
    """What is set aside for each visit of a subject; an unknown subject is refused."""
    subject = codes.get_by_code(reading, Subject, subject_code)
    visits = visits_of(reading.session, subject.id)
    of_visits: dict[str, list[Vial]] = defaultdict(list)
    for row in live_reservations(reading.session, [visit.id for visit in visits]):
        of_visits[row.visit_id].append(reading.session.get_one(Vial, row.vial_id))
    lot_ids = {vial.lot_id for vials in of_visits.values() for vial in vials}
    lots = sorted((reading.session.get_one(Lot, lot_id) for lot_id in lot_ids), key=lambda lot: lot.expires_on)
    return Course(
        tuple(Reserved(v.number, v.planned_on, _codes(of_visits[v.id])) for v in visits),
        tuple(Keeps(lot.number, lot.expires_on) for lot in lots),
        max((visit.last_on for visit in visits if visit.cancelled_at is None), default=None),
    )


def _codes(vials: list[Vial]) -> tuple[str, ...]:
    return tuple(sorted(vial.code for vial in vials))


def set_free(reading: Reading, subject_code: str) -> tuple[Reserved, ...]:
    """What the act at hand set free, by visit; an unknown subject is refused."""
    subject = codes.get_by_code(reading, Subject, subject_code)
    found = []
    for visit in visits_of(reading.session, subject.id):
        ended = reservations_ended_at(reading.session, visit.id, reading.now)
        vials = [reading.session.get_one(Vial, row.vial_id) for row in ended]
        if vials:
            found.append(Reserved(visit.number, visit.planned_on, _codes(vials)))
    return tuple(found)
