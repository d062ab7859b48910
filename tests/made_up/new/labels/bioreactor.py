"""The label of a bioreactor: its code as a symbol, and how much it holds. Made up."""

from __future__ import annotations

from dataclasses import dataclass

from labels.canvas import Drawing, Placed
from labels.flow import Format, Page
from labels.qr import symbol
from labels.render import renderer
from labels.stock import MM_PER_INCH, POINTS_PER_INCH, Stock, module_dots
from labels.typeface import BOLD


@dataclass(frozen=True, slots=True)
class BioreactorLabel:
    """What the label says: its `code`, at most 16 of `0-9 A-Z -`, and `holds`."""

    code: str
    holds: str


def _drawing(label: BioreactorLabel, stock: Stock) -> Drawing:
    """The symbol at the left, the words beside it."""
    point = POINTS_PER_INCH / MM_PER_INCH
    page = Page(Format(stock.label_width_mm * point, stock.label_height_mm * point))
    drawn = symbol(label.code)
    side = module_dots(stock, drawn.size)
    across = (drawn.size + 2 * stock.quiet_zone) * side
    top = (stock.dots(stock.label_height_mm) - across) // 2
    page.symbols.append(Placed(drawn, stock.quiet_zone * side, top + stock.quiet_zone * side, side))
    for line, text in enumerate((label.code, label.holds), 1):
        page.text(across * stock.dot_pt, line * page.format.height_pt / 3, text, 5.0, BOLD)
    return Drawing(tuple(page.texts), tuple(page.bars), tuple(page.symbols))


render_bioreactors = renderer(_drawing)
"""Bioreactors' labels as one PDF, or as `zpl`; refuses what `rendered` refuses."""
