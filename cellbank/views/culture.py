"""Cultures as a reader sees them: passage, doublings, lineage; and the growth facts of a whole lineage."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from cellbank.domain.culture import Culture, Harvest
from cellbank.domain.growth import shown_doublings
from cellbank.facts.culture import family_of, left_of_harvest
from cellbank.facts.protocol import protocol_by_id
from cellbank.store import codes, culture as store
from cellbank.store.tissue import tissues_by_id
from cellbank.store.unit_of_work import Reading
from cellbank.store.vial import vials_by_id


@dataclass(frozen=True)
class CultureView:
    """One culture. Doublings to three decimals; what is undefined is None, never 0."""

    code: str
    passage: int
    tissues: tuple[str, ...]
    parents: tuple[str, ...]
    seeded_at: datetime
    viable_seeded: int
    surface_cm2: Decimal
    harvested_at: datetime | None
    harvested_total: int | None
    harvest_viability_percent: Decimal | None
    harvested_with: tuple[str, ...]
    population_doublings: Decimal | None
    cumulative_at_seeding: Decimal | None
    cumulative_doublings: Decimal | None
    doubling_time_h: Decimal | None
    p0_convention: str
    viable_left: int | None
    discarded_at: datetime | None
    discarded_because: str | None
    children: tuple[str, ...]
    lots: tuple[str, ...]


def culture_view(reading: Reading, code: str) -> CultureView:
    """One culture by its code; an unknown one is refused."""
    return _view(reading, codes.get_by_code(reading, Culture, code))


def cultures(reading: Reading) -> list[CultureView]:
    """Every culture."""
    return [_view(reading, culture) for culture in store.cultures(reading.session)]


def _view(reading: Reading, culture: Culture) -> CultureView:
    protocol = protocol_by_id(reading, culture.trial_version_id)
    known = family_of(reading, [culture.id], protocol)
    facts, grown = known.facts[culture.code], known.growth[culture.code]
    harvest = None if culture.harvest_id is None else reading.session.get_one(Harvest, culture.harvest_id)
    sources = store.sources_of(reading.session, {culture.id})
    tissues = tissues_by_id(reading.session, {str(s.tissue_id) for s in sources if s.tissue_id})
    vials = vials_by_id(reading.session, {str(s.vial_id) for s in sources if s.vial_id})
    children = {edge.culture_id for edge in store.started_from_cultures(reading.session, {culture.id})}
    return CultureView(
        code=culture.code,
        passage=culture.passage,
        tissues=tuple(tissue.code for tissue in tissues),
        parents=(*facts.parents, *(vial.code for vial in vials)),
        seeded_at=culture.seeded_at,
        viable_seeded=culture.viable_seeded,
        surface_cm2=culture.surface_cm2,
        harvested_at=None if harvest is None else harvest.at,
        harvested_total=None if harvest is None else harvest.total_cells,
        harvest_viability_percent=None if harvest is None else harvest.viability_percent,
        harvested_with=() if facts.harvest is None else tuple(m for m in facts.harvest.members if m != culture.code),
        population_doublings=shown_doublings(grown.population_doublings),
        cumulative_at_seeding=shown_doublings(grown.cumulative_at_seeding),
        cumulative_doublings=shown_doublings(grown.cumulative_at_harvest),
        doubling_time_h=None if grown.doubling_time_h is None else round(grown.doubling_time_h, 2),
        p0_convention=protocol.culture.p0_convention.value,
        viable_left=_viable_left(reading, culture, harvest),
        discarded_at=culture.discarded_at,
        discarded_because=culture.discarded_because,
        children=tuple(c.code for c in store.cultures_by_id(reading.session, children)),
        lots=tuple(lot.number for lot in store.lots_from(reading.session, {culture.id})),
    )


def _viable_left(reading: Reading, culture: Culture, harvest: Harvest | None) -> int | None:
    """Viable cells still to be had of a culture: none once it was thrown away, None before its harvest."""
    if culture.discarded_at is not None:
        return 0
    return None if harvest is None else int(left_of_harvest(reading, harvest))
