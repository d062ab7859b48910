"""Holds and deviations, as rows."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from cellbank.domain.deviation import Deviation
from cellbank.domain.hold import Hold


def open_holds_on(session: Session, subject_ids: Collection[str]) -> list[Hold]:
    """Every hold not lifted on these subjects."""
    statement = select(Hold).where(col(Hold.subject_id).in_(subject_ids), col(Hold.lifted_at).is_(None))
    return list(session.exec(statement.order_by(col(Hold.put_at), col(Hold.code))))


def every_hold_on(session: Session, subject_id: str) -> list[Hold]:
    """The holds ever put on one subject."""
    return list(session.exec(select(Hold).where(Hold.subject_id == subject_id)))


def holds(session: Session) -> list[Hold]:
    """Every hold, oldest first."""
    return list(session.exec(select(Hold).order_by(col(Hold.put_at), col(Hold.code))))


def holds_of_deviation(session: Session, deviation_id: str) -> list[Hold]:
    """The holds that a deviation put, oldest first."""
    statement = select(Hold).where(Hold.deviation_id == deviation_id)
    return list(session.exec(statement.order_by(col(Hold.put_at), col(Hold.code))))


def deviations_on(session: Session, subject_ids: Collection[str]) -> list[Deviation]:
    """Every deviation, open or closed, on these subjects."""
    statement = select(Deviation).where(col(Deviation.subject_id).in_(subject_ids))
    return list(session.exec(statement.order_by(col(Deviation.opened_at), col(Deviation.code))))


def deviations(session: Session) -> list[Deviation]:
    """Every deviation, oldest first."""
    return list(session.exec(select(Deviation).order_by(col(Deviation.opened_at), col(Deviation.code))))


def open_holds_of(session: Session, subject_table: str) -> list[Hold]:
    """Every hold not lifted on anything of one station, oldest first."""
    statement = select(Hold).where(Hold.subject_table == subject_table, col(Hold.lifted_at).is_(None))
    return list(session.exec(statement.order_by(col(Hold.put_at), col(Hold.code))))
