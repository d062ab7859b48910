"""Storage as rows: places, which vial sits where, the ledger of movements, transfers."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cellbank.domain.lot import Lot
from cellbank.domain.record import table_of
from cellbank.domain.storage import Custodian, PlaceKind, Placement, StoragePlace, Transfer, TransferVial
from cellbank.domain.vial import Movement, Vial, VialStatus
from cellbank.domain.visit import Reservation, Visit

_IN_A_QUERY = 500
"""Ids in one question; SQLite takes some thirty thousand parameters."""


@dataclass(frozen=True)
class LastMove:
    """The newest line of the ledger about a vial."""

    vial_id: str
    at: datetime
    status_from: VialStatus | None
    status_to: VialStatus
    custodian: Custodian


@dataclass(frozen=True)
class Occupant:
    """A vial in a position of a box, with its lot."""

    position: str
    box_id: str
    box: str
    vial: Vial
    lot: Lot


def _parts(ids: Iterable[str]) -> Iterator[list[str]]:
    listed = sorted(set(ids))
    for start in range(0, len(listed), _IN_A_QUERY):
        yield listed[start : start + _IN_A_QUERY]


def all_places(session: Session) -> list[StoragePlace]:
    """Every tank, rack and box, by path."""
    return list(session.exec(select(StoragePlace).order_by(col(StoragePlace.path))))


def children_of(session: Session, place_id: str) -> list[StoragePlace]:
    """What stands directly in a place, by path."""
    statement = select(StoragePlace).where(StoragePlace.parent_id == place_id)
    return list(session.exec(statement.order_by(col(StoragePlace.path))))


def within(session: Session, place: StoragePlace) -> list[StoragePlace]:
    """A place and everything in it, by path."""
    inside = col(StoragePlace.path).startswith(f"{place.path}/", autoescape=True)
    statement = select(StoragePlace).where(sa.or_(col(StoragePlace.id) == place.id, inside))
    return list(session.exec(statement.order_by(col(StoragePlace.path))))


def boxes_by_id(session: Session, ids: Collection[str]) -> dict[str, StoragePlace]:
    """These places by id."""
    found: dict[str, StoragePlace] = {}
    for part in _parts(ids):
        found |= {p.id: p for p in session.exec(select(StoragePlace).where(col(StoragePlace.id).in_(part)))}
    return found


def open_placements(session: Session, vial_ids: Collection[str]) -> dict[str, Placement]:
    """Where these vials sit now, by vial id; a vial that sits nowhere is left out."""
    found: dict[str, Placement] = {}
    for part in _parts(vial_ids):
        statement = select(Placement).where(col(Placement.vial_id).in_(part), col(Placement.until).is_(None))
        found |= {placement.vial_id: placement for placement in session.exec(statement)}
    return found


def taken(session: Session, box_ids: Collection[str]) -> dict[tuple[str, str], str]:
    """The code of the vial in each taken position, by box id and position."""
    found: dict[tuple[str, str], str] = {}
    for part in _parts(box_ids):
        statement = (
            select(Placement.box_id, Placement.position, Vial.code)
            .join(Vial, col(Vial.id) == col(Placement.vial_id))
            .where(col(Placement.box_id).in_(part), col(Placement.until).is_(None))
        )
        found |= {(box_id, position): code for box_id, position, code in session.exec(statement)}
    return found


def occupants(session: Session, box_ids: Collection[str]) -> list[Occupant]:
    """Every vial that sits in these boxes now, by box; positions in no order."""
    found: list[Occupant] = []
    for part in _parts(box_ids):
        statement = (
            sa.select(col(Placement.position), col(StoragePlace.id), col(StoragePlace.path), Vial, Lot)
            .join(Vial, col(Vial.id) == col(Placement.vial_id))
            .join(StoragePlace, col(StoragePlace.id) == col(Placement.box_id))
            .join(Lot, col(Lot.id) == col(Vial.lot_id))
            .where(col(Placement.box_id).in_(part), col(Placement.until).is_(None))
        )
        found.extend(Occupant(*row) for row in session.execute(statement))
    return sorted(found, key=lambda one: one.box)


def stored_by_box(session: Session) -> dict[str, int]:
    """How many vials sit in each box now."""
    statement = select(Placement.box_id, sa.func.count()).where(col(Placement.until).is_(None))
    return dict(session.exec(statement.group_by(col(Placement.box_id))).all())


def positions_of(session: Session, lot_id: str | None = None, vial_id: str | None = None) -> dict[str, str]:
    """Path and position (`TANK1/R02/BOX-A/C4`) by vial id: of every stored vial, of a lot's, or of one; one query."""
    statement = (
        select(Placement.vial_id, StoragePlace.path, Placement.position)
        .join(StoragePlace, col(StoragePlace.id) == col(Placement.box_id))
        .where(col(Placement.until).is_(None))
    )
    if lot_id is not None:
        statement = statement.join(Vial, col(Vial.id) == col(Placement.vial_id)).where(Vial.lot_id == lot_id)
    if vial_id is not None:
        statement = statement.where(Placement.vial_id == vial_id)
    return {of: f"{path}/{position}" for of, path, position in session.exec(statement)}


