"""Stocks: their geometry, its calibration, and the dots of a module."""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files
from typing import Any

import pytest

from labels.errors import LabelError
from labels.stock import Calibration, load_stocks, module_dots, stock_named, stocks_from

SHIPPED = files("data").joinpath("label_stocks.toml").read_text(encoding="utf-8")


def changed(stock: str, field: str, value: Any) -> str:
    table = tomllib.loads(SHIPPED)[stock] | {field: value}
    return f"[{stock}]\n" + "\n".join(f"{key} = {json.dumps(item)}" for key, item in table.items())


def test_the_shipped_stocks_are_those_of_the_vial_the_sheet_the_outer_label_and_the_flag() -> None:
    stocks = load_stocks()
    assert set(stocks) == {"roll-33x13", "sheet-85", "roll-100x60", "flag-60x13"}
    assert (stocks["roll-33x13"].label_width_mm, stocks["roll-33x13"].label_height_mm) == (33.0, 13.0)
    assert stocks["sheet-85"].per_page == 85
    assert stocks["roll-33x13"].per_page == 1


def test_the_last_label_of_the_sheet_stands_as_far_from_its_corner_as_the_first_from_the_other() -> None:
    sheet = stock_named("sheet-85")
    right = sheet.left_mm + 4 * sheet.pitch_x_mm + sheet.label_width_mm
    below = sheet.top_mm + 16 * sheet.pitch_y_mm + sheet.label_height_mm
    assert sheet.page_width_mm - right == pytest.approx(sheet.left_mm, abs=0.01)
    assert sheet.page_height_mm - below == pytest.approx(sheet.top_mm, abs=0.01)


def test_an_unknown_stock_is_refused_with_the_names_of_those_known() -> None:
    with pytest.raises(LabelError) as refused:
        stock_named("roll-1x1")
    assert refused.value.code == "label.stock.unknown"
    assert "roll-33x13" in str(refused.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "scroll"),
        ("columns", 6),
        ("rows", 18),
        ("rows", 0),
        ("columns", 2.5),
        ("label_width", -1.0),
        ("label_width", "wide"),
        ("label_height", True),
        ("pitch_x", 30.0),
        ("pitch_y", 10.0),
        ("left", -3.0),
        ("left", 45.0),
        ("top", 20.0),
        ("inset", 4.0),
        ("quiet_zone", 3),
        ("dpi", 72),
        ("colour", "blue"),
    ],
)
def test_impossible_geometry_is_refused(field: str, value: Any) -> None:
    with pytest.raises(LabelError) as refused:
        stocks_from(changed("sheet-85", field, value))
    assert refused.value.code == "label.stock.geometry"


def test_an_unchanged_stock_is_not_refused() -> None:
    """The control of the test above: it is the change that is refused."""
    assert stocks_from(changed("sheet-85", "columns", 5))["sheet-85"] == stock_named("sheet-85")


@pytest.mark.parametrize("text", ["[a", "a = 1", "[a]\nkind = 'roll'"])
def test_a_file_that_describes_no_stock_is_refused(text: str) -> None:
    with pytest.raises(LabelError):
        stocks_from(text)


@pytest.mark.parametrize(
    ("name", "dpi", "modules", "dots"),
    [
        ("roll-33x13", 203, 21, 3),
        ("roll-33x13", 300, 21, 4),
        ("roll-33x13", 600, 21, 8),
        ("roll-33x13", 300, 25, 4),
        ("sheet-85", 300, 21, 4),
    ],
)
def test_a_module_is_a_whole_number_of_dots_and_large_enough(name: str, dpi: int, modules: int, dots: int) -> None:
    stock = stock_named(name).at(dpi)
    assert module_dots(stock, modules) == dots
    assert dots / dpi * 25.4 >= 0.25
    assert (modules + 8) * dots <= stock.dots(stock.label_height_mm)


def test_a_symbol_whose_modules_would_be_too_small_is_refused() -> None:
    with pytest.raises(LabelError) as refused:
        module_dots(stock_named("roll-33x13"), 57)
    assert refused.value.code == "label.symbol.too_small"


def test_calibration_moves_every_label_and_stretches_the_pitch() -> None:
    sheet = stock_named("sheet-85")
    told = Calibration(offset_x_mm=1.27, offset_y_mm=-0.508, pitch_x=1.001).applied(sheet)
    first, last = sheet.origin_dots(0), sheet.origin_dots(4)
    assert told.origin_dots(0) == (first[0] + 15, first[1] - 6)
    assert told.origin_dots(4)[0] == round((19.558 + 1.27 + 4 * 36.068 * 1.001) / 25.4 * 300)
    assert told.origin_dots(4)[0] > last[0] + 15


@pytest.mark.parametrize(
    "wrong",
    [
        {"offset_x_mm": 10.5},
        {"offset_y_mm": -11.0},
        {"pitch_x": 1.04},
        {"pitch_y": 0.9},
        {"offset_x_mm": float("nan")},
    ],
)
def test_a_calibration_that_is_rather_another_stock_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(LabelError) as refused:
        Calibration(**wrong)
    assert refused.value.code == "label.calibration.too_far"


def test_a_calibration_that_prints_beside_the_paper_is_refused() -> None:
    with pytest.raises(LabelError) as refused:
        Calibration(offset_y_mm=8.0).applied(stock_named("sheet-85"))
    assert refused.value.code == "label.stock.geometry"
