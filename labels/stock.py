"""Label stock: the paper, its geometry and its grid of printer dots."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from importlib.resources import files
from math import ceil, isfinite
from types import MappingProxyType
from typing import Any

from labels.errors import LabelError

MM_PER_INCH = 25.4
POINTS_PER_INCH = 72

SMALLEST_MODULE_MM = 0.25  # The floor that domain.md §5 sets for a vial label.
STURDY_MODULE_MM = 0.33  # Modules of this size survive 0.12 mm of blur; those of 0.25 mm lose about half.
SYMBOL_SHARE = 0.4  # On a large label the symbol may grow to this share of the height.

LARGEST_OFFSET_MM, LARGEST_PITCH_CHANGE = 10.0, 0.03
"""What a calibration may shift, and stretch as a share of the pitch: sheets of makers differ by up to 4.4 mm."""

_FILE_NAMES: dict[str, str] = {"label_width": "label_width_mm", "label_height": "label_height_mm"} | {
    name: f"{name}_mm" for name in ("page_width", "page_height", "left", "top", "pitch_x", "pitch_y", "inset")
}


@dataclass(frozen=True, slots=True)
class Stock:
    """One kind of label paper. Lengths are in millimetres from the upper left corner of the page.

    `kind` is "roll" (one label a page) or "sheet". `dpi` is the grid on which QR modules are whole dots,
    `quiet_zone` the white border of a symbol in modules (ISO/IEC 18004: four), `inset_mm` the border of a
    label that stays free of text. Refuses a geometry that cannot be: labels that overlap or leave the page.
    """

    name: str
    kind: str
    label_width_mm: float
    label_height_mm: float
    page_width_mm: float
    page_height_mm: float
    columns: int
    rows: int
    left_mm: float
    top_mm: float
    pitch_x_mm: float
    pitch_y_mm: float
    dpi: int
    quiet_zone: int
    inset_mm: float

    def __post_init__(self) -> None:
        self._refuse_wrong_kinds()
        width = self.left_mm + (self.columns - 1) * self.pitch_x_mm + self.label_width_mm
        height = self.top_mm + (self.rows - 1) * self.pitch_y_mm + self.label_height_mm
        spare = self.inset_mm  # A calibrated roll may lose its white border, never its text.
        self._demand(self.left_mm >= -spare and width <= self.page_width_mm + spare, "left_mm")
        self._demand(self.top_mm >= -spare and height <= self.page_height_mm + spare, "top_mm")
        self._demand(self.columns == 1 or self.pitch_x_mm >= self.label_width_mm, "pitch_x_mm")
        self._demand(self.rows == 1 or self.pitch_y_mm >= self.label_height_mm, "pitch_y_mm")

    def _refuse_wrong_kinds(self) -> None:
        self._demand(self.kind in {"roll", "sheet"}, "kind")
        for field in fields(self)[2:]:
            value = getattr(self, field.name)
            kinds = (int,) if field.name in {"columns", "rows", "dpi", "quiet_zone"} else (int, float)
            self._demand(isinstance(value, kinds) and not isinstance(value, bool), field.name)
            self._demand(isfinite(value), field.name)
            if field.name not in {"left_mm", "top_mm", "inset_mm"}:
                self._demand(value > 0, field.name)
        self._demand(0 <= self.inset_mm < self.label_height_mm / 4, "inset_mm")
        self._demand(self.quiet_zone >= 4, "quiet_zone")
        self._demand(150 <= self.dpi <= 2400, "dpi")
        self._demand(self.kind == "sheet" or self.per_page == 1, "kind")

    def _demand(self, holds: bool, field: str) -> None:
        if not holds:
            raise LabelError("label.stock.geometry", stock=self.name, field=field, value=getattr(self, field))

    @property
    def per_page(self) -> int:
        """How many labels a page holds."""
        return self.columns * self.rows

    @property
    def dot_pt(self) -> float:
        """The side of one printer dot, in points."""
        return POINTS_PER_INCH / self.dpi

    @property
    def page_dots(self) -> tuple[int, int]:
        """Width and height of the page, rounded to whole dots: then every corner of the page has one grid."""
        return self.dots(self.page_width_mm), self.dots(self.page_height_mm)

    def dots(self, length_mm: float) -> int:
        """A length in whole printer dots, to the nearest."""
        return round(length_mm / MM_PER_INCH * self.dpi)

    def origin_dots(self, position: int) -> tuple[int, int]:
        """The corner of label `position` (from 0, left to right, then down) in dots from the page's corner."""
        row, column = divmod(position % self.per_page, self.columns)
        return (
            self.dots(self.left_mm + column * self.pitch_x_mm),
            self.dots(self.top_mm + row * self.pitch_y_mm),
        )

    def at(self, dpi: int) -> Stock:
        """The same paper in a printer of another resolution."""
        return replace(self, dpi=dpi)


