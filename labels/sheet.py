"""Drawings onto stock: one a page on a roll, in their places on a sheet."""

from __future__ import annotations

from collections.abc import Iterable

from labels.canvas import Drawing, Paper
from labels.errors import LabelError
from labels.stock import Calibration, Stock


def prepared(stock: Stock, *, count: int, skip: int = 0, calibration: Calibration | None = None) -> Stock:
    """The stock as its printer must be told it. Refuses no labels, and a skip that the page does not have."""
    if count < 1:
        raise LabelError("label.none")
    if not 0 <= skip < stock.per_page:
        raise LabelError("label.skip", stock=stock.name, skip=skip, limit=stock.per_page - 1)
    return calibration.applied(stock) if calibration else stock


def printed(drawings: Iterable[Drawing], stock: Stock, *, skip: int = 0, title: str) -> bytes:
    """The drawings as one PDF, on a stock that is `prepared`; the first `skip` labels of a sheet stay empty.

    Every label begins on a whole dot of `stock.dpi`, so that its symbol's modules do.
    """
    dot = stock.dot_pt
    width, height = stock.page_dots
    paper = Paper((width * dot, height * dot), title=title, exact_size=True)
    for position, drawing in enumerate(drawings, start=skip):
        if position > skip and position % stock.per_page == 0:
            paper.end_page()
        x_dots, y_dots = stock.origin_dots(position)
        paper.draw(drawing, x_dots * dot, y_dots * dot, dot_pt=dot)
    return paper.finished()
