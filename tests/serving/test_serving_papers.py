"""The papers of a session: a browser is given them, and nothing is written where the server runs."""

import ast
from pathlib import Path

import pytest

from cellbank.wording import Wording
from tests.journey import Scene
from tests.tui.hands import at_the_desk
from tui.app.app import CellbankApp
from tui.app.command_palette import all_verbs
from tui.forms.trial import LoadTrial
from tui.work import output
from tui.work.output import Download, OutputFile, default_folder, paper_for

ROOM = Path(output.__file__).parents[1]


def nobody(document: bytes, name: str) -> None:
    """A browser that must not be given anything."""
    raise AssertionError(name)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("L-260001-O-1.pdf", "L-260001-O-1.pdf"),
        ("/etc/cron.d/x.pdf", "x.pdf"),
        ("..\\..\\x.zpl", "x.zpl"),
        ("~/x.pdf", "x.pdf"),
        ("../", "document.pdf"),
        ("..", "document.pdf"),
        (".bashrc", "bashrc"),
        ("étiquettes du lot.pdf", "tiquettes-du-lot.pdf"),
        ('a"; filename=b.exe\r\nX: y.pdf', "a-filename-b.exe-X-y.pdf"),
    ],
)
def test_in_a_browser_a_paper_has_a_harmless_name_and_no_place(typed: str, name: str) -> None:
    paper = paper_for(typed, nobody)
    assert isinstance(paper, Download)
    assert str(paper.path) == name


def test_at_a_terminal_a_paper_goes_where_it_was_told() -> None:
    paper = paper_for("/srv/papers/x.pdf")
    assert paper == OutputFile(Path("/srv/papers/x.pdf"))
    assert default_folder("/srv/bank.db") == Path("/srv/labels")


def test_a_paper_whose_act_was_refused_is_not_handed_over() -> None:
    paper = Download(nobody, Path("x.pdf"))
    paper.stage(b"%PDF")
    paper.rollback()
    assert paper._document == b""


def test_no_screen_writes_a_file_past_the_choice_between_terminal_and_browser() -> None:
    """A screen that made a file itself would let a browser write where the server runs."""
    writers = {"OutputFile", "Download", "write_bytes", "write_text", "open"}
    found = []
    for path in sorted(ROOM.rglob("*.py")):
        if path.name == "output.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Name) and called.id in writers:
                found.append(f"{path}:{called.lineno} {called.id}")
            if isinstance(called, ast.Attribute) and called.attr in writers - {"open"}:
                found.append(f"{path}:{called.lineno} {called.attr}")
    assert found == []


async def test_a_form_that_reads_a_file_of_this_machine_is_not_offered_to_a_browser(
    ready: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_the_desk(ready.bank, "qa") as hands:
        load = Wording("en").say("tui.form.trial.load")
        assert load in {one.words for one in all_verbs(hands.app, hands.app.screen)}
        monkeypatch.setattr(CellbankApp, "is_web", True)
        offered = {one.words for one in all_verbs(hands.app, hands.app.screen)}
        assert load not in offered
        assert offered


def test_every_form_that_knows_of_files_says_that_it_reads_them_here() -> None:
    with_files = [path for path in sorted((ROOM / "forms").glob("*.py")) if "pathlib" in path.read_text("utf-8")]
    assert [path.name for path in with_files] == ["trial.py"], "each of them was looked at"
    assert LoadTrial.reads_here
