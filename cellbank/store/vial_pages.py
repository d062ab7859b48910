"""Many vials, a page at a time, in the order of their lots and numbers: found by key, never by counting rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from cellbank.domain.lot import Lot, Tier
from cellbank.domain.storage import Placement, StoragePlace
from cellbank.domain.vial import StockClass, Vial, VialFilter, VialStatus

_ORDER = (col(Lot.number), col(Vial.number))


@dataclass(frozen=True, order=True)
class Key:
    """Where a vial stands in the order: its lot's number, then its own."""

    lot: str
    number: int


def _where(which: VialFilter) -> list[Any]:
    return [
        column == value
        for column, value in (
            (col(Lot.number), which.lot),
            (col(Vial.status), which.status),
            (col(Vial.stock_class), which.stock_class),
        )
        if value is not None
    ]


def _chosen(which: VialFilter, *columns: Any) -> sa.Select[Any]:
    return sa.select(*columns).join_from(Lot, Vial, col(Vial.lot_id) == col(Lot.id)).where(*_where(which))


def starts(session: Session, which: VialFilter, each: int) -> tuple[int, list[Key]]:
    """How many vials there are, and the key of every page's first one."""
    rank = sa.func.row_number().over(order_by=_ORDER).label("rank")
    ranked = _chosen(which, col(Lot.number).label("lot"), col(Vial.number).label("number"), rank).subquery()
    first = sa.select(ranked.c.lot, ranked.c.number).where((ranked.c.rank - 1) % each == 0).order_by(ranked.c.rank)
    total = session.scalar(_chosen(which, sa.func.count()))
    return int(total or 0), [Key(*row) for row in session.execute(first)]


@dataclass(frozen=True)
class Line:
    """One vial of a page; `box` and `position` are None unless it is stored."""

    code: str
    lot: str
    number: int
    stock_class: StockClass
    status: VialStatus
    verified_at: datetime | None
    status_note: str | None
    box: str | None
    position: str | None
    tier: Tier


_LINE = (
    col(Vial.code),
    col(Lot.number),
    col(Vial.number),
    col(Vial.stock_class),
    col(Vial.status),
    col(Vial.verified_at),
    col(Vial.status_note),
    col(StoragePlace.path),
    col(Placement.position),
    col(Lot.tier),
)


def page(session: Session, which: VialFilter, start: Key, end: Key | None) -> list[Line]:
    """The vials from a key on, up to the key of the next page."""
    statement = (
        _chosen(which, *_LINE)
        .outerjoin(Placement, (col(Placement.vial_id) == col(Vial.id)) & col(Placement.until).is_(None))
        .outerjoin(StoragePlace, col(StoragePlace.id) == col(Placement.box_id))
        .where(_not_before(start))
    )
    if end is not None:
        statement = statement.where(sa.not_(_not_before(end)), col(Lot.number) <= end.lot)
    return [Line(*row) for row in session.execute(statement.order_by(*_ORDER))]


def _not_before(key: Key) -> sa.ColumnElement[bool]:
    later = sa.or_(col(Lot.number) > key.lot, col(Vial.number) >= key.number)
    return sa.and_(col(Lot.number) >= key.lot, later)


def rank_of(session: Session, which: VialFilter, key: Key) -> int:
    """How many of the vials stand before a key."""
    statement = _chosen(which, sa.func.count()).where(sa.not_(_not_before(key)), col(Lot.number) <= key.lot)
    return int(session.scalar(statement) or 0)
