"""A table that breaks between rows and repeats its head on every page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from labels.canvas import WHITE
from labels.flow import RULE, SHADE, Flow, Line, height_of, set_lines
from labels.typeface import BOLD, REGULAR

HEAD_PT, BODY_PT = 6.9, 7.6
PADDING_X, PADDING_Y = 3.5, 3.0


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading, its share of the width (any unit) and the face of its cells."""

    heading: str
    share: float
    face: str = REGULAR


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row; `alarm` is the column that stands white on black, if any."""

    cells: tuple[str, ...]
    alarm: int | None = None


def table(flow: Flow, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """Set a table across the text's width. Long cells wrap; a row is never broken over two pages."""
    setter = _Setter(flow, columns)
    for row in rows:
        setter.add(row)
    setter.close()


class _Setter:
    """A table in the making; all cells of a row start at the same height."""

    def __init__(self, flow: Flow, columns: Sequence[Column]) -> None:
        unit = flow.format.width / sum(column.share for column in columns)
        self._flow = flow
        self._columns = columns
        self._widths = [column.share * unit for column in columns]
        self._head = [
            set_lines(column.heading, width - 2 * PADDING_X, HEAD_PT, BOLD)
            for column, width in zip(columns, self._widths, strict=True)
        ]
        self._begun = False

    def add(self, row: Row) -> None:
        """Set one row, and the head before it where a page begins."""
        cells = [
            self._cell(text, column, width, index == row.alarm)
            for index, (text, column, width) in enumerate(zip(row.cells, self._columns, self._widths, strict=True))
        ]
        if self._begun and not self._flow.fits(_height(cells)):
            self.close()
        if not self._begun:
            self._flow.need(_height(self._head) + _height(cells))
            self._set_head()
        if row.alarm is not None:
            left = self._flow.format.left + sum(self._widths[: row.alarm])
            self._flow.page.bar(left, self._flow.y + 1, self._widths[row.alarm] - 1, _height(cells) - 1.5)
        self._flow.page.rule(self._flow.y)
        self._set(cells)

    def _cell(self, text: str, column: Column, width: float, alarm: bool) -> list[Line]:
        room = width - 2 * PADDING_X
        if alarm:
            return set_lines(text, room, BODY_PT, BOLD, grey=WHITE)
        return set_lines(text, room, BODY_PT, column.face)

    def _set_head(self) -> None:
        self._flow.page.bar(self._flow.format.left, self._flow.y, self._flow.format.width, _height(self._head), SHADE)
        self._flow.page.bar(self._flow.format.left, self._flow.y, self._flow.format.width, RULE)
        self._set(self._head)
        self._begun = True

    def _set(self, cells: Sequence[Sequence[Line]]) -> None:
        x = self._flow.format.left + PADDING_X
        for lines, width in zip(cells, self._widths, strict=True):
            self._flow.page.column(x, self._flow.y + PADDING_Y, lines)
            x += width
        self._flow.y += _height(cells)

    def close(self) -> None:
        """End the table, or its part on this page, with a rule."""
        if self._begun:
            self._flow.page.bar(self._flow.format.left, self._flow.y, self._flow.format.width, RULE)
            self._flow.y += RULE
        self._begun = False


def _height(cells: Iterable[Sequence[Line]]) -> float:
    return max(height_of(lines) for lines in cells) + 2 * PADDING_Y
