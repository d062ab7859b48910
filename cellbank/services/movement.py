"""Movements: the one place where a vial's status changes, and the ledger line that says so (rules.md §3).

Every function here is part of an act at hand. It records what it changed under `vial.moved`, so that the caller
has nothing to name; call it after the act's own action is recorded, because an act is called by its first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cellbank.domain.record import Record
from cellbank.domain.storage import Custodian, Placement, StoragePlace
from cellbank.domain.vial import LOST_TO_DOSES, MOVES, Movement, Vial, VialStatus
from cellbank.domain.visit import DoseVial, Reservation, ReservationEnd
from cellbank.errors import CellbankError, Finding, refuse
from cellbank.store import dose as store_dose, storage
from cellbank.store.unit_of_work import Reading, UnitOfWork

MOVED = "vial.moved"


@dataclass(frozen=True)
class Spot:
    """A position in a box."""

    box: StoragePlace
    position: str

    @property
    def path(self) -> str:
        """`TANK1/R02/BOX-A/C4`."""
        return f"{self.box.path}/{self.position}"


@dataclass(frozen=True)
class Why:
    """What the ledger says of a movement beside its places; what is None is looked up or left empty."""

    purpose: str
    custodian: Custodian | None = None
    place_from: str | None = None
    place_to: str | None = None
    dose: str | None = None
    subject: str | None = None
    visit: int | None = None
    checked_by: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Move:
    """One vial to another status, or to another position; `spot` exactly when it is stored."""

    vial: Vial
    to: VialStatus
    spot: Spot | None = None


@dataclass(frozen=True)
class _Before:
    """Where the vials of a movement were."""

    placements: dict[str, Placement]
    boxes: dict[str, StoragePlace]
    last: dict[str, storage.LastMove]

    def place(self, vial: Vial) -> str | None:
        placement = self.placements.get(vial.id)
        return None if placement is None else f"{self.boxes[placement.box_id].path}/{placement.position}"

    def custodian(self, vial: Vial) -> Custodian:
        placement = self.placements.get(vial.id)
        if placement is not None:
            return self.boxes[placement.box_id].custodian
        last = self.last.get(vial.id)
        return Custodian.PRODUCTION_UNIT if last is None else last.custodian


def custodian_of(reading: Reading, vial: Vial) -> Custodian:
    """Who keeps a vial now."""
    return storage.custodian_of(reading.session, vial.id)


def move_vial_status(
    work: UnitOfWork,
    vial: Vial,
    to: VialStatus,
    *,
    purpose: str,
    place_from: str | None = None,
    place_to: str | None = None,
    custodian: Custodian | None = None,
    spot: Spot | None = None,
    dose: str | None = None,
    subject: str | None = None,
    visit: int | None = None,
    checked_by: str | None = None,
    note: str | None = None,
) -> Movement:
    """Move one vial to another status: its placement closed or opened, its line in the ledger written.

    Refused: a move that the table has not, and one done before the vial's last movement. `spot` is where it goes
    when it is stored; the places and the custodian are looked up when they are not given.
    """
    why = Why(purpose, custodian, place_from, place_to, dose, subject, visit, checked_by, note)
    return move_vials(work, [Move(vial, to, spot)], why, on=vial)[0]


def move_vials(work: UnitOfWork, moves: Sequence[Move], why: Why, *, on: Record) -> list[Movement]:
    """Move many vials in a few statements, recorded as one `vial.moved` on what the act is about; all or nothing.

    Refused: a move that the table of statuses has not, one before the vial's last movement, a box of another custodian.
    """
    ids = [move.vial.id for move in moves]
    placements = storage.open_placements(work.session, ids)
    boxes = storage.boxes_by_id(work.session, {placement.box_id for placement in placements.values()})
    before = _Before(placements, boxes, storage.last_moves(work.session, ids))
    refuse(finding for move in moves for finding in _findings(work, move, before, why))
    number = storage.next_number(work.session)
    lines = [_line(work, move, before, why, number + n) for n, move in enumerate(moves)]
    for placement in placements.values():
        placement.until = work.act.performed_at
    for move in moves:
        move.vial.status = move.to
    work.session.flush()  # Old placements close before new ones open: one position a vial, in the database too.
    opened = [_placement(work, move.vial, move.spot) for move in moves if move.spot is not None]
    work.insert_many(opened)
    work.insert_many(lines)
    lost = [move.vial.id for move in moves if move.to in LOST_TO_DOSES]
    given_up = [*_leave_reservations(work, lost), *(_leave_attempts(work, lost) if why.dose is None else ())]
    touched = [*(move.vial for move in moves), *placements.values(), *opened, *lines, *given_up]
    work.record(MOVED, on, *touched, to=_one(moves), purpose=why.purpose, vials=len(moves), note=why.note)
    return lines


def _leave_reservations(work: UnitOfWork, vial_ids: Sequence[str]) -> Iterator[Reservation]:
    """A visit is not promised a vial that is gone: what was set aside of these is set aside no more."""
    for reservation in store_dose.live_reservation_of(work.session, vial_ids).values():
        reservation.ended_at = work.now
        reservation.ended_as = ReservationEnd.LOST
        yield reservation


def _leave_attempts(work: UnitOfWork, vial_ids: Sequence[str]) -> Iterator[DoseVial]:
    """A vial lost outside its attempt's own acts leaves it, so that the attempt goes on with the others or ends."""
    for link in store_dose.open_links(work.session, vial_ids):
        link.left_at = work.act.performed_at
        yield link


