"""Storage at the desk: a lot put away, the map of a box, counts, transfers, what happens to a vial."""

from pathlib import Path

import pytest

from cellbank.domain.storage import Custodian
from cellbank.domain.vial import VialStatus
from cellbank.services import hold, storage
from cellbank.views import storage as view, transfer
from tests.journey import Scene, vials_of
from tests.keyboards import AZERTY, QWERTY, typed
from tests.services.shelves import BOX_A, BOX_B, add, status_of, stored, two_boxes, where
from tests.tui.hands import Hands, at_the_desk
from tests.tui.test_tui_release import open_lot
from tui.screens.box import BoxScreen
from tui.screens.count import CountScreen
from tui.screens.form import FormScreen
from tui.screens.place_labels import PlaceLabelsScreen
from tui.screens.record import RecordScreen
from tui.screens.storage import StorageScreen, bar
from tui.screens.transfer import TransferScreen
from tui.widgets.box_map import BoxGrid
from tui.widgets.destination import Destination


async def verb(hands: Hands, key: str, words: str) -> None:
    """Find a verb by its words; its form is in front."""
    await hands.press(key)
    await hands.type(words, "enter")
    await hands.at(FormScreen)


async def recorded(hands: Hands) -> None:
    """F5, and the form is gone."""
    await hands.press("f5")
    await hands.until(lambda: not isinstance(hands.app.screen, FormScreen), "the record")


async def test_a_box_is_made_a_lot_put_away_and_its_map_read_without_a_command(ready: Scene) -> None:
    add(ready, BOX_B, "9x9")
    codes = vials_of(ready, ready["lot"])
    async with at_the_desk(ready.bank, "technician", size=(80, 24)) as hands:
        await verb(hands, "ctrl+p", "add place")
        await hands.type(BOX_A, "enter")
        await hands.type("9x9", "enter")
        await hands.sees("Positions  81")
        await recorded(hands)
        await hands.at(BoxScreen)
        await hands.sees(BOX_A, "0 of 81 taken")
        box = ready.read(view.place_view, BOX_A).code
        await open_lot(hands, ready["lot"])
        await verb(hands, "f4", "store lot")
        await hands.type(box, "enter")
        await hands.sees("This will open a deviation", "1 tank(s)")
        await hands.type(BOX_B, "enter")
        await hands.sees(f"{BOX_A}  2", f"{BOX_B}  2", "Within every limit")
        await recorded(hands)
        assert not ready.open_deviations()
        await hands.scan(box)
        await hands.at(BoxScreen)
        await hands.sees("2 of 81 taken", "A [D]", "dispensable", "free", codes[0])
        await hands.press("right", "right", "right")
        await hands.sees("A4", "[·]")
    assert sorted(where(ready).values()) == sorted(
        f"{box}/{spot}" for box, spots in ((BOX_A, ("A1", "A2")), (BOX_B, ("A1", "A2"))) for spot in spots
    )


async def test_the_map_finds_a_scanned_vial_opens_it_and_takes_one_into_a_free_position(ready: Scene) -> None:
    codes = stored(ready)
    here = [code for code, position in where(ready).items() if position and position.startswith(BOX_A)]
    ready.act("technician", hold.put_hold, here[0], "Cracked cap")
    async with at_the_desk(ready.bank, "technician", size=(80, 24)) as hands:
        await hands.scan(ready.read(view.place_view, BOX_A).code)
        await hands.at(BoxScreen)
        grid = hands.app.screen.query_one(BoxGrid)
        await hands.scan(typed(here[1], QWERTY, AZERTY))
        await hands.until(lambda: grid.cell is not None and grid.cell.code == here[1], "the vial")
        await hands.sees(here[1], ready["lot"], "stored", "label verified", f"{here[1]} is in A2.")
        await hands.press("left")
        await hands.sees("[H]", "HELD", here[0])
        await hands.press("enter")
        await hands.at(RecordScreen)
        await hands.press("f10")
        await hands.at(BoxScreen)
        await hands.sees("[H]", here[0])
        other = next(code for code in codes if code not in here)
        await hands.press("down", "right", "enter")
        await hands.at(FormScreen)
        await hands.sees("Place here", f"{BOX_A}/B2")
        await hands.type(other)
        await recorded(hands)
        await hands.until(lambda: where(ready)[other] == f"{BOX_A}/B2", "the vial in its place")


async def test_storage_shows_how_full_each_place_is_and_leads_into_its_boxes(ready: Scene) -> None:
    stored(ready, "2x2")
    async with at_the_desk(ready.bank, "pharmacist", language="fr", size=(80, 24)) as hands:
        await hands.press("ctrl+p")
        await hands.type("stockage", "enter")
        await hands.at(StorageScreen)
        await hands.sees("unité de production 4/8", "█████░░░░░ 2/4", "boîte", "Dépositaire")
        await hands.press("down", "down", "enter")
        await hands.at(BoxScreen)
        await hands.sees(BOX_A, "2 sur 4 occupées", "à dispenser", "libre")


