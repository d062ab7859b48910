"""Cultures through the services: doublings exactly as the rules say, impossible facts refused, limits recorded."""

from datetime import timedelta
from decimal import Decimal

import pytest

from cellbank.commands.culture import Harvesting, Seeding
from cellbank.domain.lot import Tier
from cellbank.domain.person import Role
from cellbank.domain.vial import StockClass, VialStatus
from cellbank.errors import NotAllowed, Refused, WrongInput
from cellbank.services import culture, hold
from cellbank.views import audit
from cellbank.views.culture import CultureView, culture_view
from cellbank.views.lot import lot_view
from cellbank.views.vial import vial_view
from tests.banks import ON_SQLITE
from tests.journey import (
    Growing,
    Scene,
    a_lot,
    a_p0,
    a_tissue,
    approve_trial,
    close,
    hire,
    passage,
    print_labels,
    refused,
    reject,
    thaw,
    use_at_risk,
    version,
    vials_of,
)

pytestmark = ON_SQLITE
FULL = Decimal(100)


def seen(scene: Scene, code: str) -> CultureView:
    """One culture."""
    found: CultureView = scene.read(culture_view, code)
    return found


def harvest(scene: Scene, total: int, *codes: str, viability: str = "100") -> None:
    """A harvest the next day."""
    scene.clock.forward(days=1)
    scene.act("technician", culture.harvest, codes, Harvesting(total, Decimal(viability)))


def seed(scene: Scene, viable: int, *codes: str) -> str:
    """A culture seeded at 2000 cells/cm²."""
    return scene.act("technician", culture.seed, codes, Seeding(viable, Decimal(viable) / 2000)).code


# --- Doublings ------------------------------------------------------------


def test_doublings_are_of_what_was_harvested_over_what_was_seeded(begun: Scene) -> None:
    harvest(begun, 40_000_000, begun["P0"])
    p1 = seed(begun, 10_000_000, begun["P0"])
    assert seen(begun, p1).population_doublings is None, "nothing is known before the harvest"
    harvest(begun, 70_000_000, p1)
    grown = seen(begun, p1)
    assert (grown.population_doublings, grown.cumulative_doublings) == (Decimal("2.807"), Decimal("2.807"))
    assert grown.passage == 1
    assert seen(begun, begun["P0"]).cumulative_doublings == 0, "zero at the end of P0, by this trial file"


def test_how_much_was_seeded_again_does_not_matter(begun: Scene) -> None:
    harvest(begun, 16_000_000, begun["P0"])
    p1 = seed(begun, 4_000_000, begun["P0"])
    harvest(begun, 8_000_000, p1)
    little, much = seed(begun, 1_000_000, p1), seed(begun, 6_000_000, p1)
    harvest(begun, 4_000_000, little)
    harvest(begun, 24_000_000, much)
    assert [seen(begun, code).cumulative_doublings for code in (little, much)] == [3, 3]


def test_a_split_starts_every_child_from_the_same_cumulative(begun: Scene) -> None:
    harvest(begun, 16_000_000, begun["P0"])
    children = [seed(begun, 4_000_000, begun["P0"]) for _ in range(3)]
    harvest(begun, 8_000_000, children[0])
    harvest(begun, 32_000_000, children[1])
    assert [seen(begun, code).cumulative_doublings for code in children] == [1, 3, None]
    assert all(seen(begun, code).passage == 1 for code in children)


def test_a_pool_continues_from_its_highest_parent(begun: Scene) -> None:
    harvest(begun, 16_000_000, begun["P0"])
    low, high = seed(begun, 4_000_000, begun["P0"]), seed(begun, 4_000_000, begun["P0"])
    harvest(begun, 8_000_000, low)
    harvest(begun, 32_000_000, high)
    pooled = seed(begun, 10_000_000, low, high)
    harvest(begun, 20_000_000, pooled)
    grown = seen(begun, pooled)
    assert (grown.cumulative_at_seeding, grown.cumulative_doublings, grown.passage) == (3, 4, 2)
    assert set(grown.parents) == {low, high}


def test_cultures_harvested_together_share_one_doubling_from_the_sums(begun: Scene) -> None:
    harvest(begun, 16_000_000, begun["P0"])
    one, two = seed(begun, 2_000_000, begun["P0"]), seed(begun, 6_000_000, begun["P0"])
    harvest(begun, 32_000_000, one, two)
    assert [seen(begun, code).population_doublings for code in (one, two)] == [2, 2]
    assert seen(begun, one).harvested_with == (two,)
    child = seed(begun, 1_000_000, one)
    assert seen(begun, child).cumulative_at_seeding == 2


