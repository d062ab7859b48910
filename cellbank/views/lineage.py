"""Lineage as a tree: from one thing back to its donor and on to every dose, a branch a thing.

A thing that is reached twice stands at both places, expanded at the first. Vials that still lie there untouched are
one line with their count, so that a lot of ten thousand reads as easily as one of ten.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlmodel import col, select

from cellbank.domain.culture import Culture
from cellbank.domain.identifiers import Station
from cellbank.domain.lot import Lot
from cellbank.domain.record import Record
from cellbank.domain.vial import Vial, VialStatus
from cellbank.domain.visit import Dose
from cellbank.store.lineage import next_to
from cellbank.store.stations import ROWS
from cellbank.store.unit_of_work import Reading
from cellbank.views import trace

TOUCHED = frozenset({VialStatus.PULLED, VialStatus.THAWED, VialStatus.CONSUMED_IN_CULTURE, VialStatus.CONSUMED_IN_DOSE})
"""Statuses in which something may have come of a vial; each such vial has a branch of its own."""
_ORDER = tuple(ROWS)


@dataclass(frozen=True)
class Branch:
    """One thing with what lies beyond it.

    `particulars` are its passage, tier, disposition or status. A branch without a code counts the untouched vials of
    its lot by status. `again` says that the thing stands, expanded, further up in the tree.
    """

    station: Station
    code: str
    particulars: Mapping[str, object] = field(default_factory=dict)
    children: tuple["Branch", ...] = ()
    untouched: Mapping[VialStatus, int] = field(default_factory=dict)
    again: bool = False


@dataclass(frozen=True)
class Tree:
    """A thing in the middle: what it came from, and what became of it."""

    station: Station
    code: str
    upstream: tuple[Branch, ...]
    downstream: tuple[Branch, ...]


def tree(reading: Reading, text: str) -> Tree:
    """The lineage of any code; a result, hold or deviation stands where what it concerns stands."""
    station, row = trace.concerned(reading, text)
    ends = [tuple(_beyond(reading, station, row, up, {row.id})) for up in (True, False)]
    return Tree(station, row.label, *ends)


def _beyond(reading: Reading, station: Station, row: Record, up: bool, met: set[str]) -> Iterator[Branch]:
    found = next_to(reading.session, station, row.id, up=up)
    for at in sorted(found, key=_ORDER.index):
        rows = _rows(reading, at, found[at])
        if at is Station.VIAL and not up:
            lying = Counter(one.status for one in rows if isinstance(one, Vial) and one.status not in TOUCHED)
            rows = [one for one in rows if isinstance(one, Vial) and one.status in TOUCHED]
            if lying:
                yield Branch(Station.VIAL, "", untouched=dict(sorted(lying.items())))
        for one in rows:
            yield _branch(reading, at, one, up, met)


def _branch(reading: Reading, station: Station, row: Record, up: bool, met: set[str]) -> Branch:
    if row.id in met:
        return Branch(station, row.label, _particulars(row), again=True)
    met.add(row.id)
    return Branch(station, row.label, _particulars(row), tuple(_beyond(reading, station, row, up, met)))


def _rows(reading: Reading, station: Station, ids: set[str]) -> list[Record]:
    kind = ROWS[station]
    listed = sorted(ids)
    rows: list[Record] = []
    for start in range(0, len(listed), 500):
        rows.extend(reading.session.exec(select(kind).where(col(kind.id).in_(listed[start : start + 500]))))
    return sorted(rows, key=lambda row: row.label)


def _particulars(row: Record) -> dict[str, object]:
    match row:
        case Culture():
            return {"passage": row.passage}
        case Lot():
            return {"tier": row.tier, "disposition": row.disposition}
        case Vial():
            return {"vial_status": row.status}
        case Dose():
            return {"dose_status": row.status}
    return {}