def open_positions(session: Session, vial_ids: Collection[str]) -> dict[str, str]:
    """Path and position of these vials by vial id; a vial that sits nowhere is left out."""
    placements = open_placements(session, vial_ids)
    boxes = boxes_by_id(session, {placement.box_id for placement in placements.values()})
    return {of: f"{boxes[one.box_id].path}/{one.position}" for of, one in placements.items()}


def tanks_of_lot(session: Session, lot_id: str) -> set[str]:
    """The names of the tanks in which a lot's vials stand."""
    statement = (
        select(StoragePlace.path)
        .join(Placement, col(Placement.box_id) == col(StoragePlace.id))
        .join(Vial, col(Vial.id) == col(Placement.vial_id))
        .where(Vial.lot_id == lot_id, col(Placement.until).is_(None))
        .distinct()
    )
    return {path.split("/")[0] for path in session.exec(statement)}


def last_moves(session: Session, vial_ids: Collection[str]) -> dict[str, LastMove]:
    """The newest line of the ledger about each of these vials."""
    found: dict[str, LastMove] = {}
    for part in _parts(vial_ids):
        newest = sa.select(sa.func.max(col(Movement.number))).where(col(Movement.vial_id).in_(part))
        statement = sa.select(
            col(Movement.vial_id),
            col(Movement.at),
            col(Movement.status_from),
            col(Movement.status_to),
            col(Movement.custodian),
        ).where(col(Movement.number).in_(newest.group_by(col(Movement.vial_id))))
        found |= {row[0]: LastMove(*row) for row in session.execute(statement)}
    return found


def movements_of(session: Session, vial_id: str) -> list[Movement]:
    """A vial's lines in the ledger, oldest first."""
    return list(session.exec(select(Movement).where(Movement.vial_id == vial_id).order_by(col(Movement.number))))


def next_number(session: Session) -> int:
    """The number of the ledger's next line; unique because the writers' lock is held."""
    return (session.scalar(select(sa.func.max(Movement.number))) or 0) + 1


def custodian_of(session: Session, vial_id: str) -> Custodian:
    """The custodian of a vial: that of its box, else that of its last movement, else the production unit."""
    statement = (
        select(StoragePlace.custodian)
        .join(Placement, col(Placement.box_id) == col(StoragePlace.id))
        .where(Placement.vial_id == vial_id, col(Placement.until).is_(None))
    )
    boxed = session.exec(statement).first()
    if boxed is not None:
        return Custodian(boxed)
    last = last_moves(session, [vial_id]).get(vial_id)
    return Custodian.PRODUCTION_UNIT if last is None else last.custodian


