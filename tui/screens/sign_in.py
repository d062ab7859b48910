"""Sign in: name and password; a refusal is said calmly, a lockout with its minutes."""

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Center, Vertical
from textual.screen import Screen
from textual.widgets import Button, Input, Static

from cellbank.bank import Actor
from cellbank.domain.person import Role
from cellbank.errors import CellbankError
from cellbank.views import person
from tui.host import Hosted
from tui.screens.password import PasswordModal
from tui.text.markup_safe import plain
from tui.widgets.field import Field
from tui.widgets.key_bar import KeyBar
from tui.widgets.masthead import Masthead
from tui.widgets.open_doses import OpenDoses

SignedIn = tuple[Actor, tuple[Role, ...], str | None]
"""Who it is, in which roles, and the first password where it is to be changed."""


class SignInScreen(Screen[None], Hosted):
    """The first screen, and the one after signing out."""

    AUTO_FOCUS = "#name"
    help_code: ClassVar[str] = "tui.help.sign_in"

    def compose(self) -> ComposeResult:
        """A small card in the middle; Enter in the name leads to the password."""
        name = Field(placeholder=self.say("tui.sign_in.name"), id="name", max_length=80)
        password = Field(placeholder=self.say("tui.sign_in.password"), id="password", password=True, max_length=400)
        name.leads_to = lambda: password
        yield Masthead()
        yield OpenDoses()
        with Center(id="middle"), Vertical(id="sign-in"):
            yield Static(plain("cellbank", "bold $primary"), classes="title")
            yield Static(plain(self.host.bank.title, "$muted"), classes="title")
            yield name
            yield password
            yield Button(plain(self.say("tui.sign_in.do")), id="enter", variant="primary")
            yield Static(id="answer")
        yield KeyBar()

    def head_moved(self, number: int) -> None:
        """The header shows the head before anyone has signed in."""
        for masthead in self.query(Masthead):
            masthead.renew()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the password signs in; in the name it has gone on to the password already."""
        if event.input.id == "password":
            self._sign_in()

    def on_button_pressed(self) -> None:
        """The same with the button."""
        self._sign_in()

    def _sign_in(self) -> None:
        button = self.query_one(Button)
        name, password = self.query_one("#name", Input).value, self.query_one("#password", Input).value
        if button.disabled or not name.strip():
            return
        button.disabled = True
        self._answer(self.say("tui.sign_in.asking"), "$muted")
        self.in_thread(partial(self._ask, name, password), self._welcome)

    def _ask(self, name: str, password: str) -> SignedIn:
        bank = self.host.bank
        actor = bank.sign_in(name, password)
        with bank.read() as reading:
            roles = person.roles_of(reading, actor.person_id)
            first = password if person.must_change_password(reading, actor.person_id) else None
            return actor, roles, first

    def _welcome(self, found: SignedIn) -> None:
        """To the desk; with a first password, to choose another before anything else."""
        actor, roles, first = found
        if first is None:
            self.host.signed_in(actor, roles)
        else:
            self.app.push_screen(PasswordModal(actor, first), partial(self._chosen, actor, roles))

    def _chosen(self, actor: Actor, roles: tuple[Role, ...], chosen: bool | None) -> None:
        if chosen:
            self.host.signed_in(actor, roles)
        else:
            self.host.action_sign_out()

    def show_error(self, error: CellbankError) -> None:
        """A calm refusal, with the password to type again."""
        self.query_one(Button).disabled = False
        password = self.query_one("#password", Input)
        password.value = ""
        password.focus()
        self._answer(self.host.wording.error(error), "$error", mark="✗ ")

    def _answer(self, said: str, style: str, mark: str = "") -> None:
        self.query_one("#answer", Static).update(plain(f"{mark}{said}", style))