def _one(moves: Sequence[Move]) -> str:
    return ", ".join(sorted({move.to.value for move in moves}))


def _findings(work: UnitOfWork, move: Move, before: _Before, why: Why) -> Iterator[Finding]:
    vial = move.vial
    if (move.to is VialStatus.STORED) != (move.spot is not None):
        raise CellbankError("vial.move.spot", code=vial.code)
    stays = vial.status is move.to is VialStatus.STORED
    if not stays and move.to not in MOVES.get(vial.status, frozenset()):
        yield Finding("vial.move", vial.code, {"code": vial.code, "status": vial.status, "to": move.to})
    yield from _too_early(work, vial, before.last.get(vial.id))
    keeper = why.custodian or before.custodian(vial)
    if move.spot is not None and move.spot.box.custodian is not keeper:
        params = {"code": vial.code, "place": move.spot.box.path, "custodian": keeper}
        yield Finding("storage.custodian.differs", vial.code, params | {"other": move.spot.box.custodian})


def _too_early(work: UnitOfWork, vial: Vial, last: storage.LastMove | None) -> Iterator[Finding]:
    if last is not None and work.act.performed_at < last.at:
        params = {"code": vial.code, "at": work.act.performed_at, "last": last.at}
        yield Finding("vial.move.before_last", vial.code, params)


def _line(work: UnitOfWork, move: Move, before: _Before, why: Why, number: int) -> Movement:
    vial = move.vial
    return Movement(
        number=number,
        vial_id=vial.id,
        at=work.act.performed_at,
        recorded_at=work.now,
        status_from=vial.status,
        status_to=move.to,
        place_from=why.place_from or before.place(vial),
        place_to=why.place_to or (None if move.spot is None else move.spot.path),
        custodian=why.custodian or before.custodian(vial),
        purpose=why.purpose,
        dose_code=why.dose,
        subject_code=why.subject,
        visit=why.visit,
        by=work.act.actor.name,
        checked_by=why.checked_by,
        note=why.note,
    )


def _placement(work: UnitOfWork, vial: Vial, spot: Spot) -> Placement:
    return Placement(vial_id=vial.id, box_id=spot.box.id, position=spot.position, since=work.act.performed_at)


def write_filled(work: UnitOfWork, vials: Sequence[Vial]) -> list[Movement]:
    """The first line of each new vial; the rows, for the filling to name beside its lot."""
    number = storage.next_number(work.session)
    lines = [
        _plain(work, vial, number + n, "fill", custodian=Custodian.PRODUCTION_UNIT) for n, vial in enumerate(vials)
    ]
    work.insert_many(lines)
    return lines


def write_carried(
    work: UnitOfWork, inside: Sequence[storage.Occupant], renamed: Mapping[str, str], purpose: str, custodian: Custodian
) -> list[Movement]:
    """A line for each vial whose box was carried elsewhere, `renamed` being the new path of each old one; the rows,
    for the act to name. Refused: before the last movement of one of them.
    """
    last = storage.last_moves(work.session, [one.vial.id for one in inside])
    refuse(found for one in inside for found in _too_early(work, one.vial, last.get(one.vial.id)))
    number = storage.next_number(work.session)
    lines = [
        _plain(
            work,
            one.vial,
            number + n,
            purpose,
            custodian=custodian,
            status_from=one.vial.status,
            place_from=f"{one.box}/{one.position}",
            place_to=f"{renamed[one.box]}/{one.position}",
        )
        for n, one in enumerate(inside)
    ]
    work.insert_many(lines)
    return lines


def _plain(work: UnitOfWork, vial: Vial, number: int, purpose: str, **said: Any) -> Movement:
    """A line about a vial whose status stays, or begins, as it is."""
    return Movement(
        number=number,
        vial_id=vial.id,
        at=work.act.performed_at,
        recorded_at=work.now,
        status_to=vial.status,
        purpose=purpose,
        by=work.act.actor.name,
        **said,
    )