def test_what_was_harvested_together_keeps_its_parents_when_founders_are_counted_by_cfu_f(begun: Scene) -> None:
    by_cfu_f = 'p0_convention = "cfu_f"\ncfu_f_percent = "1"'
    text = version(begun.trial.text, "2").replace('p0_convention = "zero_at_end_of_p0"', by_cfu_f)
    approve_trial(begun, text)
    first, second = (a_p0(begun, begun["tissue"], Growing(8_000_000, "1000", 0, "0")) for _ in range(2))
    harvest(begun, 16_000_000, first)
    harvest(begun, 8_000_000, second)
    one, two = seed(begun, 2_000_000, first), seed(begun, 6_000_000, second)
    harvest(begun, 32_000_000, one, two)
    assert seen(begun, first).cumulative_doublings == Decimal("7.644"), "log2(16e6 / (8e6 × 1 %))"
    assert [seen(begun, code).population_doublings for code in (one, two)] == [2, 2]
    assert seen(begun, one).cumulative_doublings == Decimal("9.644")


def test_a_bank_vial_carries_its_doublings_on(banked: Scene) -> None:
    point = banked.read(lot_view, banked["master"])
    [vial] = vials_of(banked, banked["master"], StockClass.DISPENSABLE)[:1]
    grown = thaw(banked, [vial], Growing(4_000_000, "2000", 16_000_000, "100"))
    at_seeding = seen(banked, grown)
    assert at_seeding.cumulative_at_seeding == point.cumulative_doublings == Decimal("3.323")
    assert (point.passage, at_seeding.passage) == (1, 2), "plating after thaw counts as a passage, by this trial file"
    harvest(banked, 16_000_000, grown)
    assert seen(banked, grown).cumulative_doublings == Decimal("5.323")


def test_lost_cells_are_negative_doublings_and_a_lost_culture_is_undefined(begun: Scene) -> None:
    harvest(begun, 16_000_000, begun["P0"])
    fewer, none = seed(begun, 8_000_000, begun["P0"]), seed(begun, 4_000_000, begun["P0"])
    harvest(begun, 4_000_000, fewer)
    harvest(begun, 0, none)
    assert seen(begun, fewer).population_doublings == -1
    lost = seen(begun, none)
    assert (lost.population_doublings, lost.cumulative_doublings) == (None, None)
    assert [d.limit_code for d in begun.open_deviations()] == ["culture.doublings.undefined"]


def test_doubling_time_is_hours_over_doublings(begun: Scene) -> None:
    harvest(begun, 16_000_000, begun["P0"])
    p1 = seed(begun, 1_000_000, begun["P0"])
    harvest(begun, 8_000_000, p1)
    assert seen(begun, p1).doubling_time_h == 8


# --- Impossible ------------------------------------------------------------


def test_a_harvest_before_the_seeding_is_refused(begun: Scene) -> None:
    seeded = seen(begun, begun["P0"]).seeded_at
    harvested = Harvesting(16_000_000, FULL)
    for at in (seeded, seeded - timedelta(hours=1)):
        with refused("culture.harvest.before_seeding"):
            begun.act(
                "technician", culture.harvest, [begun["P0"]], harvested, at=at, because="Late", witness="reviewer"
            )


def test_a_harvest_in_the_future_is_refused(begun: Scene) -> None:
    with refused("act.future"):
        at = begun.clock.now + timedelta(hours=1)
        begun.act("technician", culture.harvest, [begun["P0"]], Harvesting(1, FULL), at=at)


def test_a_culture_is_harvested_once(begun: Scene) -> None:
    harvest(begun, 16_000_000, begun["P0"])
    with refused("culture.harvest.twice"):
        harvest(begun, 16_000_000, begun["P0"])
    with refused("culture.harvest.twice"):
        begun.act("technician", culture.passage, [begun["P0"]], Harvesting(1, FULL), Seeding(1, FULL))


def test_a_discarded_culture_is_not_harvested_and_discarded_once(begun: Scene) -> None:
    with refused("culture.reason.missing", WrongInput):
        begun.act("technician", culture.discard, begun["P0"], " ")
    begun.act("technician", culture.discard, begun["P0"], "Contaminated")
    with refused("culture.discarded"):
        harvest(begun, 16_000_000, begun["P0"])
    with refused("culture.discarded"):
        a_lot(begun, begun["P0"], Tier.MASTER, Harvesting(16_000_000, FULL), viable_per_vial=1)
    with refused("culture.discarded"):
        begun.act("technician", culture.discard, begun["P0"], "Contaminated")


