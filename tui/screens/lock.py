"""The locked screen: nothing of the bank but running thaw clocks, until the same person's password opens it."""

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Center, Vertical
from textual.screen import Screen
from textual.widgets import Input, Static

from cellbank.bank import Actor
from cellbank.errors import CellbankError
from tui.host import Hosted
from tui.text import sentences
from tui.text.markup_safe import plain
from tui.widgets.field import Field
from tui.widgets.key_bar import KeyBar
from tui.widgets.masthead import Masthead
from tui.widgets.open_doses import OpenDoses


class LockScreen(Screen[None], Hosted):
    """Over everything that was open, which stays as it was; another person signs out first (^O)."""

    AUTO_FOCUS = "#password"
    help_code: ClassVar[str] = "tui.help.lock"

    def compose(self) -> ComposeResult:
        """The person's name and the field for the password."""
        actor = self.host.actor
        name = "" if actor is None else actor.printed_name
        yield Masthead()
        yield OpenDoses()
        with Center(id="middle"), Vertical(id="sign-in"):
            yield Static(plain(self.say("tui.lock.title"), "bold $primary"), classes="title")
            yield Static(plain(self.say("tui.lock.who", name=name)), classes="title")
            yield Field(placeholder=self.say("tui.sign_in.password"), id="password", password=True, max_length=400)
            yield Static(id="answer")
        yield KeyBar()

    def head_moved(self, number: int) -> None:
        """The number of the head is no secret."""
        for masthead in self.query(Masthead):
            masthead.renew()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Ask the bank whether it is the same person."""
        actor, field = self.host.actor, event.input
        if actor is None or field.disabled or not field.value:
            return
        field.disabled = True
        self._answer(self.say("tui.sign_in.asking"), "$muted")
        work = partial(self.host.bank.sign_in, actor.name, field.value)
        self.in_thread(work, self._unlock)

    def _unlock(self, actor: Actor) -> None:
        self.host.unlock()

    def show_error(self, error: CellbankError) -> None:
        """A calm refusal, with the password to type again."""
        field = self.query_one("#password", Input)
        field.value, field.disabled = "", False
        field.focus()
        self._answer(f"✗ {sentences.of_password(self.host.wording, error)[0]}", "$error")

    def _answer(self, said: str, style: str) -> None:
        self.query_one("#answer", Static).update(plain(said, style))
