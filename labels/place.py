"""The label of a box, a rack or a tank: its code as a symbol, and the name by which people know it.

The name is that of the place itself, not of the way to it: a box that is carried to another tank keeps its label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from labels.canvas import WHITE, Drawing, Placed
from labels.errors import LabelError
from labels.flow import Format, Page
from labels.qr import symbol
from labels.render import renderer
from labels.stock import MM_PER_INCH, POINTS_PER_INCH, Stock, module_dots
from labels.typeface import BOLD, CAP_HEIGHT, REGULAR, fitted, typeface
from labels.vial import BANNER_MM, DESIGN_HEIGHT_MM

NAME_PT, CODE_PT, SMALL_PT = 11.0, 6.4, 5.0
SMALLEST_NAME_PT, SMALLEST_PT = 5.6, 3.8
NEAR = 4  # Characters from the middle.

_PT_PER_MM = POINTS_PER_INCH / MM_PER_INCH


@dataclass(frozen=True, slots=True)
class PlaceLabel:
    """What a place's label says: its `code`, at most 16 of `0-9 A-Z -`, its `name`, and what it is, line by line."""

    code: str
    name: str
    about: tuple[str, ...]
    demo: bool = False


def _drawing(label: PlaceLabel, stock: Stock) -> Drawing:
    """The symbol at the left, the words beside it; lengths in points from the label's upper left corner."""
    page = Page(Format(stock.label_width_mm * _PT_PER_MM, stock.label_height_mm * _PT_PER_MM))
    inset = stock.inset_mm * _PT_PER_MM
    growth = max(stock.label_height_mm / DESIGN_HEIGHT_MM, 0.9)
    drawn = symbol(label.code)
    side = module_dots(stock, drawn.size)
    quiet, across = stock.quiet_zone * side, (drawn.size + 2 * stock.quiet_zone) * side
    y_dots = (stock.dots(stock.label_height_mm) - across) // 2 + quiet
    page.symbols.append(Placed(drawn, quiet, y_dots, side))
    left = across * stock.dot_pt
    banner = _banner(page, inset, growth) if label.demo else 0.0
    width = page.format.width_pt - left - inset - banner
    lines = [
        *((fitted(BOLD, part, width, NAME_PT * growth, SMALLEST_PT), BOLD, part) for part in _name(label.name, width)),
        (fitted(BOLD, label.code, width, CODE_PT * growth, SMALLEST_PT), BOLD, label.code),
        *((fitted(REGULAR, text, width, SMALL_PT * growth, SMALLEST_PT), REGULAR, text) for text in label.about),
    ]
    room = page.format.height_pt - 2 * inset - CAP_HEIGHT * sum(size for size, _, _ in lines)
    gap = room / (len(lines) + 1)
    if gap < 0.2 * SMALLEST_PT:
        raise LabelError("label.lines.too_many", lines=len(lines), stock=stock.name)
    y = inset
    for size, face, text in lines:
        y += gap + CAP_HEIGHT * size
        page.text(left, y, text, size, face)
    return Drawing(tuple(page.texts), tuple(page.bars), tuple(page.symbols))


def _name(name: str, width: float) -> Sequence[str]:
    """The name in one line where it stays large enough for the eye, else in two: at a dash if there is one near."""
    if typeface(BOLD).width(name, SMALLEST_NAME_PT) <= width:
        return (name,)
    half = len(name) // 2
    dashes = [at + 1 for at, character in enumerate(name) if character == "-" and abs(at + 1 - half) <= NEAR]
    cut = min(dashes, key=lambda at: abs(at - half), default=half)
    return name[:cut], name[cut:]


def _banner(page: Page, inset: float, growth: float) -> float:
    """The black bar at the right edge with DEMO in it, read upward; returns how much of the width the bar takes."""
    wide = BANNER_MM * _PT_PER_MM * growth
    x, tall = page.format.width_pt - inset - wide, page.format.height_pt - 2 * inset
    page.bar(x, inset, wide, tall)
    size = fitted(BOLD, "DEMO", tall - 2 * inset, wide / CAP_HEIGHT * 0.7, SMALLEST_PT)
    start = (page.format.height_pt + typeface(BOLD).width("DEMO", size)) / 2
    page.upward(x + (wide + CAP_HEIGHT * size) / 2, start, "DEMO", size, BOLD, grey=WHITE)
    return wide + inset


render_places = renderer(_drawing)
"""Places' labels as one PDF, or as `zpl`. Refuses what `rendered` refuses; a word without room is not cut."""