@dataclass(frozen=True, slots=True)
class Calibration:
    """What one printer does differently on one stock.

    Offsets in millimetres (right and down are positive) move every label; the pitch factors stretch the
    distance between labels. Refuses more than 10 mm or 3 %: that is another stock, not a calibration.
    """

    offset_x_mm: float = 0.0
    offset_y_mm: float = 0.0
    pitch_x: float = 1.0
    pitch_y: float = 1.0

    def __post_init__(self) -> None:
        for field, value in asdict(self).items():
            middle, most = (1.0, LARGEST_PITCH_CHANGE) if "pitch" in field else (0.0, LARGEST_OFFSET_MM)
            if not (isfinite(value) and abs(value - middle) <= most + 1e-9):
                raise LabelError("label.calibration.too_far", field=field, value=value, limit=most)

    def applied(self, stock: Stock) -> Stock:
        """The stock as this printer must be told it. Refuses what would print beside the paper."""
        return replace(
            stock,
            left_mm=stock.left_mm + self.offset_x_mm,
            top_mm=stock.top_mm + self.offset_y_mm,
            pitch_x_mm=stock.pitch_x_mm * self.pitch_x,
            pitch_y_mm=stock.pitch_y_mm * self.pitch_y,
        )


@lru_cache(maxsize=1)
def load_stocks() -> Mapping[str, Stock]:
    """The stocks that `data/label_stocks.toml` ships, by name."""
    return stocks_from(files("data").joinpath("label_stocks.toml").read_text(encoding="utf-8"))


def stocks_from(text: str) -> Mapping[str, Stock]:
    """The stocks that a TOML text describes. Refuses missing or unknown fields and impossible geometry."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LabelError("label.stock.unreadable", detail=str(error)) from error
    return MappingProxyType({name: _stock(name, table) for name, table in tables.items()})


def _stock(name: str, table: dict[str, Any] | object) -> Stock:
    if not isinstance(table, dict):
        raise LabelError("label.stock.unreadable", detail=name)
    values: dict[str, Any] = {_FILE_NAMES.get(str(key), str(key)): value for key, value in table.items()}
    wanted = {field.name for field in fields(Stock)} - {"name"}
    for field in sorted(wanted.symmetric_difference(values)):
        raise LabelError("label.stock.geometry", stock=name, field=field, value=values.get(field))
    return Stock(name=name, **values)


def stock_named(name: str) -> Stock:
    """One shipped stock. Refuses a name that is not there, and names those that are."""
    stocks = load_stocks()
    if name not in stocks:
        raise LabelError("label.stock.unknown", stock=name, known=tuple(sorted(stocks)))
    return stocks[name]


def module_dots(stock: Stock, modules: int, share: float = SYMBOL_SHARE) -> int:
    """The side of one QR module in whole dots, for a symbol of `modules` a side with its quiet zone.

    A sturdy module is tried first (0.33 mm, or what fills `share` of a large label's height), then smaller ones.
    Refuses a symbol whose modules would be under 0.25 mm.
    """
    across = modules + 2 * stock.quiet_zone
    room = stock.dots(stock.label_height_mm)
    wanted = max(ceil(STURDY_MODULE_MM / MM_PER_INCH * stock.dpi), int(room * share / across))
    for dots in range(wanted, 0, -1):
        if dots / stock.dpi * MM_PER_INCH < SMALLEST_MODULE_MM:
            break
        if dots * across <= room:
            return dots
    raise LabelError("label.symbol.too_small", stock=stock.name, dpi=stock.dpi, modules=modules)
