"""Previews of a vial's or a dose's label, for the eye on a terminal: its words and its symbol in half blocks."""

from dataclasses import dataclass

from cellbank.documents import dose as dose_labels
from cellbank.documents.place import place_label
from cellbank.documents.vial import printable, stocks, vial_labels
from cellbank.domain.lot import Lot
from cellbank.domain.storage import StoragePlace
from cellbank.errors import NotFound
from cellbank.languages import Language
from cellbank.store import codes, vial as store_vial
from cellbank.store.unit_of_work import Reading
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


def label_preview(reading: Reading, number: str, vial_code: str) -> LabelPreview:
    """The label of one vial of a lot, as `print_vial_labels` would print it now; refused for a vial of another lot."""
    lot = codes.get_by_code(reading, Lot, number)
    vials = [vial for vial in store_vial.vials_of(reading.session, lot.id) if vial.code == vial_code]
    if not vials:
        raise NotFound("vial.not_found", code=vial_code)
    (label,) = vial_labels(reading, lot, vials)
    words = (
        f"{label.lot} · {label.number}",
        label.product,
        label.strength,
        label.trial,
        label.sponsor,
        label.route,
        *label.extra,
        *(() if label.period_of_use is None else (label.period_of_use,)),
    )
    return LabelPreview(label.code, words, symbol_lines(label.code))


def dispensing_preview(reading: Reading, dose_code: str) -> LabelPreview:
    """The dispensing label of a prepared dose, in the trial's language; refused as the label is."""
    label = dose_labels.dispensing_label_of(reading, dose_code)
    words = label.words
    lines = (
        f"{words.subject.first} {label.subject} · {words.visit.first} {label.visit}",
        f"{words.use_before.first} {label.until}",
        *(() if label.condition is None else (label.condition.first,)),
        f"{words.lot.first} {', '.join(label.lots)}",
        label.product.first,
        label.strength.first,
        label.form.first,
        label.route.first,
        label.directions.first,
        label.storage.first,
        label.human_cells.first,
        label.do_not_refreeze.first,
        label.investigator.first,
        words.clinical_use_only.first,
        label.trial,
    )
    return LabelPreview(label.code, lines, symbol_lines(label.code))


def flag_preview(reading: Reading, dose_code: str) -> LabelPreview:
    """The flag of a prepared dose's syringe: what each of its halves says."""
    flag = dose_labels.syringe_flag_of(reading, dose_code)
    until = f"{flag.use_before} {flag.until_day} {flag.until_time}"
    return LabelPreview(flag.code, (f"{flag.subject} · {flag.visit}", until, flag.route), symbol_lines(flag.code))


def place_preview(reading: Reading, path: str, language: Language) -> LabelPreview:
    """The label of a tank, a rack or a box; refused when there is no such place."""
    label = place_label(codes.get_by_code(reading, StoragePlace, path), language, demo=reading.demo)
    return LabelPreview(label.code, (label.name, *label.about), symbol_lines(label.code))
