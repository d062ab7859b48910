"""A choice among a few: the chosen one bears a mark, not only a colour."""

from textual.widgets import RadioButton


class Choice(RadioButton):
    """One choice of a set: `▐●▌` when chosen, `▐ ▌` when not."""

    @property
    def BUTTON_INNER(self) -> str:  # type: ignore[override]  # noqa: N802 — Textual's own name, a constant there
        """The mark itself."""
        return "●" if self.value else " "
