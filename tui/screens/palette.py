"""Ctrl+P: every verb, found by typing a part of its words; those of the place first."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui.screens.modal import Modal
from tui.text.markup_safe import plain, sentence
from tui.widgets.field import ChoiceField
from tui.widgets.key_bar import KeyBar


def folded(text: str) -> str:
    """A text without case and accents, as it is compared."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in decomposed if not unicodedata.combining(character))


@dataclass(frozen=True)
class PaletteItem:
    """One verb: the key that does it at once (empty when there is none), its words, and how it is done."""

    key: str
    words: str
    tip: str
    do: Callable[[], object]


class VerbPalette(Modal[None]):
    """Every verb that works in the screen beneath; Enter does it there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
    ]

    def __init__(self, offered: Sequence[PaletteItem]) -> None:
        super().__init__()
        self.offered = offered

    def compose(self) -> ComposeResult:
        """An input and the verbs that fit it."""
        with Vertical(classes="card"):
            yield ChoiceField(placeholder=self.say("tui.palette.prompt"))
            yield OptionList(markup=False)
            yield KeyBar()

    def on_mount(self) -> None:
        """Every verb at first."""
        self._fill("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """The verbs that hold every word typed."""
        self._fill(event.value)

    def _fill(self, typed: str) -> None:
        listed = self.query_one(OptionList)
        listed.clear_options()
        wanted = folded(typed).split()
        hits: list[tuple[bool, Option]] = []
        for at, one in enumerate(self.offered):
            if all(word in folded(f"{one.words} {one.tip}") for word in wanted):
                name = plain(f"{one.key:<9}", "bold $primary")
                shown = sentence(name, plain(one.words), plain(f"  {one.tip}", "$muted"))
                hits.append((not all(word in folded(one.words) for word in wanted), Option(shown, id=str(at))))
        hits.sort(key=lambda hit: hit[0])
        listed.add_options(option for _, option in hits)
        if not listed.option_count:
            listed.add_option(Option(plain(self.say("tui.palette.none"), "$muted"), disabled=True))
        listed.highlighted = 0

    def action_move(self, by: int) -> None:
        """Up and down in the list while the input keeps the keyboard."""
        listed = self.query_one(OptionList)
        if by > 0:
            listed.action_cursor_down()
        else:
            listed.action_cursor_up()

    def on_input_submitted(self) -> None:
        """Do the verb under the cursor."""
        listed = self.query_one(OptionList)
        if listed.highlighted is not None:
            self._do(listed.get_option_at_index(listed.highlighted).id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """The same with the mouse."""
        self._do(event.option_id)

    def _do(self, at: str | None) -> None:
        if at is None:
            return
        app, do = self.app, self.offered[int(at)].do
        self.dismiss(None)
        app.call_later(do)
