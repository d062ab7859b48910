"""The same labels for a Zebra printer: one bitmap a label.

A printer's own font 0 prints a box for `⁶` or `Ł` and says nothing; so the whole label goes as dots, drawn from
the same layout and the same embedded faces as the PDF. No text of ours is ever in the ZPL: nothing in a lot's
name can be a command.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PIL import Image

from labels.canvas import Drawing
from labels.errors import LabelError
from labels.raster import rastered
from labels.sheet import prepared
from labels.stock import Calibration, Stock


def on_roll(stock: Stock, *, dpi: int | None, count: int, calibration: Calibration | None = None) -> Stock:
    """The roll as its printer must be told it: calibration moves the home position (`^LH`). Refuses a sheet."""
    if stock.kind != "roll":
        raise LabelError("label.zpl.roll_only", stock=stock.name)
    return prepared(stock.at(dpi or stock.dpi), count=count, calibration=calibration)


def formats(drawings: Iterable[Drawing], stock: Stock) -> bytes:
    """Drawings as ZPL II, one format (`^XA` to `^XZ`) each, on a stock that is `on_roll`."""
    return "".join(_format(rastered(drawing, stock), stock) for drawing in drawings).encode("ascii")


def _format(image: Image.Image, stock: Stock) -> str:
    """One label. `^LH` takes no negative numbers, so that a shift to the left or up goes with `^LS` and `^LT`."""
    width, height = image.size
    x_dots, y_dots = stock.origin_dots(0)
    stride = (width + 7) // 8
    total = stride * height
    rows = "".join(_compressed(image.tobytes(), stride))
    return (
        f"^XA^PW{width}^LL{height}^LH{max(x_dots, 0)},{max(y_dots, 0)}^LS{max(-x_dots, 0)}^LT{min(y_dots, 0)}"
        f"^FO0,0^GFA,{total},{total},{stride},{rows}^FS^XZ\n"
    )


def _compressed(data: bytes, stride: int) -> Iterator[str]:
    """The rows in hexadecimal with two of ZPL's abbreviations: "," fills a row with white, ":" repeats a row."""
    before = ""
    for start in range(0, len(data), stride):
        row = data[start : start + stride].hex().upper()
        yield ":" if row == before else row.rstrip("0") + "," if row.endswith("0") else row
        before = row
