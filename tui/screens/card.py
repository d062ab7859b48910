"""A card: a modal that shows or asks one thing and answers; Escape closes it."""

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from tui.within import app_of, say

if TYPE_CHECKING:
    from tui.app import CellbankApp

A = TypeVar("A")


class Card(ModalScreen[A | None], Generic[A]):
    """The shape of every modal."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "tui.key.close")]

    @property
    def cellbank(self) -> "CellbankApp":
        """The app, with its own type."""
        return app_of(self)

    def say(self, code: str, /, **params: object) -> str:
        """A sentence in the language of the app."""
        return say(self, code, **params)

    def action_close(self) -> None:
        """Nothing was chosen."""
        self.dismiss(None)
