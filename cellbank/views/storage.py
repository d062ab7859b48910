"""Storage as a reader sees it: places, box maps, what stands where, a vial's own ledger."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cellbank.domain.identifiers import Station
from cellbank.domain.lot import Lot
from cellbank.domain.storage import Custodian, PlaceKind, StoragePlace
from cellbank.domain.vial import StockClass, Vial, VialStatus
from cellbank.errors import Finding, Refused
from cellbank.facts.lot import holds_upstream
from cellbank.facts.storage import held_by_place
from cellbank.store import codes, lineage, storage
from cellbank.store.hold import open_holds_of
from cellbank.store.unit_of_work import Reading
from cellbank.store.vial import ever_printed

LETTER: Mapping[StockClass, str] = {
    StockClass.DISPENSABLE: "D",
    StockClass.RETAINED: "R",
    StockClass.STABILITY: "S",
    StockClass.QUALITY_CONTROL: "Q",
}
HELD = "H"
"""The letter of a held vial, whatever its class; a free position has none."""


@dataclass(frozen=True)
class PlaceLine:
    """A tank, rack or box: how many positions it has, itself or in its boxes, and how many are taken.

    `held`: an open hold on it, or on what it stands in, reaches whatever is in it now.
    """

    path: str
    code: str
    kind: PlaceKind
    custodian: Custodian
    rows: int | None
    columns: int | None
    positions: int
    vials: int
    held: bool

    @property
    def free(self) -> int:
        """Positions in which no vial sits."""
        return self.positions - self.vials


@dataclass(frozen=True)
class Cell:
    """A vial in a box; `reserved_for` is the visit that it is set aside for."""

    code: str
    number: int
    lot: str
    letter: str
    stock_class: StockClass
    status: VialStatus
    label_verified: bool
    held: bool
    reserved_for: str | None


@dataclass(frozen=True)
class BoxMap:
    """A box as a grid, rows A … and columns 1 …; `cells` by position, free ones left out."""

    path: str
    code: str
    rows: int
    columns: int
    custodian: Custodian
    held: bool
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class Content:
    """A vial somewhere in a place."""

    position: str
    vial: Cell


@dataclass(frozen=True)
class MovementLine:
    """One line of a vial's ledger."""

    number: int
    at: datetime
    status_from: VialStatus | None
    status_to: VialStatus
    place_from: str | None
    place_to: str | None
    custodian: Custodian
    purpose: str
    dose: str | None
    subject: str | None
    visit: int | None
    by: str
    checked_by: str | None
    note: str | None


def places(reading: Reading) -> list[PlaceLine]:
    """Every tank, rack and box, by path: each before what stands in it."""
    listed = sorted(storage.all_places(reading.session), key=lambda place: place.path.split("/"))
    return _lines(reading, listed)


def place_view(reading: Reading, code: str) -> PlaceLine:
    """One tank, rack or box, by its path or code; an unknown place is refused."""
    place = codes.get_by_code(reading, StoragePlace, code)
    return next(line for line in _lines(reading, storage.within(reading.session, place)) if line.path == place.path)


def _lines(reading: Reading, listed: Sequence[StoragePlace]) -> list[PlaceLine]:
    stored, held = storage.stored_by_box(reading.session), _held_now(reading)
    positions: dict[str, int] = {}
    vials: dict[str, int] = {}
    for place in listed:
        for around in _around(place.path):
            positions[around] = positions.get(around, 0) + (place.rows or 0) * (place.columns or 0)
            vials[around] = vials.get(around, 0) + stored.get(place.id, 0)
    return [
        PlaceLine(
            place.path,
            place.code,
            place.kind,
            place.custodian,
            place.rows,
            place.columns,
            positions[place.path],
            vials[place.path],
            held=not held.isdisjoint(_around(place.path)),
        )
        for place in listed
    ]


def _held_now(reading: Reading) -> set[str]:
    """The paths of places with an open hold that reaches what arrives, too: not that of an excursion which is over."""
    holds = open_holds_of(reading.session, "storage_place")
    held = (reading.session.get_one(StoragePlace, hold.subject_id) for hold in holds if hold.until is None)
    return {place.path for place in held}


