"""A form from the first key to the record: what it tells while it is typed, what it refuses, what it keeps."""

import pytest
from textual import events
from textual.keys import _character_to_key

from cellbank.languages import known_languages
from cellbank.views import culture, hold as hold_view
from cellbank.wording import Language, Wording
from tests.banks import PASSWORD
from tests.journey import Scene, thaw, vials_of
from tests.tui.hands import Hands, at_the_desk
from tui.forms import registry
from tui.screens.form import FormScreen
from tui.screens.record import RecordScreen
from tui.widgets.question import Question


def a_growing_culture(scene: Scene) -> str:
    """A culture thawed five days ago."""
    code = thaw(scene, vials_of(scene, scene["master"])[:1])
    scene.clock.forward(days=5)
    return code


async def open_form(hands: Hands, code: str, key: str) -> None:
    """Scan a thing and press the key of its form."""
    await hands.scan(code)
    await hands.at(RecordScreen)
    await hands.press(key)
    await hands.at(FormScreen)


async def test_a_passage_is_entered_with_its_doublings_told_before_it_is_recorded(banked: Scene) -> None:
    code = a_growing_culture(banked)
    async with at_the_desk(banked.bank, "technician", size=(80, 24)) as hands:
        await open_form(hands, code, "f5")
        await hands.sees("Passage", code, "Still to answer")
        for answer in ("3.5e7", "95,5", "4e6", "1800"):
            await hands.type(answer, "enter")
        await hands.sees("Cumulative doublings at seeding", "Within every limit", "P3")
        await hands.press("f5")
        await hands.until(lambda: isinstance(hands.app.screen, RecordScreen), "the child")
        await hands.sees("Recorded: culture harvested")
    parent = banked.read(culture.culture_view, code)
    child = banked.read(culture.culture_view, parent.children[0])
    assert (parent.harvested_total, child.viable_seeded) == (35_000_000, 4_000_000)


async def test_a_limit_that_will_break_is_announced_and_opens_its_deviation_when_recorded(banked: Scene) -> None:
    code = a_growing_culture(banked)
    async with at_the_desk(banked.bank, "technician") as hands:
        await open_form(hands, code, "f6")
        for answer in ("3.5e7", "41"):
            await hands.type(answer, "enter")
        await hands.sees("This will open a deviation", "Doublings of this culture")
        assert banked.read(hold_view.deviations) == []
        await hands.press("f5")
        await hands.sees("Deviation opened: D-")
    assert [one.limit_code for one in banked.open_deviations()] == ["culture.viability.low"]


async def test_what_is_wrong_is_said_at_its_line_and_nothing_is_recorded(banked: Scene) -> None:
    code = a_growing_culture(banked)
    head = banked.bank.head()
    async with at_the_desk(banked.bank, "technician") as hands:
        await open_form(hands, code, "f5")
        await hands.type("many", "enter")
        await hands.sees("✗ “many” is not")
        await hands.press("f5")
        await hands.sees("Answer this first: Cells harvested")
        await hands.press("escape")
        await hands.sees("Escape again gives it up")
        await hands.press("escape")
        await hands.until(lambda: isinstance(hands.app.screen, RecordScreen), "the record")
    assert banked.bank.head() == head


async def test_a_refusal_is_told_before_and_the_answers_stay_after(banked: Scene) -> None:
    code = a_growing_culture(banked)
    async with at_the_desk(banked.bank, "technician") as hands:
        await open_form(hands, code, "f5")
        for answer in ("1e6", "95", "4e6", "1800"):
            await hands.type(answer, "enter")
        await hands.sees("This will be refused")
        await hands.press("f5")
        await hands.sees("Refused")
        await hands.press("escape")
        await hands.until(lambda: isinstance(hands.app.screen, FormScreen), "the form again")
        assert [one.text for one in hands.app.screen.query("Question")][:4] == ["1e6", "95", "4e6", "1800"]
    assert banked.read(culture.culture_view, code).harvested_at is None


