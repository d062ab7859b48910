"""Material lots: how one is named and decided on, and what stood against one at the moment it was used."""

from decimal import Decimal
from functools import partial

import pytest

from cellbank.commands.culture import Harvesting, Seeding
from cellbank.domain.lot import Tier
from cellbank.services import culture, material
from cellbank.views.material import material_view, uses_behind
from tests.banks import ON_SQLITE
from tests.journey import Scene, a_lot, a_material, accept, block, close, refused

pytestmark = ON_SQLITE


def harvest(scene: Scene) -> None:
    """P0 harvested, so that there is something to seed."""
    scene.act("technician", culture.harvest, [scene["P0"]], Harvesting(16_000_000, Decimal("98")))


@pytest.mark.parametrize(
    ("given", "code"), [({"accepted": False}, "material.used.unaccepted"), ({"days": 2}, "material.used.expired")]
)
def test_a_material_that_was_not_fit_when_used_is_a_deviation_of_the_step(
    begun: Scene, given: dict[str, bool], code: str
) -> None:
    used = a_material(begun, "Serum", **given)  # type: ignore[arg-type]
    begun.clock.forward(days=3)
    number = a_lot(begun, begun["P0"], Tier.MASTER, begun.trial.p0.harvested, materials=(used,), viable_per_vial=1)
    [deviation] = begun.open_deviations()
    assert (deviation.limit_code, deviation.subject) == (code, number)
    assert code in begun.found(number)
    close(begun, deviation.code)
    assert code not in begun.found(number)


def test_a_use_entered_late_counts_only_an_acceptance_that_was_signed_before_it(begun: Scene) -> None:
    begun.clock.forward(days=1)
    harvest(begun)
    early, late = a_material(begun, "Serum"), a_material(begun, "Buffer", accepted=False)
    used_at = begun.clock()
    begun.clock.forward(hours=30)
    accept(begun, late)

    def seeded(*materials: str) -> str:
        plated = Seeding(2_000_000, Decimal(1000), materials)
        told = {"at": used_at, "because": "the batch record was on paper", "witness": "reviewer"}
        return begun.act("technician", culture.seed, [begun["P0"]], plated, **told).code  # type: ignore[arg-type]

    seeded(early)
    assert begun.open_deviations() == []
    grown = seeded(late)
    [deviation] = begun.open_deviations()
    assert (deviation.limit_code, deviation.subject) == ("material.used.unaccepted", grown)
    assert deviation.limit_params["status"] == "pending"


def test_a_use_entered_within_the_hours_counts_an_acceptance_signed_in_between_and_qa_sees_the_order(
    begun: Scene,
) -> None:
    begun.clock.forward(days=6)
    serum = a_material(begun, "Serum", accepted=False)
    used_at = begun.clock()
    begun.clock.forward(hours=3)
    accept(begun, serum)
    number = a_lot(
        begun, begun["P0"], Tier.MASTER, begun.trial.p0.harvested, at=used_at, materials=(serum,), viable_per_vial=1
    )
    assert begun.open_deviations() == []
    [use] = [use for use in begun.read(uses_behind, number) if use.code == serum]
    assert use.accepted_after_use


def test_a_use_of_before_the_block_entered_after_it_was_of_an_accepted_lot(begun: Scene) -> None:
    begun.clock.forward(days=1)
    harvest(begun)
    serum = a_material(begun, "Serum")
    used_at = begun.clock()
    begun.clock.forward(hours=1)
    block(begun, serum)
    begun.act("technician", culture.seed, [begun["P0"]], Seeding(2_000_000, Decimal(1000), (serum,)), at=used_at)
    assert [d.limit_code for d in begun.open_deviations()] == ["material.used.blocked"]


def test_a_material_is_named_by_code_by_lot_or_by_both(begun: Scene) -> None:
    one = a_material(begun, "Serum", lot_number="S-1")
    other = a_material(begun, "Buffer", lot_number="S-1")
    named = partial(material_view)
    assert begun.read(named, one).code == begun.read(named, "Serum:S-1").code == one
    assert begun.read(named, "buffer:S-1".replace("b", "B", 1)).code == other
    with refused("code.ambiguous"):
        begun.read(named, "S-1")


def test_a_material_out_of_date_is_not_accepted(begun: Scene) -> None:
    code = a_material(begun, "Serum", accepted=False, days=1)
    begun.clock.forward(days=2)

    with refused("material.expired"):
        begun.sign("qa", material.accept_material, code, None)


def test_the_same_material_lot_is_received_once(begun: Scene) -> None:
    a_material(begun, "Serum")
    with refused("material.taken"):
        a_material(begun, "Serum")


# --- Out of specification ------------------------------------------------------------
