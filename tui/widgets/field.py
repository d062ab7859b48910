"""Inputs that say what Enter does; Enter comes after what was typed, in the order of the keys."""

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input


class Field(Input):
    """One line; Enter goes on.

    Where `leads_to` names what comes next, the app moves the keyboard there itself, before it takes another key: what a
    scanner or quick hands send after Enter never lands in the line before it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "tui.key.go_on")]
    leads_to: Callable[[], Widget | None] | None = None


def next_after(focused: Widget | None) -> Widget | None:
    """What has the keyboard after Enter here; None where Enter does something else."""
    leads_to = getattr(focused, "leads_to", None)
    return leads_to() if callable(leads_to) else None


class ChoiceField(Field):
    """One line that narrows a choice; Enter does what is chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "tui.key.do")]


class PasswordField(Field):
    """A password that signs; Enter signs."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "tui.key.sign")]


class CheckField(Field):
    """The password of the second person; Enter does what the button beneath it does."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "tui.second.do")]
