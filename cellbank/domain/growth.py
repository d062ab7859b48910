"""Growth, exactly (rules.md §4): viable counts, doublings, their sum along the lineage, passages, limits.

Everything is a `Decimal` and nothing is rounded before it is used; `shown_doublings` rounds for the eye only. What is
undefined is None, and so is everything that hangs on it: never 0.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from graphlib import CycleError, TopologicalSorter

from cellbank.domain.culture import Culture, CultureProtocol, CultureSource, P0Convention
from cellbank.domain.tissue import hours_between
from cellbank.errors import Finding, WrongInput

_EXACT = Context(prec=60)
_KEPT = Decimal("1e-30")
"""Logarithms are computed to 60 digits and kept to 30 decimals, so that a power of two gives a whole number."""


@dataclass(frozen=True)
class HarvestFacts:
    """One harvest: total cells, viability in percent, and the codes of the cultures harvested together into it."""

    id: str
    at: datetime
    total_cells: int
    viability_percent: Decimal
    members: tuple[str, ...]


@dataclass(frozen=True)
class LotAtFreeze:
    """What a thawed vial brings along: its lot, and the lot's passage and cumulative doublings at freeze.

    When `culture`, which the lot was filled from, is among the cultures at hand, its harvest says the doublings.
    """

    lot: str
    passage: int
    cumulative_doublings: Decimal | None
    culture: str | None = None


@dataclass(frozen=True)
class CultureFacts:
    """One culture: viable cells seeded on `surface_cm2`, its parents, and its harvest once there is one.

    `parents` are culture codes, `thawed` the lots whose vials were plated; a culture without either is a P0
    culture, grown from tissue.
    """

    code: str
    passage: int
    seeded_at: datetime
    viable_seeded: int
    surface_cm2: Decimal
    parents: tuple[str, ...] = ()
    thawed: tuple[LotAtFreeze, ...] = ()
    harvest: HarvestFacts | None = None

    @property
    def is_p0(self) -> bool:
        """Whether it was started from tissue."""
        return not self.parents and not self.thawed


@dataclass(frozen=True)
class Growth:
    """One culture's doublings, and the sum at both ends; None is undefined."""

    population_doublings: Decimal | None
    cumulative_at_seeding: Decimal | None
    cumulative_at_harvest: Decimal | None
    doubling_time_h: Decimal | None


UNDEFINED = Growth(None, None, None, None)


def viable(total: int, viability_percent: Decimal) -> Decimal:
    """Viable cells: total × viability, exact.

    >>> viable(42_000_000, Decimal("96.5"))
    Decimal('40530000.0')
    """
    with localcontext(_EXACT):
        return Decimal(total) * viability_percent / 100


def population_doublings(viable_harvested: Decimal | int, viable_seeded: Decimal | int) -> Decimal | None:
    """`log2(viable harvested / viable seeded)`; negative when cells were lost, None when there are none left.

    Kept to 30 decimals.

    >>> shown_doublings(population_doublings(70_000_000, 10_000_000))
    Decimal('2.807')
    >>> population_doublings(8_000_000, 1_000_000)
    Decimal('3')
    >>> population_doublings(500_000, 1_000_000)
    Decimal('-1')
    >>> population_doublings(0, 1_000_000) is None
    True
    """
    if viable_harvested <= 0 or viable_seeded <= 0:
        return None
    with localcontext(_EXACT):
        ratio = (Decimal(viable_harvested) / Decimal(viable_seeded)).ln() / Decimal(2).ln()
        return _bare(ratio.quantize(_KEPT, rounding=ROUND_HALF_EVEN))


