"""Growth as it is drawn: cumulative doublings over days in culture, line by line, with the limits of the trial file.

A day is one that the cells spent growing: years in a tank move no point to the right. A line is one way from a tissue
(or from where it branches off another line) to its last culture; a pool goes on from its highest parent.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from cellbank.domain.culture import Culture
from cellbank.domain.growth import CultureFacts, Growth, shown_doublings
from cellbank.domain.identifiers import Station
from cellbank.domain.protocol import Protocol
from cellbank.domain.stations import GROWS
from cellbank.domain.tissue import hours_between
from cellbank.facts.culture import family_of
from cellbank.facts.protocol import protocol_by_id
from cellbank.store import codes, culture as store, lineage
from cellbank.store.lot import lots_by_id
from cellbank.store.unit_of_work import Reading
from cellbank.store.vial import vials_by_id

_A_DAY = Decimal(24)


@dataclass(frozen=True)
class GrowthPoint:
    """One end of a culture: `day` days in culture (one decimal), cumulative doublings (three)."""

    culture: str
    passage: int
    day: Decimal
    doublings: Decimal
    harvested: bool


@dataclass(frozen=True)
class GrowthLot:
    """A lot filled from a culture of the line, at the doublings it carries at freeze."""

    number: str
    day: Decimal
    doublings: Decimal


@dataclass(frozen=True)
class GrowthLine:
    """One lineage; `cultures` in order, `branches_from` the culture it leaves another line at."""

    cultures: tuple[str, ...]
    branches_from: str | None
    points: tuple[GrowthPoint, ...]
    lots: tuple[GrowthLot, ...]
    growing_days: Decimal | None
    """Days since the last seeding, while its last culture grows."""
    undefined: tuple[str, ...]
    """Cultures harvested whose doublings are undefined: they have no point."""


@dataclass(frozen=True)
class GrowthLimit:
    """What a version of the trial file allows."""

    version: str
    doublings: Decimal
    passage: int


@dataclass(frozen=True)
class GrowthView:
    """The growth of a thing's whole family of cultures."""

    subject: str
    station: Station
    lines: tuple[GrowthLine, ...]
    limits: tuple[GrowthLimit, ...]
    p0_conventions: tuple[str, ...]


@dataclass(frozen=True)
class _Known:
    """A culture with its facts, its growth, what it continues, and its days in culture at both ends."""

    row: Culture
    facts: CultureFacts
    grown: Growth
    continues: str | None
    seeded_day: Decimal
    harvested_day: Decimal | None


def growth_view(reading: Reading, text: str) -> GrowthView:
    """The growth of a donor, tissue, culture, lot or vial; empty for what cultures have no part in; an unknown code is
    refused.
    """
    found = codes.resolve(reading, text)
    ids = _family(reading, found.station, found.row.id) if found.station in GROWS else set()
    rows = store.cultures_by_id(reading.session, ids)
    protocols = {row.trial_version_id: protocol_by_id(reading, row.trial_version_id) for row in rows}
    known = _known(reading, rows, protocols)
    return GrowthView(
        found.code,
        found.station,
        tuple(_lines(reading, known)),
        tuple(_limits(protocols.values())),
        tuple(sorted({one.culture.p0_convention.value for one in protocols.values()})),
    )


def _limits(protocols: Collection[Protocol]) -> Iterator[GrowthLimit]:
    for one in sorted(protocols, key=lambda one: one.version):
        yield GrowthLimit(one.version, Decimal(one.culture.cumulative_doublings_limit), one.culture.passage_limit)


def _family(reading: Reading, station: Station, row_id: str) -> set[str]:
    """Every culture upstream and downstream, and whatever else went into one of them."""
    up = lineage.upstream(reading.session, station, row_id).of(Station.CULTURE)
    down = lineage.downstream(reading.session, station, row_id).of(Station.CULTURE)
    ids = up | down | ({row_id} if station is Station.CULTURE else set())
    fresh = ids
    while fresh:
        fresh = _one_step_up(reading, fresh) - ids
        ids = ids | fresh
    return ids