def _around(path: str) -> Iterator[str]:
    """A place's path, and those of the rack and tank it stands in."""
    parts = path.split("/")
    return ("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))


def box_map(reading: Reading, code: str) -> BoxMap:
    """One box by its path or code; refused for a rack or tank."""
    box = codes.get_by_code(reading, StoragePlace, code)
    if box.kind is not PlaceKind.BOX or box.rows is None or box.columns is None:
        raise Refused(Finding("storage.place.not_box", box.path, {"path": box.path, "kind": box.kind}))
    inside = storage.occupants(reading.session, [box.id])
    cells = _cells(reading, inside)
    held = not _held_now(reading).isdisjoint(_around(box.path))
    by_position = {one.position: cells[one.vial.id] for one in inside}
    return BoxMap(box.path, box.code, box.rows, box.columns, box.custodian, held, by_position)


def contents(reading: Reading, code: str) -> list[Content]:
    """Every vial in a tank, rack or box, box by box and position by position; an unknown place is refused."""
    place = codes.get_by_code(reading, StoragePlace, code)
    boxes = [p.id for p in storage.within(reading.session, place) if p.kind is PlaceKind.BOX]
    inside = storage.occupants(reading.session, boxes)
    cells = _cells(reading, inside)
    inside.sort(key=lambda one: (one.box, one.position[0], int(one.position[1:])))
    return [Content(f"{one.box}/{one.position}", cells[one.vial.id]) for one in inside]


def _cells(reading: Reading, inside: Collection[storage.Occupant]) -> dict[str, Cell]:
    """The cells by vial id; whether a vial is held is asked once for all, and once a lot."""
    lots: dict[str, Lot] = {one.lot.id: one.lot for one in inside}
    held_lots = {lot_id for lot_id, lot in lots.items() if holds_upstream(reading, lot)}
    vials = {one.vial.id: one.vial for one in inside}
    held = {hold.subject_id for hold in open_holds_of(reading.session, "vial")}
    held |= set(held_by_place(reading, vials))
    reserved = storage.reserved_for(reading.session, vials)
    return {
        vial.id: _cell(vial, lots[vial.lot_id].number, vial.id in held or vial.lot_id in held_lots, reserved)
        for vial in vials.values()
    }


def _cell(vial: Vial, lot: str, held: bool, reserved: Mapping[str, str]) -> Cell:
    return Cell(
        code=vial.code,
        number=vial.number,
        lot=lot,
        letter=HELD if held else LETTER[vial.stock_class],
        stock_class=vial.stock_class,
        status=vial.status,
        label_verified=vial.verified_at is not None,
        held=held,
        reserved_for=reserved.get(vial.id),
    )


def position_of(reading: Reading, code: str) -> str | None:
    """Where a vial sits, as path and position; None when it is not stored. An unknown vial is refused."""
    vial = codes.get_by_code(reading, Vial, code)
    return storage.positions_of(reading.session, vial_id=vial.id).get(vial.id)


def custodian_of(reading: Reading, code: str) -> Custodian:
    """The custodian of a vial; an unknown vial is refused."""
    return storage.custodian_of(reading.session, codes.get_by_code(reading, Vial, code).id)


def movements(reading: Reading, code: str) -> list[MovementLine]:
    """A vial's ledger, oldest line first; an unknown vial is refused."""
    vial = codes.get_by_code(reading, Vial, code)
    return [
        MovementLine(
            m.number,
            m.at,
            m.status_from,
            m.status_to,
            m.place_from,
            m.place_to,
            m.custodian,
            m.purpose,
            m.dose_code,
            m.subject_code,
            m.visit,
            m.by,
            m.checked_by,
            m.note,
        )
        for m in storage.movements_of(reading.session, vial.id)
    ]


def without_label(reading: Reading, code: str) -> tuple[str, ...]:
    """The paths of a place and of what stands in it, as far as no label of them was ever printed; an unknown place is
    refused.
    """
    places = storage.within(reading.session, codes.get_by_code(reading, StoragePlace, code))
    labelled = ever_printed(reading.session, [place.id for place in places])
    return tuple(place.path for place in places if place.id not in labelled)


@dataclass(frozen=True)
class Reach:
    """What an excursion touched: the vials that were inside, wherever they are now, and the doses made of them."""

    vials: tuple[str, ...]
    doses: tuple[str, ...]


def reach(reading: Reading, code: str, since: datetime, until: datetime | None) -> Reach:
    """The vials that were in a place at any moment from `since` to `until` (no end: to this day), and the doses made of
    them; an unknown place is refused.
    """
    place = codes.get_by_code(reading, StoragePlace, code)
    inside = {Station.VIAL: storage.inside_during(reading.session, place, place.path, since, until)}
    vials = lineage.labels(reading.session, lineage.Lineage(inside))
    made = lineage.labels(reading.session, lineage.downstream_of(reading.session, inside))
    return Reach(tuple(vials.get(Station.VIAL, ())), tuple(made.get(Station.DOSE, ())))