def test_the_cells_of_a_discarded_culture_are_neither_seeded_nor_filled_any_more(begun: Scene) -> None:
    harvest(begun, 16_000_000, begun["P0"])
    kept = seed(begun, 2_000_000, begun["P0"])
    before = begun.clock()
    begun.clock.forward(hours=2)
    begun.act("technician", culture.discard, begun["P0"], "Contaminated")
    assert seen(begun, begun["P0"]).viable_left == 0
    begun.clock.forward(hours=1)
    with refused("culture.discarded"):
        seed(begun, 2_000_000, begun["P0"])
    with refused("culture.discarded"):
        a_lot(begun, begun["P0"], Tier.MASTER)
    late = Seeding(2_000_000, Decimal(1000))
    begun.act("technician", culture.seed, [begun["P0"]], late, at=before)
    assert kept in seen(begun, begun["P0"]).children, "what was made from it before stays"


def test_a_culture_is_not_discarded_before_its_cells_were_used(begun: Scene) -> None:
    growing = begun.clock()
    harvest(begun, 16_000_000, begun["P0"])
    harvested = begun.clock()
    begun.clock.forward(hours=1)
    child = seed(begun, 2_000_000, begun["P0"])
    late = {"because": "The computer was down", "witness": "reviewer"}
    for at, used in ((growing, [begun["P0"], child]), (harvested, [child])):
        with pytest.raises(Refused) as refusal:
            begun.act("technician", culture.discard, begun["P0"], "Not wanted", at=at, **late)
        found = [(f.code, f.params["used"]) for f in refusal.value.findings]
        assert found == [("culture.discard.used_after", code) for code in used]


def test_the_refusal_of_a_second_harvest_says_when_the_first_was(begun: Scene) -> None:
    harvest(begun, 16_000_000, begun["P0"])
    for again in (
        lambda: harvest(begun, 16_000_000, begun["P0"]),
        lambda: a_lot(begun, begun["P0"], Tier.MASTER, Harvesting(16_000_000, FULL)),
    ):
        with pytest.raises(Refused) as refusal:
            again()
        [found] = refusal.value.findings
        assert found.params["at"] == seen(begun, begun["P0"]).harvested_at


def test_more_than_is_left_of_a_harvest_is_not_seeded(begun: Scene) -> None:
    with refused("culture.not_harvested"):
        seed(begun, 1, begun["P0"])
    harvest(begun, 10_000_000, begun["P0"], viability="80")
    with refused("culture.seeding.more_than_left"):
        seed(begun, 8_000_001, begun["P0"])
    seed(begun, 5_000_000, begun["P0"])
    assert seen(begun, begun["P0"]).viable_left == 3_000_000
    with refused("culture.seeding.more_than_left"):
        seed(begun, 3_000_001, begun["P0"])
    a_lot(begun, begun["P0"], Tier.MASTER, None, {StockClass.DISPENSABLE: 2}, viable_per_vial=1_000_000)
    with refused("culture.seeding.more_than_left"):
        seed(begun, 1_000_001, begun["P0"])
    seed(begun, 1_000_000, begun["P0"])
    assert seen(begun, begun["P0"]).viable_left == 0
    with refused("lot.more_than_harvested"):
        a_lot(begun, begun["P0"], Tier.MASTER, None, {StockClass.DISPENSABLE: 1}, viable_per_vial=1)


def test_what_went_into_a_pool_is_not_seeded_again(begun: Scene) -> None:
    harvest(begun, 16_000_000, begun["P0"])
    one, two = seed(begun, 4_000_000, begun["P0"]), seed(begun, 4_000_000, begun["P0"])
    harvest(begun, 10_000_000, one)
    harvest(begun, 10_000_000, two)
    with refused("culture.seeding.more_than_left"):
        seed(begun, 20_000_001, one, two)
    seed(begun, 15_000_000, one, two)
    for code in (one, two):
        assert seen(begun, code).viable_left == 5_000_000, "at most so many, and of both together"
    with refused("culture.seeding.more_than_left"):
        seed(begun, 6_000_000, one)
    seed(begun, 4_000_000, one)
    with refused("culture.seeding.more_than_left"):
        seed(begun, 2_000_000, two)
    with refused("lot.more_than_harvested"):
        a_lot(begun, two, Tier.MASTER, None, {StockClass.DISPENSABLE: 1}, viable_per_vial=2_000_000)
    seed(begun, 1_000_000, two)


