"""A small canvas of braille dots: two by four in a cell, each cell in the colour of whoever drew on it last."""

from collections.abc import Iterator

DOTS_ACROSS, DOTS_DOWN = 2, 4
_BLANK = 0x2800
_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of each dot of a cell, row by row from the top."""


class Braille:
    """`width` by `height` cells; a point is given in dots, from the lower left corner."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._bits = [[0] * width for _ in range(height)]
        self._styles = [[""] * width for _ in range(height)]

    @property
    def across(self) -> int:
        """Dots from the left to the right."""
        return self.width * DOTS_ACROSS

    @property
    def up(self) -> int:
        """Dots from the bottom to the top."""
        return self.height * DOTS_DOWN

    def dot(self, x: int, y: int, style: str) -> None:
        """One dot; outside of the canvas nothing is drawn."""
        if 0 <= x < self.across and 0 <= y < self.up:
            down = self.up - 1 - y
            row, column = down // DOTS_DOWN, x // DOTS_ACROSS
            self._bits[row][column] |= _BITS[down % DOTS_DOWN][x % DOTS_ACROSS]
            self._styles[row][column] = style

    def line(self, start: tuple[int, int], end: tuple[int, int], style: str) -> None:
        """A straight line, both ends included."""
        (x, y), (to_x, to_y) = start, end
        steps = max(abs(to_x - x), abs(to_y - y), 1)
        for step in range(steps + 1):
            self.dot(round(x + (to_x - x) * step / steps), round(y + (to_y - y) * step / steps), style)

    def row(self, at: int) -> Iterator[tuple[str, str]]:
        """The characters of a row from the top, each with its style; a cell without a dot is a space."""
        for bits, style in zip(self._bits[at], self._styles[at], strict=True):
            yield (chr(_BLANK | bits) if bits else " "), style
