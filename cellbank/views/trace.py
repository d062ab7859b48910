"""Trace: from any code, everything upstream and downstream, with counts that reconcile."""

from collections import Counter
from dataclasses import dataclass

from cellbank.domain.deviation import Deviation
from cellbank.domain.facts import Reconciliation
from cellbank.domain.hold import Hold
from cellbank.domain.identifiers import Station
from cellbank.domain.lot import Lot
from cellbank.domain.record import Record
from cellbank.domain.subject import Subject
from cellbank.domain.testing import Result
from cellbank.domain.vial import Vial, VialStatus
from cellbank.domain.visit import Visit
from cellbank.errors import NotFound
from cellbank.store import codes
from cellbank.store import lineage as store
from cellbank.store import lot as store_lot
from cellbank.store.unit_of_work import Reading

TRACED = frozenset(
    {
        Station.DONOR,
        Station.TISSUE,
        Station.MATERIAL,
        Station.CULTURE,
        Station.LOT,
        Station.VIAL,
        Station.DOSE,
        Station.SUBJECT,
    }
)


@dataclass(frozen=True)
class Node:
    """One thing on the way."""

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
    """Trace any code at all. A result, hold or deviation is traced through what it concerns."""
    found = codes.resolve(reading, text)
    station, row = _traced(reading, found)
    up = store.upstream(reading.session, station, row.id)
    down = store.downstream(reading.session, station, row.id)
    return Trace(
        found.code,
        found.station,
        _nodes(reading, up, found, station, row),
        _nodes(reading, down, found, station, row),
        _reconciliation(reading, station, row, up, down),
    )


def concerned(reading: Reading, text: str) -> tuple[Station, Record]:
    """The thing that a code stands for in the lineage: itself, or what a result, hold or deviation is about."""
    return _traced(reading, codes.resolve(reading, text))


def _traced(reading: Reading, found: codes.Found) -> tuple[Station, Record]:
    if found.station in TRACED:
        return found.station, found.row
    if isinstance(found.row, Visit):
        return Station.SUBJECT, reading.session.get_one(Subject, found.row.subject_id)
    if not isinstance(found.row, Result | Hold | Deviation):
        raise NotFound("code.not_found", code=found.code)
    station = Station(found.row.subject_table)
    row = reading.session.get_one(codes.KINDS[station], found.row.subject_id)
    return station, row


def _nodes(
    reading: Reading, lineage: store.Lineage, found: codes.Found, station: Station, row: Record
) -> tuple[Node, ...]:
    nodes = [Node(at, each.label) for at, each in store.rows(reading.session, lineage)]
    if found.station not in TRACED:
        nodes.append(Node(station, row.label))
    return tuple(nodes)


def _reconciliation(
    reading: Reading, station: Station, row: Record, up: store.Lineage, down: store.Lineage
) -> Reconciliation:
    """The vials of every lot downstream, of the thing's own lot, or of every lot that a dose or subject came from."""
    lots = set((up if station in (Station.DOSE, Station.SUBJECT) else down).of(Station.LOT))
    if station is Station.LOT:
        lots.add(row.id)
    if isinstance(row, Vial):
        lots.add(row.lot_id)
    counts: Counter[VialStatus] = Counter()
    filled = 0
    for lot_id in lots:
        filled += reading.session.get_one(Lot, lot_id).vials_filled
        counts.update(store_lot.vials_by_status(reading.session, lot_id))
    return Reconciliation(filled, dict(counts))