def _one_step_up(reading: Reading, ids: Collection[str]) -> set[str]:
    sources = store.sources_of(reading.session, ids)
    vials = vials_by_id(reading.session, {one.vial_id for one in sources if one.vial_id is not None})
    lots = lots_by_id(reading.session, {vial.lot_id for vial in vials})
    parents = {one.parent_id for one in sources if one.parent_id is not None}
    rows = store.cultures_by_id(reading.session, ids)
    together = store.harvested_together(reading.session, {row.harvest_id for row in rows if row.harvest_id})
    return parents | {lot.culture_id for lot in lots} | {row.id for row in together}


def _known(reading: Reading, rows: Sequence[Culture], protocols: Mapping[str, Protocol]) -> dict[str, _Known]:
    """Every culture of the family by code, each judged by the trial file it was grown under, parents first."""
    ids = [row.id for row in rows]
    families = {key: family_of(reading, ids, one, whole=True) for key, one in protocols.items()}
    by_lot = _cultures_of_lots(reading, rows)
    known: dict[str, _Known] = {}
    for row in sorted(rows, key=lambda one: (one.seeded_at, one.passage, one.code)):
        family = families[row.trial_version_id]
        facts, grown = family.facts[row.code], family.growth[row.code]
        before = (*facts.parents, *(by_lot[one.lot] for one in facts.thawed if one.lot in by_lot))
        parents = [known[code] for code in before if code in known]
        start = max((one.harvested_day or one.seeded_day for one in parents), default=Decimal(0))
        highest = max(parents, key=_height, default=None)
        until = None if facts.harvest is None else start + _days(row.seeded_at, facts.harvest.at)
        known[row.code] = _Known(row, facts, grown, None if highest is None else highest.row.code, start, until)
    return known


def _height(one: _Known) -> tuple[Decimal, str]:
    return (one.grown.cumulative_at_harvest or Decimal(-1), one.row.code)


def _days(start: datetime, end: datetime) -> Decimal:
    return hours_between(start, end) / _A_DAY


def _cultures_of_lots(reading: Reading, rows: Sequence[Culture]) -> dict[str, str]:
    by_id = {row.id: row.code for row in rows}
    return {lot.number: by_id[lot.culture_id] for lot in store.lots_from(reading.session, by_id)}


def _lines(reading: Reading, known: Mapping[str, _Known]) -> Iterator[GrowthLine]:
    children: dict[str | None, list[str]] = {}
    for code, one in known.items():
        children.setdefault(one.continues, []).append(code)
    lots: dict[str, list[str]] = {}
    for number, code in _cultures_of_lots(reading, [one.row for one in known.values()]).items():
        lots.setdefault(code, []).append(number)
    begin: list[tuple[str | None, str]] = [(None, code) for code in children.get(None, ())]
    while begin:
        branch, code = begin.pop(0)
        way = [code]
        while following := children.get(way[-1], []):
            begin[0:0] = [(way[-1], other) for other in following[1:]]
            way.append(following[0])
        yield _line(reading, known, way, branch, lots)


def _line(
    reading: Reading, known: Mapping[str, _Known], way: Sequence[str], branch: str | None, lots: Mapping[str, list[str]]
) -> GrowthLine:
    cultures = [known[code] for code in way]
    last = cultures[-1]
    grows = last.harvested_day is None and last.row.discarded_at is None
    points = [point for one in cultures for point in _points(one)]
    before = [] if branch is None else [point for point in _points(known[branch]) if point.harvested]
    return GrowthLine(
        tuple(way),
        branch,
        (*before, *points),
        tuple(_lots(cultures, lots)),
        round(_days(last.row.seeded_at, reading.now), 1) if grows else None,
        tuple(one.row.code for one in cultures if one.facts.harvest and one.grown.cumulative_at_harvest is None),
    )


def _points(one: _Known) -> Iterator[GrowthPoint]:
    ends = (
        (one.seeded_day, one.grown.cumulative_at_seeding, False),
        (one.harvested_day, one.grown.cumulative_at_harvest, True),
    )
    for day, doublings, harvested in ends:
        shown = shown_doublings(doublings)
        if day is not None and shown is not None:
            yield GrowthPoint(one.row.code, one.row.passage, round(day, 1), shown, harvested)


def _lots(cultures: Sequence[_Known], lots: Mapping[str, list[str]]) -> Iterator[GrowthLot]:
    for one in cultures:
        shown = shown_doublings(one.grown.cumulative_at_harvest)
        for number in lots.get(one.row.code, ()):
            if one.harvested_day is not None and shown is not None:
                yield GrowthLot(number, round(one.harvested_day, 1), shown)
