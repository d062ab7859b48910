"""A box as a grid: a letter a vial and a colour, a point where it is free; the arrows go from position to position."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from cellbank.views.storage import HELD, BoxMap, Cell
from tui.text.markup_safe import lines, plain, sentence

RESERVED = "P"
"""The letter of a vial set aside for a visit; a held one has the letter of the hold whatever else it is."""
FREE = "·"
WIDEST = 20
"""Columns up to which each position has room about its letter."""
COLOURS: Mapping[str, str] = {
    HELD: "bold $error",
    RESERVED: "bold $primary",
    "D": "$success",
    "R": "$accent",
    "S": "$secondary",
    "Q": "$warning",
    FREE: "$faint",
}


def letter_of(cell: Cell | None) -> str:
    """The letter of a position; small while the label of its vial waits to be scanned back."""
    if cell is None:
        return FREE
    letter = RESERVED if cell.reserved_for and not cell.held else cell.letter
    return letter if cell.label_verified else letter.lower()


def place_name(row: int, column: int) -> str:
    """`A1` for the first position."""
    return f"{chr(ord('A') + row)}{column + 1}"


class BoxGrid(Static, can_focus=True):
    """The grid of one box with a cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "tui.key.open"),
        Binding("left", "go(0,-1)", "tui.key.positions", key_display="←↑↓→"),
        Binding("right", "go(0,1)", show=False),
        Binding("up", "go(-1,0)", show=False),
        Binding("down", "go(1,0)", show=False),
    ]
    cursor: reactive[tuple[int, int]] = reactive((0, 0), init=False)

    class Moved(Message):
        """The cursor is elsewhere."""

    class Selected(Message):
        """Enter on a position, or a second click."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._box: BoxMap | None = None

    def fill(self, box: BoxMap) -> None:
        """Show this box; the cursor stays where it is."""
        self._box = box
        row, column = self.cursor
        self.cursor = (min(row, box.rows - 1), min(column, box.columns - 1))
        self._draw()

    @property
    def position(self) -> str:
        """The position under the cursor."""
        return place_name(*self.cursor)

    @property
    def cell(self) -> Cell | None:
        """The vial under the cursor."""
        return None if self._box is None else self._box.cells.get(self.position)

    def choose(self, code: str) -> bool:
        """Move the cursor to a vial; false when it is not in this box."""
        for position, cell in self._box.cells.items() if self._box is not None else ():
            if cell.code == code:
                self.cursor = (ord(position[0]) - ord("A"), int(position[1:]) - 1)
                return True
        return False

    def action_go(self, rows: int, columns: int) -> None:
        """Move the cursor by one position; it stays at the edge."""
        if self._box is not None:
            row, column = self.cursor[0] + rows, self.cursor[1] + columns
            self.cursor = (max(0, min(row, self._box.rows - 1)), max(0, min(column, self._box.columns - 1)))

    def action_select(self) -> None:
        """Open what is there."""
        self.post_message(self.Selected())

    def on_click(self, event: events.Click) -> None:
        """A click chooses a position; another one opens it."""
        row, column = event.y - 1, (event.x - 2) // self._wide
        if self._box is None or not (0 <= row < self._box.rows and 0 <= column < self._box.columns):
            return
        if (row, column) == self.cursor:
            self.action_select()
        self.cursor = (row, column)

    def watch_cursor(self) -> None:
        """Draw the cursor where it is, and bring it into sight."""
        self._draw()
        row, column = self.cursor
        if self.parent is not None:
            self.scroll_visible_at(Region(2 + column * self._wide, row + 1, self._wide, 1))
        self.post_message(self.Moved())

    def scroll_visible_at(self, region: Region) -> None:
        """Bring a part of a large box into sight."""
        around = self.parent
        if around is not None and hasattr(around, "scroll_to_region"):
            around.scroll_to_region(region, animate=False)

    @property
    def _wide(self) -> int:
        return 3 if self._box is None or self._box.columns <= WIDEST else 2

    def _draw(self) -> None:
        if self._box is not None:
            self.update(lines(self._lines(self._box)))

    def _lines(self, box: BoxMap) -> Iterator[Content]:
        wide = self._wide
        yield plain("  " + "".join(f"{column + 1:^{wide}}" for column in range(box.columns)), "$muted")
        for row in range(box.rows):
            cells = (self._position(box, row, column) for column in range(box.columns))
            yield sentence(plain(f"{chr(ord('A') + row)} ", "$muted"), *cells)

    def _position(self, box: BoxMap, row: int, column: int) -> Content:
        letter = letter_of(box.cells.get(place_name(row, column)))
        here = (row, column) == self.cursor
        text = f"{letter:^{self._wide}}" if not here or self._wide < len("[ ]") else f"[{letter}]"
        return plain(text, f"{COLOURS[letter.upper()]}{' reverse' if here else ''}")
