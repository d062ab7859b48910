"""Results, as rows."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from cellbank.domain.testing import Result


def results_of(session: Session, subject_ids: Collection[str]) -> list[Result]:
    """Every result of these subjects, in the order recorded."""
    statement = select(Result).where(col(Result.subject_id).in_(subject_ids))
    return list(session.exec(statement.order_by(col(Result.recorded_at), col(Result.code))))


def results(session: Session) -> list[Result]:
    """Every result, in the order recorded."""
    return list(session.exec(select(Result).order_by(col(Result.recorded_at), col(Result.code))))
