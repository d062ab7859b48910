"""Symbols: the fast way draws what qrcode draws, and everything drawn can be read."""

from __future__ import annotations

import random

import pytest
import qrcode
from label_reading import codes_in
from PIL import Image
from qrcode.util import MODE_ALPHA_NUM, QRData

from labels.errors import LabelError
from labels.qr import ALPHABET, LADDER, LONGEST, MASK, QUIET_ZONE, half_blocks, symbol, symbols

LETTERS = "".join(sorted(ALPHABET))
LEVELS = {"M": qrcode.ERROR_CORRECT_M, "Q": qrcode.ERROR_CORRECT_Q}


def random_codes(count: int, length: int, seed: int) -> list[str]:
    dice = random.Random(seed)  # noqa: S311
    return ["".join(dice.choice(LETTERS) for _ in range(length)) for _ in range(count)]


def rows_of_qrcode(text: str, version: int, level: str) -> tuple[str, ...]:
    code = qrcode.QRCode(version=version, error_correction=LEVELS[level], mask_pattern=MASK, border=0)
    code.add_data(QRData(text.encode(), mode=MODE_ALPHA_NUM))
    code.make(fit=False)
    return tuple("".join("1" if dark else "0" for dark in row) for row in code.get_matrix())


def picture(rows: tuple[str, ...], side: int = 4) -> Image.Image:
    size = len(rows) + 2 * QUIET_ZONE
    image = Image.new("L", (size, size), 255)
    for y, row in enumerate(rows):
        for x, bit in enumerate(row):
            image.putpixel((x + QUIET_ZONE, y + QUIET_ZONE), 0 if bit == "1" else 255)
    return image.resize((size * side, size * side), Image.Resampling.NEAREST)


@pytest.mark.parametrize("length", [15, 16, 20, 29, 38])
def test_a_thousand_symbols_by_superposition_are_those_of_qrcode_bit_for_bit(length: int) -> None:
    version, level, _ = next(step for step in LADDER if length <= step[2])
    codes = random_codes(1000, length, seed=length)
    for code, drawn in zip(codes, symbols(codes), strict=True):
        assert drawn.text == code
        assert (drawn.version, drawn.level) == (version, level)
        assert drawn.rows == rows_of_qrcode(code, version, level)


@pytest.mark.parametrize("length", range(1, LONGEST + 1))
def test_every_length_up_to_the_longest_can_be_read(length: int) -> None:
    (code,) = random_codes(1, length, seed=length)
    assert codes_in(picture(symbol(code).rows)) == [code]


def test_a_symbol_with_half_its_data_inverted_cannot_be_read() -> None:
    """The control: the reader used here does refuse."""
    rows = symbol("V-25A01-0017-K").rows
    spoiled = tuple(
        row if y < 9 else row[:9] + "".join("10"[int(bit)] if x % 2 else bit for x, bit in enumerate(row[9:]))
        for y, row in enumerate(rows)
    )
    assert codes_in(picture(rows)) == ["V-25A01-0017-K"]
    assert codes_in(picture(spoiled)) == []


@pytest.mark.parametrize(
    ("length", "version", "level"), [(1, 1, "Q"), (16, 1, "Q"), (17, 1, "M"), (20, 1, "M"), (21, 2, "Q")]
)
def test_the_sturdiest_level_of_the_smallest_symbol_is_taken(length: int, version: int, level: str) -> None:
    drawn = symbol("A" * length)
    assert (drawn.version, drawn.level) == (version, level)


@pytest.mark.parametrize("code", ["v-1", "V 1", "V_1", "V$1", "É", "V\n1", "V\x1d1", "V⁶", "A*"])
def test_a_code_with_any_other_character_is_refused(code: str) -> None:
    with pytest.raises(LabelError) as refused:
        symbol(code)
    assert refused.value.code == "label.code.characters"


def test_an_empty_code_is_refused() -> None:
    with pytest.raises(LabelError) as refused:
        symbol("")
    assert refused.value.code == "label.code.empty"


def test_a_code_longer_than_the_largest_symbol_is_refused() -> None:
    with pytest.raises(LabelError) as refused:
        symbol("A" * (LONGEST + 1))
    assert refused.value.code == "label.code.too_long"
    assert refused.value.params["length"] == LONGEST + 1


def test_one_bad_code_among_many_is_refused() -> None:
    codes = random_codes(300, 16, seed=1)
    codes[200] = "lower-case-code!"
    with pytest.raises(LabelError):
        list(symbols(codes))


@pytest.mark.parametrize("ink_is_dark", [True, False])
@pytest.mark.parametrize("code", ["V-25A01-0017-K", "A" * 38])
def test_half_blocks_show_the_symbol_with_its_quiet_zone(code: str, ink_is_dark: bool) -> None:
    drawn = symbol(code)
    parts = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
    lines = half_blocks(drawn, ink_is_dark=ink_is_dark)
    dots = [[parts[mark][half] for mark in line] for line in lines for half in (0, 1)]
    if not ink_is_dark:
        dots = [[1 - dot for dot in row] for row in dots]
    inside = [row[QUIET_ZONE:-QUIET_ZONE] for row in dots[QUIET_ZONE : QUIET_ZONE + drawn.size]]
    assert tuple("".join(map(str, row)) for row in inside) == drawn.rows
    assert sum(map(sum, dots)) == "".join(drawn.rows).count("1")
    assert {len(line) for line in lines} == {drawn.size + 2 * QUIET_ZONE}
