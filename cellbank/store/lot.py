"""Lots, as rows."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cellbank.domain.lot import Lot
from cellbank.domain.vial import Vial, VialStatus


def lots(session: Session) -> list[Lot]:
    """Every lot, by number."""
    return list(session.exec(select(Lot).order_by(col(Lot.number))))


def lots_by_id(session: Session, ids: Collection[str]) -> list[Lot]:
    """These lots, by number."""
    return list(session.exec(select(Lot).where(col(Lot.id).in_(ids)).order_by(col(Lot.number))))


def lots_of_vials(session: Session, vial_ids: Collection[str]) -> dict[str, Lot]:
    """The lot of each of these vials, by the vial's id."""
    if not vial_ids:
        return {}
    statement = select(Vial.id, Lot).where(col(Vial.id).in_(vial_ids), col(Vial.lot_id) == col(Lot.id))
    return {vial_id: lot for vial_id, lot in session.exec(statement)}


def vials_by_status(session: Session, lot_id: str) -> dict[VialStatus, int]:
    """How many vials of a lot have each status."""
    statement = select(Vial.status, sa.func.count()).where(Vial.lot_id == lot_id).group_by(col(Vial.status))
    return {VialStatus(status): count for status, count in session.exec(statement)}