def test_a_bar_is_full_only_when_no_position_is_free() -> None:
    assert [bar(taken, 81) for taken in (0, 1, 80, 81)] == ["░" * 10, "█" + "░" * 9, "█" * 9 + "░", "█" * 10]
    assert bar(0, 0) == "–" * 10


async def test_a_count_is_blind_and_recorded_when_it_agrees_or_was_made_twice_alike(ready: Scene) -> None:
    codes = stored(ready)
    inside = sorted(code for code, position in where(ready).items() if position and position.startswith(BOX_A))
    astray = next(code for code in codes if code not in inside)
    async with at_the_desk(ready.bank, "technician", size=(80, 24)) as hands:
        await hands.scan(ready.read(view.place_view, BOX_A).code)
        await hands.at(BoxScreen)
        await hands.press("f5")
        await hands.at(CountScreen)
        for code in inside:
            await hands.scan(code)
        await hands.scan(inside[0])
        await hands.sees("Counted: 2", "is counted already")
        assert "expected" not in hands.text()
        await hands.scan(ready["lot"])
        await hands.sees("is no vial")
        await hands.press("f5")
        await hands.sees("Recorded. Counted: 2; expected: 2.", "What is there is what the record says")
        await hands.press("escape")
        await hands.at(BoxScreen)
        await hands.press("f5")
        await hands.at(CountScreen)
        for again in range(2):
            for code in (inside[0], astray):
                await hands.scan(code)
            await hands.sees("Second count: 2" if again else "Counted: 2")
            await hands.press("f5")
            await hands.sees("expected: 2" if again else "Count again")
        await hands.sees("Missing (1)", inside[1], "Not expected (1)", astray)
        await hands.press("f6")
        await hands.at(FormScreen)
        await hands.sees(inside[1], "● missing", f"Count of {BOX_A}")
        await recorded(hands)
    assert status_of(ready, inside[1]) is VialStatus.MISSING


async def test_vials_are_sent_and_received_at_the_desk_and_what_was_too_warm_is_announced(
    ready: Scene, tmp_path: object
) -> None:
    codes = stored(ready)
    add(ready, "PHARMACY/BOX-1", "5x5", Custodian.PHARMACY)
    log = f"{tmp_path}/TT-09.csv"
    with open(log, "w", encoding="utf-8") as file:
        file.write("time,temperature_c\n2026-03-02T08:00,-160\n2026-03-02T09:00,-120\n")
    async with at_the_desk(ready.bank, "technician", size=(100, 30)) as hands:
        await verb(hands, "ctrl+p", "send")
        await hands.type(codes[0].lower(), "enter")
        await hands.type(typed(codes[1], AZERTY, QWERTY), "enter")
        await hands.sees(f"{codes[0]}, {codes[1]}", "● pharmacy")
        await hands.press("enter", "enter")
        await hands.type("44871", "enter")
        await hands.type("TT-09", "enter")
        await hands.sees("Vials  2")
        await recorded(hands)
        await hands.until(lambda: isinstance(hands.app.screen, TransferScreen), "the transfer")
        await hands.sees("under way", "44871", codes[1], "in transit")
    (sent,) = ready.read(transfer.transfers)
    ready.clock.forward(hours=3)
    async with at_the_desk(ready.bank, "pharmacist", size=(100, 30)) as hands:
        await verb(hands, "ctrl+p", "receive logger")
        await hands.type(sent.code, "enter")
        await hands.press("right", "enter")
        await hands.type(log, "enter")
        await hands.press("enter")
        await hands.type("PHARMACY/BOX-1", "enter")
        await hands.sees("This will open a deviation", "-120", "PHARMACY/BOX-1/A1")
        await recorded(hands)
        await hands.sees("Deviation opened")
    assert where(ready)[codes[1]] == "PHARMACY/BOX-1/A2"
    assert [one.limit_code for one in ready.open_deviations()] == ["storage.temperature.high"]


@pytest.mark.parametrize(
    ("key", "typed_in", "status"),
    [("f6", ("Potency, order 12",), VialStatus.CONSUMED_IN_TEST), ("f7", ("right", "fell"), VialStatus.BROKEN)],
)
async def test_what_became_of_a_vial_is_recorded_at_its_record(
    ready: Scene, key: str, typed_in: tuple[str, ...], status: VialStatus
) -> None:
    code = vials_of(ready, ready["lot"])[0]
    async with at_the_desk(ready.bank, "technician") as hands:
        hands.app.push_screen(RecordScreen(code))
        await hands.at(RecordScreen)
        await hands.press(key)
        await hands.at(FormScreen)
        for text in typed_in:
            if text == "right":
                await hands.press("right", "enter")
            else:
                await hands.type(text)
        await recorded(hands)
        await hands.until(lambda: status_of(ready, code) is status, "its end")


