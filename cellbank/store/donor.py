"""Donors and their laboratory results, as rows."""

from sqlmodel import Session, col, select

from cellbank.domain.donor import Donor, DonorAnswer, DonorTest
from cellbank.domain.tissue import Tissue


def donors(session: Session) -> list[Donor]:
    """Every donor, by code."""
    return list(session.exec(select(Donor).order_by(col(Donor.code))))


def tests_of(session: Session, donor_id: str) -> list[DonorTest]:
    """Every laboratory result of a donor, in the order recorded."""
    statement = select(DonorTest).where(DonorTest.donor_id == donor_id)
    return list(session.exec(statement.order_by(col(DonorTest.recorded_at), col(DonorTest.id))))


def tissues_of(session: Session, donor_id: str) -> list[Tissue]:
    """Every tissue procured from a donor, oldest first."""
    return list(session.exec(select(Tissue).where(Tissue.donor_id == donor_id).order_by(col(Tissue.procured_at))))


def answers_of(session: Session, donor_id: str) -> list[DonorAnswer]:
    """Every answer about a donor, in the order recorded; the last of a kind and marker counts."""
    statement = select(DonorAnswer).where(DonorAnswer.donor_id == donor_id)
    return list(session.exec(statement.order_by(col(DonorAnswer.recorded_at), col(DonorAnswer.id))))
