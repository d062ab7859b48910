"""The PDF writer: pages of text, bars and symbols in a reportlab document.

Each page is compressed when it is finished and kept as the bytes that the file will hold, so that memory
grows with the output only. There is no clock in the file: the same drawing gives the same bytes.
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from io import BytesIO
from threading import Lock
from typing import Any, NamedTuple

from reportlab import rl_config
from reportlab.pdfbase.pdfdoc import PDFObject
from reportlab.pdfgen.canvas import Canvas

from labels.qr import Symbol
from labels.typeface import BOLD, REGULAR, typeface

rl_config.useA85 = 0  # ASCII85 in pure Python took 37 % of the time of a page of labels.

BLACK, WHITE = 0.0, 1.0

_FINISHING = Lock()  # A reportlab font is one object for all documents; its subsetter moves a read pointer.
_RUN = re.compile("1+")
_KEPT = 512  # Texts whose operators are kept; more would make memory grow with the labels.


class Text(NamedTuple):
    """One line of text: its left end and baseline in points from the upper left corner of what bears it.

    `grey` is 0 for black and 1 for white. `upward` turns it by a quarter, to be read from below.
    """

    x: float
    baseline: float
    size: float
    face: str
    text: str
    grey: float = BLACK
    upward: bool = False


class Bar(NamedTuple):
    """A filled rectangle: its upper left corner, width and height in points; `grey` as in `Text`."""

    x: float
    y: float
    width: float
    height: float
    grey: float = BLACK


class Placed(NamedTuple):
    """A symbol, the upper left corner of its first module, and the side of a module: all in whole dots."""

    symbol: Symbol
    x_dots: int
    y_dots: int
    module_dots: int


class Drawing(NamedTuple):
    """What goes on one label or page. Bars are drawn first, then the symbols, then the text."""

    texts: tuple[Text, ...] = ()
    bars: tuple[Bar, ...] = ()
    symbols: tuple[Placed, ...] = ()


class _Raw(PDFObject):  # type: ignore[misc]
    """An object whose bytes are known: reportlab numbers it and writes it where it belongs."""

    __RefOnly__ = 1

    def __init__(self, body: bytes) -> None:
        self._body = body

    def format(self, document: Any) -> bytes:
        return self._body


class _Codes(dict[str, str]):
    """Characters of one face as the escaped codes of its subset in one document, found once a character."""

    def __init__(self, name: str, document: Any) -> None:
        super().__init__()
        self._face, self._document = typeface(name), document
        self.subset_of: dict[str, int] = {}
        self.last_subset = 0
        self._fonts: dict[int, str] = {}

    def __missing__(self, character: str) -> str:
        self._face.width(character, 1.0)  # Refuses what has no glyph.
        ((subset, code),) = self._face.font.splitString(character, self._document)
        self.subset_of[character] = subset
        self.last_subset = max(self.last_subset, subset)
        self[character] = escaped = "".join(f"\\{byte:03o}" if _special(byte) else chr(byte) for byte in code)
        return escaped

    def shown(self, text: str, size: float) -> str:
        """The operators that show a text, one font selection for each subset that it touches."""
        codes = list(map(self.__getitem__, text))
        if not self.last_subset:
            return f"{self._selected(0, size)}({''.join(codes)}) Tj"
        parts: list[str] = []
        current = -1
        for character, code in zip(text, codes, strict=True):
            if self.subset_of[character] != current:
                current = self.subset_of[character]
                parts.append(f"{') Tj ' if parts else ''}{self._selected(current, size)}(")
            parts.append(code)
        return "".join(parts) + ") Tj"

    def _selected(self, subset: int, size: float) -> str:
        if subset not in self._fonts:
            self._fonts[subset] = self._face.font.getSubsetInternalName(subset, self._document)
        return f"{self._fonts[subset]} {size:.2f} Tf "


def _special(byte: int) -> bool:
    return byte < 32 or byte > 126 or chr(byte) in "()\\"


def number(value: float) -> str:
    """A number as PDF wants it: no exponent, at most five decimals."""
    return f"{value:.5f}".rstrip("0").rstrip(".")


class _Rectangles(dict[tuple[int, int], str]):
    """Runs of dark modules, by start and end in `Symbol.bits`, as rectangles of one module's height."""

    def __init__(self, step: int) -> None:
        super().__init__()
        self._step = step

    def __missing__(self, span: tuple[int, int]) -> str:
        start, end = span
        row, column = divmod(start, self._step)
        self[span] = drawn = f"{column} {row} {end - start} 1 re"
        return drawn


