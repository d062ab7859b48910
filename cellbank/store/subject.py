"""Subjects, their answers and visits, as rows."""

from sqlmodel import Session, col, select

from cellbank.domain.subject import CriterionAnswer, Subject
from cellbank.domain.visit import Prescription, Visit


def subjects(session: Session) -> list[Subject]:
    """Every subject, by code."""
    return list(session.exec(select(Subject).order_by(col(Subject.code))))


def answers_of(session: Session, subject_id: str, visit_id: str | None) -> list[CriterionAnswer]:
    """The answers given at enrolment (no visit) or again for a visit, in the order recorded; the last counts."""
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
