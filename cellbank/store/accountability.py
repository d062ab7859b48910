"""Sources of the accountability log, each counted by itself: movements, vials, doses, prescriptions."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cellbank.domain.lot import Disposition, Lot, Tier
from cellbank.domain.storage import Custodian, Placement, StoragePlace, Transfer
from cellbank.domain.subject import Subject
from cellbank.domain.vial import Movement, Vial
from cellbank.domain.visit import Dose, DoseVial, Prescription, Visit


@dataclass(frozen=True)
class Validated:
    """A validated prescription: for whom, by whom, and from when on it counted."""

    subject: str
    visit: int
    validated_at: datetime
    prescriber: str


def product_lots(session: Session) -> list[Lot]:
    """Every product lot, by number."""
    return list(session.exec(select(Lot).where(Lot.tier == Tier.PRODUCT).order_by(col(Lot.number))))


def product_lots_ever_released(session: Session) -> list[Lot]:
    """The product lots that are released, or were and have been recalled since, by number."""
    ever = col(Lot.disposition).in_([Disposition.RELEASED, Disposition.RECALLED])
    return list(session.exec(select(Lot).where(Lot.tier == Tier.PRODUCT, ever).order_by(col(Lot.number))))


def pharmacy_takes_custody(session: Session) -> bool:
    """Whether anything was ever sent to the pharmacy or kept by it."""
    sent = select(Transfer.id).where(Transfer.recipient == Custodian.PHARMACY).limit(1)
    kept = select(Movement.id).where(Movement.custodian == Custodian.PHARMACY).limit(1)
    return session.exec(sent).first() is not None or session.exec(kept).first() is not None


def vials_of_lots(session: Session, lot_ids: Collection[str]) -> list[Vial]:
    """Every vial of these lots."""
    return list(session.exec(select(Vial).where(col(Vial.lot_id).in_(lot_ids)).order_by(col(Vial.code))))


def movements_of_lots(session: Session, lot_ids: Collection[str]) -> list[Movement]:
    """The ledger's lines about the vials of these lots, in order."""
    statement = select(Movement).join(Vial, col(Vial.id) == col(Movement.vial_id))
    return list(session.exec(statement.where(col(Vial.lot_id).in_(lot_ids)).order_by(col(Movement.number))))


def box_custodians(session: Session, lot_ids: Collection[str]) -> dict[str, Custodian]:
    """The custodian of the box in which each vial of these lots sits now, by vial id; a vial in no box is left out."""
    statement = (
        select(Placement.vial_id, StoragePlace.custodian)
        .join(StoragePlace, col(StoragePlace.id) == col(Placement.box_id))
        .join(Vial, col(Vial.id) == col(Placement.vial_id))
        .where(col(Vial.lot_id).in_(lot_ids), col(Placement.until).is_(None))
    )
    return {vial_id: Custodian(custodian) for vial_id, custodian in session.exec(statement)}


def doses_of_lots(session: Session, lot_ids: Collection[str]) -> list[Dose]:
    """Every attempt with a vial of these lots in it, by code, each once: also one that is made of several lots."""
    made_of = (
        select(DoseVial.dose_id)
        .join(Vial, col(Vial.id) == col(DoseVial.vial_id))
        .where(col(Vial.lot_id).in_(lot_ids), col(DoseVial.left_at).is_(None))
    )
    return list(session.exec(select(Dose).where(col(Dose.id).in_(made_of)).order_by(col(Dose.code))))


def vials_in_prepared_doses(session: Session, lot_ids: Collection[str]) -> set[str]:
    """The ids of the vials of these lots that went into a dose that was prepared."""
    statement = (
        select(DoseVial.vial_id)
        .join(Dose, col(Dose.id) == col(DoseVial.dose_id))
        .join(Vial, col(Vial.id) == col(DoseVial.vial_id))
        .where(col(Vial.lot_id).in_(lot_ids), col(DoseVial.left_at).is_(None), col(Dose.prepared_at).is_not(None))
    )
    return set(session.exec(statement))


def validated_prescriptions(session: Session) -> list[Validated]:
    """Every prescription that was validated, the first first."""
    statement = (
        sa.select(col(Subject.code), col(Visit.number), col(Prescription.validated_at), col(Prescription.prescriber))
        .join(Visit, col(Visit.id) == col(Prescription.visit_id))
        .join(Subject, col(Subject.id) == col(Visit.subject_id))
        .where(col(Prescription.validated_at).is_not(None))
        .order_by(col(Prescription.validated_at))
    )
    return [Validated(*row) for row in session.execute(statement)]
