"""Trace: from any code, everything upstream and downstream, with counts that reconcile."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cellbank.domain.deviation import Deviation
from cellbank.domain.facts import Reconciliation
from cellbank.domain.hold import Hold
from cellbank.domain.identifiers import Station
from cellbank.domain.lot import Lot
from cellbank.domain.record import Record
from cellbank.domain.stations import CHAIN
from cellbank.domain.storage import StoragePlace, Transfer
from cellbank.domain.subject import Subject
from cellbank.domain.testing import Result
from cellbank.domain.vial import Vial, VialStatus
from cellbank.domain.visit import Visit
from cellbank.errors import NotFound
from cellbank.store import codes, lineage as store
from cellbank.store.lot import vials_by_status
from cellbank.store.stations import ROWS
from cellbank.store.storage import ever_in, vials_in
from cellbank.store.unit_of_work import Reading


@dataclass(frozen=True)
class Node:
    """One thing of a lineage: its station and its code."""

    station: Station
    code: str


@dataclass(frozen=True)
class Trace:
    """Where a thing came from and what became of it; the counts are of the vials of every lot concerned."""

    subject: str
    station: Station
    upstream: tuple[Node, ...]
    downstream: tuple[Node, ...]
    reconciliation: Reconciliation


def trace(reading: Reading, text: str) -> Trace:
    """Everything upstream and downstream of any code; an unknown code is refused.

    What is no link of the chain is traced through what it concerns, named both ways: a result, hold or deviation
    through its subject, a transfer through the vials it carried, a place through the vials that sit or sat there.
    """
    found = codes.resolve(reading, text)
    starts, ids = _starts(reading, found)
    up, down = store.upstream_of(reading.session, ids), store.downstream_of(reading.session, ids)
    concerned = () if found.station in CHAIN else tuple(Node(station, row.label) for station, row in starts)
    return Trace(
        found.code,
        found.station,
        _nodes(reading, up) + concerned,
        _nodes(reading, down) + concerned,
        _reconciliation(reading, starts, up, down),
    )


def reached(reading: Reading, text: str) -> tuple[codes.Found, store.Lineage]:
    """The row that a code stands for, and everything that came of it, the ids of what it is traced through among them;
    an unknown code is refused.
    """
    found = codes.resolve(reading, text)
    _, ids = _starts(reading, found)
    down = store.downstream_of(reading.session, ids)
    stations = {*ids, *down.ids}
    return found, store.Lineage({at: ids.get(at, set()) | down.of(at) for at in stations})


Starts = list[tuple[Station, Record]]


def _starts(reading: Reading, found: codes.Found) -> tuple[Starts, dict[Station, set[str]]]:
    """What a code is traced through: the rows, and their ids by station."""
    vials = THROUGH_VIALS.get(found.station)
    starts: Starts
    if vials is None:
        starts = [_traced(reading, found)]
    else:
        starts = [(Station.VIAL, vial) for vial in vials(reading, found.row)]
    ids: dict[Station, set[str]] = {}
    for station, row in starts:
        ids.setdefault(station, set()).add(row.id)
    return starts, ids


def concerned(reading: Reading, text: str) -> tuple[Station, Record]:
    """The thing that a code stands for in the lineage: itself, or what a result, hold or deviation is about. An unknown
    code is refused.
    """
    return _traced(reading, codes.resolve(reading, text))


def _traced(reading: Reading, found: codes.Found) -> tuple[Station, Record]:
    if found.station in CHAIN:
        return found.station, found.row
    through = THROUGH_ONE.get(found.station)
    if through is None:
        raise NotFound("code.not_found", code=found.code)
    return through(reading, found.row)


def _about(reading: Reading, paper: Result | Hold | Deviation) -> tuple[Station, Record]:
    station = Station(paper.subject_table)
    return station, reading.session.get_one(ROWS[station], paper.subject_id)


def _subject_of(reading: Reading, visit: Visit) -> tuple[Station, Record]:
    return Station.SUBJECT, reading.session.get_one(Subject, visit.subject_id)


def _carried(reading: Reading, transfer: Transfer) -> Sequence[Vial]:
    return vials_in(reading.session, transfer.id)


def _ever_in(reading: Reading, place: StoragePlace) -> Sequence[Vial]:
    return ever_in(reading.session, place)


THROUGH_ONE: Mapping[Station, Callable[[Reading, Any], tuple[Station, Record]]] = {
    Station.RESULT: _about,
    Station.HOLD: _about,
    Station.DEVIATION: _about,
    Station.VISIT: _subject_of,
}
"""The one thing through which what is no link of the chain is traced."""
THROUGH_VIALS: Mapping[Station, Callable[[Reading, Any], Sequence[Vial]]] = {
    Station.TRANSFER: _carried,
    Station.PLACE: _ever_in,
}
"""The vials through which what is no link of the chain is traced."""


def _nodes(reading: Reading, lineage: store.Lineage) -> tuple[Node, ...]:
    return tuple(Node(at, each.label) for at, each in store.rows(reading.session, lineage))


def _reconciliation(
    reading: Reading, starts: Sequence[tuple[Station, Record]], up: store.Lineage, down: store.Lineage
) -> Reconciliation:
    """The vials of every lot downstream, of the thing's own lot, or of every lot that a dose or subject came from."""
    lots = set(down.of(Station.LOT))
    for station, row in starts:
        if station in (Station.DOSE, Station.SUBJECT):
            lots |= up.of(Station.LOT)
        if station is Station.LOT:
            lots.add(row.id)
        if isinstance(row, Vial):
            lots.add(row.lot_id)
    counts: Counter[VialStatus] = Counter()
    filled = 0
    for lot_id in lots:
        filled += reading.session.get_one(Lot, lot_id).vials_filled
        counts.update(vials_by_status(reading.session, lot_id))
    return Reconciliation(filled, dict(counts))