def test_more_than_was_isolated_is_not_plated(begun: Scene) -> None:
    with refused("culture.seeding.more_than_isolated"):
        begun.act(
            "technician", culture.isolate, begun["tissue"], 1_000_000, Decimal("50"), Seeding(500_001, Decimal(100))
        )
    with refused("culture.seeding.none", WrongInput):
        begun.act("technician", culture.isolate, begun["tissue"], 1_000_000, Decimal("50"), Seeding(0, Decimal(100)))


def test_cells_are_not_isolated_before_the_tissue_was_there(begun: Scene) -> None:
    tissue = a_tissue(begun, begun["donor"], "A9990 25 004272 9", hours=2)
    plated = begun.trial.p0.plated()
    with refused("culture.before_tissue"):
        at = begun.clock.now - timedelta(hours=1)
        begun.act("technician", culture.isolate, tissue, 42_000_000, Decimal(90), plated, at=at)


def test_a_seeding_before_the_harvest_is_refused(begun: Scene) -> None:
    harvest(begun, 16_000_000, begun["P0"])
    at = begun.clock.now - timedelta(hours=1)
    with refused("culture.seeding.before_harvest"):
        begun.act("technician", culture.seed, [begun["P0"]], Seeding(1_000_000, Decimal(500)), at=at)


def test_a_vial_is_thawed_once_and_not_before_it_was_filled(banked: Scene) -> None:
    vials = vials_of(banked, banked["master"])
    filled = banked.read(lot_view, banked["master"]).filled_at
    plated = banked.trial.thawed.plated()
    with refused("culture.thaw.before_filling"):
        at = filled - timedelta(hours=1)
        banked.act("technician", culture.thaw, vials[:1], plated, at=at, because="Late", witness="reviewer")
    thaw(banked, vials[:1])
    assert banked.read(vial_view, vials[0]).status is VialStatus.CONSUMED_IN_CULTURE
    with refused("vial.not_in_stock"):
        thaw(banked, vials[:2])
    assert banked.read(vial_view, vials[1]).status is VialStatus.FILLED, "all or nothing"
    with refused("culture.none_named", WrongInput):
        thaw(banked, [])


# --- Limits are recorded ------------------------------------------------------------


@pytest.mark.parametrize(
    ("viable", "surface", "codes"),
    [
        (1_000_000, "1000", []),
        (999_000, "1000", ["culture.density.outside"]),
        (5_000_000, "1000", []),
        (5_001_000, "1000", ["culture.density.outside"]),
    ],
)
def test_a_density_on_its_limit_is_within_it(begun: Scene, viable: int, surface: str, codes: list[str]) -> None:
    harvest(begun, 16_000_000, begun["P0"])
    begun.act("technician", culture.seed, [begun["P0"]], Seeding(viable, Decimal(surface)))
    assert [d.limit_code for d in begun.open_deviations()] == codes


def test_a_passage_too_many_is_recorded_with_its_deviation(begun: Scene) -> None:
    code = begun["P0"]
    for _ in range(5):
        begun.clock.forward(days=1)
        code = passage(begun, code, Harvesting(8_000_000, FULL), Growing(2_000_000, "1000", 0, "0"))
    assert seen(begun, code).passage == 5
    assert [(d.limit_code, d.subject) for d in begun.open_deviations()] == [("culture.passage.over", code)]


def test_doublings_too_many_and_a_low_viability_are_recorded_with_their_deviations(begun: Scene) -> None:
    harvest(begun, 16_000_000, begun["P0"])
    p1 = begun.act("technician", culture.seed, [begun["P0"]], Seeding(1000, Decimal(1))).code
    harvest(begun, 2_000_000_000, p1, viability="69.9")
    assert sorted(d.limit_code for d in begun.open_deviations()) == ["culture.doublings.over", "culture.viability.low"]


def test_a_long_cold_ischaemia_and_a_warm_transport_are_deviations_of_the_tissue(begun: Scene) -> None:
    tissue = a_tissue(begun, begun["donor"], "A9990 25 004272 9", temperature="25.5", hours=20)
    assert [d.limit_code for d in begun.open_deviations()] == ["tissue.temperature.outside"]
    begun.clock.forward(hours=5)
    p0 = a_p0(begun, tissue)
    assert [(d.limit_code, d.subject) for d in begun.open_deviations()] == [
        ("tissue.temperature.outside", tissue),
        ("tissue.cold_ischaemia.long", tissue),
    ]
    begun.clock.forward(days=1)
    number = a_lot(begun, p0, Tier.MASTER, begun.trial.p0.harvested, viable_per_vial=1)
    assert {"tissue.temperature.outside", "tissue.cold_ischaemia.long"} <= set(begun.found(number))


