"""Help about this place: what it is for, and every key that works there."""

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from tui.screens.modal import Modal
from tui.text.markup_safe import lines, plain, sentence
from tui.widgets.key_bar import KeyBar, key_name, rank


class HelpModal(Modal[None]):
    """The keys of the screen beneath, those of the place first."""

    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, beneath: Screen[object]) -> None:
        super().__init__()
        self.beneath = beneath

    def compose(self) -> ComposeResult:
        """A sentence about the place, then its keys with what each does."""
        help_code = getattr(self.beneath, "help_code", "tui.help.place")
        with Vertical(classes="card"):
            yield Static(plain(self.say("tui.help.title"), "bold $primary"), classes="title")
            with VerticalScroll():
                yield Static(plain(self.say(help_code)))
                yield Static(lines(self._keys()), classes="keys")
                if getattr(self.beneath, "has_scan_bar", False):
                    yield Static(plain(self.say("tui.help.scan")), classes="keys")
            yield KeyBar()

    def _keys(self) -> list[Content]:
        app = self.host
        found = [one for one in self.beneath.active_bindings.values() if one.binding.description.startswith("tui.")]
        found.sort(key=lambda one: rank(one, app))
        width = max((len(key_name(one.binding, app.key_names)) for one in found), default=0)
        return [
            sentence(
                plain(f"{key_name(one.binding, app.key_names):<{width}}  ", "bold $primary"),
                plain(self.say(one.binding.tooltip or one.binding.description)),
            )
            for one in found
        ]
