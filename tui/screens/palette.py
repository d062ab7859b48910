"""Ctrl+P: the verbs of the place, found by typing a part of their words."""

import unicodedata
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui.screens.card import Card
from tui.widgets.field import ChoiceField
from tui.widgets.keys import Keys, key_name
from tui.widgets.plain import plain, sentence


def folded(text: str) -> str:
    """A text without case and accents, as it is compared."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in decomposed if not unicodedata.combining(character))


class VerbPalette(Card[None]):
    """Every verb that works in the screen beneath; Enter does it there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
    ]

    def __init__(self, beneath: Screen[object]) -> None:
        super().__init__()
        self.verbs: dict[str, ActiveBinding] = {
            one.binding.key: one
            for one in beneath.active_bindings.values()
            if one.enabled and one.binding.description.startswith("tui.") and one.binding.action != "verbs"
        }

    def compose(self) -> ComposeResult:
        """An input and the verbs that fit it."""
        with Vertical(classes="card"):
            yield ChoiceField(placeholder=self.say("tui.palette.prompt"))
            yield OptionList(markup=False)
            yield Keys()

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
        for key, one in self.verbs.items():
            words = self.say(one.binding.description)
            more = self.say(one.binding.tooltip) if one.binding.tooltip else ""
            if all(word in folded(f"{words} {more}") for word in wanted):
                name = key_name(one.binding, self.cellbank.key_names)
                shown = sentence(plain(f"{name:<9}", "bold $primary"), plain(words), plain(f"  {more}", "$muted"))
                hits.append((not all(word in folded(words) for word in wanted), Option(shown, id=key)))
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

    def _do(self, key: str | None) -> None:
        if key is None or key not in self.verbs:
            return
        one = self.verbs[key]
        app = self.app
        self.dismiss(None)
        app.call_later(app.run_action, one.binding.action, one.node)
