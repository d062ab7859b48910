"""The trail at the desk: the record's entries looked through, one shown whole, the record verified meanwhile."""

import re
import threading
from collections.abc import Callable

import pytest
from textual.widgets import Input

from cellbank.bank import Bank
from cellbank.services import hold
from cellbank.store import replay
from tests.banks import unguarded
from tests.journey import Scene, refused, reject, release
from tests.tui.hands import Hands, at_the_desk
from tests.tui.test_tui_words import ESCAPES, PAYLOADS
from tui.screens.entry import EntryScreen
from tui.screens.lot import LotScreen
from tui.screens.trail import TrailScreen
from tui.screens.trail_filter import TrailFilterModal
from tui.screens.verification import VerifiedModal
from tui.widgets.table import Table


async def open_trail(hands: Hands) -> TrailScreen:
    """Ctrl+R, read."""
    await hands.press("ctrl+r")
    await hands.at(TrailScreen)
    assert isinstance(hands.app.screen, TrailScreen)
    return hands.app.screen


def numbers(trail: TrailScreen) -> list[int]:
    """The entries shown, from above."""
    table = trail.query_one(Table)
    return [int(str(table.get_row_at(at)[0])) for at in range(table.row_count)]


async def ask(hands: Hands, **answers: str) -> None:
    """F5, the answers, F5."""
    await hands.press("f5")
    await hands.until(lambda: isinstance(hands.app.screen, TrailFilterModal), "the filter")
    fields = {one.ask.name: one.query_one(Input) for one in hands.app.screen.query("Question")}  # type: ignore[attr-defined]
    for name, text in answers.items():
        fields[f"trail_{name}"].value = text
    await hands.press("f5")


async def test_the_trail_is_read_a_page_at_a_time_and_stays_current(ready: Scene) -> None:
    head = ready.bank.head()[0]
    assert head > 55
    async with at_the_desk(ready.bank, "qa", size=(80, 24)) as hands:
        trail = await open_trail(hands)
        assert numbers(trail) == list(range(head, head - 50, -1))
        await hands.sees("Trail", "searched back to", "^R")
        await hands.press("ctrl+end")
        await hands.until(lambda: numbers(trail)[-1] == 1, "the first entry")
        await hands.sees(f"entries: {head} · all")
        ready.act("technician", hold.put_hold, ready["lot"], "A doubt")
        await hands.until(lambda: numbers(trail)[0] == head + 1, "the new entry")
        assert numbers(trail) == list(range(head + 1, 0, -1))


async def test_entries_are_found_by_person_action_thing_days_and_text(ready: Scene) -> None:
    ready.act("technician", hold.put_hold, ready["lot"], "Torn label")
    head, day = ready.bank.head()[0], ready.clock.now.date().isoformat()
    async with at_the_desk(ready.bank, "qp", size=(110, 30)) as hands:
        trail = await open_trail(hands)
        await ask(hands, person="reviewer", action="result rev")
        await hands.until(lambda: trail.older is not None and not trail.older.more and len(numbers(trail)) == 5, "5")
        await hands.sees("Person: reviewer · What was done: result reviewed")
        await ask(hands, person="", action="", text="torn LABEL", since=day)
        await hands.until(lambda: numbers(trail) == [head], "the hold")
        await hands.press("f6")
        await hands.until(lambda: len(numbers(trail)) >= 50, "everything")
        await hands.scan(ready["lot"])
        await hands.until(lambda: len(numbers(trail)) == 10 and numbers(trail)[:1] == [head], "the lot's entries")
        await ask(hands, since="soon")
        await hands.sees("✗ “soon” is not")
        await hands.press("escape")
        await ask(hands, code="L-999999")
        await hands.sees("REFUSED")


async def test_one_entry_is_shown_whole_and_leads_to_its_thing(ready: Scene) -> None:
    release(ready, ready["lot"])
    chain = ready.bank.head()[1]
    async with at_the_desk(ready.bank, "qa", size=(120, 60)) as hands:
        await open_trail(hands)
        await hands.press("enter")
        await hands.until(lambda: isinstance(hands.app.screen, EntryScreen), "the entry")
        await hands.sees("lot released", ready["lot"], "✎ Qp of the bank (qp), qualified person: released")
        await hands.sees("disposition  quarantined → released", "test-bench", "leaf", chain)
        await hands.press("left")
        await hands.sees(f"№ {ready.bank.head()[0] - 1}")
        await hands.press("right", "enter")
        await hands.at(LotScreen)


