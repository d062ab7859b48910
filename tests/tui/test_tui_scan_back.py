"""Scan-back of a box of labels: label after label, none lost, each right one recorded, each wrong one refused."""

from cellbank.domain.vial import StockClass
from cellbank.services.vial import void_label
from cellbank.views import audit, vial
from cellbank.views.scan_back import scan_back
from tests.journey import Scene, a_lot, print_labels, thaw, vials_of
from tests.keyboards import AZERTY, QWERTY, typed
from tests.tui.hands import Hands, at_the_desk
from tests.tui.test_tui_release import open_lot
from tui.screens.labels import LabelsScreen
from tui.screens.scan_back import ScanBackScreen
from tui.text.vial_ranges import format_ranges

A_BOX = 81


def a_box_of_vials(scene: Scene) -> str:
    """A product lot of a whole box of vials, just filled."""
    scene.clock.forward(days=10)
    culture = thaw(scene, vials_of(scene, scene["master"], StockClass.DISPENSABLE)[:1])
    scene.clock.forward(days=6)
    classes = {StockClass.DISPENSABLE: A_BOX - 2, StockClass.RETAINED: 2}
    return a_lot(scene, culture, harvested=scene.trial.thawed.harvested, classes=classes, viable_per_vial=1_000_000)


def verified(scene: Scene, number: str) -> list[str]:
    return [line.code for line in scene.read(vial.vials, number) if line.label_verified]


def acts(scene: Scene, action: str) -> list[str]:
    """The codes that acts of this name concerned, oldest first."""
    entries = reversed(scene.read(lambda reading: audit.entries(reading, limit=1000)))
    return [str(one["code"]) for entry in entries for one in entry.actions if one["action"] == action]


async def open_scan_back(hands: Hands) -> ScanBackScreen:
    await hands.at(ScanBackScreen)
    assert isinstance(hands.app.screen, ScanBackScreen)
    return hands.app.screen


async def test_a_box_of_labels_is_printed_and_scanned_back_with_four_keys_and_no_key_between(banked: Scene) -> None:
    number = a_box_of_vials(banked)
    codes = vials_of(banked, number)
    async with at_the_desk(banked.bank, "technician", size=(80, 24)) as hands:
        await open_lot(hands, number)
        await hands.press("f8")
        await hands.at(LabelsScreen)
        await hands.press("f8")
        await hands.sees(f"labels written: {A_BOX}")
        await hands.read()
        await hands.press("f9")
        screen = await open_scan_back(hands)
        await hands.sees(f"0 of {A_BOX}", "Still to scan: 1–81")
        for code in codes[:20]:
            await hands.type(code)
            hands.app.simulate_key("enter")
        await hands.until(lambda: len(screen.answered) == 20, "every scan answered")
        await hands.sees(f"20 of {A_BOX}", "Still to scan: 21–81", f"✓ {codes[19]} verified")
        assert [one.code for one in reversed(screen.answered)] == codes[:20]
        assert not any(one.why for one in screen.answered)
        for code in codes[20:]:
            await hands.scan(code)
        await hands.sees(f"{A_BOX} of {A_BOX}", "Every label printed is verified")
        await hands.press("escape")
        assert isinstance(hands.app.screen, LabelsScreen)
    assert acts(banked, "vial.verified")[-A_BOX:] == codes
    assert verified(banked, number) == codes


async def test_every_wrong_label_is_refused_loudly_with_its_reason_and_kept_in_the_record(banked: Scene) -> None:
    number = a_box_of_vials(banked)
    codes = vials_of(banked, number)
    print_labels(banked, number)
    banked.act("technician", void_label, codes[3], "Torn")
    other = vials_of(banked, banked["master"])[1]
    garbled = typed(codes[1], QWERTY, AZERTY)
    async with at_the_desk(banked.bank, "technician", language="fr", size=(80, 24)) as hands:
        await open_lot(hands, number)
        await hands.press("f10")
        screen = await open_scan_back(hands)
        refusals = len(acts(banked, "act.refused"))
        for code in (codes[0], garbled, other, codes[3], codes[0], "V-269999-001-X", codes[2]):
            await hands.scan(code)
        await hands.until(lambda: len(screen.answered) == 7, "every scan answered")
        await hands.sees("3 sur 80", "REFUSÉ", f"est du lot {banked['master']}", "est annulée", "déjà été vérifiée")
        await hands.sees(f"= déjà {codes[0]}")
        assert hands.text().count("REFUSÉ ") == 3
        await hands.sees("Aucun flacon ne porte le code V-269999-001-X", "sans étiquette : 1")
        assert [bool(one.why) for one in reversed(screen.answered)] == [False, False, True, True, True, True, False]
        assert [one.code for one in screen.answered if one.already] == [codes[0]]
    assert verified(banked, number) == codes[:3]
    assert len(acts(banked, "act.refused")) == refusals + 4


async def test_leaving_the_screen_loses_no_scan(banked: Scene) -> None:
    number = a_box_of_vials(banked)
    codes = vials_of(banked, number)
    print_labels(banked, number)
    async with at_the_desk(banked.bank, "technician") as hands:
        await open_lot(hands, number)
        await hands.press("f10")
        await open_scan_back(hands)
        for code in codes[:12]:
            await hands.type(code)
            hands.app.simulate_key("enter")
        await hands.press("escape")
        await hands.until(lambda: len(verified(banked, number)) == 12, "every label verified")


async def test_who_may_not_verify_is_told_and_nothing_is_recorded(banked: Scene) -> None:
    number = a_box_of_vials(banked)
    print_labels(banked, number)
    head = banked.bank.head()[0]
    async with at_the_desk(banked.bank, "qa") as hands:
        hands.app.push_screen(ScanBackScreen(number))
        await open_scan_back(hands)
        await hands.scan(vials_of(banked, number)[0])
        await hands.sees("REFUSED", "may not verify")
    assert banked.bank.head()[0] == head


def test_a_box_is_scanned_back_by_what_stands_in_it(ready: Scene) -> None:
    from tests.services.shelves import BOX_A, stored, where

    stored(ready)
    inside = [code for code, position in where(ready).items() if position and position.startswith(BOX_A)]
    seen = ready.read(scan_back, BOX_A)
    assert [one.code for one in seen.vials] == inside
    assert (seen.labelled, seen.verified) == (2, frozenset(inside))
    assert [one.position for one in seen.vials] == ["A1", "A2"]


def test_numbers_are_written_shortly() -> None:
    assert format_ranges([1, 2, 3, 7, 9, 10]) == "1–3, 7, 9–10"
    assert format_ranges([]) == ""
