"""Vial labels as they come out of a printer: read back, measured, and refused where they must be."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from label_reading import a_label, codes_in, pages_at, some_labels, symbols_in, text_of

from labels.errors import LabelError
from labels.qr import symbol
from labels.stock import Calibration, stock_named
from labels.vial import render_vials

ROLL, SHEET, OUTER = stock_named("roll-33x13"), stock_named("sheet-85"), stock_named("roll-100x60")
DARK, LIGHT, WHITE = 5, 250, 250  # An edge on the grid can be one grey level off.


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_every_roll_label_can_be_read(dpi: int) -> None:
    labels = some_labels(60, demo=True, illustrative=True)
    pages = pages_at(render_vials(labels, ROLL), dpi)
    assert [codes_in(page) for page in pages] == [[label.code] for label in labels]


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_every_roll_label_made_for_a_printers_own_grid_can_be_read_in_pure_black_and_white(dpi: int) -> None:
    labels = some_labels(60)
    pages = pages_at(render_vials(labels, ROLL.at(dpi)), dpi)
    for label, page in zip(labels, pages, strict=True):
        assert codes_in(page.point(lambda level: 255 if level > 127 else 0)) == [label.code]


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_all_85_places_of_a_sheet_can_be_read_where_the_geometry_says(dpi: int) -> None:
    labels = some_labels(85)
    (page,) = pages_at(render_vials(labels, SHEET), dpi)
    found = {barcode.text: barcode.position for barcode in symbols_in(page)}
    assert set(found) == {label.code for label in labels}
    for place, label in enumerate(labels):
        row, column = divmod(place, 5)
        corner = found[label.code].top_left
        quiet_mm = 4 * 4 / 300 * 25.4
        wanted_x = 19.558 + column * 36.068 + quiet_mm
        wanted_y = 6.35 + row * 15.875 + quiet_mm
        assert corner.x / dpi * 25.4 == pytest.approx(wanted_x, abs=0.35)
        assert corner.y / dpi * 25.4 == pytest.approx(wanted_y, abs=0.35)


def test_a_symbol_with_a_bar_across_it_cannot_be_read() -> None:
    """The control: what these tests read is the symbol, not luck."""
    (page,) = pages_at(render_vials([a_label()], ROLL), 300)
    page.paste(0, (16, 50, 100, 72))
    assert codes_in(page) == []


@pytest.mark.parametrize("stock", [ROLL, SHEET, OUTER])
def test_modules_are_whole_dots_at_300_dpi_and_the_quiet_zone_is_white(stock) -> None:
    label = a_label(demo=True)
    (page,) = pages_at(render_vials([label], stock), 300)
    assert page.size == stock.page_dots
    rows = symbol(label.code).rows
    side = 9 if stock is OUTER else 4
    left, top = stock.origin_dots(0)
    across = (21 + 8) * side
    block = page.crop((left, top, left + across, top + across)).load()
    for y in range(across):
        for x in range(across):
            row, column = y // side - 4, x // side - 4
            inside = 0 <= row < 21 and 0 <= column < 21
            if inside and rows[row][column] == "1":
                assert block[x, y] < DARK
            else:
                assert block[x, y] > (LIGHT if inside else WHITE)


def test_skipped_places_stay_empty_and_a_full_sheet_goes_on_to_the_next() -> None:
    labels = some_labels(80)
    first, second = pages_at(render_vials(labels, SHEET, skip=7), 200)
    assert sorted(codes_in(first)) == sorted(label.code for label in labels[:78])
    assert sorted(codes_in(second)) == sorted(label.code for label in labels[78:])
    positions = {found.text: found.position.top_left for found in symbols_in(first)}
    assert positions[labels[0].code].x / 200 * 25.4 == pytest.approx(19.558 + 2 * 36.068 + 1.35, abs=0.4)
    used = first.crop((0, 0, 800, round((6.35 + 12.7) / 25.4 * 200)))
    assert used.crop((0, 0, round((19.5 + 2 * 36.068) / 25.4 * 200), used.height)).getextrema() == (255, 255)


def test_calibration_moves_what_is_printed() -> None:
    plain = symbols_in(pages_at(render_vials([a_label()], SHEET), 300)[0])[0].position.top_left
    told = Calibration(offset_x_mm=2.54, offset_y_mm=-1.27)
    moved = symbols_in(pages_at(render_vials([a_label()], SHEET, calibration=told), 300)[0])[0].position
    assert moved.top_left.x - plain.x == pytest.approx(30, abs=1)
    assert moved.top_left.y - plain.y == pytest.approx(-15, abs=1)


def test_every_element_is_on_the_label_with_its_french_letters_and_powers() -> None:
    label = a_label(
        product="Œuvre Łódź",
        period_of_use="À utiliser avant 2031-04",
        illustrative=True,
        demo=True,
    )
    (text,) = text_of(render_vials([label], ROLL))
    for wanted in (
        label.code,
        label.number,
        f"Lot {label.lot}",
        "10 × 10⁶ cellules / 1 mL †",
        label.trial,
        label.sponsor,
        label.route,
        "À utiliser avant 2031-04",
        "DEMO",
    ):
        assert wanted in text
    assert label.product in " ".join(text.split())


def test_period_of_use_dagger_and_demo_are_off_unless_asked_for() -> None:
    (text,) = text_of(render_vials([a_label()], ROLL))
    assert "†" not in text
    assert "DEMO" not in text
    assert "avant" not in text


def test_a_long_product_name_goes_on_a_second_line_and_loses_nothing() -> None:
    product = "Cellules stromales du tissu adipeux allogéniques"
    (text,) = text_of(render_vials([a_label(product=product)], ROLL))
    assert product in " ".join(text.split())


def test_extra_lines_are_printed_in_order_where_they_fit_and_left_out_where_not() -> None:
    extra = ("Cellules humaines", "Ne pas recongeler", "Troisième ligne")
    (small,) = text_of(render_vials([a_label(extra=extra)], ROLL))
    (large,) = text_of(render_vials([a_label(extra=extra)], OUTER))
    assert "Cellules humaines" in small
    assert "Troisième ligne" not in small
    assert "Cellules humaines" in large


@pytest.mark.parametrize("stock", [ROLL, SHEET])
def test_nothing_is_drawn_on_the_border_of_a_label(stock) -> None:
    label = a_label(number="240/240", sponsor="CHU de Rennes – Dr Kowalski", demo=True, code="V-25WM01-0240-WK")
    (page,) = pages_at(render_vials([label], stock), 600)
    left, top = (2 * dots for dots in stock.origin_dots(0))
    width, height = (round(mm / 25.4 * 600) for mm in (stock.label_width_mm, stock.label_height_mm))
    border = int(0.35 / 25.4 * 600)
    whole = page.crop((left, top, left + width, top + height))
    assert whole.getextrema()[0] < 20
    for edge in (
        (0, 0, width, border),
        (0, height - border, width, height),
        (0, 0, border, height),
        (width - border, 0, width, height),
    ):
        assert whole.crop(edge).getextrema() == (255, 255)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "A" * 17}, "label.code.too_long"),
        ({"code": "v-25a01"}, "label.code.characters"),
        ({"code": ""}, "label.code.empty"),
        ({"product": "細胞"}, "label.glyph.missing"),
        ({"product": "תא"}, "label.glyph.missing"),
        ({"sponsor": "Rene\u0301"}, "label.glyph.missing"),
        ({"lot": "L\x1b]0;x\x07"}, "label.text.control"),
        ({"trial": "a\u202eb"}, "label.text.control"),
        ({"route": "a\nb"}, "label.text.control"),
        ({"number": "1\x9f"}, "label.text.control"),
        ({"lot": "L" * 40}, "label.text.too_long"),
        ({"strength": "10 × 10⁶ cellules viables par millilitre de suspension"}, "label.text.too_long"),
        ({"number": "123456789012345"}, "label.text.too_long"),
        ({"product": "Cellules " * 12}, "label.lines.too_many"),
    ],
)
def test_what_cannot_be_printed_whole_is_refused(changes: dict[str, str], code: str) -> None:
    with pytest.raises(LabelError) as refused:
        render_vials([a_label(**changes)], ROLL)
    assert refused.value.code == code


def test_a_missing_glyph_is_named() -> None:
    with pytest.raises(LabelError) as refused:
        render_vials([a_label(product="ASC 細胞")], ROLL)
    assert refused.value.params["characters"] == ("U+7D30", "U+80DE")


@pytest.mark.parametrize("skip", [-1, 85, 1000])
def test_a_skip_that_the_sheet_does_not_have_is_refused(skip: int) -> None:
    with pytest.raises(LabelError) as refused:
        render_vials([a_label()], SHEET, skip=skip)
    assert refused.value.code == "label.skip"


def test_no_labels_are_refused() -> None:
    with pytest.raises(LabelError) as refused:
        render_vials([], ROLL)
    assert refused.value.code == "label.none"


def test_more_characters_than_one_font_subset_holds_are_all_drawn() -> None:
    letters = [chr(code) for code in range(0xA1, 0x250) if code != 0xAD]
    labels = [a_label(place, sponsor="".join(letters[place * 10 : place * 10 + 10])) for place in range(43)]
    texts = text_of(render_vials(labels, ROLL))
    for label, text in zip(labels, texts, strict=True):
        assert label.sponsor in text


def test_only_the_two_embedded_faces_are_in_the_file() -> None:
    pdf = render_vials([a_label()], ROLL)
    assert b"Helvetica" not in pdf
    assert pdf.count(b"/FontFile2") == 2
    assert b"/PrintScaling /None" in pdf


@pytest.mark.parametrize("stock", [ROLL, SHEET])
def test_the_same_labels_give_the_same_bytes(stock) -> None:
    labels = some_labels(200)
    assert render_vials(labels, stock) == render_vials(labels, stock)
    assert render_vials(labels, stock) != render_vials(labels[:-1], stock)


def test_another_process_at_another_second_gives_the_same_bytes() -> None:
    here = Path(__file__).parent
    program = (
        "import hashlib\n"
        "from label_reading import some_labels, a_certificate\n"
        "from labels.stock import stock_named\n"
        "from labels.vial import render_vials\n"
        "from labels.certificate import render_certificate\n"
        "labels, roll = some_labels(3, demo=True), stock_named('roll-33x13')\n"
        'made = render_vials(labels, roll) + render_vials(labels, roll, form="zpl")\n'
        "print(hashlib.sha256(made + render_certificate(a_certificate())).hexdigest())\n"
    )
    digests = set()
    for seed in ("1", "2"):
        environment = os.environ | {
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join([str(here), str(here.parents[1])]),
            "TZ": "UTC" if seed == "1" else "Pacific/Auckland",
        }
        run = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        digests.add(run.stdout)
        time.sleep(1.1)
    assert len(digests) == 1
    assert len(digests.pop().strip()) == hashlib.sha256().digest_size * 2
