"""Tasks of QA and the qualified person, as rows: each one query whose cost follows what waits, not the bank's size."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cellbank.domain.deviation import Deviation
from cellbank.domain.donor import Donor
from cellbank.domain.hold import Hold
from cellbank.domain.material import Material, MaterialStatus
from cellbank.domain.protocol import TrialState, TrialVersion
from cellbank.domain.tissue import Acceptance, Tissue
from cellbank.domain.vial import Vial, VialStatus


def open_holds(session: Session) -> list[Hold]:
    """Every hold not lifted, oldest first."""
    return list(session.exec(select(Hold).where(col(Hold.lifted_at).is_(None)).order_by(col(Hold.put_at))))


def open_deviations(session: Session) -> list[Deviation]:
    """Every deviation not closed, oldest first."""
    statement = select(Deviation).where(col(Deviation.closed_at).is_(None))
    return list(session.exec(statement.order_by(col(Deviation.opened_at), col(Deviation.code))))


def pending_tissues(session: Session) -> list[Tissue]:
    """Tissues on which QA has not decided, the longest received first."""
    statement = select(Tissue).where(Tissue.acceptance == Acceptance.PENDING)
    return list(session.exec(statement.order_by(col(Tissue.received_at), col(Tissue.code))))


def pending_materials(session: Session) -> list[Material]:
    """Material lots on which QA has not decided, the longest received first."""
    statement = select(Material).where(Material.status == MaterialStatus.PENDING)
    return list(session.exec(statement.order_by(col(Material.received_at), col(Material.code))))


def undetermined_donors(session: Session) -> list[Donor]:
    """Donors on whom QA has not decided and who did not withdraw, by code."""
    statement = select(Donor).where(col(Donor.determination).is_(None), col(Donor.withdrawn_on).is_(None))
    return list(session.exec(statement.order_by(col(Donor.code))))


def loaded_versions(session: Session) -> list[TrialVersion]:
    """Trial versions that nobody approved, oldest first."""
    statement = select(TrialVersion).where(TrialVersion.state == TrialState.LOADED)
    return list(session.exec(statement.order_by(col(TrialVersion.loaded_at))))


def vials_by_lot(session: Session) -> dict[str, dict[VialStatus, int]]:
    """How many vials of every lot have each status, by the lot's id."""
    statement = sa.select(col(Vial.lot_id), col(Vial.status), sa.func.count())
    found: dict[str, dict[VialStatus, int]] = {}
    for lot_id, status, count in session.execute(statement.group_by(col(Vial.lot_id), col(Vial.status))):
        found.setdefault(lot_id, {})[VialStatus(status)] = count
    return found


def subjects_held(session: Session) -> dict[str, Collection[str]]:
    """The ids of everything under an open hold, by table."""
    statement = sa.select(col(Hold.subject_table), col(Hold.subject_id)).where(col(Hold.lifted_at).is_(None)).distinct()
    found: dict[str, set[str]] = {}
    for table, row_id in session.execute(statement):
        found.setdefault(table, set()).add(row_id)
    return dict(found)
