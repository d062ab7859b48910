"""The two faces, DejaVu Sans Condensed regular and bold: what they can draw, how wide it is, what fits.

The fonts are embedded because a printer's own have no `Ł`, no `⁶`, and print a box without a word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from math import floor
from typing import Any
from unicodedata import bidirectional, category

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from labels.errors import LabelError
from labels.stock import MM_PER_INCH, POINTS_PER_INCH

REGULAR, BOLD = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold"

CAP_HEIGHT = 0.729  # Of a capital, as a share of the size; both faces.
SIZE_STEP_PT = 0.1  # Sizes are rounded down to this, so that neighbouring labels look alike.

_CONTROLS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_NEEDS_SHAPING = {"R", "AL", "NSM"}  # More than a row of glyphs: right to left, or combined.


@dataclass(frozen=True, eq=False)
class Typeface:
    """One face: its file, its reportlab font and the advance of each character in thousandths of the size."""

    name: str
    data: bytes
    font: Any
    advances: Mapping[str, float]

    def width(self, text: str, size: float) -> float:
        """How wide a text is, in points. Refuses control characters and characters the face cannot draw."""
        try:
            return sum(map(self.advances.__getitem__, text)) * size / 1000
        except KeyError:
            raise self._refusal(text) from None

    def _refusal(self, text: str) -> LabelError:
        strange = sorted({c for c in text if c not in self.advances})
        named = tuple(f"U+{ord(c):04X}" for c in strange)
        if any(category(c) in _CONTROLS for c in strange):
            return LabelError("label.text.control", characters=named)
        return LabelError("label.glyph.missing", characters=named, drawn="".join(strange))


def is_drawable(character: str) -> bool:
    """Whether a character is neither a control nor in need of shaping; its glyph is another matter."""
    return category(character) not in _CONTROLS and bidirectional(character) not in _NEEDS_SHAPING


@lru_cache(maxsize=2)
def typeface(name: str) -> Typeface:
    """One of the two faces, `REGULAR` or `BOLD`, registered with reportlab."""
    data = files("data").joinpath("fonts", f"{name}.ttf").read_bytes()
    font = TTFont(name, BytesIO(data))
    pdfmetrics.registerFont(font)
    known = (chr(code) for code in font.face.charToGlyph if code < 0x110000)
    advances = {c: float(font.face.getCharWidth(ord(c))) for c in known if is_drawable(c)}
    return Typeface(name, data, font, advances)


def fitted(name: str, text: str, width: float, largest: float, smallest: float) -> float:
    """The size in points at which a text fits `width` points, at most `largest`.

    Refuses a text that does not fit at `smallest`: a code or a lot number is never cut.
    """
    at_one = typeface(name).width(text, 1.0)
    size = largest if at_one * largest <= width else floor(width / at_one / SIZE_STEP_PT) * SIZE_STEP_PT
    if size < smallest - 1e-9:
        room = round(width / POINTS_PER_INCH * MM_PER_INCH, 1)
        raise LabelError("label.text.too_long", text=text, width_mm=room, smallest_pt=smallest)
    return round(size, 2)


def ellipsized(name: str, text: str, width: float, size: float) -> str:
    """A descriptive text cut to `width` points with an ellipsis. Never for a code, a lot or a quantity."""
    face = typeface(name)
    if face.width(text, size) <= width:
        return text
    kept = text
    while kept and face.width(kept + "…", size) > width:
        kept = kept[:-1].rstrip()
    return kept + "…"


def wrapped(name: str, text: str, width: float, size: float) -> list[str]:
    """A text broken into lines of at most `width` points: at spaces, and inside a word only when it must be.

    Nothing is lost: the lines together hold every character but the spaces at which they break.
    """
    face = typeface(name)
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if face.width(longer, size) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *whole, line = _pieces(face, word, width, size)
        lines += whole
    return [*lines, line]


def _pieces(face: Typeface, word: str, width: float, size: float) -> Iterator[str]:
    """A word cut where it leaves the width; a single character is never cut, however narrow the width."""
    piece = ""
    for character in word:
        if piece and face.width(piece + character, size) > width:
            yield piece
            piece = ""
        piece += character
    yield piece