def test_a_donation_is_received_once(begun: Scene) -> None:
    with refused("tissue.donation.taken"):
        a_tissue(begun)


# --- Expanding a bank ------------------------------------------------------------


def test_a_limit_drawn_in_after_the_cells_were_grown_is_asked_of_the_lot_and_can_be_closed(begun: Scene) -> None:
    harvest(begun, 16_000_000, begun["P0"])
    grown = seed(begun, 2_000_000, begun["P0"])
    harvest(begun, 16_000_000, grown)
    approve_trial(begun, version(begun.trial.text, "2").replace("passage_limit = 4", "passage_limit = 0"))
    number = a_lot(begun, grown, Tier.MASTER, None, {StockClass.DISPENSABLE: 3})
    [deviation] = begun.open_deviations()
    assert (deviation.limit_code, deviation.subject) == ("culture.passage.over", number)
    assert "culture.passage.over" in begun.found(number)
    close(begun, deviation.code)
    assert "culture.passage.over" not in begun.found(number), "what was grown under the first version broke nothing"


def test_a_material_is_asked_for_by_the_version_of_the_day_it_was_used(begun: Scene) -> None:
    harvest(begun, 16_000_000, begun["P0"])
    harvested_at, tomorrow = begun.clock(), begun.clock.now.date() + timedelta(days=1)
    asking = version(begun.trial.text, "2").replace("required = []", 'required = [{ step = "seed", item = "Serum" }]')
    approve_trial(begun, asking, tomorrow)
    begun.clock.forward(hours=23)
    plated = Seeding(2_000_000, Decimal(1000))
    begun.act("technician", culture.seed, [begun["P0"]], plated, at=harvested_at)
    assert begun.open_deviations() == []
    begun.act("technician", culture.seed, [begun["P0"]], plated)
    assert [d.limit_code for d in begun.open_deviations()] == ["material.missing"]


def unreleased(scene: Scene) -> tuple[str, list[str]]:
    """A master bank in quarantine, and its vials."""
    two = {StockClass.DISPENSABLE: 2}
    number = a_lot(scene, scene["P0"], Tier.MASTER, scene.trial.p0.harvested, two, viable_per_vial=5_000_000)
    return number, vials_of(scene, number)


@pytest.mark.parametrize(("vials", "plated", "found"), [(1, 5_000_000, 0), (1, 5_000_001, 1), (2, 10_000_000, 0)])
def test_more_viable_cells_plated_than_were_frozen_are_recorded_with_a_deviation(
    banked: Scene, vials: int, plated: int, found: int
) -> None:
    """Five million viable cells in each vial of the master bank."""
    stock = vials_of(banked, banked["master"], StockClass.DISPENSABLE)[:vials]
    grown = thaw(banked, stock, Growing(plated, "2500", 40_000_000, "95"))
    opened = banked.open_deviations()
    assert [(one.limit_code, one.subject) for one in opened] == [("culture.thaw.more_than_frozen", grown)] * found
    if found:
        assert opened[0].limit_params["frozen"] == 5_000_000
        close(banked, opened[0].code)
        assert banked.open_holds() == []


def test_thawing_an_unreleased_bank_is_recorded_and_opens_a_deviation(begun: Scene) -> None:
    number, vials = unreleased(begun)
    grown = thaw(begun, vials[:1])
    [deviation] = begun.open_deviations()
    assert (deviation.limit_code, deviation.subject) == ("culture.thaw.unreleased", grown)
    assert deviation.limit_params["lot"] == number
    close(begun, deviation.code)


def test_qas_signature_for_use_at_risk_prevents_the_deviation(begun: Scene) -> None:
    number, vials = unreleased(begun)
    with refused("lot.reason.missing", WrongInput):
        use_at_risk(begun, number, " ")
    use_at_risk(begun, number)
    thaw(begun, vials[:1])
    assert begun.open_deviations() == []


def test_use_at_risk_signed_after_the_thaw_does_not_excuse_it(begun: Scene) -> None:
    number, vials = unreleased(begun)
    begun.clock.forward(hours=1)
    thawed_at = begun.clock()
    begun.clock.forward(hours=1)
    use_at_risk(begun, number)
    late = begun.trial.thawed.plated()
    begun.act("technician", culture.thaw, vials[:1], late, at=thawed_at)
    assert [d.limit_code for d in begun.open_deviations()] == ["culture.thaw.unreleased"]


