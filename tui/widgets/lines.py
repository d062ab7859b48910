"""A table of lines: a row is one thing, the cursor stays on it when the table is read again."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import DataTable

from tui.widgets.plain import cell


class Lines(DataTable[Text]):
    """Rows of plain cells under headings; `RowSelected.row_key.value` is the code of the thing chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select_cursor", "tui.key.open")]

    def __init__(self, headings: Sequence[str], *, id: str | None = None) -> None:
        super().__init__(id=id, cursor_type="row", zebra_stripes=False, show_header=True)
        self._headings = headings
        self._shown: list[tuple[str, tuple[Text, ...]]] | None = None

    def on_mount(self) -> None:
        """The headings."""
        for heading in self._headings:
            self.add_column(cell(heading))

    def fill(self, rows: Iterable[tuple[str, Sequence[Text]]]) -> None:
        """Show these rows, each with its key; nothing moves when nothing changed."""
        wanted = [(key, tuple(cells)) for key, cells in rows]
        if wanted == self._shown:
            return
        chosen = self.chosen
        self._shown = wanted
        self.clear()
        for key, cells in wanted:
            self.add_row(*cells, key=key)
        if chosen is not None:
            self.choose(chosen)

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
