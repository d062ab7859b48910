"""The row under the cursor in full, beneath a table that is wider than its place."""

from collections.abc import Iterator

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.text.markup_safe import plain, sentence
from tui.widgets.table import Table


class FullRow(Static):
    """What the edge of a table cuts off; takes no room where the table that has the keyboard cuts nothing."""

    def show_row(self, table: Widget | None) -> None:
        """Show the cut values of a table's row; hide the line where the table cuts none."""
        self.display = isinstance(table, Table) and table.is_cut
        if self.display and isinstance(table, Table):
            self.update(sentence(*_parts(table.beyond_the_edge)))


def _parts(told: list[tuple[str, str]]) -> Iterator[Content]:
    """Each value, after its heading where the edge cuts that off too."""
    for at, (heading, value) in enumerate(told):
        if at:
            yield plain(" · ", "$muted")
        if heading:
            yield plain(f"{heading} ", "$muted")
        yield plain(value)
