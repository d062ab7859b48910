"""Labels from the UI: the symbol on the screen scans, the PDF is written with its act or not at all."""

import hashlib
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from textual.widgets import Input, RadioButton, Static

from cellbank.documents.preview import label_preview, symbol_lines
from cellbank.views import vial
from tests.a_printer import a_deaf_port, a_network_printer, setting
from tests.journey import Scene, print_labels, vials_of
from tests.tui.hands import Hands, at_the_desk
from tests.tui.test_tui_release import an_untested_lot, open_lot
from tui.screens.labels import LabelsScreen
from tui.text.vial_ranges import parse_ranges
from tui.work.output import OutputFile

MODULE = 4
"""Pixels a module."""


def read_symbol(lines: list[str]) -> list[str]:
    """What a camera reads off half blocks of dark ink on a light ground."""
    upper, lower = {"▀", "█"}, {"▄", "█"}
    rows = [row for line in lines for row in ([c in upper for c in line], [c in lower for c in line])]
    image = Image.new("L", (len(rows[0]), len(rows)), 255)
    image.putdata([0 if dark else 255 for row in rows for dark in row])
    return [found.text for found in zxingcpp.read_barcodes(image.resize((image.width * MODULE, image.height * MODULE)))]


async def open_labels(hands: Hands, number: str) -> LabelsScreen:
    """From the lot to its labels."""
    await open_lot(hands, number)
    await hands.press("f8")
    await hands.at(LabelsScreen)
    assert isinstance(hands.app.screen, LabelsScreen)
    return hands.app.screen


async def test_the_symbol_on_the_screen_scans_as_the_vials_code_in_the_light_theme_too(ready: Scene) -> None:
    async with at_the_desk(ready.bank, "technician", size=(80, 24)) as hands:
        hands.app.theme = "paper"
        screen = await open_labels(hands, ready["lot"])
        code = vials_of(ready, ready["lot"])[0]
        await hands.sees(code)
        symbol = screen.query_one("#symbol", Static)
        assert (symbol.styles.color.hex, symbol.styles.background.hex) == ("#000000", "#FFFFFF")
        region = symbol.region
        shown = [line[region.x : region.right] for line in hands.text().split("\n")[region.y : region.bottom]]
        assert shown == list(symbol_lines(code))
        assert read_symbol(shown) == [code]


def test_a_preview_has_the_words_of_the_label(ready: Scene) -> None:
    number = ready["lot"]
    code = vials_of(ready, number)[0]
    preview = ready.read(label_preview, number, code)
    assert preview.code == code
    assert any(number in words for words in preview.words)


async def test_printing_writes_a_pdf_and_says_where(banked: Scene, tmp_path: Path) -> None:
    number = an_untested_lot(banked)
    async with at_the_desk(banked.bank, "technician") as hands:
        screen = await open_labels(hands, number)
        await hands.sees("without a label (4)")
        where = Path(screen.query_one("#file", Input).value)
        assert where.parent == tmp_path.resolve() / "labels"
        await hands.press("f8")
        await hands.until(where.exists, "the file")
        await hands.sees("labels written: 4")
    (run,) = banked.read(vial.prints, number)
    document = where.read_bytes()
    assert document.startswith(b"%PDF")
    assert hashlib.sha256(document).hexdigest() == run.sha256
    assert list(where.parent.iterdir()) == [where]


async def test_printing_again_needs_a_reason_and_leaves_no_file(banked: Scene, tmp_path: Path) -> None:
    number = an_untested_lot(banked)
    print_labels(banked, number)
    async with at_the_desk(banked.bank, "technician") as hands:
        screen = await open_labels(hands, number)
        await hands.press("f8")
        await hands.sees("Refused")
        assert not (tmp_path / "labels").exists() or not list((tmp_path / "labels").iterdir())
        await hands.press("escape")
        screen.query_one("#reason", Input).value = "The roll was torn"
        await hands.press("f8")
        await hands.sees("labels written: 4")
        assert screen.query_one("#reason", Input).value == "", "a third time needs a reason of its own"
    assert len(banked.read(vial.prints, number)) == 2


