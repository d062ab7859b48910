"""The second person: signs in beside the first, and the act is performed under both names (rules.md §6)."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, Input, Static

from cellbank.bank import Credentials
from cellbank.errors import CellbankError
from tui.screens.modal import Modal
from tui.text import sentences
from tui.text.markup_safe import plain
from tui.widgets.field import CheckField, Field
from tui.widgets.key_bar import KeyBar
from tui.work.write import Answer, OnAnswer, Write


class SecondPersonModal(Modal[bool]):
    """Name and password of the second person; answers true when the act was kept, and says why not."""

    AUTO_FOCUS = "#name"

    def __init__(self, title: str, write: Callable[[Credentials], Write]) -> None:
        super().__init__()
        self.title_shown = title
        self.write = write

    def compose(self) -> ComposeResult:
        """Who acts, then who checks; Enter in the name leads to the password."""
        actor = self.host.actor
        name = Field(placeholder=self.say("tui.second.name"), id="name", max_length=80)
        hint = self.say("tui.second.password")
        password = CheckField(placeholder=hint, password=True, id="password", max_length=400)
        name.leads_to = lambda: password
        with Vertical(classes="card"):
            yield Static(plain(self.title_shown, "bold $primary"), classes="title")
            yield Static(plain(self.say("tui.second.who", name="" if actor is None else actor.printed_name)))
            yield name
            yield password
            yield Button(plain(self.say("tui.second.do")), id="do", variant="primary", compact=True)
            yield Static(id="answer")
            yield KeyBar()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the password does it; in the name it has gone on to the password already."""
        if event.input.id == "password":
            self._do()

    def on_button_pressed(self) -> None:
        """The same with the button."""
        self._do()

    def _do(self) -> None:
        button = self.query_one(Button)
        name, password = self.query_one("#name", Input).value.strip(), self.query_one("#password", Input).value
        if button.disabled:
            return
        if not name or not password:
            self._say(plain(f"✗ {self.say('tui.second.missing')}", "$error"))
            return
        button.disabled = True
        self._say(plain(self.say("tui.second.asking"), "$muted"))
        write = self.write(Credentials(name, password))
        self.host.perform(replace(write, on_answer=partial(self._answered, write.on_answer)))

    def _answered(self, then: OnAnswer | None, answer: Answer) -> bool:
        if not self.is_attached:
            return False
        if answer.error is None:
            self.dismiss(True)
            if then is not None:
                self.app.call_later(then, answer)
            return True
        self._refused(answer.error)
        return not answer.error.findings

    def _refused(self, error: CellbankError) -> None:
        """Why, here; a refusal with findings lists them all on a screen of its own, where they can be scrolled."""
        self.app.bell()
        found = sentences.refusal(self.host.wording, error)
        said = self.say("tui.refused.count", count=len(found)) if error.findings else found[0]
        self._say(plain(f"✗ {said}", "bold $error"))
        password = self.query_one("#password", Input)
        password.value = ""
        password.focus()
        self.query_one(Button).disabled = False

    def _say(self, said: Content) -> None:
        self.query_one("#answer", Static).update(said)