async def test_a_vial_goes_to_another_position_and_a_taken_one_is_told_before(ready: Scene) -> None:
    stored(ready)
    here, there = (code for code, position in where(ready).items() if position and position.startswith(BOX_A))
    async with at_the_desk(ready.bank, "technician") as hands:
        hands.app.push_screen(RecordScreen(here))
        await hands.at(RecordScreen)
        await hands.press("f5")
        await hands.at(FormScreen)
        await hands.sees("Position", "scan a box, or TANK1/R02/BOX-A/C4")
        await hands.type(f"{BOX_A}/A2")
        await hands.sees("This will be refused", f"{there} sits there")
        await hands.press(*["backspace"] * 2)
        await hands.type("I9")
        await hands.sees(f"{BOX_A}/I9", "Within every limit")
        await recorded(hands)
        await hands.until(lambda: where(ready)[here] == f"{BOX_A}/I9", "the vial in its place")


async def test_a_whole_box_is_carried_elsewhere_by_anyone_at_work(ready: Scene) -> None:
    stored(ready)
    add(ready, "TANK3")
    async with at_the_desk(ready.bank, "qa") as hands:
        await hands.scan(ready.read(view.place_view, BOX_A).code)
        await hands.at(BoxScreen)
        await verb(hands, "f4", "move")
        await hands.type("TANK3")
        await hands.sees("Vials  2")
        await recorded(hands)
        await hands.until(lambda: "TANK3/BOX-A/A1" in where(ready).values(), "the box in its tank")


async def test_a_scanned_box_is_filled_to_its_first_free_position_and_no_further(ready: Scene) -> None:
    two_boxes(ready, "1x1")
    first, second = vials_of(ready, ready["lot"])[:2]
    ready.act("technician", storage.place_vial, first, BOX_A)
    async with at_the_desk(ready.bank, "technician") as hands:
        hands.app.push_screen(RecordScreen(second))
        await hands.at(RecordScreen)
        await hands.press("f5")
        await hands.at(FormScreen)
        await hands.type(typed(ready.read(view.place_view, BOX_A).code, QWERTY, AZERTY), "enter")
        await hands.sees("This will be refused", "1 positions are needed and 0 are free")


async def test_an_excursion_says_what_it_will_hold_before_it_is_recorded(ready: Scene) -> None:
    inside = [code for code, position in ((c, where(ready)[c]) for c in stored(ready)) if position.startswith(BOX_A)]  # type: ignore[union-attr]
    began = ready.clock()
    ready.clock.forward(hours=2)
    async with at_the_desk(ready.bank, "technician", size=(80, 24)) as hands:
        await hands.scan("TANK1")
        await hands.at(StorageScreen)
        await verb(hands, "f4", "excursion")
        await hands.type(began.isoformat(timespec="minutes"), "enter")
        await hands.press("enter")
        await hands.type("-128")
        await hands.sees(
            f"Vials that were inside  {len(inside)}", "This will open a deviation", "-128 °C at the warmest"
        )
        await recorded(hands)
        await hands.sees("Deviation opened")
    assert [one.limit_code for one in ready.open_deviations()] == ["storage.excursion.high.ongoing"]
    assert {cell.code for cell in ready.read(view.box_map, BOX_A).cells.values() if cell.held} == set(inside)


async def test_the_labels_of_a_tank_and_of_what_stands_in_it_are_printed_at_the_desk(
    ready: Scene, tmp_path: Path
) -> None:
    two_boxes(ready)
    async with at_the_desk(ready.bank, "technician", size=(80, 24)) as hands:
        await hands.scan("TANK1")
        await hands.at(StorageScreen)
        await hands.press("f8")
        await hands.at(PlaceLabelsScreen)
        code = ready.read(view.place_view, "TANK1").code
        await hands.sees("Label of TANK1", code, "what has no label yet, itself or in it (3)")
        await hands.press("down", "space")
        hands.app.screen.query_one(Destination).propose(str(tmp_path / "places.pdf"))
        await hands.press("f8")
        await hands.sees("labels written: 3")
        await hands.until(lambda: ready.read(view.without_label, "TANK1") == (), "the record")
        await hands.sees("why again?")
        hands.app.screen.query_one(Destination).propose(str(tmp_path / "again.pdf"))
        await hands.press("f8")
        await hands.sees("has a label already")
    assert (tmp_path / "places.pdf").read_bytes().startswith(b"%PDF")
    assert not (tmp_path / "again.pdf").exists()
