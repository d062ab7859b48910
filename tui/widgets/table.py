"""A table of lines: a row is one thing, the cursor stays on it when the table is read again."""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.coordinate import Coordinate
from textual.message import Message
from textual.widgets import DataTable

from tui.text.markup_safe import cell


class Table(DataTable[Text]):
    """Rows of plain cells under headings; `RowSelected.row_key.value` is the code of the thing chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select_cursor", "tui.key.open"),
        Binding("home", "scroll_top", show=False),
        Binding("end", "scroll_bottom", show=False),
    ]

    class Changed(Message):
        """The rows or the width of the table changed."""

    def __init__(self, headings: Sequence[str], *, id: str | None = None, opens: bool = True) -> None:
        super().__init__(id=id, cursor_type="row", zebra_stripes=False, show_header=True)
        self._opens = opens
        self._headings = headings
        self._shown: list[tuple[str, tuple[Text, ...]]] | None = None

    def on_mount(self) -> None:
        """Add the headings."""
        for heading in self._headings:
            self.add_column(cell(heading))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter is offered where a row opens something."""
        return self._opens or action != "select_cursor"

    def fill(self, rows: Iterable[tuple[str, Sequence[Text]]]) -> None:
        """Show these rows, each with its key; nothing moves when nothing changed."""
        wanted = [(key, tuple(cells)) for key, cells in rows]
        if wanted == self._shown:
            return
        self.post_message(self.Changed())
        before, self._shown = self._shown or [], wanted
        if [key for key, _ in before] == [key for key, _ in wanted]:
            self._renew(before, wanted)
            return
        chosen = self.chosen
        self.clear()
        for key, cells in wanted:
            self.add_row(*cells, key=key)
        self._widen(wanted)
        if chosen is not None:
            self.choose(chosen)

    def _widen(self, rows: Sequence[tuple[str, tuple[Text, ...]]]) -> None:
        """Make room for the cells at once: Textual measures them when it is idle, and keeps what it painted before."""
        for at, column in enumerate(self.ordered_columns):
            column.content_width = max([column.content_width, *(cells[at].cell_len for _, cells in rows)])

    def extend(self, rows: Iterable[tuple[str, Sequence[Text]]]) -> None:
        """Add rows beneath the others; nothing else moves."""
        more = [(key, tuple(cells)) for key, cells in rows]
        for key, cells in more:
            self.add_row(*cells, key=key)
        self._widen(more)
        self._shown = [*(self._shown or []), *more]
        self.post_message(self.Changed())

    def on_resize(self) -> None:
        """The room for the table changed."""
        self.post_message(self.Changed())

    @property
    def is_cut(self) -> bool:
        """Whether the columns are wider than what is seen of them."""
        return bool(self.row_count) and self._edges()[-1] > self.scrollable_content_region.width

    @property
    def beyond_the_edge(self) -> list[tuple[str, str]]:
        """Of the row under the cursor what is not seen whole: headings, each empty that can be seen, and values."""
        if not self.is_valid_row_index(self.cursor_row):
            return []
        width, columns = self.scrollable_content_region.width, self.ordered_columns
        cells = self.get_row_at(self.cursor_row)
        return [
            (
                columns[at].label.plain if start + self.cell_padding + columns[at].label.cell_len > width else "",
                value.plain,
            )
            for at, (value, start) in enumerate(zip(cells, [0, *self._edges()], strict=False))
            if value.plain and start + self.cell_padding + value.cell_len > width
        ]

    def _edges(self) -> list[int]:
        """The column of characters at which each heading's cell ends."""
        return list(accumulate(column.get_render_width(self) for column in self.ordered_columns))

    def _renew(
        self, before: Sequence[tuple[str, tuple[Text, ...]]], wanted: Sequence[tuple[str, tuple[Text, ...]]]
    ) -> None:
        """The same things in the same order: only the cells that changed; cursor and scrolling stay."""
        for row, ((_, old), (_, new)) in enumerate(zip(before, wanted, strict=True)):
            for column, (was, now) in enumerate(zip(old, new, strict=True)):
                if was != now:
                    self.update_cell_at(Coordinate(row, column), now, update_width=True)

    @property
    def chosen(self) -> str | None:
        """The key of the row under the cursor."""
        if not self.row_count or not self.is_valid_row_index(self.cursor_row):
            return None
        return self.ordered_rows[self.cursor_row].key.value

    def choose(self, key: str) -> bool:
        """Move the cursor to a row; false when it is not there."""
        if key not in self.rows:
            return False
        self.move_cursor(row=self.get_row_index(key), animate=False)
        return True
