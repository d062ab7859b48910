"""Pages that fill from the top: what a document is set in.

Lengths are points, downwards from the upper left corner of an A4 page, upright or lying.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from labels.canvas import BLACK, Bar, Drawing, Paper, Placed, Text
from labels.errors import LabelError
from labels.typeface import REGULAR, typeface, wrapped

SIDE_PT, FOOT_PT = 45.0, 54.0  # The margins.

LEADING = 1.28  # From baseline to baseline, as a share of the size.
DOT_PT = 0.24  # One dot at 300 dpi: the grid of a document's symbols.
MUTED, HAIRLINE_GREY, SHADE = 0.38, 0.72, 0.93
HAIRLINE, RULE = 0.4, 1.1


class Format(NamedTuple):
    """The size of a page, and the part of it that bears the text."""

    width_pt: float
    height_pt: float

    @property
    def left(self) -> float:
        """Where the text begins."""
        return SIDE_PT

    @property
    def right(self) -> float:
        """Where the text ends."""
        return self.width_pt - SIDE_PT

    @property
    def width(self) -> float:
        """How wide the text may be."""
        return self.width_pt - 2 * SIDE_PT

    @property
    def bottom(self) -> float:
        """How far down the text may go; below it stands the foot."""
        return self.height_pt - FOOT_PT


UPRIGHT, LYING = Format(595.276, 841.89), Format(841.89, 595.276)  # 210 × 297 mm.


@dataclass(slots=True)
class Page:
    """One page in the making."""

    format: Format = UPRIGHT
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

    def upward(
        self, x: float, start: float, text: str, size: float, face: str = REGULAR, *, grey: float = BLACK
    ) -> None:
        """One line read from below: its baseline at `x`, its lower end at `start`."""
        self.texts.append(Text(x, start, size, face, text, grey, True))

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
        self.bar(self.format.left, y, self.format.width, HAIRLINE, HAIRLINE_GREY)

    def frame(self, x: float, y: float, width: float, height: float, *, grey: float = HAIRLINE_GREY) -> None:
        """A thin outline."""
        for edge in ((x, y), (x, y + height - HAIRLINE)):
            self.bar(*edge, width, HAIRLINE, grey)
        for edge in ((x, y), (x + width - HAIRLINE, y)):
            self.bar(*edge, HAIRLINE, height, grey)


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

    def __init__(self, opening: Callable[[Page, int], float], format: Format = UPRIGHT) -> None:
        self._opening = opening
        self.format = format
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
        self.pages.append(Page(self.format))
        self._top = self.y = self._opening(self.page, len(self.pages))

    def fits(self, height: float) -> bool:
        """Whether `height` still has room on this page."""
        return self.y + height <= self.format.bottom

    def need(self, height: float) -> None:
        """Keep `height` together, on a new page if it must be. Refuses what no page can hold."""
        if not self.fits(height) and not self.at_top:
            self._new_page()
        if not self.fits(height):
            room = round(self.format.bottom - self._top)
            raise LabelError("label.block.too_tall", height_pt=round(height), room_pt=room)

    def lines(self, lines: Iterable[Line], *, indent: float = 0.0) -> None:
        """Lines below one another, going on to the next page when this one is full."""
        for line in lines:
            self.need(line.size * LEADING)
            self.y = self.page.column(self.format.left + indent, self.y, [line])


def set_lines(text: str, width: float, size: float, face: str = REGULAR, *, grey: float = BLACK) -> list[Line]:
    """A text wrapped to a width."""
    return [Line(part, size, face, grey) for part in wrapped(face, text, width, size)]


def height_of(lines: Iterable[Line]) -> float:
    """How tall some lines are."""
    return sum(line.size * LEADING for line in lines)


def bound(pages: Sequence[Page], *, title: str) -> bytes:
    """The pages as one PDF; all have the format of the first."""
    paper = Paper(pages[0].format, title=title)
    for page in pages:
        paper.draw(Drawing(tuple(page.texts), tuple(page.bars), tuple(page.symbols)), dot_pt=DOT_PT)
        paper.end_page()
    return paper.finished()
