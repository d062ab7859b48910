"""Signatures, as rows."""

from sqlmodel import Session, col, select

from cellbank.domain.signature import Signature


def signatures_on(session: Session, subject_id: str) -> list[Signature]:
    """Every signature under a subject, oldest first."""
    statement = select(Signature).where(Signature.subject_id == subject_id)
    return list(session.exec(statement.order_by(col(Signature.signed_at), col(Signature.id))))
