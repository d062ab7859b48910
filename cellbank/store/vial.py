"""Vials and their labels, as rows."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cellbank.domain.vial import Label, LabelPrint, LabelStatus, Vial


def vials_of(session: Session, lot_id: str) -> list[Vial]:
    """Every vial of a lot, by its number."""
    return list(session.exec(select(Vial).where(Vial.lot_id == lot_id).order_by(col(Vial.number))))


def vials_by_id(session: Session, ids: Collection[str]) -> list[Vial]:
    """These vials, by code."""
    return list(session.exec(select(Vial).where(col(Vial.id).in_(ids)).order_by(col(Vial.code))))


def labels_of_lot(session: Session, lot_id: str) -> list[Label]:
    """Every label ever printed for a lot's vials, void ones too."""
    statement = select(Label).join(Vial, col(Vial.id) == col(Label.vial_id)).where(Vial.lot_id == lot_id)
    return list(session.exec(statement))


def label_in_force(session: Session, vial_id: str) -> Label | None:
    """The one label of a vial that is not void."""
    return session.exec(select(Label).where(Label.vial_id == vial_id, Label.status != LabelStatus.VOIDED)).first()


def was_labelled(session: Session, vial_id: str) -> bool:
    """Whether a label was ever printed for a vial, void ones too."""
    return session.exec(select(Label.id).where(Label.vial_id == vial_id)).first() is not None


def vials_with_labels(session: Session, lot_id: str) -> list[tuple[Vial, LabelStatus | None]]:
    """Every vial of a lot by its number, with its label in force when it has one; one query."""
    in_force = (col(Label.vial_id) == col(Vial.id)) & (col(Label.status) != LabelStatus.VOIDED)
    statement = sa.select(Vial, col(Label.status)).outerjoin(Label, in_force).where(col(Vial.lot_id) == lot_id)
    return [(vial, status) for vial, status in session.execute(statement.order_by(col(Vial.number)))]


def labels_in_force(session: Session, vial_ids: Collection[str]) -> dict[str, LabelStatus]:
    """The label in force of each of these vials that has one."""
    statement = select(Label.vial_id, Label.status).where(
        col(Label.vial_id).in_(vial_ids), Label.status != LabelStatus.VOIDED
    )
    return {vial_id: LabelStatus(status) for vial_id, status in session.exec(statement)}


def prints_of(session: Session, subject_id: str) -> list[LabelPrint]:
    """Every print run for a lot, oldest first."""
    statement = select(LabelPrint).where(LabelPrint.subject_id == subject_id)
    return list(session.exec(statement.order_by(col(LabelPrint.printed_at))))


def ever_printed(session: Session, subject_ids: Collection[str]) -> set[str]:
    """The ids of those rows of which a label was ever printed."""
    return set(session.exec(select(LabelPrint.subject_id).where(col(LabelPrint.subject_id).in_(subject_ids))))


def all_prints(session: Session) -> list[LabelPrint]:
    """Every print run, oldest first."""
    return list(session.exec(select(LabelPrint).order_by(col(LabelPrint.printed_at))))
