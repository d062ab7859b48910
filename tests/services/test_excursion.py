"""Excursions: exactly what was inside is held, wherever it is now, and nothing that was there before or after."""

from datetime import timedelta
from decimal import Decimal

import pytest

from cellbank.domain.storage import Excursion
from cellbank.errors import NotFound, Refused
from cellbank.services import relocation
from cellbank.services.excursion import record_excursion
from cellbank.views import storage
from cellbank.wording import Wording
from tests.banks import ON_SQLITE
from tests.journey import Scene, close
from tests.services.shelves import BOX_A, add, held_vials, stored

WARM, COLD = Decimal("-128"), Decimal("-151")


def an_hour(scene: Scene) -> None:
    scene.clock.forward(hours=1)


def excursion(scene: Scene, place: str, since: int, until: int | None, warmest: Decimal | None = WARM) -> None:
    """An excursion that began and ended so many hours ago."""
    began = scene.clock() - timedelta(hours=since)
    ended = None if until is None else scene.clock() - timedelta(hours=until)
    what = Excursion(began, ended, warmest)
    scene.act(
        "technician",
        record_excursion,
        place,
        what.since,
        what.until,
        what.warmest_c,
        "The level sensor failed",
        at=ended,
    )


def test_exactly_the_vials_that_were_inside_are_held(released: Scene) -> None:
    left_before, left_during, arrived_during, arrived_after = stored(released)
    add(released, "TANK3/R1/BOX-Q", "9x9")
    elsewhere = "TANK3/R1/BOX-Q"
    for n, one in enumerate((arrived_during, arrived_after), 1):
        released.act("technician", relocation.move, one, f"{elsewhere}/A{n}")
    an_hour(released)
    released.act("technician", relocation.move, left_before, f"{elsewhere}/B1")
    an_hour(released)  # three hours before it is recorded, it begins to warm
    an_hour(released)
    released.act("technician", relocation.move, left_during, f"{elsewhere}/B2")
    released.act("technician", relocation.move, arrived_during, f"{BOX_A}/C1")
    an_hour(released)  # one hour before it is recorded, it is cold again
    released.clock.forward(minutes=30)
    released.act("technician", relocation.move, arrived_after, f"{BOX_A}/C2")
    released.clock.forward(minutes=30)
    excursion(released, "TANK1", 3, 1)
    assert held_vials(released) == {left_during, arrived_during}
    reached = released.read(storage.reach, "TANK1", released.clock() - timedelta(hours=3), None)
    assert set(reached.vials) == {left_during, arrived_during, arrived_after}
    [deviation] = [one for one in released.open_deviations() if one.subject == "TANK1"]
    assert deviation.limit_code == "storage.excursion.high"
    close(released, deviation.code)
    assert held_vials(released) == set()


def test_a_box_carried_into_the_tank_and_out_again_took_its_vials_through_it(released: Scene) -> None:
    vials = stored(released)
    add(released, "TANK3/R1", None)
    there = set(view_of(released, BOX_A))
    an_hour(released)
    released.act("technician", relocation.move, BOX_A, "TANK3/R1")
    an_hour(released)
    released.act("technician", relocation.move, f"TANK3/R1/{BOX_A.rpartition('/')[2]}", "TANK1/R1")
    an_hour(released)
    excursion(released, "TANK3", 3, 2)
    assert held_vials(released) == there
    assert there <= set(vials)


def view_of(scene: Scene, box: str) -> list[str]:
    """What sits in a box now."""
    return [cell.code for cell in scene.read(storage.box_map, box).cells.values()]


@ON_SQLITE
def test_a_box_left_out_holds_what_sat_in_it(released: Scene) -> None:
    first, *_ = stored(released)
    there = set(view_of(released, BOX_A))
    an_hour(released)
    excursion(released, BOX_A, 1, 0)
    assert held_vials(released) == there
    assert first in there


@ON_SQLITE
@pytest.mark.parametrize(
    ("warmest", "until", "opened"),
    [
        (COLD, 1, []),
        (WARM, 1, ["storage.excursion.high"]),
        (WARM, None, ["storage.excursion.high.ongoing"]),
        (None, 1, ["storage.excursion.unknown"]),
        (None, None, ["storage.excursion.unknown.ongoing"]),
    ],
)
def test_too_warm_or_not_known_is_a_deviation_and_cold_enough_is_a_fact(
    released: Scene, warmest: Decimal | None, until: int | None, opened: list[str]
) -> None:
    stored(released)
    an_hour(released)
    an_hour(released)
    excursion(released, "TANK1", 2, until, warmest)
    assert [deviation.limit_code for deviation in released.open_deviations()] == opened
    assert bool(held_vials(released)) is bool(opened)


@ON_SQLITE
def test_an_excursion_that_goes_on_reaches_what_arrives(released: Scene) -> None:
    first, *_ = stored(released)
    add(released, "TANK3/R1/BOX-Q", "9x9")
    released.act("technician", relocation.move, first, "TANK3/R1/BOX-Q/A1")
    an_hour(released)
    excursion(released, "TANK1", 1, None)
    assert first not in held_vials(released), "it had left before"
    an_hour(released)
    released.act("technician", relocation.move, first, f"{BOX_A}/I9")
    assert first in held_vials(released)


@ON_SQLITE
@pytest.mark.parametrize(("since", "until", "code"), [(1, 2, "storage.excursion.reversed"), (1, -1, "act.future")])
def test_an_impossible_excursion_is_refused(released: Scene, since: int, until: int, code: str) -> None:
    stored(released)
    an_hour(released)
    with pytest.raises(Refused, match=code.replace(".", r"\.")):
        excursion(released, "TANK1", since, until)
    assert released.open_deviations() == []


@ON_SQLITE
def test_a_place_that_is_not_known_is_not_found(released: Scene) -> None:
    with pytest.raises(NotFound, match=r"storage_place\.not_found"):
        excursion(released, "TANK9", 1, 0)


@ON_SQLITE
def test_the_deviation_says_from_when_to_when_in_the_sites_time(released: Scene) -> None:
    stored(released)
    an_hour(released)
    excursion(released, "TANK1", 1, 0)
    [deviation] = released.open_deviations()
    words = Wording("en", released.bank.zone)
    began = words.value(released.clock() - timedelta(hours=1))
    assert f"TANK1: -128 °C at the warmest, from {began[:16]}" in words.finding(deviation.limit)


@ON_SQLITE
@pytest.mark.parametrize(("until", "held_now"), [(1, False), (None, True)])
def test_a_place_is_shown_held_only_while_what_arrives_is_held_too(
    released: Scene, until: int | None, held_now: bool
) -> None:
    stored(released)
    an_hour(released)
    an_hour(released)
    excursion(released, "TANK1", 2, until)
    assert {one.path for one in released.read(storage.places) if one.held} == (
        {"TANK1", "TANK1/R1", BOX_A} if held_now else set()
    )
    assert released.read(storage.place_view, BOX_A).held is held_now
    assert released.read(storage.box_map, BOX_A).held is held_now