_rectangles = lru_cache(maxsize=8)(_Rectangles)


def symbol_path(symbol: Symbol) -> str:
    """The dark modules as one path in modules, y downwards: runs merged, so that no seam can show."""
    rectangles = _rectangles(symbol.size + 1)
    return "\n".join([rectangles[run.span()] for run in _RUN.finditer(symbol.bits)])


class Paper:
    """A document being written, page by page; `finished()` gives its bytes.

    `page_pt` is the width and height of every page in points. `exact_size` asks the viewer not to shrink the
    page to the printer's margins, which would move every label.
    """

    def __init__(self, page_pt: tuple[float, float], *, title: str, exact_size: bool = False) -> None:
        self._file = BytesIO()
        self._width, self._height = page_pt
        for name in (REGULAR, BOLD):
            typeface(name)
        self._canvas = Canvas(self._file, pagesize=page_pt, invariant=1, initialFontName=REGULAR)
        self._canvas.setTitle(title)
        self._canvas.setCreator("cellbank")
        if exact_size:
            self._canvas.setViewerPreference("PrintScaling", "None")
        self._document = self._canvas._doc
        self._codes = {name: _Codes(name, self._document) for name in (REGULAR, BOLD)}
        self._operators: list[str] = []
        self._shown: dict[Text, str] = {}
        self._pages = 0

    def draw(self, drawing: Drawing, x: float = 0.0, y: float = 0.0, *, dot_pt: float = 1.0) -> None:
        """Draw at `x`, `y` points from the page's upper left corner; `dot_pt` is one dot of its symbols."""
        add = self._operators.append
        add(f"q 1 0 0 1 {number(x)} {number(self._height - y)} cm")
        for bar in drawing.bars:
            lower = number(-bar.y - bar.height)
            add(f"{number(bar.grey)} g {number(bar.x)} {lower} {number(bar.width)} {number(bar.height)} re f")
        for placed in drawing.symbols:
            side = number(placed.module_dots * dot_pt)
            left, upper = number(placed.x_dots * dot_pt), number(-placed.y_dots * dot_pt)
            add(f"q 0 g {side} 0 0 -{side} {left} {upper} cm\n{symbol_path(placed.symbol)}\nf Q")
        add("BT")
        grey = None
        for text in drawing.texts:
            if text.grey != grey:
                grey = text.grey
                add(f"{number(grey)} g")
            add(self._shown.get(text) or self._show(text))
        add("ET Q")

    def _show(self, text: Text) -> str:
        """The operators of one text, kept: most lines of a label are those of its neighbour."""
        turn = "0 1 -1 0" if text.upward else "1 0 0 1"
        place = f"{turn} {text.x:.2f} {-text.baseline:.2f} Tm"
        if len(self._shown) >= _KEPT:
            self._shown.clear()
        self._shown[text] = shown = f"{place} {self._codes[text.face].shown(text.text, text.size)}"
        return shown

    def end_page(self) -> None:
        """Finish the page and begin another."""
        stream = zlib.compress("\n".join(self._operators).encode("latin-1"))
        self._operators.clear()
        content = self._reference(
            _Raw(b"<< /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream))
        )
        fonts = self._reference(self._document.idToObject["BasicFonts"])
        parent = self._reference(self._document.Pages)
        self._document.addPage(
            _Raw(
                f"<< /Type /Page /Parent {parent} /Contents {content} /Resources << /Font {fonts} >> "
                f"/MediaBox [0 0 {number(self._width)} {number(self._height)}] >>".encode("ascii")
            )
        )
        self._pages += 1

    def _reference(self, thing: Any) -> str:
        formatted: bytes = self._document.Reference(thing).format(self._document)
        return formatted.decode("ascii")

    def finished(self) -> bytes:
        """The whole document. A page that was begun is ended first."""
        if self._operators or not self._pages:
            self.end_page()
        with _FINISHING:
            self._canvas.save()
        return self._file.getvalue()
