"""Growth as a plot: cumulative doublings over days in culture, a letter for each line, the limits named on the plot."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise

from textual.content import Content
from textual.widgets import Static

from cellbank.views.growth import GrowthLine, GrowthView
from tui.host import say
from tui.text.markup_safe import lines, plain, sentence
from tui.widgets.braille import DOTS_ACROSS, DOTS_DOWN, Braille

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LOT = "◆"
_COLOURS = ("$primary", "$accent", "$success", "$error", "$secondary", "$warning")
_LIMIT = "$warning"
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_LABEL = 5
"""Cells for the numbers of the axis on the left, its line included."""
_ROWS_A_NUMBER, _CELLS_A_NUMBER = 3, 10
"""At least so far apart are the numbers of the axes."""


def letter(at: int) -> str:
    """The mark of a line; past the alphabet they share the last."""
    return LETTERS[min(at, len(LETTERS) - 1)]


@dataclass(frozen=True)
class Scale:
    """From values to dots: 0 lies on the first dot, `high` on the last."""

    high: Decimal
    dots: int

    def at(self, value: Decimal) -> int:
        """The dot of a value."""
        return round(value / self.high * (self.dots - 1))

    def numbers(self, most: int) -> Iterator[int]:
        """Round numbers from 0 on, at most so many."""
        step = next((one for one in _STEPS if self.high / one <= max(most, 1)), _STEPS[-1])
        yield from range(0, int(self.high) + 1, step)


class GrowthPlot(Static):
    """The plot of a view; the chosen line is drawn over the others."""

    _view: GrowthView | None = None
    _chosen = 0

    def fill(self, view: GrowthView) -> None:
        """Draw another view."""
        self._view = view
        self._draw()

    def choose(self, at: int) -> None:
        """Draw one line over the others."""
        self._chosen = at
        self._draw()

    def on_resize(self) -> None:
        """Draw for another size."""
        self._draw()

    def _draw(self) -> None:
        width, height = self.size.width - _LABEL, self.size.height - 2
        if self._view is None or width < DOTS_ACROSS or height < DOTS_ACROSS:
            return
        if not any(line.points for line in self._view.lines):
            self.update(plain(say(self, "tui.growth.none"), "$muted"))
            return
        self.update(lines(self._drawn(self._view, Braille(width, height))))

    def _drawn(self, view: GrowthView, canvas: Braille) -> Iterator[Content]:
        points = [point for line in view.lines for point in line.points]
        tops = [*(point.doublings for point in points), *(limit.doublings for limit in view.limits), Decimal(1)]
        days, doublings = Scale(max([*(p.day for p in points), Decimal(1)]), canvas.across), Scale(max(tops), canvas.up)
        written: dict[tuple[int, int], tuple[str, str]] = {}
        for limit in view.limits:
            named = say(self, "tui.growth.limit", limit=limit.doublings, version=limit.version)
            _limit(canvas, doublings.at(limit.doublings), named, written)
        ordered = [at for at in range(len(view.lines)) if at != self._chosen]
        for at in [*ordered, *([self._chosen] if self._chosen < len(view.lines) else [])]:
            style = f"{'bold ' if at == self._chosen else ''}{_COLOURS[at % len(_COLOURS)]}"
            _line(canvas, view.lines[at], (days, doublings), (letter(at), style), written)
        yield from self._rows(canvas, doublings, written)
        yield from self._axis(canvas, days)

    def _rows(
        self, canvas: Braille, doublings: Scale, written: Mapping[tuple[int, int], tuple[str, str]]
    ) -> Iterator[Content]:
        numbers = {
            _row(canvas, doublings.at(Decimal(one))): one for one in doublings.numbers(canvas.height // _ROWS_A_NUMBER)
        }
        for at in range(canvas.height):
            cells = [written.get((at, column), cell) for column, cell in enumerate(canvas.row(at))]
            number = str(numbers[at]) if at in numbers else ""
            axis = plain(f"{number:>{_LABEL - 1}}{'┤' if number else '│'}", "$muted")
            yield sentence(axis, *_styled(cells))

    def _axis(self, canvas: Braille, days: Scale) -> Iterator[Content]:
        line, labels = ["─"] * canvas.width, [" "] * (canvas.width + _LABEL)
        for one in days.numbers(canvas.width // _CELLS_A_NUMBER):
            column = min(days.at(Decimal(one)) // DOTS_ACROSS, canvas.width - 1)
            line[column] = "┬"
            labels[column : column + len(str(one))] = str(one)
        unit = say(self, "tui.growth.days")
        said = "".join(labels).rstrip()
        room = canvas.width - len(said)
        yield plain(f"{' ' * (_LABEL - 1)}└{''.join(line)}", "$muted")
        yield plain(f"{' ' * _LABEL}{said}{unit:>{room}}" if room > len(unit) else f"{' ' * _LABEL}{said}", "$muted")


def _row(canvas: Braille, dot: int) -> int:
    return canvas.height - 1 - dot // DOTS_DOWN


def _limit(canvas: Braille, dot: int, named: str, written: dict[tuple[int, int], tuple[str, str]]) -> None:
    """A broken line across, its name at the right end."""
    row, start = _row(canvas, dot), max(0, canvas.width - len(named) - 1)
    for column in range(canvas.width):
        written[row, column] = ("╌", _LIMIT)
    for column, character in enumerate(f" {named}"[: canvas.width], start=start):
        written[row, column] = (character, f"bold {_LIMIT}")


def _line(
    canvas: Braille,
    line: GrowthLine,
    scales: tuple[Scale, Scale],
    drawn: tuple[str, str],
    written: dict[tuple[int, int], tuple[str, str]],
) -> None:
    """The line, its letter at each harvest, a mark beside where a lot was filled."""
    (days, doublings), (name, style) = scales, drawn
    dots = [(days.at(point.day), doublings.at(point.doublings)) for point in line.points]
    for start, end in pairwise(dots):
        canvas.line(start, end, style)
    for point, (x, y) in zip(line.points, dots, strict=True):
        if point.harvested and point.culture in line.cultures:
            written[_row(canvas, y), x // DOTS_ACROSS] = (name, style)
    for lot in line.lots:
        column = days.at(lot.day) // DOTS_ACROSS
        beside = column + 1 if column + 1 < canvas.width else column - 1
        written[_row(canvas, doublings.at(lot.doublings)), beside] = (LOT, style)


def _styled(cells: Sequence[tuple[str, str]]) -> Iterator[Content]:
    for style, group in groupby(cells, key=lambda cell: cell[1]):
        yield plain("".join(character for character, _ in group), style)
