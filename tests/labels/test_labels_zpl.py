"""ZPL: the bitmap in it is the label, and nothing of the data is ever a command."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from label_reading import a_label, codes_in, pages_at, some_labels
from PIL import Image, ImageChops, ImageFilter

from labels.errors import LabelError
from labels.qr import symbol
from labels.stock import Calibration, stock_named
from labels.vial import render_vials

ROLL = stock_named("roll-33x13")
FORMAT = re.compile(
    r"\^XA\^PW(?P<width>\d+)\^LL(?P<height>\d+)\^LH(?P<x>\d+),(?P<y>\d+)\^LS(?P<shift>\d+)\^LT(?P<up>-?\d+)"
    r"\^FO0,0\^GFA,(?P<bytes>\d+),(?P<total>\d+),(?P<stride>\d+),(?P<rows>[0-9A-F,:]+)\^FS\^XZ\n"
)


def printed(zpl: bytes) -> list[Image.Image]:
    """What a Zebra would print: the abbreviations of ^GFA undone as its manual says; black ink on white."""
    text = zpl.decode("ascii")
    assert FORMAT.sub("", text) == ""
    images = []
    for found in FORMAT.finditer(text):
        stride, digits, rows = int(found["stride"]), "", []
        for mark in found["rows"]:
            if mark == ":":
                rows.append(rows[-1])
            elif mark == ",":
                rows.append(digits.ljust(2 * stride, "0"))
                digits = ""
            else:
                digits += mark
                if len(digits) == 2 * stride:
                    rows.append(digits)
                    digits = ""
        data = bytes.fromhex("".join(rows))
        assert len(data) == int(found["total"]) == int(found["bytes"])
        width, height = int(found["width"]), int(found["height"])
        image = Image.frombytes("1", (stride * 8, height), data).crop((0, 0, width, height))
        images.append(ImageChops.invert(image.convert("L")))
    return images


def strays(one: Image.Image, other: Image.Image) -> int:
    """How many black dots of one picture have no black dot of the other within two dots."""
    near = other.point(lambda level: 255 if level > 127 else 0).filter(ImageFilter.MinFilter(5))
    return ImageChops.subtract(near, one.point(lambda level: 255 if level > 127 else 0)).histogram()[255]


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_every_symbol_of_the_bitmaps_can_be_read(dpi: int) -> None:
    labels = some_labels(60, demo=True, illustrative=True)
    images = printed(render_vials(labels, ROLL, dpi=dpi, form="zpl"))
    assert [codes_in(image) for image in images] == [[label.code] for label in labels]
    assert images[0].size == (round(33 / 25.4 * dpi), round(13 / 25.4 * dpi))


def test_the_modules_are_whole_dots_and_the_quiet_zone_is_white() -> None:
    (image,) = printed(render_vials([a_label()], ROLL, form="zpl"))
    dots = image.load()
    rows = symbol(a_label().code).rows
    for y in range(29 * 4):
        for x in range(29 * 4):
            row, column = y // 4 - 4, x // 4 - 4
            dark = 0 <= row < 21 and 0 <= column < 21 and rows[row][column] == "1"
            assert dots[x, y] == (0 if dark else 255)


def test_the_bitmap_is_the_page_of_the_pdf_but_for_hinting() -> None:
    label = a_label(demo=True, illustrative=True, period_of_use="Avant 2031-04")
    (image,) = printed(render_vials([label], ROLL, form="zpl"))
    (page,) = pages_at(render_vials([label], ROLL), 300)
    assert page.size == image.size
    (other,) = pages_at(render_vials([replace(label, lot="L-25A01-70", number="71/240")], ROLL), 300)
    assert strays(image, page) + strays(page, image) < 20
    assert strays(image, other) + strays(other, image) > 40


def test_no_text_of_the_label_is_in_the_zpl_and_commands_in_it_are_only_drawn() -> None:
    label = a_label(sponsor="^XA^JUF^XZ ~JA", lot="L-1^FS")
    zpl = render_vials([label], ROLL, form="zpl")
    assert len(printed(zpl)) == 1
    assert b"^JU" not in zpl
    assert b"~" not in zpl


def test_what_the_pdf_refuses_the_zpl_refuses() -> None:
    for changes in ({"lot": "a\x1bb"}, {"product": "細"}, {"code": "A" * 17}, {"lot": "L" * 40}):
        with pytest.raises(LabelError):
            render_vials([a_label(**changes)], ROLL, form="zpl")


def test_a_sheet_is_not_for_a_label_printer() -> None:
    with pytest.raises(LabelError) as refused:
        render_vials([a_label()], stock_named("sheet-85"), form="zpl")
    assert refused.value.code == "label.zpl.roll_only"


def test_calibration_moves_the_home_position() -> None:
    zpl = render_vials([a_label()], ROLL, calibration=Calibration(offset_x_mm=0.5, offset_y_mm=-0.5), form="zpl")
    assert b"^LH6,0^LS0^LT-6" in zpl


def test_the_same_labels_give_the_same_zpl() -> None:
    assert render_vials(some_labels(5), ROLL, form="zpl") == render_vials(some_labels(5), ROLL, form="zpl")
