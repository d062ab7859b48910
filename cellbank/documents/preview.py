"""Previews of a vial's or a dose's label, for the eye on a terminal: its words and its symbol in half blocks."""

from dataclasses import dataclass

from cellbank.documents.label_kinds import LABELS, VIAL
from cellbank.documents.vial import printable, stocks
from cellbank.domain.lot import Lot
from cellbank.errors import NotFound
from cellbank.languages import Language
from cellbank.store import codes
from cellbank.store.unit_of_work import Reading
from cellbank.store.vial import vials_of
from labels.qr import half_blocks, symbol


@dataclass(frozen=True)
class StockLine:
    """One label paper to choose from; sizes in millimetres, `per_page` labels a page (1 on a roll)."""

    name: str
    kind: str
    width_mm: float
    height_mm: float
    per_page: int


@dataclass(frozen=True)
class LabelPreview:
    """One label: the code that its symbol holds, its words in their order, and the symbol.

    `symbol` is lines of half blocks with the quiet zone of four modules, a filled block being a *dark* module:
    to be shown with dark ink on a light ground whatever the theme.
    """

    code: str
    words: tuple[str, ...]
    symbol: tuple[str, ...]


def stock_lines() -> list[StockLine]:
    """Every label stock, by name."""
    return [
        StockLine(stock.name, stock.kind, stock.label_width_mm, stock.label_height_mm, stock.per_page)
        for stock in stocks().values()
    ]


def symbol_lines(code: str) -> tuple[str, ...]:
    """A code as a QR symbol in half blocks; refused when the symbol cannot hold it."""
    with printable():
        return tuple(half_blocks(symbol(code), ink_is_dark=True))


def preview(reading: Reading, kind: str, code: str, language: Language | None = None) -> LabelPreview:
    """The label of a thing, as it would be printed now; refused where the thing is unknown or has no such label."""
    label = LABELS[kind].made(reading, code, language)
    return LabelPreview(label.code, tuple(LABELS[kind].words(label)), symbol_lines(label.code))


def label_preview(reading: Reading, number: str, vial_code: str) -> LabelPreview:
    """The label of one vial of a lot, as `print_vial_labels` would print it now; refused for a vial of another lot."""
    lot = codes.get_by_code(reading, Lot, number)
    if all(vial.code != vial_code for vial in vials_of(reading.session, lot.id)):
        raise NotFound("vial.not_found", code=vial_code)
    return preview(reading, VIAL, vial_code)
