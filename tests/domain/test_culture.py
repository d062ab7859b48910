"""Cultures: doublings exactly, along the lineage, and the limits of growth (rules.md §4, domain.md §2)."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from cellbank.domain.culture import P0Convention
from cellbank.domain.growth import (
    CultureFacts,
    Growth,
    culture_limit_findings,
    doubling_time_h,
    doublings_findings,
    growth,
    passage_of,
    population_doublings,
    shown_doublings,
    viable,
)
from cellbank.errors import WrongInput
from tests.domain.builders import a_culture, frozen_at, second, shipped

LIMITS = shipped().culture
BY_CFU_F = LIMITS.model_copy(update={"p0_convention": P0Convention.CFU_F, "cfu_f_percent": Decimal("2.5")})
cells = st.integers(min_value=1, max_value=10**12)


def grown(*cultures: CultureFacts) -> dict[str, Growth]:
    return dict(growth(cultures, LIMITS))


def test_ten_million_to_seventy_million_is_2_807() -> None:
    assert shown_doublings(population_doublings(70_000_000, 10_000_000)) == Decimal("2.807")


def test_a_power_of_two_is_a_whole_number() -> None:
    assert [population_doublings(2**n, 1) for n in range(40)] == list(range(40))


def test_cells_lost_count_as_negative_doublings() -> None:
    assert population_doublings(500_000, 1_000_000) == -1


def test_a_harvest_of_nothing_is_undefined_and_never_zero() -> None:
    assert population_doublings(0, 1_000_000) is None


def test_one_hundred_thousand_to_eight_hundred_thousand_in_a_day() -> None:
    doublings = population_doublings(800_000, 100_000)
    assert doublings == 3
    assert doubling_time_h(Decimal(24), doublings) == 8


@pytest.mark.parametrize("doublings", [None, Decimal(0), Decimal(-1)])
def test_there_is_no_doubling_time_without_doubling(doublings: Decimal | None) -> None:
    assert doubling_time_h(Decimal(24), doublings) is None


def test_viable_is_never_rounded() -> None:
    assert viable(3, Decimal("33.33")) == Decimal("0.9999")
    assert viable(2**53, Decimal("99.9999")) == Decimal("9007190247541737.259008")


@given(total=st.integers(0, 2**53), viability=st.decimals(0, 100, places=6))
def test_viable_is_exact(total: int, viability: Decimal) -> None:
    assert viable(total, viability) * 10**8 == total * int(viability * 10**6)


@given(cells, cells, cells)
def test_doublings_add_up_along_a_split_line(start: int, middle: int, end: int) -> None:
    first, second_part = population_doublings(middle, start), population_doublings(end, middle)
    whole = population_doublings(end, start)
    assert first is not None
    assert second_part is not None
    assert whole is not None
    assert abs(first + second_part - whole) < Decimal("1e-25")


@given(cells, cells)
def test_more_harvested_is_never_fewer_doublings(seeded: int, harvested: int) -> None:
    fewer, more = population_doublings(harvested, seeded), population_doublings(harvested + 1, seeded)
    assert fewer is not None
    assert more is not None
    assert fewer < more


def test_the_sum_runs_along_the_lineage_and_reseeding_part_of_a_harvest_does_not_matter() -> None:
    found = grown(
        a_culture("P0", passage=0, seeded=1_000_000, harvested=4_000_000),
        a_culture("P1", parents=("P0",), seeded=1_000_000, harvested=8_000_000),
        a_culture("P2", parents=("P1",), passage=2, seeded=500_000, harvested=2_000_000),
    )
    assert [found[code].cumulative_at_harvest for code in ("P0", "P1", "P2")] == [0, 3, 5]
    assert found["P2"].cumulative_at_seeding == 3
    assert found["P2"].population_doublings == 2


def test_at_p0_the_seeding_is_unknown_and_the_sum_is_zero_at_the_end() -> None:
    found = grown(a_culture("P0", passage=0, seeded=100_000, harvested=800_000))["P0"]
    assert found == Growth(Decimal(3), None, Decimal(0), Decimal(8))


def test_p0_can_be_estimated_from_the_cells_that_found_colonies() -> None:
    p0 = a_culture("P0", passage=0, seeded=400_000, harvested=160_000)
    found = growth([p0, a_culture("P1", parents=("P0",), harvested=2_000_000)], BY_CFU_F)
    assert found["P0"].population_doublings == 4, "10 000 founders became 160 000"
    assert found["P0"].cumulative_at_seeding == 0
    assert found["P1"].cumulative_at_harvest == 5


def test_viability_counts_before_the_logarithm() -> None:
    found = grown(a_culture("P0", passage=0, seeded=1_000_000, harvested=5_000_000, viability="80"))
    assert found["P0"].population_doublings == 2


def test_cultures_harvested_together_share_one_pd_from_the_sums() -> None:
    pool = ("A", "B")
    found = grown(
        a_culture("A", thawed=(frozen_at("4"),), seeded=1_000_000, harvested=8_000_000, together=pool),
        a_culture("B", thawed=(frozen_at("6", lot="L-2"),), seeded=3_000_000, harvested=8_000_000, together=pool),
        a_culture("C", parents=pool, harvested=2_000_000),
    )
    assert found["A"].population_doublings == found["B"].population_doublings == 1
    assert [found[code].cumulative_at_harvest for code in pool] == [5, 7]
    assert found["C"].cumulative_at_seeding == 7, "the highest parent"
    assert found["C"].cumulative_at_harvest == 8


def test_a_thawed_culture_goes_on_from_the_value_at_freeze() -> None:
    found = grown(a_culture("C", thawed=(frozen_at("4.5"), frozen_at("6.25", lot="L-2")), harvested=4_000_000))["C"]
    assert found.cumulative_at_seeding == Decimal("6.25")
    assert found.cumulative_at_harvest == Decimal("8.25")


def test_a_thawed_culture_goes_on_from_the_culture_that_its_lot_was_filled_from_when_that_is_at_hand() -> None:
    thawed = a_culture("C", thawed=(frozen_at("1", culture="B"),), harvested=2_000_000)
    found = grown(thawed, a_culture("B", thawed=(frozen_at("4"),), harvested=8_000_000))
    assert found["C"].cumulative_at_seeding == found["B"].cumulative_at_harvest == 7
    assert found["C"].cumulative_at_harvest == 8
    assert grown(thawed)["C"].cumulative_at_seeding == 1, "only the lot itself is known"
    undefined = a_culture("B", thawed=(frozen_at("4"),), harvested=0)
    assert grown(thawed, undefined)["C"].cumulative_at_seeding is None


def test_what_hangs_on_an_undefined_culture_is_undefined() -> None:
    found = grown(
        a_culture("A", thawed=(frozen_at("4"),), harvested=0),
        a_culture("B", thawed=(frozen_at("4"),), harvested=2_000_000),
        a_culture("C", parents=("A", "B"), harvested=8_000_000),
        a_culture("D", parents=("C",), harvested=8_000_000),
        a_culture("E", thawed=(frozen_at(None),), harvested=8_000_000),
        a_culture("F", parents=("not known",), harvested=8_000_000),
    )
    assert found["A"] == Growth(None, Decimal(4), None, None)
    for code in ("C", "D", "E", "F"):
        assert found[code].population_doublings == 3
        assert found[code].cumulative_at_seeding is None
        assert found[code].cumulative_at_harvest is None


def test_a_culture_still_growing_has_no_doublings_yet() -> None:
    assert grown(a_culture("C", thawed=(frozen_at("4"),)))["C"] == Growth(None, Decimal(4), None, None)


def test_a_companion_that_is_not_known_leaves_the_pool_undefined() -> None:
    found = grown(a_culture("A", thawed=(frozen_at("4"),), harvested=8_000_000, together=("A", "B")))
    assert found["A"].population_doublings is None


def test_a_line_of_a_thousand_passages_is_no_burden() -> None:
    line = [a_culture("C0", thawed=(frozen_at("0"),), harvested=2_000_000)]
    line += [a_culture(f"C{n}", parents=(f"C{n - 1}",), harvested=2_000_000) for n in range(1, 1000)]
    assert grown(*reversed(line))["C999"].cumulative_at_harvest == 1000


def test_a_cycle_in_a_lineage_is_refused() -> None:
    with pytest.raises(WrongInput, match=r"culture\.lineage\.cycle") as refused:
        grown(a_culture("A", parents=("B",)), a_culture("B", parents=("A",)))
    assert set(str(refused.value.params["cultures"]).split(", ")) == {"A", "B"}
    with pytest.raises(WrongInput, match=r"culture\.lineage\.cycle"):
        grown(a_culture("A", parents=("B",)), a_culture("B", thawed=(frozen_at("1", culture="A"),)))


def test_passages_count_from_p0_and_a_thaw_counts_when_the_trial_says_so() -> None:
    assert passage_of(LIMITS) == 0
    assert passage_of(LIMITS, parents=[1, 3]) == 4
    assert passage_of(LIMITS, thawed=[2]) == 3
    assert passage_of(second().culture, thawed=[2]) == 2
    assert passage_of(second().culture, parents=[2], thawed=[2]) == 3


def broken(culture: CultureFacts, cumulative: str | None = "5") -> list[str]:
    at_harvest = None if cumulative is None else Decimal(cumulative)
    found = Growth(Decimal(1), Decimal(1), at_harvest, None)
    return [finding.code for finding in culture_limit_findings(LIMITS, culture, found)]


@pytest.mark.parametrize(
    ("seeded", "fits"), [(999_999, False), (1_000_000, True), (5_000_000, True), (5_000_001, False)]
)
def test_the_seeding_density_lies_within_the_range(seeded: int, fits: bool) -> None:
    assert (broken(a_culture(seeded=seeded, parents=("P0",))) == []) is fits


def test_p0_has_a_density_range_of_its_own() -> None:
    assert broken(a_culture(seeded=100_000_000, passage=0)) == []
    assert broken(a_culture(seeded=100_000_001, passage=0)) == ["culture.density.outside"]


def test_every_limit_broken_is_said_at_once() -> None:
    culture = a_culture(seeded=1, parents=("P4",), passage=5, harvested=10, viability="69.9")
    assert broken(culture, "20.0001") == [
        "culture.density.outside",
        "culture.passage.over",
        "culture.viability.low",
        "culture.doublings.over",
    ]


def test_cumulative_doublings_on_the_limit_are_within_it_and_undefined_ones_are_not() -> None:
    assert list(doublings_findings(LIMITS, "L-1", Decimal(20))) == []
    assert [f.code for f in doublings_findings(LIMITS, "L-1", None)] == ["culture.doublings.undefined"]


def test_only_a_harvest_is_held_to_the_limits_of_harvests() -> None:
    assert broken(a_culture(parents=("P0",)), "99") == []
