"""Tasks at the bench, as rows: a few queries whose cost follows what waits, not the size of the bank."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cellbank.domain.culture import Culture, CultureSource
from cellbank.domain.deviation import Deviation
from cellbank.domain.lot import Disposition, Lot
from cellbank.domain.material import Material, MaterialStatus
from cellbank.domain.testing import Result
from cellbank.domain.tissue import Acceptance, Tissue
from cellbank.domain.vial import IN_STOCK, Label, LabelStatus, Vial


def unreviewed(session: Session) -> list[Result]:
    """Results in force that nobody has reviewed, oldest first."""
    statement = select(Result).where(col(Result.reviewed_at).is_(None), col(Result.invalidated_at).is_(None))
    return list(session.exec(statement.order_by(col(Result.recorded_at), col(Result.code))))


def growing(session: Session) -> list[Culture]:
    """Cultures neither harvested nor discarded, the oldest seeding first."""
    statement = select(Culture).where(col(Culture.harvest_id).is_(None), col(Culture.discarded_at).is_(None))
    return list(session.exec(statement.order_by(col(Culture.seeded_at), col(Culture.code))))


def unprocessed(session: Session) -> list[Tissue]:
    """Tissues from which no cells were isolated and that QA did not reject, the longest procured first."""
    started = select(CultureSource.tissue_id).where(col(CultureSource.tissue_id).is_not(None))
    statement = select(Tissue).where(Tissue.acceptance != Acceptance.REJECTED, col(Tissue.id).not_in(started))
    return list(session.exec(statement.order_by(col(Tissue.procured_at), col(Tissue.code))))


def expiring(session: Session, first: date, last: date) -> list[Material]:
    """Material lots not blocked whose last day lies between these days, the soonest first."""
    of_days = col(Material.expires_on).between(first, last)
    statement = select(Material).where(of_days, Material.status != MaterialStatus.BLOCKED)
    return list(session.exec(statement.order_by(col(Material.expires_on), col(Material.code))))


def open_deviations(session: Session, stations: Sequence[str]) -> list[Deviation]:
    """Open deviations on things of these stations, oldest first."""
    on_them = col(Deviation.subject_table).in_(stations)
    statement = select(Deviation).where(on_them, col(Deviation.closed_at).is_(None))
    return list(session.exec(statement.order_by(col(Deviation.opened_at), col(Deviation.code))))


@dataclass(frozen=True)
class Unlabelled:
    """Vials in stock of one lot that nobody has scanned: without a label, and with one that waits for its scan."""

    lot: str
    bare: int
    waiting: int


def unlabelled(session: Session) -> list[Unlabelled]:
    """The unlabelled vials of every lot that has any, by number; rejected and recalled lots are left out."""
    waiting = sa.func.count(sa.case((col(Label.status) == LabelStatus.PRINTED, col(Vial.id))))
    statement = (
        sa.select(col(Lot.number), sa.func.count() - waiting, waiting)
        .select_from(Vial)
        .join(Lot, col(Lot.id) == col(Vial.lot_id))
        .outerjoin(Label, sa.and_(col(Label.vial_id) == col(Vial.id), col(Label.status) != LabelStatus.VOIDED))
        .where(col(Lot.disposition).in_([Disposition.QUARANTINED, Disposition.RELEASED]))
        .where(col(Vial.status).in_(sorted(IN_STOCK)), col(Vial.verified_at).is_(None))
        .group_by(col(Lot.number))
        .order_by(col(Lot.number))
    )
    return [Unlabelled(number, bare, scan) for number, bare, scan in session.execute(statement)]
