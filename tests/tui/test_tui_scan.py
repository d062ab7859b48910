"""The scan bar: it listens everywhere, loses nothing, and never opens another thing."""

from tests.banks import PASSWORD
from tests.journey import Scene, print_labels, vials_of
from tests.keyboards import AZERTY, QWERTY, typed
from tests.tui.hands import at_the_desk
from tests.tui.test_tui_release import an_untested_lot, open_lot
from tui.desks.bench import BenchDesk
from tui.screens.help import HelpModal
from tui.screens.lot import LotScreen
from tui.screens.record import RecordScreen
from tui.widgets.scan_bar import ScanBar
from tui.widgets.table import Table


async def test_a_vials_code_opens_its_lot_with_that_vial_chosen(ready: Scene) -> None:
    code = vials_of(ready, ready["lot"])[2]
    async with at_the_desk(ready.bank, "technician") as hands:
        await hands.scan(code)
        await hands.at(LotScreen)
        await hands.until(lambda: hands.app.screen.query_one(Table).chosen == code, "the vial")


async def test_any_other_code_opens_its_record(ready: Scene) -> None:
    async with at_the_desk(ready.bank, "technician") as hands:
        for code in (ready["donor"], ready["tissue"], ready["P2"], ready["viability"]):
            await hands.scan(code)
            await hands.sees(code, "Known", "Lineage")
            assert isinstance(hands.app.screen, RecordScreen)


async def test_a_wrong_check_character_and_an_unknown_code_are_refused_and_open_nothing(ready: Scene) -> None:
    number = ready["lot"]
    wrong = number[:-1] + ("A" if number[-1] != "A" else "B")
    async with at_the_desk(ready.bank, "technician") as hands:
        await hands.scan(wrong)
        await hands.sees("REFUSED", "check character")
        assert isinstance(hands.app.screen, BenchDesk)
        await hands.scan("NOBODY")
        await hands.sees("REFUSED", "NOBODY")
        assert isinstance(hands.app.screen, BenchDesk)


async def test_a_burst_of_scans_loses_no_character_and_answers_in_order(ready: Scene) -> None:
    codes = vials_of(ready, ready["lot"])
    async with at_the_desk(ready.bank, "technician") as hands:
        await open_lot(hands, ready["lot"])
        for code in codes:
            await hands.scan(code)
        await hands.until(lambda: hands.app.screen.query_one(Table).chosen == codes[-1], "the last vial")
        assert isinstance(hands.app.screen, LotScreen)
        assert len(hands.app.screen_stack) == 3


async def test_a_label_that_waits_is_verified_with_one_key_after_its_scan(banked: Scene) -> None:
    number = an_untested_lot(banked)
    print_labels(banked, number)
    code = vials_of(banked, number)[0]
    async with at_the_desk(banked.bank, "technician") as hands:
        await open_lot(hands, number)
        await hands.press("f9")  # Nothing has been scanned: nothing happens.
        await hands.scan(code)
        await hands.sees("waits for scan-back", "F9")
        await hands.press("f9")
        await hands.sees("✓ verified")
    assert [line.code for line in _verified(banked, number)] == [code]


def _verified(scene: Scene, number: str) -> list[object]:
    from cellbank.views import vial

    return [line for line in scene.read(vial.vials, number) if line.label_verified]


async def test_escape_empties_the_bar_before_it_leaves(ready: Scene) -> None:
    async with at_the_desk(ready.bank, "technician") as hands:
        await open_lot(hands, ready["lot"])
        await hands.type("L-26", "escape")
        await hands.pilot.pause()
        assert hands.app.screen.query_one(ScanBar).text == ""
        assert isinstance(hands.app.screen, LotScreen)
        await hands.press("escape")
        assert isinstance(hands.app.screen, BenchDesk)


async def test_a_question_mark_alone_is_a_question_and_in_a_scan_a_character(ready: Scene) -> None:
    async with at_the_desk(ready.bank, "technician") as hands:
        await hands.type("?-260001", "enter")
        await hands.sees("REFUSED")
        await hands.type("?")
        await hands.until(lambda: isinstance(hands.app.screen, HelpModal), "help")
        await hands.sees("Help about this place", "The scan bar always listens", "Sign out")


async def test_what_is_typed_into_an_input_is_not_scanned(ready: Scene) -> None:
    async with at_the_desk(ready.bank, "qp") as hands:
        await open_lot(hands, ready["lot"])
        await hands.press("f6")
        await hands.sees("Your signature means")
        await hands.type(PASSWORD)
        await hands.pilot.pause()
        assert not any(bar.text for screen in hands.app.screen_stack for bar in screen.query(ScanBar))


async def test_a_scan_through_another_keyboard_opens_its_thing_or_is_refused_with_what_to_do(ready: Scene) -> None:
    code = vials_of(ready, ready["lot"])[1]
    wrong = code[:-1] + ("B" if code[-1] != "B" else "C")
    async with at_the_desk(ready.bank, "technician") as hands:
        await hands.scan(f"]d2{ready['donor']}")
        await hands.sees(ready["donor"], "Known")
        await hands.scan(typed(wrong, AZERTY, QWERTY))
        await hands.sees("REFUSED", "through another keyboard layout")
        assert isinstance(hands.app.screen, RecordScreen)
        await hands.scan(typed(f"]d2{code}", QWERTY, AZERTY))
        await hands.at(LotScreen)
        await hands.until(lambda: hands.app.screen.query_one(Table).chosen == code, "the vial")