def test_a_thaw_entered_late_of_a_bank_that_is_released_by_then_breaks_nothing(banked: Scene) -> None:
    number = banked["master"]
    filled_at = banked.read(lot_view, number).filled_at
    plated, late = banked.trial.thawed.plated(), {"because": "Found on paper", "witness": "reviewer"}
    banked.act("technician", culture.thaw, vials_of(banked, number)[:1], plated, at=filled_at, **late)
    assert banked.open_deviations() == []


def test_use_at_risk_is_for_banks_that_await_their_release(ready: Scene) -> None:
    for number in (ready["master"], ready["lot"]):
        with refused("lot.use_at_risk.not_for"):
            use_at_risk(ready, number)


def test_use_at_risk_does_not_outlive_a_rejection(begun: Scene) -> None:
    number, vials = unreleased(begun)
    use_at_risk(begun, number)
    reject(begun, number)
    thaw(begun, vials[:1])
    [deviation] = begun.open_deviations()
    assert deviation.limit_code == "culture.thaw.unreleased"


@pytest.mark.parametrize("on", ["the bank", "the vial", "the donor"])
def test_thawing_what_is_held_opens_a_deviation(banked: Scene, on: str) -> None:
    [vial] = vials_of(banked, banked["master"], StockClass.DISPENSABLE)[:1]
    held = {"the bank": banked["master"], "the vial": vial, "the donor": banked["donor"]}[on]
    banked.act("technician", hold.put_hold, held, "A doubt")
    thaw(banked, [vial])
    assert [d.limit_code for d in banked.open_deviations()] == ["culture.thaw.held"]


def test_thawing_a_product_vial_into_culture_opens_a_deviation_and_is_never_released(released: Scene) -> None:
    [vial] = vials_of(released, released["lot"])[:1]
    grown = thaw(released, [vial])
    assert [d.limit_code for d in released.open_deviations()] == ["culture.thaw.product"]
    released.clock.forward(days=3)
    number = a_lot(released, grown, Tier.PRODUCT, released.trial.thawed.harvested)
    assert "lot.parent.product" in released.found(number)


def test_the_label_of_a_thawed_vial_that_was_never_scanned_is_void(begun: Scene) -> None:
    """Otherwise the labels of the bank could never reconcile."""
    number, vials = unreleased(begun)
    print_labels(begun, number)
    thaw(begun, vials[:1])
    labels = begun.read(lot_view, number).labels
    assert (labels.printed, labels.applied, labels.voided) == (2, 0, 1)
    assert set(labels.outstanding) == set(vials[1:])


# --- Late ------------------------------------------------------------


def test_a_late_entry_needs_a_reason_and_a_witness_who_signs(begun: Scene) -> None:
    at = begun.clock.now - timedelta(hours=25)
    args = (culture.discard, begun["P0"], "Contaminated")
    for given, code in (
        ({"witness": "reviewer"}, "act.late.reason"),
        ({"because": "Computer down"}, "act.late.witness"),
    ):
        with refused(code):
            begun.act("technician", *args, at=at, **given)  # type: ignore[arg-type]
    outcome = begun.act("technician", *args, at=at, because="Computer down", witness="reviewer")
    [entry] = begun.read(audit.entries, 1)
    assert entry.number == outcome.number
    assert entry.performed_at < entry.recorded_at
    assert entry.reason == "Computer down"
    [signature] = entry.signatures
    assert (signature["name"], signature["meaning"], signature["subject"]) == ("reviewer", "witnessed", begun["P0"])


def test_what_is_not_late_needs_neither(begun: Scene) -> None:
    begun.act("technician", culture.discard, begun["P0"], "Old", at=begun.clock.now - timedelta(hours=23))


def test_the_second_person_is_another_one_and_may_witness(begun: Scene) -> None:
    at = begun.clock.now - timedelta(hours=25)
    args = (culture.discard, begun["P0"], "Contaminated")
    with refused("person.second.same", NotAllowed):
        begun.act("technician", *args, at=at, because="Down", witness="technician")
    with refused("person.second.role", NotAllowed):
        begun.act("technician", *args, at=at, because="Down", witness="qp")
    begun.act("technician", *args, at=at, because="Down", witness=hire(begun, "second", Role.TECHNICIAN))
