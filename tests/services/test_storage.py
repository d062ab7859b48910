"""Storage: places, a lot into its boxes, blind counts."""

import pytest

from cellbank.domain.storage import Custodian, PlaceKind
from cellbank.domain.vial import StockClass, VialStatus
from cellbank.errors import NotAllowed, Refused, WrongInput
from cellbank.services import relocation, stock_count, storage
from cellbank.store import codes
from cellbank.store.unit_of_work import Reading
from cellbank.views import storage as view
from cellbank.views.lot import lot_view
from tests.banks import ON_SQLITE
from tests.journey import Scene, vials_of
from tests.services.shelves import BOX_A, BOX_B, add, refused, status_of, stored, two_boxes, where

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
    assert released.read(lot_view, released["lot"]).vials == {"stored": 4}
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


# --- Blind stock-take -----------------------------------------------------------------------------------------------


@ON_SQLITE
def test_a_box_that_agrees_is_counted_once(released: Scene) -> None:
    first, second, *_ = stored(released)
    outcome = released.act("technician", stock_count.count_box, BOX_A, [second, first])
    assert outcome.actions[0].params == {"counted": 2, "missing": [], "unexpected": []}


@ON_SQLITE
def test_a_difference_asks_for_a_second_count_without_saying_what_differs(released: Scene) -> None:
    first, second, third, _ = stored(released)
    with pytest.raises(Refused) as caught:
        released.act("technician", stock_count.count_box, BOX_A, [first])
    [finding] = caught.value.findings
    assert finding.code == "storage.count.again"
    assert second not in str(finding.params)
    assert refused(released, "technician", stock_count.count_box, BOX_A, [first], [first, third]) == [
        "storage.count.unlike"
    ]
    outcome = released.act("technician", stock_count.count_box, BOX_A, [first, third], [third, first])
    assert outcome.actions[0].params == {"counted": 2, "missing": [second], "unexpected": [third]}
    assert status_of(released, second) is VialStatus.STORED