def custodians_of(session: Session, vial_ids: Collection[str]) -> dict[str, Custodian]:
    """The custodian of each of these vials, in a few statements."""
    placements, last = open_placements(session, vial_ids), last_moves(session, vial_ids)
    boxes = boxes_by_id(session, {placement.box_id for placement in placements.values()})
    found: dict[str, Custodian] = {}
    for vial_id in vial_ids:
        if vial_id in placements:
            found[vial_id] = boxes[placements[vial_id].box_id].custodian
        else:
            found[vial_id] = last[vial_id].custodian if vial_id in last else Custodian.PRODUCTION_UNIT
    return found


def inside_during(
    session: Session,
    place: StoragePlace,
    called: str,
    since: datetime,
    until: datetime | None = None,
    among: Iterable[str] | None = None,
) -> set[str]:
    """Ids of the vials that were in a place at any moment from `since` to `until` (no end: to this day), among these.

    A box is asked by what sat in it; a tank or a rack by the ledger, which knows each path that a vial had, its box
    carried in or out included. `called` is the path that the place had then.
    """
    if place.kind is PlaceKind.BOX:
        sat = sa.select(col(Placement.vial_id)).where(
            col(Placement.box_id) == place.id,
            sa.or_(col(Placement.until).is_(None), col(Placement.until) > since),
            *(() if until is None else (col(Placement.since) <= until,)),
        )
        found = set(session.scalars(sat))
        return found if among is None else found & set(among)
    if among is None:
        return _inside_during(session, {called, place.path}, since, until, None)
    return {one for part in _parts(among) for one in _inside_during(session, {called, place.path}, since, until, part)}


def _inside_during(
    session: Session, paths: Iterable[str], since: datetime, until: datetime | None, among: Sequence[str] | None
) -> set[str]:
    ledger = table_of(Movement).c
    left_at = sa.func.lead(ledger.at, type_=ledger.at.type).over(partition_by=ledger.vial_id, order_by=ledger.number)
    lines = sa.select(ledger.vial_id, ledger.place_to, ledger.at, left_at.label("left_at"))
    if among is not None:
        lines = lines.where(ledger.vial_id.in_(among))
    line = lines.subquery()
    inside = sa.select(line.c.vial_id).where(
        sa.or_(*(line.c.place_to.startswith(f"{path}/", autoescape=True) for path in sorted(paths))),
        sa.or_(line.c.left_at.is_(None), line.c.left_at > since),
        *(() if until is None else (line.c.at <= until,)),
    )
    return set(session.scalars(inside))


def ever_in(session: Session, place: StoragePlace) -> list[Vial]:
    """The vials that sit or sat in a place or in what stands in it now, by code."""
    boxes = sorted(p.id for p in within(session, place) if p.kind is PlaceKind.BOX)
    found: dict[str, Vial] = {}
    for part in _parts(boxes):
        statement = select(Vial).join(Placement, col(Placement.vial_id) == col(Vial.id))
        found.update((vial.code, vial) for vial in session.exec(statement.where(col(Placement.box_id).in_(part))))
    return [found[code] for code in sorted(found)]


def transfers(session: Session) -> list[Transfer]:
    """Every transfer, oldest first."""
    return list(session.exec(select(Transfer).order_by(col(Transfer.sent_at), col(Transfer.code))))


def vials_in(session: Session, transfer_id: str) -> list[Vial]:
    """The vials of a transfer, by code."""
    statement = (
        select(Vial)
        .join(TransferVial, col(TransferVial.vial_id) == col(Vial.id))
        .where(TransferVial.transfer_id == transfer_id)
    )
    return list(session.exec(statement.order_by(col(Vial.code))))


def reserved_for(session: Session, vial_ids: Collection[str]) -> dict[str, str]:
    """The code of the visit that each of these vials is set aside for; the others are left out."""
    found: dict[str, str] = {}
    for part in _parts(vial_ids):
        statement = (
            select(Reservation.vial_id, Visit.code)
            .join(Visit, col(Visit.id) == col(Reservation.visit_id))
            .where(col(Reservation.vial_id).in_(part), col(Reservation.ended_at).is_(None))
        )
        found.update(session.exec(statement).all())
    return found
