"""Relocation: one vial a position; boxes, racks and tanks carried whole."""

from datetime import timedelta

import pytest

from cellbank.domain.storage import Custodian
from cellbank.domain.vial import VialStatus
from cellbank.errors import NotAllowed, NotFound, Refused
from cellbank.services import hold, relocation, storage, vial
from cellbank.views import storage as view
from tests.banks import ON_SQLITE
from tests.journey import Scene, vials_of
from tests.services.shelves import BOX_A, BOX_B, add, refused, status_of, stored, two_boxes, where

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
    stored(released)
    before = where(released)
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
