"""Storage: one vial a position, every movement in the ledger, everyone's count always right."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlmodel import select

from cellbank.domain.lot import Lot
from cellbank.domain.storage import Custodian, PlaceKind
from cellbank.domain.vial import IN_STOCK, StockClass, Vial, VialStatus
from cellbank.errors import NotAllowed, NotFound, Refused, WrongInput
from cellbank.services import hold, relocation, storage, transfer, vial
from cellbank.store import codes
from cellbank.store import lot as rows_of_lots
from cellbank.store import storage as rows
from cellbank.store.unit_of_work import Reading
from cellbank.views import lot as lot_view
from cellbank.views import storage as view
from cellbank.views import transfer as transfer_view
from cellbank.views import vial as vial_view
from tests.banks import ON_SQLITE
from tests.journey import Scene, Stages, close, opened, thaw, vials_of

BOX_A = "TANK1/R1/BOX-A"
BOX_B = "TANK2/R1/BOX-B"


def add(scene: Scene, path: str, grid: str | None = None, custodian: Custodian | None = None) -> str:
    return scene.act("technician", storage.add_place, path, None, grid, custodian).code


def two_boxes(scene: Scene, grid: str = "9x9") -> None:
    add(scene, BOX_A, grid)
    add(scene, BOX_B, grid)


def stored(scene: Scene, grid: str = "9x9") -> list[str]:
    """The product lot stored in two boxes of two tanks; its vials."""
    two_boxes(scene, grid)
    scene.act("technician", storage.fill_boxes, scene["lot"], [BOX_A, BOX_B])
    return vials_of(scene, scene["lot"])


def where(scene: Scene) -> dict[str, str | None]:
    return {line.code: line.position for line in scene.read(vial_view.vials, scene["lot"])}


def status_of(scene: Scene, code: str) -> VialStatus:
    found: VialStatus = scene.read(vial_view.vial_view, code).status
    return found


def refused(scene: Scene, by: str, deed: Any, *args: Any, **named: Any) -> list[str]:
    """The codes of the findings with which an act is refused; nothing of it is left."""
    with pytest.raises(Refused) as caught:
        scene.act(by, deed, *args, **named)
    return [finding.code for finding in caught.value.findings]


# --- Places ---------------------------------------------------------------------------------------------------------


def test_a_box_is_added_with_the_rack_and_tank_on_its_way(released: Scene) -> None:
    outcome = released.act("technician", storage.add_place, "tank1/r1/box-a", None, "9x9", None)
    assert outcome.code == BOX_A
    assert sorted(outcome.codes("storage.added")) == ["TANK1", "TANK1/R1", BOX_A]
    lines = released.read(view.places)
    assert [(line.path, line.kind, line.positions, line.free) for line in lines] == [
        ("TANK1", PlaceKind.TANK, 81, 81),
        ("TANK1/R1", PlaceKind.RACK, 81, 81),
        (BOX_A, PlaceKind.BOX, 81, 81),
    ]
    assert len({line.code for line in lines}) == 3
    assert all(line.code.startswith("S-") for line in lines)


def test_a_box_may_stand_in_a_tank_without_a_rack(released: Scene) -> None:
    add(released, "TANK1/BOX-1", "10x10")
    line = released.read(view.place_view, "TANK1/BOX-1")
    assert (line.kind, line.rows, line.columns) == (PlaceKind.BOX, 10, 10)


def test_a_place_is_found_by_its_code_and_by_its_path(released: Scene) -> None:
    add(released, BOX_A, "9x9")
    code = released.read(view.place_view, BOX_A).code

    def found(reading: Reading, text: str) -> str:
        return codes.resolve(reading, text).code

    assert released.read(found, code) == released.read(found, BOX_A.lower()) == BOX_A


@ON_SQLITE
def test_a_place_inherits_the_custodian_of_its_tank(released: Scene) -> None:
    add(released, "PH-TANK", None, Custodian.PHARMACY)
    add(released, "PH-TANK/BOX-1", "9x9")
    assert released.read(view.place_view, "PH-TANK/BOX-1").custodian is Custodian.PHARMACY
    args = ("PH-TANK/BOX-2", None, "9x9", Custodian.PRODUCTION_UNIT)
    assert refused(released, "technician", storage.add_place, *args) == ["storage.custodian.differs"]


@ON_SQLITE
def test_a_path_that_exists_is_refused(released: Scene) -> None:
    add(released, "TANK1")
    assert refused(released, "technician", storage.add_place, "TANK1") == ["storage.place.exists"]


@ON_SQLITE
def test_nothing_stands_in_a_box(released: Scene) -> None:
    add(released, "TANK1/BOX-1", "9x9")
    assert refused(released, "technician", storage.add_place, "TANK1/BOX-1/BOX-2", None, "9x9") == [
        "storage.place.not_in"
    ]


@ON_SQLITE
@pytest.mark.parametrize(
    ("path", "grid", "code"),
    [
        ("TANK 1", None, "storage.path.form"),
        ("TANK1//BOX", "9x9", "storage.path.form"),
        ("A/B/C/D", "9x9", "storage.path.form"),
        ("-A", None, "storage.path.form"),
        ("", None, "storage.path.form"),
        ("S-260001-1", None, "storage.path.own"),
        ("TANK1/R1/BOX-A", None, "storage.grid.missing"),
        ("TANK1", "9x9", "storage.grid.on_tank"),
        ("TANK1/BOX", "27x9", "storage.grid.form"),
        ("TANK1/BOX", "9x41", "storage.grid.form"),
        ("TANK1/BOX", "0x9", "storage.grid.form"),
        ("TANK1/BOX", "nine", "storage.grid.form"),
    ],
)
def test_a_path_or_grid_of_the_wrong_form_is_refused(released: Scene, path: str, grid: str | None, code: str) -> None:
    with pytest.raises(WrongInput) as caught:
        released.act("technician", storage.add_place, path, None, grid)
    assert caught.value.code == code


@ON_SQLITE
def test_a_kind_that_the_path_does_not_make_is_refused(released: Scene) -> None:
    with pytest.raises(WrongInput, match=r"storage\.kind\.wrong"):
        released.act("technician", storage.add_place, "TANK1", PlaceKind.RACK)


@ON_SQLITE
@pytest.mark.parametrize("by", ["qa", "qp", "admin"])
def test_whoever_does_not_record_storage_adds_no_place(released: Scene, by: str) -> None:
    with pytest.raises(NotAllowed):
        released.act(by, storage.add_place, "TANK1")


# --- A lot into its boxes -------------------------------------------------------------------------------------------


def test_a_lot_is_shared_over_two_tanks_class_by_class(released: Scene) -> None:
    stored(released)
    dispensable = vials_of(released, released["lot"], StockClass.DISPENSABLE)
    retained = vials_of(released, released["lot"], StockClass.RETAINED)
    assert where(released) == {
        dispensable[0]: f"{BOX_A}/A1",
        dispensable[1]: f"{BOX_A}/A2",
        dispensable[2]: f"{BOX_B}/A1",
        retained[0]: f"{BOX_B}/A2",
    }
    assert released.open_deviations() == []
    assert released.read(lot_view.lot_view, released["lot"]).vials == {"stored": 4}
    assert released.bank.verify().intact


@ON_SQLITE
def test_without_the_split_one_box_is_filled_after_the_other(released: Scene) -> None:
    two_boxes(released, "1x3")
    released.act("technician", storage.fill_boxes, released["lot"], [BOX_B, BOX_A], split=False)
    positions = [position for _, position in sorted(where(released).items())]
    assert positions == [f"{BOX_B}/A1", f"{BOX_B}/A2", f"{BOX_B}/A3", f"{BOX_A}/A1"]


@ON_SQLITE
def test_a_tank_that_is_nearly_full_takes_what_it_can_and_the_other_the_rest(released: Scene) -> None:
    add(released, BOX_A, "1x1")
    add(released, BOX_B, "9x9")
    released.act("technician", storage.fill_boxes, released["lot"], [BOX_A, BOX_B])
    positions = [str(position) for position in where(released).values()]
    assert sum(position.startswith(BOX_A) for position in positions) == 1
    assert sum(position.startswith(BOX_B) for position in positions) == 3


def test_too_little_room_is_refused_with_the_number_missing_and_nothing_is_stored(released: Scene) -> None:
    two_boxes(released, "1x1")
    with pytest.raises(Refused) as caught:
        released.act("technician", storage.fill_boxes, released["lot"], [BOX_A, BOX_B])
    [finding] = caught.value.findings
    assert (finding.code, finding.params["missing"]) == ("storage.room.missing", 2)
    assert set(where(released).values()) == {None}


@ON_SQLITE
def test_a_lot_wholly_in_one_tank_opens_a_deviation_and_is_held_once(released: Scene) -> None:
    add(released, BOX_A, "9x9")
    released.act("technician", storage.fill_boxes, released["lot"], [BOX_A])
    [deviation] = released.open_deviations()
    assert (deviation.limit_code, deviation.subject) == ("storage.tanks.few", released["lot"])
    some = vials_of(released, released["lot"])[0]
    released.act("technician", relocation.move, some, f"{BOX_A}/I9")
    assert len(released.open_deviations()) == 1


@ON_SQLITE
def test_a_lot_stored_box_by_box_breaks_the_limit_only_when_its_last_vial_is_stored(released: Scene) -> None:
    add(released, BOX_A, "9x9")
    *most, last = vials_of(released, released["lot"])
    for number, code in enumerate(most, start=1):
        released.act("technician", storage.place_vial, code, f"{BOX_A}/A{number}")
    assert released.open_deviations() == []
    released.act("technician", storage.place_vial, last, BOX_A)
    assert [deviation.limit_code for deviation in released.open_deviations()] == ["storage.tanks.few"]


@ON_SQLITE
def test_a_lot_is_stored_once(released: Scene) -> None:
    stored(released)
    assert refused(released, "technician", storage.fill_boxes, released["lot"], [BOX_A]) == ["storage.fill.nothing"]


@ON_SQLITE
def test_a_rack_is_no_box_and_no_box_at_all_is_refused(released: Scene) -> None:
    two_boxes(released)
    assert refused(released, "technician", storage.fill_boxes, released["lot"], ["TANK1/R1"]) == [
        "storage.place.not_box"
    ]
    with pytest.raises(WrongInput, match=r"storage\.box\.none_named"):
        released.act("technician", storage.fill_boxes, released["lot"], [])


@ON_SQLITE
def test_the_pharmacys_box_takes_no_vial_of_the_production_unit_without_a_transfer(released: Scene) -> None:
    add(released, "PH-TANK", None, Custodian.PHARMACY)
    add(released, "PH-TANK/BOX-1", "9x9")
    found = refused(released, "technician", storage.fill_boxes, released["lot"], ["PH-TANK/BOX-1"])
    assert set(found) == {"storage.custodian.differs"}


# --- A vial in a position -------------------------------------------------------------------------------------------


def test_a_taken_position_is_refused_naming_the_vial_that_sits_there(released: Scene) -> None:
    first, second, *_ = vials_of(released, released["lot"])
    add(released, BOX_A, "9x9")
    released.act("technician", storage.place_vial, first, f"{BOX_A}/C4")
    with pytest.raises(Refused) as caught:
        released.act("technician", storage.place_vial, second, f"{BOX_A}/C4")
    [finding] = caught.value.findings
    assert (finding.code, finding.params["vial"]) == ("storage.position.taken", first)
    assert status_of(released, second) is VialStatus.FILLED


@ON_SQLITE
def test_a_position_may_be_named_by_the_boxs_own_code(released: Scene) -> None:
    first, *_ = vials_of(released, released["lot"])
    add(released, BOX_A, "9x9")
    code = released.read(view.place_view, BOX_A).code
    released.act("pharmacist", storage.place_vial, first, f"{code}/i9")
    assert released.read(view.position_of, first) == f"{BOX_A}/I9"


@ON_SQLITE
@pytest.mark.parametrize("position", ["J1", "A10", "A0", "A01", "1A", "AA", "-"])
def test_a_position_that_the_grid_has_not_is_refused(released: Scene, position: str) -> None:
    first, *_ = vials_of(released, released["lot"])
    add(released, BOX_A, "9x9")
    found = refused(released, "technician", storage.place_vial, first, f"{BOX_A}/{position}")
    assert found == ["storage.position.outside"]


@ON_SQLITE
def test_a_box_that_is_not_there_is_not_found(released: Scene) -> None:
    first, *_ = vials_of(released, released["lot"])
    for nowhere in ("TANK9/BOX/A1", "TANK9"):
        with pytest.raises(NotFound):
            released.act("technician", storage.place_vial, first, nowhere)


def test_a_vial_moves_to_a_free_position_and_leaves_its_old_one_free(released: Scene) -> None:
    first, second, *_ = stored(released)
    released.act("technician", relocation.move, first, f"{BOX_B}/I9")
    assert released.read(view.position_of, first) == f"{BOX_B}/I9"
    released.act("technician", relocation.move, second, f"{BOX_A}/A1")
    assert released.read(view.position_of, second) == f"{BOX_A}/A1"
    assert released.bank.verify().intact


@ON_SQLITE
def test_two_vials_are_not_swapped_in_one_move(released: Scene) -> None:
    first, *_ = stored(released)
    assert refused(released, "technician", relocation.move, first, f"{BOX_A}/A2") == ["storage.position.taken"]


@ON_SQLITE
def test_a_vial_is_moved_by_the_position_it_sits_in(released: Scene) -> None:
    first, *_ = stored(released)
    released.act("technician", relocation.move, f"{BOX_A}/A1", f"{BOX_A}/E5")
    assert released.read(view.position_of, first) == f"{BOX_A}/E5"
    assert refused(released, "technician", relocation.move, f"{BOX_A}/A1", f"{BOX_A}/E6") == ["storage.position.empty"]


@ON_SQLITE
def test_a_vial_that_sits_nowhere_is_placed_not_moved(released: Scene) -> None:
    two_boxes(released)
    first, *_ = vials_of(released, released["lot"])
    assert refused(released, "technician", relocation.move, first, f"{BOX_A}/A1") == ["storage.vial.not_stored"]


@ON_SQLITE
def test_quality_assurance_moves_a_tank_in_an_emergency_but_no_single_vial(released: Scene) -> None:
    first, *_ = stored(released)
    with pytest.raises(NotAllowed):
        released.act("qa", relocation.move, first, f"{BOX_A}/E5")
    add(released, "TANK3")
    released.act("qa", relocation.move, "TANK1", "TANK3")
    assert released.read(view.position_of, first) == "TANK3/R1/BOX-A/A1"


@ON_SQLITE
def test_a_held_vial_may_be_moved(released: Scene) -> None:
    first, *_ = stored(released)
    released.act("qa", hold.put_hold, first, "A doubt")
    released.act("technician", relocation.move, first, f"{BOX_A}/E5")
    assert released.read(view.position_of, first) == f"{BOX_A}/E5"


@ON_SQLITE
def test_a_vial_that_is_used_up_leaves_its_position_free(released: Scene) -> None:
    first, second, *_ = stored(released)
    released.act("technician", vial.use_vial, first, "test", None)
    released.act("technician", relocation.move, second, f"{BOX_A}/A1")
    assert (status_of(released, first), released.read(view.position_of, first)) == (VialStatus.CONSUMED_IN_TEST, None)


@ON_SQLITE
def test_a_vial_that_was_missing_is_found_again(released: Scene) -> None:
    first, *_ = stored(released)
    released.act("technician", vial.discard_vials, [first], "missing", "Not in its position")
    released.act("technician", storage.place_vial, first, f"{BOX_A}/A1")
    assert status_of(released, first) is VialStatus.STORED
    assert [line.purpose for line in released.read(view.movements, first)][-2:] == ["missing", "found"]


@ON_SQLITE
def test_a_broken_vial_is_not_stored_again(released: Scene) -> None:
    first, *_ = stored(released)
    released.act("technician", vial.discard_vials, [first], "broken", "Dropped")
    assert refused(released, "technician", storage.place_vial, first, f"{BOX_A}/A1") == ["vial.move"]


@ON_SQLITE
def test_a_movement_before_the_last_one_is_impossible(released: Scene) -> None:
    first, *_ = stored(released)
    earlier = released.clock.now - timedelta(hours=1)
    found = refused(released, "technician", relocation.move, first, f"{BOX_A}/E5", at=earlier)
    assert found == ["vial.move.before_last"]
    add(released, "TANK3")
    found = refused(released, "technician", relocation.move, "TANK1", "TANK3", at=earlier)
    assert set(found) == {"vial.move.before_last"}


# --- Boxes, racks and tanks -----------------------------------------------------------------------------------------


def test_a_box_is_carried_to_another_rack_with_its_positions(released: Scene) -> None:
    first, *_ = stored(released)
    add(released, "TANK2/R7")
    released.act("technician", relocation.move, BOX_A, "TANK2/R7")
    assert released.read(view.position_of, first) == "TANK2/R7/BOX-A/A1"
    last = released.read(view.movements, first)[-1]
    assert (last.status_from, last.status_to) == (VialStatus.STORED, VialStatus.STORED)
    assert (last.place_from, last.place_to) == (f"{BOX_A}/A1", "TANK2/R7/BOX-A/A1")
    assert [deviation.limit_code for deviation in released.open_deviations()] == ["storage.tanks.few"]
    assert released.bank.verify().intact


def test_a_dead_tank_moves_whole_to_the_same_positions(released: Scene) -> None:
    before = stored(released) and where(released)
    add(released, "TANK1/R2/BOX-C", "9x9")
    add(released, "TANK3")
    released.act("pharmacist", relocation.move, "TANK1", "TANK3")
    assert where(released) == {code: str(here).replace("TANK1", "TANK3") for code, here in before.items()}
    assert [line.path for line in released.read(view.places)] == [
        "TANK1",
        "TANK2",
        "TANK2/R1",
        BOX_B,
        "TANK3",
        "TANK3/R1",
        "TANK3/R1/BOX-A",
        "TANK3/R2",
        "TANK3/R2/BOX-C",
    ]
    assert released.bank.verify().intact


@ON_SQLITE
def test_a_name_that_the_other_tank_has_already_stops_the_move(released: Scene) -> None:
    stored(released)
    assert refused(released, "technician", relocation.move, "TANK1", "TANK2") == ["storage.place.exists"]


@ON_SQLITE
@pytest.mark.parametrize(
    ("what", "to", "code"),
    [
        ("TANK1", "TANK1", "storage.place.there_already"),
        (BOX_A, "TANK1/R1", "storage.place.there_already"),
        ("TANK1/R1", "TANK1/R1", "storage.place.there_already"),
        ("TANK1/R1", "TANK2/R1", "storage.place.not_in"),
        ("TANK1", BOX_B, "storage.place.not_in"),
        ("TANK1", "TANK1/R1", "storage.place.not_in"),
        ("TANK1/R1", BOX_A, "storage.place.not_in"),
        (BOX_A, "PH", "storage.custodian.differs"),
        ("EMPTY", "TANK1", "storage.place.empty"),
    ],
)
def test_a_place_goes_only_where_it_fits(released: Scene, what: str, to: str, code: str) -> None:
    stored(released)
    add(released, "PH", None, Custodian.PHARMACY)
    add(released, "EMPTY")
    assert code in refused(released, "technician", relocation.move, what, to)


@ON_SQLITE
def test_a_box_is_emptied_into_the_same_positions_of_another(released: Scene) -> None:
    first, *_ = stored(released)
    add(released, "TANK1/R1/BOX-Z", "9x9")
    released.act("technician", relocation.move, BOX_A, "TANK1/R1/BOX-Z")
    assert released.read(view.position_of, first) == "TANK1/R1/BOX-Z/A1"
    assert released.read(view.place_view, BOX_A).vials == 0


@ON_SQLITE
def test_a_box_is_not_emptied_into_a_smaller_or_a_taken_one(released: Scene) -> None:
    stored(released)
    add(released, "TANK1/R1/SMALL", "1x1")
    assert refused(released, "technician", relocation.move, BOX_A, "TANK1/R1/SMALL") == ["storage.position.outside"]
    assert set(refused(released, "technician", relocation.move, BOX_A, BOX_B)) == {"storage.position.taken"}


# --- Blind stock-take -----------------------------------------------------------------------------------------------


@ON_SQLITE
def test_a_box_that_agrees_is_counted_once(released: Scene) -> None:
    first, second, *_ = stored(released)
    outcome = released.act("technician", storage.count_box, BOX_A, [second, first])
    assert outcome.actions[0].params == {"counted": 2, "missing": [], "unexpected": []}


@ON_SQLITE
def test_a_difference_asks_for_a_second_count_without_saying_what_differs(released: Scene) -> None:
    first, second, third, _ = stored(released)
    with pytest.raises(Refused) as caught:
        released.act("technician", storage.count_box, BOX_A, [first])
    [finding] = caught.value.findings
    assert finding.code == "storage.count.again"
    assert second not in str(finding.params)
    assert refused(released, "technician", storage.count_box, BOX_A, [first], [first, third]) == [
        "storage.count.unlike"
    ]
    outcome = released.act("technician", storage.count_box, BOX_A, [first, third], [third, first])
    assert outcome.actions[0].params == {"counted": 2, "missing": [second], "unexpected": [third]}
    assert status_of(released, second) is VialStatus.STORED


# --- What a reader sees ---------------------------------------------------------------------------------------------


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
def test_a_hold_on_a_tank_holds_what_has_been_in_it_since(released: Scene) -> None:
    first, second, third, fourth = stored(released)
    add(released, "TANK3/R1/BOX-Q", "9x9")
    released.act("technician", relocation.move, second, "TANK3/R1/BOX-Q/A1")
    released.act("technician", hold.put_hold, "TANK1", "The alarm rang")
    released.act("technician", relocation.move, first, "TANK3/R1/BOX-Q/A2")
    released.act("technician", relocation.move, third, f"{BOX_A}/I9")

    def held(reading: Reading) -> set[str]:
        every = {line.code: codes.named(reading, Vial, line.code).id for line in vial_view.vials(reading)}
        found = view.held_by_place(reading, every.values())
        return {code for code, row_id in every.items() if row_id in found}

    assert released.read(held) == {first, third}
    assert fourth not in released.read(held)


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


# --- Always ---------------------------------------------------------------------------------------------------------


class Bench(RuleBasedStateMachine):
    """Anyone doing anything with the vials of two lots; what is refused changes nothing, what is done balances."""

    scene: Scene
    attempted = 0
    done = 0

    def __init__(self) -> None:
        super().__init__()
        self.vials = sorted(vials_of(self.scene, self.scene["lot"]) + vials_of(self.scene, self.scene["master"]))

    def attempt(self, deed: Any, *args: Any, **named: Any) -> None:
        type(self).attempted += 1
        self.scene.clock.forward(minutes=1)
        try:
            self.scene.act("technician", deed, *args, **named)
        except (Refused, WrongInput, NotFound):
            return
        type(self).done += 1

    @rule(which=st.integers(0, 8), box=st.sampled_from([BOX_A, BOX_B, "PH/BOX-P"]), at=st.sampled_from(["A1", "A2"]))
    def place(self, which: int, box: str, at: str) -> None:
        self.attempt(storage.place_vial, self.vials[which], f"{box}/{at}")

    @rule(lot=st.sampled_from(["lot", "master"]))
    def fill(self, lot: str) -> None:
        self.attempt(storage.fill_boxes, self.scene[lot], [BOX_A, BOX_B])

    @rule(which=st.integers(0, 8), box=st.sampled_from([BOX_A, BOX_B]), at=st.sampled_from(["A1", "B2"]))
    def move(self, which: int, box: str, at: str) -> None:
        self.attempt(relocation.move, self.vials[which], f"{box}/{at}")

    @rule(what=st.sampled_from(["TANK1", "TANK2", "TANK1/R1", BOX_A]), to=st.sampled_from(["TANK1", "TANK2", "TANK3"]))
    def carry(self, what: str, to: str) -> None:
        self.attempt(relocation.move, what, to)

    @rule(which=st.integers(0, 8), how=st.sampled_from(["broken", "missing", "destroyed"]))
    def lose(self, which: int, how: str) -> None:
        self.attempt(vial.discard_vials, [self.vials[which]], how, "So it went")

    @rule(which=st.lists(st.integers(0, 8), min_size=1, max_size=3), to=st.sampled_from(list(Custodian)))
    def send(self, which: list[int], to: Custodian) -> None:
        self.attempt(transfer.send, [self.vials[one] for one in which], to, "SEAL-1", "LOG-1")

    @rule(accepted=st.booleans(), into=st.sampled_from([[BOX_A, BOX_B], ["PH/BOX-P"]]))
    def receive(self, accepted: bool, into: list[str]) -> None:
        under_way = self.scene.read(lambda reading: transfer_view.transfers(reading, only_under_way=True))
        if under_way:
            self.attempt(transfer.receive, under_way[0].code, accepted=accepted, into=into)

    @invariant()
    def every_vial_is_somewhere_and_only_there(self) -> None:
        self.scene.read(_consistent)


def _consistent(reading: Reading) -> None:
    """A vial sits somewhere exactly when it is stored, its ledger ends where it is, and every lot reconciles."""
    lines = vial_view.vials(reading)
    assert all((line.position is not None) == (line.status is VialStatus.STORED) for line in lines)
    sitting = [line.position for line in lines if line.position is not None]
    assert len(sitting) == len(set(sitting))
    ids = {codes.named(reading, Vial, line.code).id: line.status for line in lines}
    assert {row_id: last.status_to for row_id, last in rows.last_moves(reading.session, ids).items()} == ids
    tanks = [place for place in view.places(reading) if place.kind is PlaceKind.TANK]
    assert sum(tank.vials for tank in tanks) == len(sitting)
    for lot in reading.session.exec(select(Lot)):
        counts = rows_of_lots.vials_by_status(reading.session, lot.id)
        in_stock = sum(many for status, many in counts.items() if status in IN_STOCK)
        gone = sum(many for status, many in counts.items() if status not in IN_STOCK)
        assert lot.vials_filled == in_stock + gone


@pytest.fixture
def fresh(stages: Stages, backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[type[Bench]]:
    """A state machine each of whose runs has a bank of its own with a released lot and small boxes."""
    opening: list[Any] = []

    class Own(Bench):
        def __init__(self) -> None:
            self.kept = stages.copied("released", backend, tmp_path, request)
            kept = self.kept.__enter__()
            self.bench = opened(kept.place, kept)
            self.scene = self.bench.__enter__()
            opening.append(self)
            two_boxes(self.scene, "2x2")
            add(self.scene, "PH", None, Custodian.PHARMACY)
            add(self.scene, "PH/BOX-P", "1x2")
            add(self.scene, "TANK3")
            super().__init__()

        def teardown(self) -> None:
            assert self.scene.bank.verify().intact
            self.bench.__exit__(None, None, None)
            self.kept.__exit__(None, None, None)

    yield Own
    assert Own.done > Own.attempted // 10


def run(machine: type[Bench], examples: int, steps: int) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_is_done_every_vial_is_in_one_place_and_every_lot_reconciles(fresh: type[Bench], backend: str) -> None:
    run(fresh, 4 if backend == "sqlite" else 2, 20)


@pytest.mark.evidence
def test_the_same_a_hundred_times_over(fresh: type[Bench]) -> None:
    run(fresh, 100, 50)
