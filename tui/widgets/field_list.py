"""A sheet: names on the left, values on the right; a long value goes on beneath itself, never beneath the names."""

from collections.abc import Sequence
from textwrap import wrap

from textual.content import Content
from textual.widgets import Static

from tui.text.markup_safe import lines, plain, sentence, stripped

_GAP = 2
_LEAST = 20
"""A value is given at least this many columns, however long the names are."""


class FieldList(Static):
    """Facts in two columns, wrapped to the width that there is."""

    _facts: Sequence[tuple[str, str]] = ()

    def fill(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show these names and values."""
        self._facts = facts
        self._draw()

    def on_resize(self) -> None:
        """Wrap the values to the new width."""
        self._draw()

    def _draw(self) -> None:
        names = max((len(name) for name, _ in self._facts), default=0)
        width = max(self.size.width - names - _GAP, _LEAST)
        self.update(lines(row for name, value in self._facts for row in _rows(name, value, names, width)))


def _rows(name: str, value: str, names: int, width: int) -> list[Content]:
    """One name and value, the value wrapped over as many lines as it takes."""
    parts = wrap(stripped(value), width, break_on_hyphens=False) or [""]
    heads = [name, *[""] * (len(parts) - 1)]
    return [
        sentence(plain(f"{head:<{names + _GAP}}", "$muted"), plain(part))
        for head, part in zip(heads, parts, strict=True)
    ]
