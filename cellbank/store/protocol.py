"""Versions of the trial file, as rows."""

from datetime import date

from sqlmodel import Session, col, select

from cellbank.domain.protocol import TrialState, TrialVersion


def versions(session: Session) -> list[TrialVersion]:
    """Every version ever loaded, oldest first."""
    return list(session.exec(select(TrialVersion).order_by(col(TrialVersion.loaded_at))))


def version_named(session: Session, version: str) -> TrialVersion | None:
    """The version of that name."""
    return session.exec(select(TrialVersion).where(TrialVersion.version == version)).first()


def version_by_id(session: Session, version_id: str) -> TrialVersion | None:
    """The version of that id."""
    return session.get(TrialVersion, version_id)


def in_force(session: Session, day: date) -> TrialVersion | None:
    """The version approved last among those effective on a day; None when nothing is approved."""
    statement = (
        select(TrialVersion)
        .where(TrialVersion.state == TrialState.APPROVED, col(TrialVersion.effective_on) <= day)
        .order_by(col(TrialVersion.approved_at).desc())
    )
    return session.exec(statement).first()
