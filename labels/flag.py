"""The flag of a syringe: a strip folded round the barrel, each half a label of its own.

When the ends are stuck back to back, each side shows one half, upright. The symbols stand at the ends, which lie
flat; the words are nearer to the barrel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from labels.canvas import WHITE, Drawing, Placed
from labels.errors import LabelError
from labels.flow import Format, Page
from labels.qr import symbol
from labels.render import renderer
from labels.stock import MM_PER_INCH, POINTS_PER_INCH, Stock, module_dots
from labels.typeface import BOLD, CAP_HEIGHT, REGULAR, fitted, typeface

SMALLEST_IDENTITY_PT, SMALLEST_PT = 4.6, 3.8
FOLD_MM = 2.6  # Free of words on either side of the fold together, for the crease and the DEMO bar.

_PT_PER_MM = POINTS_PER_INCH / MM_PER_INCH


@dataclass(frozen=True, slots=True)
class SyringeFlag:
    """What both halves of a flag say.

    `code` is the dose's, at most 16 of `0-9 A-Z -`; `visit` with its word ("Visite 2"); `use_before` the words
    before the end of use, which is `until_day` and, to the minute with the zone, `until_time`.
    """

    code: str
    subject: str
    visit: str
    use_before: str
    until_day: str
    until_time: str
    route: str
    demo: bool = False


class _Line(NamedTuple):
    text: str
    face: str
    size: float
    smallest: float


class _Layout:
    """Where things go on a flag; lengths in points from its upper left corner."""

    def __init__(self, stock: Stock) -> None:
        self._stock = stock
        self._width = stock.label_width_mm * _PT_PER_MM
        self._height = stock.label_height_mm * _PT_PER_MM
        self._inset = stock.inset_mm * _PT_PER_MM
        self._fold = FOLD_MM * _PT_PER_MM
        self._page = Page(Format(self._width, self._height))

    def drawing(self, flag: SyringeFlag) -> Drawing:
        """Both halves, their symbols outermost, and the fold between them."""
        drawn = symbol(flag.code)
        side = module_dots(self._stock, drawn.size)
        block_dots = (drawn.size + 2 * self._stock.quiet_zone) * side
        block = block_dots * self._stock.dot_pt
        across, down = (self._stock.dots(mm) for mm in (self._stock.label_width_mm, self._stock.label_height_mm))
        quiet = self._stock.quiet_zone * side
        y_dots = (down - block_dots) // 2 + quiet
        for x_dots in (quiet, across - block_dots + quiet):
            self._page.symbols.append(Placed(drawn, x_dots, y_dots, side))
        width = (self._width - self._fold) / 2 - block - self._inset
        lines = list(self._placed(flag, width))
        for x in (block, (self._width + self._fold) / 2 + self._inset):
            for line, baseline in lines:
                self._page.text(x, baseline, line.text, line.size, line.face)
        self._crease(demo=flag.demo)
        return Drawing(tuple(self._page.texts), tuple(self._page.bars), tuple(self._page.symbols))

    def _placed(self, flag: SyringeFlag, width: float) -> Iterator[tuple[_Line, float]]:
        """The lines at the largest sizes that fit, with their baselines; the height left is shared between them."""
        lines = [
            *_who(flag, width),
            _Line(flag.code, BOLD, 5.6, SMALLEST_IDENTITY_PT),
            _Line(flag.route, REGULAR, 4.6, SMALLEST_PT),
            _Line(f"{flag.use_before} {flag.until_day}", REGULAR, 4.6, SMALLEST_PT),
            _Line(flag.until_time, BOLD, 7.4, SMALLEST_IDENTITY_PT),
        ]
        sized = [line._replace(size=fitted(line.face, line.text, width, line.size, line.smallest)) for line in lines]
        room = self._height - 2 * self._inset
        total = sum(line.size for line in sized) * CAP_HEIGHT
        gap = (room - total) / (len(sized) + 1)
        if gap < 0.2 * SMALLEST_PT:
            raise LabelError("label.lines.too_many", lines=len(sized), stock=self._stock.name)
        y = self._inset
        for line in sized:
            y += gap + line.size * CAP_HEIGHT
            yield line, y

    def _crease(self, *, demo: bool) -> None:
        """Where to fold: two short ticks; in a demonstration a black bar that says so."""
        middle = self._width / 2
        if not demo:
            for y in (self._inset, self._height - self._inset - 4.0):
                self._page.bar(middle - 0.25, y, 0.5, 4.0)
            return
        wide = 2.0 * _PT_PER_MM
        self._page.bar(middle - wide / 2, self._inset, wide, self._height - 2 * self._inset)
        size = 5.0
        start = (self._height + typeface(BOLD).width("DEMO", size)) / 2
        self._page.upward(middle + CAP_HEIGHT * size / 2, start, "DEMO", size, BOLD, grey=WHITE)


def _who(flag: SyringeFlag, width: float) -> list[_Line]:
    """Subject and visit in one line, or in two when they are long."""
    both = f"{flag.subject} · {flag.visit}"
    if typeface(BOLD).width(both, 5.8) <= width:
        return [_Line(both, BOLD, 7.4, SMALLEST_IDENTITY_PT)]
    return [
        _Line(flag.subject, BOLD, 6.6, SMALLEST_IDENTITY_PT),
        _Line(flag.visit, BOLD, 5.8, SMALLEST_IDENTITY_PT),
    ]


def _drawing(flag: SyringeFlag, stock: Stock) -> Drawing:
    return _Layout(stock).drawing(flag)


render_flag = renderer(_drawing)
"""Flags as one PDF, or as `zpl`. Refuses what `rendered` refuses; a word without room is not cut."""
