"""Pages that fill from the top: what a document is set in.

Lengths are points, downwards from the upper left corner of an A4 page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from labels.canvas import BLACK, Bar, Drawing, Paper, Placed, Text
from labels.errors import LabelError
from labels.typeface import REGULAR, typeface, wrapped

A4_PT = (595.276, 841.89)  # 210 × 297 mm.
LEFT, RIGHT = 45.0, A4_PT[0] - 45.0
WIDTH = RIGHT - LEFT
BOTTOM = A4_PT[1] - 54.0

LEADING = 1.28  # From baseline to baseline, as a share of the size.
DOT_PT = 0.24  # One dot at 300 dpi: the grid of a document's symbols.
MUTED, HAIRLINE_GREY, SHADE = 0.38, 0.72, 0.93
HAIRLINE, RULE = 0.4, 1.1


@dataclass(slots=True)
class Page:
    """One page in the making."""

    texts: list[Text] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    symbols: list[Placed] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, size: float, face: str = REGULAR, *, grey: float = BLACK) -> None:
        """One line with its left end at `x` and its baseline at `y`."""
        self.texts.append(Text(x, y, size, face, text, grey))

    def text_right(
        self, right: float, y: float, text: str, size: float, face: str = REGULAR, *, grey: float = BLACK
    ) -> None:
        """One line with its right end at `right`."""
        self.text(right - typeface(face).width(text, size), y, text, size, face, grey=grey)

    def column(self, x: float, y: float, lines: Iterable[Line]) -> float:
        """Lines below one another from the height `y`; returns the height below the last."""
        for line in lines:
            self.text(x, y + line.size, line.text, line.size, line.face, grey=line.grey)
            y += line.size * LEADING
        return y

    def bar(self, x: float, y: float, width: float, height: float, grey: float = BLACK) -> None:
        """A filled rectangle."""
        self.bars.append(Bar(x, y, width, height, grey))

    def rule(self, y: float) -> None:
        """A hairline across the text's width."""
        self.bar(LEFT, y, WIDTH, HAIRLINE, HAIRLINE_GREY)

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """A thin outline."""
        for edge in ((x, y), (x, y + height - HAIRLINE)):
            self.bar(*edge, width, HAIRLINE, HAIRLINE_GREY)
        for edge in ((x, y), (x + width - HAIRLINE, y)):
            self.bar(*edge, HAIRLINE, height, HAIRLINE_GREY)


class Line(NamedTuple):
    """One line of a block, before it has a place."""

    text: str
    size: float
    face: str = REGULAR
    grey: float = BLACK


class Flow:
    """A place on a page that moves down, and on to the next page when there is no more room.

    `opening` draws the head of every page, given its number from 1, and says where the text below it begins.
    """

    def __init__(self, opening: Callable[[Page, int], float]) -> None:
        self._opening = opening
        self.pages: list[Page] = []
        self.y = 0.0
        self._top = 0.0
        self._new_page()

    @property
    def page(self) -> Page:
        """The page that is being filled."""
        return self.pages[-1]

    @property
    def at_top(self) -> bool:
        """Whether nothing stands below the head of this page yet."""
        return self.y <= self._top

    def _new_page(self) -> None:
        self.pages.append(Page())
        self._top = self.y = self._opening(self.page, len(self.pages))

    def fits(self, height: float) -> bool:
        """Whether `height` still has room on this page."""
        return self.y + height <= BOTTOM

    def need(self, height: float) -> None:
        """Keep `height` together, on a new page if it must be. Refuses what no page can hold."""
        if not self.fits(height) and not self.at_top:
            self._new_page()
        if not self.fits(height):
            room = round(BOTTOM - self._top)
            raise LabelError("label.block.too_tall", height_pt=round(height), room_pt=room)

    def lines(self, lines: Iterable[Line], *, x: float = LEFT) -> None:
        """Lines below one another, going on to the next page when this one is full."""
        for line in lines:
            self.need(line.size * LEADING)
            self.y = self.page.column(x, self.y, [line])


def set_lines(text: str, width: float, size: float, face: str = REGULAR, *, grey: float = BLACK) -> list[Line]:
    """A text wrapped to a width."""
    return [Line(part, size, face, grey) for part in wrapped(face, text, width, size)]


def height_of(lines: Iterable[Line]) -> float:
    """How tall some lines are."""
    return sum(line.size * LEADING for line in lines)


def bound(pages: Iterable[Page], *, title: str) -> bytes:
    """The pages as one A4 PDF."""
    paper = Paper(A4_PT, title=title)
    for page in pages:
        paper.draw(Drawing(tuple(page.texts), tuple(page.bars), tuple(page.symbols)), dot_pt=DOT_PT)
        paper.end_page()
    return paper.finished()
