"""Storage as a reader sees it: box maps, contents, holds by place, a vial's ledger."""

import pytest

from cellbank.domain.storage import Custodian
from cellbank.errors import Refused
from cellbank.services import hold, relocation, storage, vial
from cellbank.views import storage as view
from tests.banks import ON_SQLITE
from tests.journey import Scene, close, thaw, vials_of
from tests.services.shelves import BOX_A, BOX_B, add, stored, two_boxes


def test_a_box_map_shows_who_sits_where_with_a_letter(released: Scene) -> None:
    first, second, *_ = stored(released)
    released.act("qa", hold.put_hold, second, "A doubt")
    found = released.read(view.box_map, BOX_A)
    assert (found.path, found.rows, found.columns, found.custodian) == (BOX_A, 9, 9, Custodian.PRODUCTION_UNIT)
    cells = {position: (cell.code, cell.letter, cell.held) for position, cell in found.cells.items()}
    assert cells == {"A1": (first, "D", False), "A2": (second, "H", True)}
    assert {cell.lot for cell in found.cells.values()} == {released["lot"]}


@ON_SQLITE
def test_a_rack_has_no_box_map(released: Scene) -> None:
    two_boxes(released)
    with pytest.raises(Refused, match=r"storage\.place\.not_box"):
        released.read(view.box_map, "TANK1/R1")


@ON_SQLITE
def test_the_contents_of_a_tank_are_listed_in_order(released: Scene) -> None:
    codes_stored = stored(released)
    released.act("technician", relocation.move, codes_stored[0], f"{BOX_A}/B1")
    listed = released.read(view.contents, "TANK1")
    assert [(one.position, one.vial.code) for one in listed] == [
        (f"{BOX_A}/A2", codes_stored[1]),
        (f"{BOX_A}/B1", codes_stored[0]),
    ]


@ON_SQLITE
def test_what_left_a_held_tank_with_its_rack_stays_held(released: Scene) -> None:
    first, second, *_ = stored(released)
    released.act("technician", hold.put_hold, "TANK1", "The alarm rang")
    add(released, "TANK3")
    released.act("qa", relocation.move, "TANK1", "TANK3")
    found = released.read(view.box_map, "TANK3/R1/BOX-A")
    assert {cell.code: cell.held for cell in found.cells.values()} == {first: True, second: True}


@ON_SQLITE
def test_the_ledger_of_a_vial_tells_its_way(released: Scene) -> None:
    first, *_ = stored(released)
    released.act("technician", relocation.move, first, f"{BOX_A}/E5")
    released.act("technician", vial.discard_vials, [first], "broken", "Dropped")
    lines = released.read(view.movements, first)
    assert [(line.purpose, line.place_from, line.place_to) for line in lines] == [
        ("fill", None, None),
        ("store", None, f"{BOX_A}/A1"),
        ("move", f"{BOX_A}/A1", f"{BOX_A}/E5"),
        ("broken", f"{BOX_A}/E5", None),
    ]
    assert [line.number for line in lines] == sorted(line.number for line in lines)


@ON_SQLITE
def test_a_stored_vial_is_thawed_into_culture_and_its_position_is_free(banked: Scene) -> None:
    two_boxes(banked)
    banked.act("technician", storage.fill_boxes, banked["master"], [BOX_A, BOX_B])
    code = vials_of(banked, banked["master"])[0]
    grown = thaw(banked, [code])
    last = banked.read(view.movements, code)[-1]
    assert (last.purpose, last.place_to) == ("culture", grown)
    assert banked.read(view.position_of, code) is None


@ON_SQLITE
def test_a_deviation_for_too_few_tanks_is_closed_like_any_other(released: Scene) -> None:
    add(released, BOX_A, "9x9")
    released.act("technician", storage.fill_boxes, released["lot"], [BOX_A])
    close(released, released.open_deviations()[0].code)
    assert released.open_holds() == []
