"""A secret told once and never again: a first password, to be handed over."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from tui.screens.modal import Modal
from tui.text.markup_safe import plain
from tui.widgets.key_bar import KeyBar


class OneTimeSecretModal(Modal[None]):
    """A sentence and the secret; Escape closes it for good."""

    def __init__(self, title: str, said: str, secret: str) -> None:
        super().__init__()
        self.title_shown = title
        self.said = said
        self.secret = secret

    def compose(self) -> ComposeResult:
        """The secret on a line of its own, easy to copy down."""
        with Vertical(classes="card"):
            yield Static(plain(self.title_shown, "bold $primary"), classes="title")
            yield Static(plain(self.say(self.said)))
            yield Static(plain(self.secret, "bold"), id="secret")
            yield KeyBar()
