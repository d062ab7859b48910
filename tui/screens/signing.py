"""Signing: role, meaning and content as the act says them, or why a rule refuses; the password again (rules.md §6)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Self

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from cellbank.bank import Actor, Bank, Deed, ToSign
from cellbank.errors import CellbankError
from cellbank.services.acts import refusing
from tui.screens.modal import Modal
from tui.text import sentences
from tui.text.markup_safe import lines, plain, sentence
from tui.widgets.field import PasswordField
from tui.widgets.key_bar import KeyBar
from tui.work.write import Answer, Write


@dataclass(frozen=True)
class Signing:
    """One act to sign: what it says in rehearsal, or why a rule refuses it; `said` tells that it is done."""

    deed: Deed
    says: ToSign | None
    refused: CellbankError | None = None
    others: Sequence[str] = ()
    said: str = "tui.form.done"
    params: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, bank: Bank, actor: Actor, deed: Deed, *, others: Sequence[str] = ()) -> Self:
        """An act made ready to be shown; it is rehearsed, so in a thread."""
        try:
            return cls(deed, bank.to_sign(actor, deed), others=others)
        except CellbankError as error:
            return cls(deed, None, error, others)


class SigningModal(Modal[bool]):
    """Rehearses in a thread (`prepare`), shows, asks, signs; the signature goes on even when the card is closed.

    The card is there at once, so that a password typed by fast hands comes nowhere else; it signs what it has shown.
    """

    AUTO_FOCUS = "#password"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "scroll(-1)", "tui.key.read_signed", priority=True),
        Binding("pagedown", "scroll(1)", show=False, priority=True),
    ]

    def __init__(self, title: str, prepare: Callable[[], Signing]) -> None:
        super().__init__()
        self.title_shown = title
        self.prepare = prepare
        self.signing: Signing | None = None

    def compose(self) -> ComposeResult:
        """From the title down to the password."""
        with Vertical(classes="card wide tall"):
            yield Static(plain(self.title_shown, "bold $primary"), classes="title")
            yield Static(plain(self.say("tui.reading"), "$muted"), id="who")
            with VerticalScroll(id="signed"):
                yield Static(id="content")
            yield Static(id="digest")
            with Horizontal(id="sign"):
                prompt = self.say("tui.sign.password")
                yield PasswordField(placeholder=prompt, password=True, id="password", max_length=400, compact=True)
                yield Button(plain(self.say("tui.sign.do")), id="do", variant="primary", compact=True)
            yield Static(id="answer")
            yield KeyBar()

    def on_mount(self) -> None:
        """Rehearse."""
        self.in_thread(self.prepare, self._show, failed=self._unprepared)

    def _unprepared(self, error: CellbankError) -> None:
        self.dismiss(None)
        self.host.refuse(error)

    def _show(self, signing: Signing) -> None:
        self.signing = signing
        self.query_one("#who", Static).update(self._who(signing))
        self.query_one("#content", Static).update(self._signed(signing))
        self.query_one("#digest", Static).update(self._digest(signing.says))
        self._say(plain(""))
        self.call_after_refresh(self.fit)

    def _who(self, signing: Signing) -> Content:
        words, actor = self.host.wording, self.host.actor
        name = "" if actor is None else actor.printed_name
        says, others = signing.says, (plain(other, "$muted") for other in signing.others)
        if says is None:
            count = len(self._against(signing))
            return lines([*others, plain(f"✗ {self.say('tui.sign.against', count=count)}", "bold $error")])
        role, meaning = words.term("role", says.role), words.term("meaning", says.meaning)
        return lines([plain(self.say("tui.sign.as", name=name, role=role, meaning=meaning)), *others])

    def _against(self, signing: Signing) -> Sequence[str]:
        return () if signing.refused is None else sentences.refusal(self.host.wording, signing.refused)

    def _signed(self, signing: Signing) -> Content:
        if signing.says is None:
            return lines(plain(f"✗ {found}", "$error") for found in self._against(signing))
        shown = [
            sentence(plain("  " * depth), plain(name, "$muted"), plain(f"  {value}"))
            for depth, name, value in sentences.content(self.host.wording, signing.says.content)
        ]
        return lines([plain(self.say("tui.sign.content"), "bold"), *shown])

    def _digest(self, says: ToSign | None) -> Content:
        return plain("") if says is None else sentence(plain("SHA-256 ", "$muted"), plain(says.content_digest))

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
        signing = self.signing
        if button.disabled:
            return
        if signing is None:
            self._say(plain(self.say("tui.reading"), "$muted"))
            return
        if not password.value:
            self._say(plain(self.say("tui.sign.password_missing"), "$error"))
            return
        button.disabled = password.disabled = True
        self._say(plain(self.say("tui.sign.signing"), "$muted"))
        self.host.perform(
            Write(
                deed=signing.deed if signing.refused is None else refusing(signing.refused),
                said=signing.said,
                params=dict(signing.params),
                password=password.value,
                to_sign=signing.says,
                on_answer=self._answered,
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
        found = sentences.of_password(self.host.wording, error)
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