async def test_only_the_numbers_chosen_are_printed(banked: Scene) -> None:
    number = an_untested_lot(banked)
    async with at_the_desk(banked.bank, "technician") as hands:
        screen = await open_labels(hands, number)
        screen.query_one("#some", RadioButton).value = True
        await hands.pilot.pause()
        screen.query_one("#numbers", Input).value = "1-2, 4"
        await hands.press("f8")
        await hands.sees("labels written: 3")
    assert [run.labels for run in banked.read(vial.prints, number)] == [3]


async def test_a_file_that_is_there_is_never_overwritten(banked: Scene, tmp_path: Path) -> None:
    number = an_untested_lot(banked)
    kept = tmp_path / "kept.pdf"
    kept.write_bytes(b"mine")
    async with at_the_desk(banked.bank, "technician") as hands:
        screen = await open_labels(hands, number)
        screen.query_one("#file", Input).value = str(kept)
        await hands.press("f8")
        await hands.sees("The file cannot be written")
    assert kept.read_bytes() == b"mine"
    assert banked.read(vial.prints, number) == []


def test_a_paper_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    paper = OutputFile(tmp_path / "labels" / "a.pdf")
    paper.stage(b"%PDF")
    paper.rollback()
    assert list((tmp_path / "labels").iterdir()) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1-3, 7", (1, 2, 3, 7)),
        ("5", (5,)),
        ("2 – 4; 4", (2, 3, 4)),
        ("", None),
        ("3-1", None),
        ("a", None),
        ("1,,2", (1, 2)),
    ],
)
def test_vial_numbers_are_read_as_people_write_them(text: str, numbers: tuple[int, ...] | None) -> None:
    assert parse_ranges(text) == numbers


async def test_labels_go_to_the_printer_that_is_chosen_and_the_record_has_what_was_sent(
    banked: Scene, tmp_path: Path
) -> None:
    number = an_untested_lot(banked)
    with a_network_printer() as there:
        printers = setting(bench=there.address, office="lp:Office_Laser")
        async with at_the_desk(banked.bank, "technician", size=(80, 30), printers=printers) as hands:
            await open_labels(hands, number)
            await hands.sees("printer bench  ZPL", "printer office  PDF", "a file")
            assert not hands.app.screen.query_one("#file", Input).display
            await hands.press("f8")
            await hands.sees("labels recorded: 4, sent to the printer bench")
        document = there.next()
    (run,) = banked.read(vial.prints, number)
    assert (run.form, run.sha256) == ("zpl", hashlib.sha256(document).hexdigest())
    assert not (tmp_path / "labels").exists()


async def test_a_file_can_be_chosen_where_there_are_printers(banked: Scene) -> None:
    number = an_untested_lot(banked)
    async with at_the_desk(banked.bank, "technician", size=(80, 30), printers=setting(office="lp:x")) as hands:
        screen = await open_labels(hands, number)
        list(screen.query_one("#to").query(RadioButton))[-1].value = True
        await hands.until(lambda: screen.query_one("#file", Input).display, "the file's name")
        where = Path(screen.query_one("#file", Input).value)
        await hands.press("f8")
        await hands.until(where.exists, "the file")


async def test_a_printer_that_fails_is_loud_and_says_that_the_record_has_the_print(banked: Scene) -> None:
    number = an_untested_lot(banked)
    deaf = setting(bench=f"socket://127.0.0.1:{a_deaf_port()}")
    async with at_the_desk(banked.bank, "technician", size=(80, 24), printers=deaf) as hands:
        await open_labels(hands, number)
        await hands.press("f8")
        await hands.sees("Recorded, but not printed as far as is known", "print again with the reason")
        await hands.press("escape")
        await hands.sees("without a label (0)", "every vial in stock (4)")
    assert len(banked.read(vial.prints, number)) == 1
