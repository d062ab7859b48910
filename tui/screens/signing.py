"""Signing: exactly what is signed, its meaning, who else must sign, and the password again (rules.md §6)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from cellbank.bank import Deed
from cellbank.domain.person import Role
from cellbank.domain.signature import Meaning
from cellbank.errors import CellbankError, Finding
from tui.screens.modal import Modal
from tui.text import sentences
from tui.text.markup_safe import lines, plain, sentence
from tui.widgets.field import PasswordField
from tui.widgets.keys import Keys
from tui.work.write import Answer, Write


@dataclass(frozen=True)
class Signing:
    """One thing to sign. `deed` makes the act from the digest of what was shown; `said` tells that it is done."""

    title: str
    meaning: Meaning
    role: Role
    content: Mapping[str, object]
    digest: str
    deed: Callable[[str], Deed]
    said: str
    params: dict[str, object]
    against: tuple[Finding, ...] = ()
    others: Sequence[str] = ()


class SigningModal(Modal[bool]):
    """Shows, asks, signs, and shows the answer; the signature goes on even when the card is closed meanwhile."""

    AUTO_FOCUS = "#password"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "scroll(-1)", "tui.key.read_signed", priority=True),
        Binding("pagedown", "scroll(1)", show=False, priority=True),
    ]

    def __init__(self, signing: Signing) -> None:
        super().__init__()
        self.signing = signing

    def compose(self) -> ComposeResult:
        """From the title down to the password."""
        with Vertical(classes="card wide tall"):
            yield Static(plain(self.signing.title, "bold $primary"), classes="title")
            yield Static(self._who())
            with VerticalScroll(id="signed"):
                yield Static(self._signed(), id="content")
            yield Static(self._digest(), id="digest")
            with Horizontal(id="sign"):
                prompt = self.say("tui.sign.password")
                yield PasswordField(placeholder=prompt, password=True, id="password", max_length=400, compact=True)
                yield Button(plain(self.say("tui.sign.do")), id="do", variant="primary", compact=True)
            yield Static(id="answer")
            yield Keys()

    def _who(self) -> Content:
        words, actor = self.cellbank.wording, self.cellbank.actor
        name = "" if actor is None else actor.printed_name
        role, meaning = words.term("role", self.signing.role), words.term("meaning", self.signing.meaning)
        parts = [plain(self.say("tui.sign.as", name=name, role=role, meaning=meaning))]
        parts.extend(plain(other, "$muted") for other in self.signing.others)
        if self.signing.against:
            count = len(self.signing.against)
            parts.append(plain(f"✗ {self.say('tui.sign.against', count=count)}", "bold $error"))
        return lines(parts)

    def _signed(self) -> Content:
        words = self.cellbank.wording
        against = [plain(f"✗ {words.finding(finding)}", "$error") for finding in self.signing.against]
        if against:
            against.append(plain(""))
        shown = [
            sentence(plain("  " * depth), plain(name, "$muted"), plain(f"  {value}"))
            for depth, name, value in sentences.content(words, self.signing.content)
        ]
        return lines([*against, plain(self.say("tui.sign.content"), "bold"), *shown])

    def _digest(self) -> Content:
        return sentence(plain("SHA-256 ", "$muted"), plain(self.signing.digest))

    def action_scroll(self, by: int) -> None:
        """Read what is signed while the password keeps the keyboard."""
        scroll = self.query_one("#signed", VerticalScroll)
        if by > 0:
            scroll.scroll_page_down(animate=False)
        else:
            scroll.scroll_page_up(animate=False)

    def on_input_submitted(self) -> None:
        """Enter in the password signs."""
        self.action_sign()

    def on_button_pressed(self) -> None:
        """The button signs."""
        self.action_sign()

    def action_sign(self) -> None:
        """Hand the act to the app, once."""
        button, password = self.query_one(Button), self.query_one("#password", Input)
        if button.disabled:
            return
        if not password.value:
            self._say(plain(self.say("tui.sign.password_missing"), "$error"))
            return
        button.disabled = password.disabled = True
        self._say(plain(self.say("tui.sign.signing"), "$muted"))
        signing = self.signing
        self.cellbank.perform(
            Write(
                deed=signing.deed(signing.digest),
                said=signing.said,
                params=signing.params,
                password=password.value,
                shown=signing.content,
                then=self._answered,
            )
        )

    def _answered(self, answer: Answer) -> bool:
        if not self.is_attached:
            return False
        if answer.error is None:
            self.dismiss(True)
            return True
        self._refused(answer.error)
        return True

    def _refused(self, error: CellbankError) -> None:
        button, password = self.query_one(Button), self.query_one("#password", Input)
        found = sentences.of_password(self.cellbank.wording, error)
        if error.findings:
            title = plain(f"✗ {self.say('tui.refused.count', count=len(found))}", "bold $error")
            self.query_one("#content", Static).update(lines([title, *(plain(f"• {one}") for one in found)]))
            self.query_one("#signed", VerticalScroll).scroll_home(animate=False)
            self._say(plain(f"✗ {self.say('tui.sign.refused')}", "bold $error"))
        else:
            self._say(plain(f"✗ {found[0]}", "bold $error"))
        password.value = ""
        button.disabled = password.disabled = False
        password.focus()

    def _say(self, said: Content) -> None:
        self.query_one("#answer", Static).update(said)
