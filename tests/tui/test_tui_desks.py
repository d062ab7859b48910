"""Signing in and out, the desks of the roles, the verbs, the themes."""

import pytest
from textual.widgets import Input

from cellbank.errors import CellbankError
from tests.banks import PASSWORD
from tests.journey import Scene, print_labels
from tests.tui.hands import Hands, at_the_desk
from tests.tui.test_tui_release import an_untested_lot, open_lot
from tui.desks.bench import BenchDesk
from tui.desks.quality import QualityDesk
from tui.screens.palette import VerbPalette
from tui.screens.scan_back import ScanBackScreen
from tui.screens.sign_in import SignInScreen
from tui.screens.signing import SigningModal


@pytest.mark.parametrize(
    ("name", "desk"),
    [("reviewer", BenchDesk), ("qa", QualityDesk)],
)
async def test_signing_in_opens_the_desk_of_the_role(ready: Scene, name: str, desk: type) -> None:
    async with at_the_desk(ready.bank, name) as hands:
        assert isinstance(hands.app.screen, desk)
        await hands.sees("DEMO", f"{name.capitalize()} of the bank", "bank.db", f"№ {ready.bank.head()[0]}")


async def _wrong(hands: Hands, name: str) -> None:
    hands.app.screen.query_one("#name", Input).value = name
    hands.app.screen.query_one("#password", Input).focus()
    await hands.type("wrong password", "enter")
    await hands.until(lambda: not hands.app.screen.query_one("#enter").disabled, "an answer")


async def test_wrong_passwords_are_refused_calmly_and_the_fifth_locks_for_minutes(banked: Scene) -> None:
    async with at_the_desk(banked.bank) as hands:
        await hands.pilot.pause()
        for _ in range(5):
            await _wrong(hands, "qa")
            await hands.sees("The name or the password is wrong")
        await _wrong(hands, "qa")
        await hands.sees("15")
        assert isinstance(hands.app.screen, SignInScreen)
        assert "minute" in " ".join(hands.text().split())


async def test_signing_in_takes_two_lines_and_two_enters(banked: Scene) -> None:
    async with at_the_desk(banked.bank) as hands:
        await hands.pilot.pause()
        await hands.type("qa", "enter")
        await hands.type(PASSWORD, "enter")
        await hands.until(lambda: isinstance(hands.app.screen, QualityDesk), "the desk")


async def test_signing_out_closes_every_screen_and_another_signs_in(ready: Scene) -> None:
    async with at_the_desk(ready.bank, "technician") as hands:
        await open_lot(hands, ready["lot"])
        await hands.press("ctrl+o")
        await hands.until(lambda: isinstance(hands.app.screen, SignInScreen), "the sign-in")
        await hands.sees("nobody signed in", "DEMO")
        await hands.press("f1", "f2")
        assert isinstance(hands.app.screen, SignInScreen)
        await hands.sign_in("qp", PASSWORD)
        assert isinstance(hands.app.screen, QualityDesk)


async def test_the_bench_lists_what_waits_for_hands(banked: Scene) -> None:
    number = an_untested_lot(banked)
    async with at_the_desk(banked.bank, "technician") as hands:
        await hands.sees("Print labels", number, "vials without a label: 4")
        print_labels(banked, number)
        await hands.sees("Scan labels back", "printed, still to scan on their vials: 4")
        await hands.press("enter")
        await hands.until(lambda: isinstance(hands.app.screen, ScanBackScreen), "the scan-back")


async def test_the_quality_desk_puts_what_waits_first(banked: Scene) -> None:
    number = an_untested_lot(banked)
    async with at_the_desk(banked.bank, "qa") as hands:
        await hands.sees(
            number, "◌ quarantined", "✓ released", "master cell bank", "lots: 2 · waiting for a decision: 1"
        )
        lines = hands.text().split("\n")
        rows = [next(at for at, line in enumerate(lines) if code in line) for code in (number, banked["master"])]
        assert rows == sorted(rows)


async def test_a_verb_is_found_by_a_part_of_its_words(ready: Scene) -> None:
    async with at_the_desk(ready.bank, "qp") as hands:
        await open_lot(hands, ready["lot"])
        await hands.press("ctrl+p")
        await hands.until(lambda: isinstance(hands.app.screen, VerbPalette), "the verbs")
        await hands.sees("Release", "Reject", "Dark/light")
        await hands.type("relea", "enter")
        await hands.until(lambda: isinstance(hands.app.screen, SigningModal), "the signature")


async def test_one_key_turns_dark_to_light_and_back(ready: Scene) -> None:
    async with at_the_desk(ready.bank, "qa") as hands:
        before = hands.app.screen.styles.background
        await hands.press("ctrl+t")
        await hands.pilot.pause()
        assert hands.app.theme == "paper"
        assert hands.app.screen.styles.background != before
        await hands.press("ctrl+t")
        assert hands.app.theme == "frost"


async def test_a_bank_that_cannot_be_read_says_so_and_goes_on(ready: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_the_desk(ready.bank, "qa") as hands:
        head = ready.bank.head
        monkeypatch.setattr(ready.bank, "head", _unreachable)
        await hands.sees("✗ ")
        await hands.until(lambda: hands.app.fault is not None, "the fault")
        monkeypatch.setattr(ready.bank, "head", head)
        await hands.until(lambda: hands.app.fault is None, "the bank again")


def _unreachable() -> tuple[int, str]:
    raise CellbankError("bank.unreachable", place="", why="")
