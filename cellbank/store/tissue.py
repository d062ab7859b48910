"""Tissues, as rows."""

from sqlmodel import Session, col, select

from cellbank.domain.tissue import Tissue


def by_donation(session: Session, donation_id: str) -> Tissue | None:
    """The tissue of a donation identifier."""
    return session.exec(select(Tissue).where(Tissue.donation_id == donation_id)).first()


def tissues(session: Session) -> list[Tissue]:
    """Every tissue, by code."""
    return list(session.exec(select(Tissue).order_by(col(Tissue.code))))


def tissues_by_id(session: Session, ids: set[str]) -> list[Tissue]:
    """These tissues, by code."""
    return list(session.exec(select(Tissue).where(col(Tissue.id).in_(ids)).order_by(col(Tissue.code))))
