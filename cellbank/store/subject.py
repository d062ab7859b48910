"""Subjects, their answers and visits, as rows."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cellbank.domain.subject import CriterionAnswer, Subject
from cellbank.domain.visit import UNDER_WAY, Dose, DoseStatus, Prescription, Reservation, Visit

_INJECTED = select(Dose.visit_id).where(Dose.status == DoseStatus.ADMINISTERED)
_TO_BE_HELD = (
    select(Visit)
    .join(Subject, col(Subject.id) == col(Visit.subject_id))
    .where(col(Subject.withdrawn_on).is_(None), col(Visit.cancelled_at).is_(None))
)
"""Visits of subjects who take part, but for those that were cancelled."""


def subjects(session: Session) -> list[Subject]:
    """Every subject, by code."""
    return list(session.exec(select(Subject).order_by(col(Subject.code))))


def answers_of(session: Session, subject_id: str, visit_id: str | None) -> list[CriterionAnswer]:
    """The answers given at enrolment (no visit) or again for a visit, in the order recorded."""
    statement = select(CriterionAnswer).where(CriterionAnswer.subject_id == subject_id)
    of_visit = col(CriterionAnswer.visit_id)
    statement = statement.where(of_visit.is_(None) if visit_id is None else of_visit == visit_id)
    return list(session.exec(statement.order_by(col(CriterionAnswer.recorded_at), col(CriterionAnswer.id))))


def visits_of(session: Session, subject_id: str) -> list[Visit]:
    """A subject's visits, by number."""
    return list(session.exec(select(Visit).where(Visit.subject_id == subject_id).order_by(col(Visit.number))))


def visits(session: Session) -> list[Visit]:
    """Every visit, by day planned."""
    return list(session.exec(select(Visit).order_by(col(Visit.planned_on), col(Visit.code))))


def prescription_in_force(session: Session, visit_id: str) -> Prescription | None:
    """The prescription of a visit that no later one superseded."""
    standing = col(Prescription.superseded) == False  # noqa: E712 — a column: `IS false` of an integer is no PostgreSQL
    return session.exec(select(Prescription).where(Prescription.visit_id == visit_id, standing)).first()


def visits_due(session: Session, today: date, until: date) -> list[Visit]:
    """Visits not injected yet, of subjects who take part: window open today, planned until a day, or under way."""
    window_open = sa.and_(col(Visit.first_on) <= today, col(Visit.last_on) >= today)
    soon = sa.and_(col(Visit.planned_on) >= today, col(Visit.planned_on) <= until)
    begun = col(Visit.id).in_(select(Dose.visit_id).where(col(Dose.status).in_(sorted(UNDER_WAY))))
    statement = _TO_BE_HELD.where(col(Visit.id).not_in(_INJECTED), sa.or_(window_open, soon, begun))
    return list(session.exec(statement.order_by(col(Visit.planned_on), col(Visit.code))))


def visits_missed(session: Session, today: date) -> list[Visit]:
    """Visits of subjects who take part whose window closed without an injection, and of which nobody said so yet."""
    statement = _TO_BE_HELD.where(col(Visit.id).not_in(_INJECTED), col(Visit.last_on) < today)
    return list(session.exec(statement.order_by(col(Visit.planned_on), col(Visit.code))))


def visits_unreserved(session: Session, today: date) -> list[Visit]:
    """Visits still to come of subjects who take part, without an attempt, for which nothing is set aside."""
    reserved = select(Reservation.visit_id).where(col(Reservation.ended_at).is_(None))
    statement = _TO_BE_HELD.where(
        col(Visit.last_on) >= today, col(Visit.id).not_in(reserved), col(Visit.id).not_in(select(Dose.visit_id))
    )
    return list(session.exec(statement.order_by(col(Visit.planned_on), col(Visit.code))))


def visits_to_validate(session: Session) -> list[Visit]:
    """Visits not injected yet whose prescription no pharmacist has validated, of subjects who take part."""
    waiting = select(Prescription.visit_id).where(
        col(Prescription.superseded) == False,  # noqa: E712 — a column, as above
        col(Prescription.validated_at).is_(None),
    )
    statement = _TO_BE_HELD.where(col(Visit.id).not_in(_INJECTED), col(Visit.id).in_(waiting))
    return list(session.exec(statement.order_by(col(Visit.planned_on), col(Visit.code))))


def subjects_unplanned(session: Session) -> list[Subject]:
    """Subjects who take part and have no visit yet."""
    planned = col(Subject.id).not_in(select(Visit.subject_id))
    return list(session.exec(select(Subject).where(col(Subject.withdrawn_on).is_(None), planned)))


def followed_up_between(session: Session, first: date, last: date) -> list[Subject]:
    """Subjects who take part and whose follow-up ends between two days."""
    ends = col(Subject.follow_up_until)
    statement = select(Subject).where(col(Subject.withdrawn_on).is_(None), ends >= first, ends <= last)
    return list(session.exec(statement.order_by(ends, col(Subject.code))))
