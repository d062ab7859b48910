"""One's own password: the old one, then the new one twice; a first password is changed before anything else."""

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, Input, Static

from cellbank.bank import Actor, Bank, Deed
from cellbank.errors import WrongInput
from cellbank.services.person import change_password, check_new_password
from tui.screens.modal import Modal
from tui.text import sentences
from tui.text.markup_safe import plain
from tui.widgets.field import Field
from tui.widgets.key_bar import KeyBar
from tui.work.write import Answer, Write


class PasswordModal(Modal[bool]):
    """Answers true when the password was changed. Who comes with a first password (`first`) is not asked it again."""

    AUTO_FOCUS = "Input"
    help_code: ClassVar[str] = "tui.help.password"

    def __init__(self, actor: Actor, first: str | None = None) -> None:
        super().__init__()
        self.actor = actor
        self.first = first

    def compose(self) -> ComposeResult:
        """Two or three lines, nothing of which is shown."""
        with Vertical(classes="card"):
            yield Static(plain(self.say("tui.password.change"), "bold $primary"), classes="title")
            code = "tui.password.why" if self.first is None else "tui.password.first"
            yield Static(plain(self.say(code, name=self.actor.printed_name)))
            if self.first is None:
                yield self._field("old")
            yield self._field("new")
            yield self._field("again")
            yield Button(plain(self.say("tui.password.do")), id="do", variant="primary", compact=True)
            yield Static(id="answer")
            yield KeyBar()

    def _field(self, name: str) -> Field:
        return Field(placeholder=self.say(f"tui.password.{name}"), password=True, id=name, max_length=400)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on; after the last line it is done."""
        fields = list(self.query(Input))
        at = fields.index(event.input)
        if at + 1 < len(fields):
            fields[at + 1].focus()
        else:
            self._do()

    def on_button_pressed(self) -> None:
        """The same with the button."""
        self._do()

    def _do(self) -> None:
        button = self.query_one(Button)
        if button.disabled:
            return
        old = self.first if self.first is not None else self.query_one("#old", Input).value
        new, again = self.query_one("#new", Input).value, self.query_one("#again", Input).value
        if not old:
            self._refuse(self.say("tui.password.old_missing"))
            return
        if new != again:
            self._refuse(self.say("tui.password.differ"))
            return
        try:
            check_new_password(new, self.actor.name)
        except WrongInput as error:
            self._refuse(self.host.wording.error(error))
            return
        button.disabled = True
        self._say(plain(self.say("tui.sign_in.asking"), "$muted"))
        write = Write(make=partial(_changing, new), said="tui.password.done", password=old, on_answer=self._answered)
        self.host.perform(write, self.actor)

    def _answered(self, answer: Answer) -> bool:
        if not self.is_attached:
            return False
        if answer.error is None:
            self.dismiss(True)
        else:
            self.query_one(Button).disabled = False
            self._refuse(sentences.refusal(self.host.wording, answer.error)[0])
        return True

    def _refuse(self, said: str) -> None:
        self.app.bell()
        self._say(plain(f"✗ {said}", "bold $error"))
        for field in self.query(Input):
            field.value = ""
        self.query_one(Input).focus()

    def _say(self, said: Content) -> None:
        self.query_one("#answer", Static).update(said)


def _changing(new: str, bank: Bank) -> Deed:
    return partial(change_password, password_hash=bank.hash_password(new))