async def test_a_late_entry_asks_why_and_a_witness(banked: Scene) -> None:
    code = a_growing_culture(banked)
    at = banked.clock.now.strftime("%Y-%m-%dT08:30")
    banked.clock.forward(days=3)
    async with at_the_desk(banked.bank, "technician", size=(100, 34)) as hands:
        await open_form(hands, code, "f6")
        for answer in ("3.5e7", "95,5", "", ""):
            await hands.type(answer, "enter")
        await hands.type(at, "enter")
        await hands.sees("This is a late entry", "Recorded late because")
        await hands.press("enter")
        await hands.type("The network was down")
        await hands.press("f5")
        await hands.sees("a second person checks")
        await hands.type("reviewer", "enter")
        await hands.type(PASSWORD, "enter")
        await hands.sees("Recorded: culture harvested")
    assert banked.read(culture.culture_view, code).harvested_at is not None


async def test_a_hold_is_put_on_anything_and_lifted_by_qa(banked: Scene) -> None:
    code = a_growing_culture(banked)
    async with at_the_desk(banked.bank, "technician") as hands:
        await hands.scan(code)
        await hands.at(RecordScreen)
        await hands.press("f4")
        await hands.type("hold", "enter")
        await hands.at(FormScreen)
        await hands.sees("Still to answer: Reason")
        await hands.type("Cloudy medium")
        await hands.press("f5")
        await hands.sees("Recorded: hold put")
    hold = banked.open_holds()[0]
    assert (hold.subject, hold.reason) == (code, "Cloudy medium")
    async with at_the_desk(banked.bank, "qa") as hands:
        await open_form(hands, hold.code, "f5")
        await hands.type("Microscopy clear")
        await hands.press("f5")
        await hands.sees("Microscopy clear", "Your signature means: approved")
        await hands.type(PASSWORD, "enter")
        await hands.sees("Recorded: hold lifted")
    assert banked.open_holds() == []


@pytest.mark.parametrize("language", known_languages())
def test_every_form_has_its_words(language: Language) -> None:
    words = Wording(language)
    kinds = {*registry.NEW, *registry.OF_ANYTHING, *(kind for kinds in registry.BY_STATION.values() for kind in kinds)}
    for kind in sorted(kinds, key=lambda one: one.code):
        assert words.knows(f"tui.form.{kind.code}"), kind.code
        assert words.knows(f"tui.form.{kind.code}.tip"), kind.code


async def test_a_burst_of_scans_and_answers_lands_line_by_line(banked: Scene) -> None:
    code = a_growing_culture(banked)
    lots = [banked.codes[item] for item in banked.trial.materials.values()]
    async with at_the_desk(banked.bank, "technician") as hands:
        await open_form(hands, code, "f5")
        for character in "\n".join(("3.5e7", "95,5", "4e6", "1800", *lots)) + "\n":
            key = "enter" if character == "\n" else _character_to_key(character)
            hands.app.post_message(events.Key(key, character))
        await hands.sees(", ".join(lots), "Within every limit")
        await hands.press("enter")
        await hands.type("NucleoCounter")
        await hands.sees("NucleoCounter")
        answers = [one.text for one in hands.app.screen.query(Question)]
    assert answers[:4] == ["3.5e7", "95,5", "4e6", "1800"]
    assert answers[4].rstrip(", ") == ", ".join(lots)
    assert answers[5] == "NucleoCounter"


@pytest.mark.parametrize("between", ["\n", "\t"])
async def test_a_name_and_a_password_typed_in_one_burst_sign_in(ready: Scene, between: str) -> None:
    async with at_the_desk(ready.bank) as hands:
        await hands.pilot.pause()
        for character in f"qa{between}{PASSWORD}\n":
            key = {"\n": "enter", "\t": "tab"}.get(character) or _character_to_key(character)
            hands.app.post_message(events.Key(key, character))
        await hands.sees("Quality")


async def test_what_the_bar_refused_goes_with_the_next_key_that_does_something(banked: Scene) -> None:
    code = a_growing_culture(banked)
    async with at_the_desk(banked.bank, "technician") as hands:
        await open_form(hands, code, "f5")
        await hands.press("f5")
        await hands.sees("Answer this first: Cells harvested")
        await hands.type("3.5e7")
        await hands.sees("Answer this first: Cells harvested", "3.5e7")
        await hands.press("enter")
        await hands.until(lambda: "Answer this first" not in hands.text(), "the answer gone")
