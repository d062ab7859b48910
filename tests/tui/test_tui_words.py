"""Words and data on the screen: nothing from data becomes markup or a control, both languages are whole."""

import ast
import re
import sys
from pathlib import Path

import pytest

from cellbank.domain.column import is_hostile
from cellbank.languages import BASE, Language, known_languages
from cellbank.services import hold
from cellbank.wording import Wording, texts
from tests.banks import unguarded
from tests.journey import Scene, a_result
from tests.tui.hands import Hands, at_the_desk
from tests.tui.test_tui_release import open_lot
from tui.screens.evidence import EvidenceModal
from tui.text.markup_safe import cell, plain, stripped
from tui.widgets.table import Table

PAYLOADS = ("Lot [L-1] kept", "[/]", "[@click=app.quit]x[/]", "[bold red]no[/bold red]", "$error [$accent]")
ESCAPES = "\x1b]0;title\x07\x1b[2J\x9b31m\u202etxet"
SOURCES = sorted(Path("tui").rglob("*.py"))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_shown_letter_for_letter(payload: str) -> None:
    assert plain(payload).plain == payload
    assert plain(payload, "bold").plain == payload
    assert cell(payload).plain == payload
    assert not plain(payload).spans


def test_control_and_bidirectional_characters_are_replaced() -> None:
    shown = stripped(ESCAPES)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e]", shown)
    assert "title" in shown


def test_no_line_begins_with_what_french_sets_apart_by_a_space() -> None:
    shown = plain("le critère « Hypertension intracrânienne ? » n'a pas de réponse.").wrap(28)
    assert [line.plain[0] for line in shown if line.plain[0] in "?»"] == []
    assert plain("Lot «L» ?").plain == "Lot «L»\N{NO-BREAK SPACE}?"


async def _everywhere(hands: Hands, scene: Scene) -> str:
    """Every screen that shows a lot's data, as text."""
    seen = []
    number = scene["lot"]
    await open_lot(hands, number)
    await hands.sees("not met")
    seen.append(hands.text())
    await hands.press("home", *["up"] * 20)
    for steps in (1, 7, 4, 4):  # The donor, the results, the holds, the signatures.
        await hands.press(*["down"] * steps, "enter")
        await hands.until(lambda: isinstance(hands.app.screen, EvidenceModal), "the evidence")
        await hands.until(lambda: hands.app.screen.query(Table), "its table")
        await hands.pilot.pause()
        seen.append(hands.text())
        await hands.press("escape")
    await hands.press("right")
    seen.append(hands.text())
    await hands.press("right")
    seen.append(hands.text())
    await hands.press("f6")
    await hands.sees("The bank will refuse it")
    seen.append(hands.text())
    await hands.press("escape")
    for code in (scene["viability"], scene["donor"]):
        await hands.scan(code)
        await hands.sees(code, "Known")
        seen.append(hands.text())
    return "\n".join(seen)


async def test_payloads_and_control_sequences_in_the_record_reach_every_screen_as_text(ready: Scene) -> None:
    number = ready["lot"]
    for payload in (*PAYLOADS, "quiet"):
        ready.act("technician", hold.put_hold, number, payload)
    ready.codes["viability"] = a_result(ready, number, "sterility", "[@click=app.quit]x[/]", reviewed=False)
    with unguarded(ready.bank.place) as connection:
        connection.exec_driver_sql("UPDATE hold SET reason = ? WHERE reason = 'quiet'", (ESCAPES,))
        connection.exec_driver_sql("UPDATE donor SET consent = ?", (ESCAPES,))
    async with at_the_desk(ready.bank, "qp", size=(130, 45)) as hands:
        seen = await _everywhere(hands, ready)
        await hands.pilot.click("FieldList", offset=(40, 4))
        assert hands.app.is_running
        assert hands.app.actor is not None
    for payload in PAYLOADS:
        assert payload in seen
    assert "\N{REPLACEMENT CHARACTER}" in seen
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", seen)


def _calls(name: str) -> list[tuple[Path, ast.Call]]:
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if called == name:
                    found.append((path, node))
    return found


@pytest.mark.parametrize("name", ["Static", "Label", "Button", "TabPane", "Option", "add_column", "update"])
def test_no_widget_is_given_a_bare_text(name: str) -> None:
    for path, call in _calls(name):
        if call.args:
            bare = isinstance(call.args[0], ast.Constant | ast.JoinedStr)
            said = isinstance(call.args[0], ast.Call) and getattr(call.args[0].func, "attr", "") == "say"
            assert not bare, f"{path}:{call.lineno}"
            assert not said, f"{path}:{call.lineno}"


def test_every_toast_and_list_is_without_markup() -> None:
    for name in ("notify", "OptionList"):
        for path, call in _calls(name):
            off = any(word.arg == "markup" and ast.unparse(word.value) == "False" for word in call.keywords)
            assert off, f"{path}:{call.lineno}"
    assert not _calls("from_markup")


@pytest.mark.parametrize("language", known_languages())
def test_each_language_has_the_same_texts_with_the_same_parameters(language: Language) -> None:
    english = {code: text for code, text in texts(BASE).items() if code.startswith("tui.")}
    other = {code: text for code, text in texts(language).items() if code.startswith("tui.")}
    assert english.keys() == other.keys()
    for code, text in english.items():
        assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", other[code])), code


def test_every_text_that_the_screens_ask_for_is_there() -> None:
    words = Wording("en")
    asked = {code for path in SOURCES for code in re.findall(r'"(tui(?:\.\w+)+)"', path.read_text(encoding="utf-8"))}
    asked = {code for code in asked if not Path(code.replace(".", "/") + ".py").exists()}  # Modules are no words.
    assert len(asked) > 60
    assert sorted(code for code in asked if not words.knows(code)) == []


async def test_a_whole_desk_in_french_has_no_english_left(ready: Scene) -> None:
    async with at_the_desk(ready.bank, "qp", language="fr", size=(100, 34)) as hands:
        await hands.sees("Qualité · aujourd’hui", "DÉMO", "personne qualifiée")
        await open_lot(hands, ready["lot"])
        await hands.sees("rien ne s’y oppose", "✓ rempli", "Libérer", "Échap Retour", "Scannez ou tapez")
        await hands.press("f6")
        await hands.sees("Votre signature signifie", "Ce qui est signé, en entier", "Signer")


@pytest.mark.parametrize("size", [(80, 24)])
async def test_every_key_of_the_lot_is_shown_at_any_size(ready: Scene, size: tuple[int, int]) -> None:
    async with at_the_desk(ready.bank, "qa", size=size) as hands:
        await open_lot(hands, ready["lot"])
        shown = ("Enter Evidence", "←→ Tabs", "F5 Attest", "F8 Labels", "Esc Back", "F1 Bench", "? Help", "^P Verbs")
        await hands.sees(*shown, "^T Dark/light", "^O Sign out", "^Q Leave", "DEMO", ready["lot"])


def test_nothing_hostile_counts_as_printable() -> None:
    """What `stripped` relies on when it takes a printable text as it is."""
    hostile = [chr(at) for at in range(sys.maxunicode + 1) if is_hostile(chr(at))]
    assert hostile
    assert [character for character in hostile if character.isprintable()] == []
