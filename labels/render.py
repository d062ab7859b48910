"""Labels of any kind onto their stock, as PDF or as ZPL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

from labels.canvas import Drawing
from labels.errors import LabelError
from labels.sheet import prepared, printed
from labels.stock import Calibration, Stock
from labels.zpl import formats, on_roll

FORMS = ("pdf", "zpl")
LONGEST_CODE = 16  # What a version 1 symbol holds at level Q.


class Coded(Protocol):
    """Whatever label: it has the code that its symbol holds."""

    @property
    def code(self) -> str:
        """At most 16 of `0-9 A-Z -`."""


L = TypeVar("L", bound=Coded, contravariant=True)


class Renderer(Protocol[L]):
    """Draws labels of one kind onto a stock."""

    def __call__(
        self,
        labels: Sequence[L],
        stock: Stock,
        *,
        form: str = "pdf",
        skip: int = 0,
        calibration: Calibration | None = None,
    ) -> bytes:
        """The labels as one PDF, or as `zpl`; refuses what `rendered` refuses, and what the drawing does."""


def renderer(drawing: Callable[[L, Stock], Drawing]) -> Renderer[L]:
    """The renderer of a kind of label whose labels are drawn one by one."""

    def render(
        labels: Sequence[L],
        stock: Stock,
        *,
        form: str = "pdf",
        skip: int = 0,
        calibration: Calibration | None = None,
    ) -> bytes:
        return rendered(
            [label.code for label in labels],
            lambda told: (drawing(label, told) for label in labels),
            stock,
            form=form,
            skip=skip,
            calibration=calibration,
        )

    return render


def rendered(
    codes: Sequence[str],
    drawings: Callable[[Stock], Iterable[Drawing]],
    stock: Stock,
    *,
    form: str = "pdf",
    skip: int = 0,
    dpi: int | None = None,
    calibration: Calibration | None = None,
) -> bytes:
    """A label for each code, as `drawings` draws them on the stock as its printer must be told it.

    As PDF a page each on a roll, on a sheet after the `skip` labels that are already used; as `zpl` one format each at
    `dpi`, by default the stock's. Refuses another form, a code that a label's symbol cannot hold, no labels, a skip
    beyond the sheet, ZPL on a sheet, and what the drawing refuses.
    """
    if form not in FORMS:
        raise LabelError("label.form", value=form, expected=", ".join(FORMS))
    for code in codes:
        if len(code) > LONGEST_CODE:
            raise LabelError("label.code.too_long", text=code, length=len(code), limit=LONGEST_CODE)
    if form == "zpl":
        told = on_roll(stock, dpi=dpi, count=len(codes), calibration=calibration)
        return formats(drawings(told), told)
    told = prepared(stock, count=len(codes), skip=skip, calibration=calibration)
    title = codes[0] if len(codes) == 1 else f"{codes[0]} - {codes[-1]}"
    return printed(drawings(told), told, skip=skip, title=f"{title} ({stock.name})")
