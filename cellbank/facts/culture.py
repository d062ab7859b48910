"""The growth facts of a whole lineage, and how many cells of a harvest are left."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from cellbank.domain.culture import Culture, CultureSource, Harvest
from cellbank.domain.growth import CultureFacts, Family, HarvestFacts, LotAtFreeze, growth, viable
from cellbank.domain.identifiers import Station
from cellbank.domain.lot import Lot
from cellbank.domain.protocol import Protocol
from cellbank.store import culture as store_culture, lineage
from cellbank.store.lot import lots_of_vials
from cellbank.store.unit_of_work import Reading


def family_of(reading: Reading, culture_ids: Collection[str], protocol: Protocol, *, whole: bool = False) -> Family:
    """The cultures named, what was harvested together with them, and all cultures upstream of either, with their
    growth; `whole`: none of these is missing among the named.

    A companion is asked for its own parents too: without them it would count as grown from tissue, and its cells
    as founders by CFU-F, in the sum that the doublings of the whole harvest come from.
    """
    ids = set(culture_ids) if whole else set(culture_ids) | store_culture.companions_of(reading.session, culture_ids)
    for culture_id in () if whole else sorted(ids):
        ids |= lineage.upstream(reading.session, Station.CULTURE, culture_id).of(Station.CULTURE)
    by_id = {culture.id: culture for culture in store_culture.cultures_by_id(reading.session, ids)}
    edges = store_culture.sources_of(reading.session, by_id)
    facts = dict(_facts(reading, by_id, edges))
    return Family({c.code: c for c in by_id.values()}, edges, facts, growth(facts.values(), protocol.culture))


def _facts(
    reading: Reading, by_id: Mapping[str, Culture], edges: Sequence[CultureSource]
) -> Iterator[tuple[str, CultureFacts]]:
    parents: dict[str, list[str]] = {}
    thawed: dict[str, dict[str, LotAtFreeze]] = {}
    lots = lots_of_vials(reading.session, {edge.vial_id for edge in edges if edge.vial_id is not None})
    for edge in edges:
        if edge.parent_id is not None and edge.parent_id in by_id:
            parents.setdefault(edge.culture_id, []).append(by_id[edge.parent_id].code)
        lot = None if edge.vial_id is None else lots[edge.vial_id]
        if lot is not None and lot.number not in thawed.setdefault(edge.culture_id, {}):
            thawed[edge.culture_id][lot.number] = _at_freeze(lot, by_id)
    harvests = _harvest_facts(reading, by_id)
    for culture in by_id.values():
        yield (
            culture.code,
            CultureFacts(
                culture.code,
                culture.passage,
                culture.seeded_at,
                culture.viable_seeded,
                culture.surface_cm2,
                tuple(sorted(parents.get(culture.id, ()))),
                tuple(thawed.get(culture.id, {}).values()),
                harvests.get(culture.harvest_id) if culture.harvest_id else None,
            ),
        )


def _at_freeze(lot: Lot, by_id: Mapping[str, Culture]) -> LotAtFreeze:
    """A thawed lot by the culture it was filled from, whose harvest says its doublings."""
    culture = by_id[lot.culture_id]
    return LotAtFreeze(lot.number, culture.passage, None, culture.code)


def _harvest_facts(reading: Reading, by_id: Mapping[str, Culture]) -> dict[str, HarvestFacts]:
    members: dict[str, list[str]] = {}
    for culture in by_id.values():
        if culture.harvest_id is not None:
            members.setdefault(culture.harvest_id, []).append(culture.code)
    return {
        harvest.id: HarvestFacts(
            harvest.id,
            harvest.at,
            harvest.total_cells,
            harvest.viability_percent,
            tuple(sorted(members[harvest.id])),
        )
        for harvest in store_culture.harvests(reading.session, members)
    }


def freeze_point(reading: Reading, lot: Lot, protocol: Protocol) -> LotAtFreeze:
    """A lot's passage and cumulative doublings at freeze: those of its culture at harvest."""
    culture = reading.session.get_one(Culture, lot.culture_id)
    grown = family_of(reading, [culture.id], protocol).growth[culture.code]
    return LotAtFreeze(lot.number, culture.passage, grown.cumulative_at_harvest)


def left_of_harvest(reading: Reading, harvest: Harvest) -> Decimal:
    """At most so many viable cells of a harvest are left: neither seeded again nor filled into vials.

    How much of each harvest went into a pool is not recorded; what was pooled came from these harvests together.
    """
    pooled = _pooled_with(reading, harvest)
    return min(_left(reading, {harvest.id}, [harvest]), _left(reading, {one.id for one in pooled}, pooled))


def left_of_harvests(reading: Reading, harvests: Collection[Harvest]) -> Decimal:
    """Viable cells left of several harvests together."""
    alone = sum((left_of_harvest(reading, row) for row in harvests), Decimal(0))
    return min(alone, _left(reading, {row.id for row in harvests}, harvests))


def _left(reading: Reading, ids: Collection[str], harvests: Collection[Harvest]) -> Decimal:
    """What harvests gave, without what was taken from them alone."""
    members = {c.id for c in store_culture.harvested_together(reading.session, ids)}
    children = {edge.culture_id for edge in store_culture.started_from_cultures(reading.session, members)}
    seeded = sum(
        child.viable_seeded
        for child in store_culture.cultures_by_id(reading.session, children)
        if _drawn_from(reading, child) <= set(ids)
    )
    filled = sum(lot.viable_per_vial * lot.vials_filled for lot in store_culture.lots_from(reading.session, members))
    given = sum((viable(row.total_cells, row.viability_percent) for row in harvests), Decimal(0))
    return given - seeded - filled


def _drawn_from(reading: Reading, child: Culture) -> set[str]:
    """The harvests whose cells went into a culture."""
    parents = [s.parent_id for s in store_culture.sources_of(reading.session, {child.id}) if s.parent_id is not None]
    return {str(c.harvest_id) for c in store_culture.cultures_by_id(reading.session, parents)}


def _pooled_with(reading: Reading, harvest: Harvest) -> list[Harvest]:
    """A harvest and every other one that shares a pool with it, directly or through a third."""
    ids, fresh = {harvest.id}, {harvest.id}
    while fresh:
        members = {c.id for c in store_culture.harvested_together(reading.session, fresh)}
        children = {edge.culture_id for edge in store_culture.started_from_cultures(reading.session, members)}
        drawn = [_drawn_from(reading, child) for child in store_culture.cultures_by_id(reading.session, children)]
        fresh = set().union(*drawn) - ids
        ids |= fresh
    return store_culture.harvests(reading.session, ids)


def used_after(reading: Reading, culture: Culture, at: datetime) -> Iterator[tuple[str, datetime]]:
    """What was done with a culture's cells after that moment: its harvest, and what was seeded or filled from it."""
    if culture.harvest_id is not None:
        harvested_at = reading.session.get_one(Harvest, culture.harvest_id).at
        if harvested_at > at:
            yield culture.code, harvested_at
    children = {edge.culture_id for edge in store_culture.started_from_cultures(reading.session, {culture.id})}
    seeded = ((child.code, child.seeded_at) for child in store_culture.cultures_by_id(reading.session, children))
    filled = ((lot.number, lot.filled_at) for lot in store_culture.lots_from(reading.session, {culture.id}))
    yield from ((code, used_at) for code, used_at in (*seeded, *filled) if used_at > at)
