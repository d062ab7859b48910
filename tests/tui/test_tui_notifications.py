"""What is told beside the work covers neither the keys nor what the hands are at, and gives way to the next key."""

import pytest

from tests.journey import Scene
from tests.tui.hands import at_the_desk
from tui.app import notifications


async def test_a_success_is_gone_with_the_next_key(banked: Scene) -> None:
    async with at_the_desk(banked.bank, "technician", size=(80, 24)) as hands:
        hands.app.notify("All is stored.", markup=False)
        await hands.sees("All is stored.")
        await hands.press("down")
        await hands.until(lambda: "All is stored." not in hands.text(), "the notice to go")


async def test_a_warning_outlasts_the_scan_that_follows_at_once_but_not_the_next_key_after_it_was_read(
    banked: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(notifications, "monotonic", lambda: now[0])
    async with at_the_desk(banked.bank, "technician", size=(80, 24)) as hands:
        hands.app.notify("That vial is of another lot.", severity="error", markup=False)
        await hands.press("down")
        await hands.sees("That vial is of another lot.")
        now[0] += notifications.LEAST_SECONDS
        await hands.press("down")
        await hands.until(lambda: "another lot" not in hands.text(), "the notice to go")


async def test_no_notice_covers_the_scan_bar_or_a_key(banked: Scene) -> None:
    async with at_the_desk(banked.bank, "qp", language="fr", size=(80, 24)) as hands:
        await hands.scan(banked["master"])
        await hands.sees("^Q Quitter")
        hands.app.notify("mot " * 60, severity="warning", markup=False)
        await hands.sees("mot mot", "Scannez ou tapez un code, puis Entrée", "^O Déconnexion", "^Q Quitter")


async def test_what_is_told_is_never_markup(banked: Scene) -> None:
    async with at_the_desk(banked.bank, "technician", size=(80, 24)) as hands:
        hands.app.notify("Lot [bold]L-1[/bold] [@click=app.quit]x[/]", markup=False)
        await hands.sees("[bold]L-1[/bold]", "[@click=app.quit]x[/]")


async def test_the_last_word_of_a_notice_is_read_whatever_its_length(banked: Scene) -> None:
    async with at_the_desk(banked.bank, "technician", size=(80, 24)) as hands:
        for length in range(30, 46):
            hands.app.notify(f"{'Recorded:':.<{length - 5}} END{length}", title="№ 7")
            await hands.sees(f"END{length}")
            hands.app.dismiss_read()