def _bare(value: Decimal) -> Decimal:
    """Without trailing zeros, and never in exponent form: 3, not 3.000 nor 1E+1."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def doubling_time_h(hours: Decimal, doublings: Decimal | None) -> Decimal | None:
    """Hours a doubling took; None unless the cells doubled at all.

    >>> doubling_time_h(Decimal(24), population_doublings(800_000, 100_000))
    Decimal('8')
    >>> doubling_time_h(Decimal(24), Decimal(-1)) is None
    True
    """
    if doublings is None or doublings <= 0 or hours <= 0:
        return None
    with localcontext(_EXACT):
        return _bare((hours / doublings).quantize(_KEPT, rounding=ROUND_HALF_EVEN))


def shown_doublings(value: Decimal | None) -> Decimal | None:
    """Three decimals for the eye, half to even; never compared with a limit.

    >>> shown_doublings(Decimal("2.8073549220576"))
    Decimal('2.807')
    """
    return None if value is None else value.quantize(Decimal("0.001"), rounding=ROUND_HALF_EVEN)


def growth(cultures: Iterable[CultureFacts], protocol: CultureProtocol) -> Mapping[str, Growth]:
    """The growth of every culture of a lineage, by code.

    Cultures harvested together share one PD, from the sums. A child starts from its highest parent; one undefined
    or unknown parent makes it undefined. P0: by the convention of the trial file, `zero_at_end_of_p0` (the PD of what
    was plated is given, the sum is 0 at harvest, unknown at seeding) or `cfu_f` (the plated cells × CFU-F are
    taken as seeded). A cycle is refused.
    """
    known = {culture.code: culture for culture in cultures}
    order = TopologicalSorter({code: _before(culture, known) for code, culture in known.items()})
    grown: dict[str, Growth] = {}
    try:
        for code in order.static_order():
            culture = known.get(code)
            grown[code] = UNDEFINED if culture is None else _grown(culture, known, grown, protocol)
    except CycleError as error:
        raise WrongInput("culture.lineage.cycle", cultures=", ".join(dict.fromkeys(error.args[1]))) from error
    return {code: grown[code] for code in known}


def _before(culture: CultureFacts, known: Mapping[str, CultureFacts]) -> Iterator[str]:
    yield from culture.parents
    yield from (lot.culture for lot in culture.thawed if lot.culture is not None and lot.culture in known)


def _grown(
    culture: CultureFacts, known: Mapping[str, CultureFacts], grown: Mapping[str, Growth], protocol: CultureProtocol
) -> Growth:
    doublings = _doublings(culture, known, protocol)
    by_cfu_f = protocol.p0_convention == P0Convention.CFU_F
    if culture.is_p0:
        at_seeding = Decimal(0) if by_cfu_f else None
        at_harvest = None if doublings is None else doublings if by_cfu_f else Decimal(0)
    else:
        brought = [grown[parent].cumulative_at_harvest for parent in culture.parents]
        at_seeding = _highest([*brought, *(_at_freeze(lot, grown) for lot in culture.thawed)])
        at_harvest = None if doublings is None or at_seeding is None else _sum(at_seeding, doublings)
    if culture.harvest is None:
        return Growth(None, at_seeding, None, None)
    hours = hours_between(culture.seeded_at, culture.harvest.at)
    return Growth(doublings, at_seeding, at_harvest, doubling_time_h(hours, doublings))


def _at_freeze(lot: LotAtFreeze, grown: Mapping[str, Growth]) -> Decimal | None:
    grown_to = None if lot.culture is None else grown.get(lot.culture)
    return lot.cumulative_doublings if grown_to is None else grown_to.cumulative_at_harvest


def _doublings(culture: CultureFacts, known: Mapping[str, CultureFacts], protocol: CultureProtocol) -> Decimal | None:
    """The PD of a culture's harvest, from the sums over all that were harvested together."""
    harvest = culture.harvest
    if harvest is None or any(member not in known for member in harvest.members):
        return None
    members = [known[member] for member in dict.fromkeys((culture.code, *harvest.members))]
    with localcontext(_EXACT):
        seeded = sum((_founders(member, protocol) for member in members), Decimal(0))
    return population_doublings(viable(harvest.total_cells, harvest.viability_percent), seeded)


def _founders(culture: CultureFacts, protocol: CultureProtocol) -> Decimal:
    """The cells that a culture counts as seeded: at P0, by CFU-F, only those that found a colony."""
    seeded = Decimal(culture.viable_seeded)
    if culture.is_p0 and protocol.p0_convention == P0Convention.CFU_F and protocol.cfu_f_percent is not None:
        return seeded * protocol.cfu_f_percent / 100
    return seeded


def _highest(values: Sequence[Decimal | None]) -> Decimal | None:
    defined = [value for value in values if value is not None]
    return max(defined) if defined and len(defined) == len(values) else None


