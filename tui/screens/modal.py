"""A card: a modal that shows or asks one thing and answers; Escape closes it."""

from typing import ClassVar, Generic, TypeVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget

from tui.host import Hosted
from tui.widgets.table import Table

A = TypeVar("A")


def _wanted(child: Widget) -> int:
    """The lines that a child would take if nothing limited it."""
    inside = child.virtual_size.height + child.gutter.height if isinstance(child, Table | VerticalScroll) else 0
    return max(child.outer_size.height, inside) + child.styles.margin.height


class Modal(ModalScreen[A | None], Hosted, Generic[A]):
    """The shape of every modal."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "tui.key.close")]

    def on_mount(self) -> None:
        """Fit once everything is there."""
        self.call_after_refresh(self.fit)

    def on_resize(self) -> None:
        """Fit the terminal as it is now."""
        self.call_after_refresh(self.fit)

    def fit(self) -> None:
        """Leave the keys in sight: what is longer than the terminal scrolls in what room the rest of the card leaves.

        A list takes its own height while all fits; its greatest height cannot be told from the rest in a style.
        """
        for card in self.query(".card").results(Vertical):
            wanted = sum(_wanted(child) for child in card.children)
            room = self.size.height - card.gutter.height - card.styles.margin.height
            card.set_class(wanted > room, "filled")

    def action_close(self) -> None:
        """Close the card without an answer."""
        self.dismiss(None)