async def test_a_refusal_stands_in_the_trail_as_such(ready: Scene) -> None:
    with refused("lot.disposition.not_quarantined"):
        release(ready, ready["master"])
    async with at_the_desk(ready.bank, "qa", size=(110, 30)) as hands:
        await open_trail(hands)
        await hands.sees("✗ refused")
        await hands.press("enter")
        await hands.sees("✗ refused", ready["master"], "released")


async def test_payloads_in_the_record_reach_the_trail_as_text(ready: Scene) -> None:
    for payload in (*PAYLOADS, "quiet"):
        ready.act("technician", hold.put_hold, ready["lot"], payload)
    head = ready.bank.head()[0]
    with unguarded(ready.bank.place) as connection:
        where = f"WHERE number = {head}"
        stored = bytes(connection.exec_driver_sql(f"SELECT canonical FROM entry {where}").scalar_one())  # noqa: S608
        hostile = stored.replace(b"quiet", ESCAPES.encode("unicode_escape").replace(b"\\x", b"\\u00"))
        connection.exec_driver_sql(f"UPDATE entry SET canonical = ? {where}", (hostile,))  # noqa: S608
    async with at_the_desk(ready.bank, "qa", size=(130, 45)) as hands:
        await open_trail(hands)
        seen = []
        for _ in range(len(PAYLOADS) + 1):
            await hands.press("enter")
            await hands.at(EntryScreen)
            seen.append(hands.text())
            await hands.pilot.click("#entry-text", offset=(20, 9))
            await hands.press("escape", "down")
        assert hands.app.actor is not None
    shown = "\n".join(seen)
    for payload in PAYLOADS:
        assert payload in shown
    assert "\N{REPLACEMENT CHARACTER}" in shown
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown)


@pytest.mark.parametrize("tampered", [False, True])
async def test_the_record_is_verified_while_the_desk_is_used(
    ready: Scene, tampered: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if tampered:
        with unguarded(ready.bank.place) as connection:
            connection.exec_driver_sql("UPDATE donor SET birth_year = 1990")
    begun, go_on = threading.Event(), threading.Event()
    verify = Bank.verify

    def slowly(self: Bank, heads: object = None, told: Callable[[int], object] | None = None) -> replay.Verification:
        assert told is not None
        told(7)
        begun.set()
        assert go_on.wait(20)
        return verify(self, told=told)

    monkeypatch.setattr(Bank, "verify", slowly)
    async with at_the_desk(ready.bank, "qa", size=(110, 30)) as hands:
        await open_trail(hands)
        await hands.press("f7")
        await hands.until(begun.is_set, "the verification to begin")
        await hands.sees("Verifying the record: 7 of")
        await hands.press("escape")
        await hands.scan(ready["lot"])
        await hands.until(lambda: isinstance(hands.app.screen, LotScreen), "the lot, meanwhile")
        await hands.sees("Verifying the record: 7 of", "✓ met")
        go_on.set()
        await hands.until(lambda: isinstance(hands.app.screen, VerifiedModal), "the outcome")
        if tampered:
            await hands.sees("✗ The record is not intact", "birth_year is “1990”")
        else:
            await hands.sees("✓ The record is intact", ready.bank.head()[1])
        await hands.press("escape")
        await hands.at(LotScreen)
        assert "Verifying" not in hands.text()


async def test_the_trail_speaks_french(ready: Scene) -> None:
    with refused("lot.disposition.move"):
        reject(ready, ready["master"])
    async with at_the_desk(ready.bank, "qa", language="fr", size=(110, 30)) as hands:
        await open_trail(hands)
        await hands.sees("Registre", "entrées", "✗ refusé", "Filtrer")
        await hands.press("enter")
        await hands.sees("enregistré le", "feuille", "chaîne", "✗ refusé")