def _sum(one: Decimal, other: Decimal) -> Decimal:
    with localcontext(_EXACT):
        return one + other


def passage_of(protocol: CultureProtocol, parents: Iterable[int] = (), thawed: Iterable[int] = ()) -> int:
    """The passage of a new culture: 0 from tissue, one more than its highest parent; of the thawed lots' passages,
    one more only when plating after thaw counts as a passage.

    >>> protocol = CultureProtocol.model_construct(thaw_counts_as_passage=True)
    >>> passage_of(protocol), passage_of(protocol, parents=[1, 2]), passage_of(protocol, thawed=[2])
    (0, 3, 3)
    """
    after_thaw = 1 if protocol.thaw_counts_as_passage else 0
    return max([*(passage + 1 for passage in parents), *(passage + after_thaw for passage in thawed)], default=0)


def seeding_limit_findings(protocol: CultureProtocol, culture: CultureFacts) -> Iterator[Finding]:
    """The limits that a seeding breaks: density, at P0 or later, and passage."""
    low, high = protocol.seeding_density_min_per_cm2, protocol.seeding_density_max_per_cm2
    if culture.is_p0:
        low, high = protocol.p0_seeding_density_min_per_cm2, protocol.p0_seeding_density_max_per_cm2
    surface = culture.surface_cm2
    if not low * surface <= culture.viable_seeded <= high * surface:
        density = round(culture.viable_seeded / surface)
        yield Finding("culture.density.outside", culture.code, {"density": density, "low": low, "high": high})
    yield from passage_findings(protocol, culture.code, culture.passage)


def passage_findings(protocol: CultureProtocol, subject: str, passage: int) -> Iterator[Finding]:
    """Whether a passage, at seeding or at freeze, is within the limit.

    >>> limits = CultureProtocol.model_construct(passage_limit=4)
    >>> [found.code for found in passage_findings(limits, "C-1", 5)]
    ['culture.passage.over']
    >>> list(passage_findings(limits, "C-1", 4))
    []
    """
    if passage > protocol.passage_limit:
        yield Finding("culture.passage.over", subject, {"passage": passage, "limit": protocol.passage_limit})


def freeze_limit_findings(protocol: CultureProtocol, number: str, at_freeze: LotAtFreeze) -> Iterator[Finding]:
    """What a lot's passage and cumulative doublings at freeze break."""
    yield from passage_findings(protocol, number, at_freeze.passage)
    yield from doublings_findings(protocol, number, at_freeze.cumulative_doublings)


def harvest_limit_findings(protocol: CultureProtocol, culture: CultureFacts, grown: Growth) -> Iterator[Finding]:
    """The limits that a harvest breaks: viability, and cumulative doublings, which must be defined."""
    if culture.harvest is None:
        return
    viability, lowest = culture.harvest.viability_percent, protocol.minimum_viability_percent
    if viability < lowest:
        yield Finding("culture.viability.low", culture.code, {"viability": viability, "limit": lowest})
    yield from doublings_findings(protocol, culture.code, grown.cumulative_at_harvest)


def doublings_findings(protocol: CultureProtocol, subject: str, cumulative: Decimal | None) -> Iterator[Finding]:
    """Whether cumulative doublings, at harvest or at freeze, are defined and within the limit (not rounded)."""
    limit = protocol.cumulative_doublings_limit
    if cumulative is None:
        yield Finding("culture.doublings.undefined", subject)
    elif cumulative > limit:
        params = {"cumulative": shown_doublings(cumulative), "limit": limit}
        yield Finding("culture.doublings.over", subject, params)


def culture_limit_findings(protocol: CultureProtocol, culture: CultureFacts, grown: Growth) -> Iterator[Finding]:
    """Every limit that a culture breaks so far: announced before saving, recorded as deviations (rules.md §1)."""
    yield from seeding_limit_findings(protocol, culture)
    yield from harvest_limit_findings(protocol, culture, grown)


@dataclass(frozen=True)
class Family:
    """Cultures with everything upstream, what they were started from, and their growth by code."""

    cultures: Mapping[str, Culture]
    sources: Sequence[CultureSource]
    facts: Mapping[str, CultureFacts]
    growth: Mapping[str, Growth]
