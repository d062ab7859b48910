"""A recall, tried: everything that came of a thing is to be fetched or used, and nothing of anything else is named."""

from dataclasses import replace

import pytest

from cellbank.domain.vial import IN_STOCK
from cellbank.errors import NotFound
from cellbank.views import recall, vial
from cellbank.views.lot import lot_view
from tests import clinic
from tests.banks import ON_SQLITE
from tests.clinic import ANNA, treating, two
from tests.journey import Scene, vials_of

__all__ = ["treating", "two"]

pytestmark = ON_SQLITE


def drilled(scene: Scene, code: str) -> recall.Drill:
    found: recall.Drill = scene.read(recall.drill, code)
    assert found.balanced
    return found


@pytest.mark.parametrize("of", ["donor", "tissue", "Medium MEM-alpha", "P0", "master", "lot"])
def test_from_anything_upstream_every_vial_of_the_lot_is_fetched_or_used_and_every_dose_told(
    treating: Scene, of: str
) -> None:
    dose = clinic.injected(treating, ANNA)
    found = drilled(treating, treating[of])
    lines = {line.code: line for line in treating.read(vial.vials, treating["lot"])}
    of_lot = {one.code for one in found.to_fetch if one.lot == treating["lot"]}
    assert of_lot == {code for code, line in lines.items() if line.status in IN_STOCK}
    assert {one.code: one.position for one in found.to_fetch if one.code in lines} == {
        code: lines[code].position for code in of_lot
    }
    [told] = found.doses
    assert (told.code, told.subject, told.visit, told.status) == (dose, ANNA, 1, "administered")
    assert found.subjects == (ANNA,)


def test_a_vial_is_recalled_alone(treating: Scene) -> None:
    one, *_ = clinic.spare(treating)
    found = drilled(treating, one)
    assert [fetched.code for fetched in found.to_fetch] == [one]
    assert (found.doses, found.subjects) == ((), ())
    assert [lot.filled for lot in found.lots] == [1]


def test_what_is_set_aside_is_told_with_its_visit(treating: Scene) -> None:
    aside = {one.code: one.reserved_for for one in drilled(treating, treating["lot"]).to_fetch}
    assert f"{ANNA}/1" in set(aside.values())
    assert set(aside) == set(vials_of(treating, treating["lot"]))


def test_the_control_another_lots_vials_are_not_named(two: Scene) -> None:
    found = drilled(two, two["lot"])
    assert {one.lot for one in found.to_fetch} == {two["lot"]}
    assert len({one.lot for one in drilled(two, two["donor"]).to_fetch}) > 1


def test_the_control_a_vial_that_is_not_named_unbalances_it(treating: Scene) -> None:
    found = drilled(treating, treating["lot"])
    assert not replace(found, to_fetch=found.to_fetch[1:]).balanced
    [lot] = found.lots
    assert lot.filled == treating.read(lot_view, treating["lot"]).vials_filled


def test_an_unknown_code_is_not_found(treating: Scene) -> None:
    with pytest.raises(NotFound):
        treating.read(recall.drill, "NOTHING")
