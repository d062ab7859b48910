"""Inputs that say what Enter does; Enter comes after what was typed, in the order of the keys."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input


class Field(Input):
    """One line; Enter goes on."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "tui.key.go_on")]


class ChoiceField(Field):
    """One line that narrows a choice; Enter does what is chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "tui.key.do")]


class PasswordField(Field):
    """A password that signs; Enter signs."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "tui.key.sign")]
