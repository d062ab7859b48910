"""A question of a form: its words, one line for the answer, and beneath it what is wrong with the answer."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static

from cellbank.domain import scanned
from cellbank.errors import WrongInput
from tui.forms.ask import Ask
from tui.widgets.field import Field
from tui.widgets.plain import plain, sentence


class Row(Static, can_focus=True):
    """A few choices beside one another; the arrows choose."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "choose(-1)", "tui.key.choose", key_display="←→", priority=True),
        Binding("right", "choose(1)", show=False, priority=True),
        Binding("enter", "submit", "tui.key.go_on"),
    ]
    chosen: reactive[int] = reactive(-1)

    class Changed(Message):
        """Another choice."""

    class Submitted(Message):
        """Enter."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(classes="answer")
        self.ask = ask

    def action_choose(self, by: int) -> None:
        """The next or the previous."""
        count = len(self.ask.choices)
        self.chosen = (self.chosen + by) % count if self.chosen >= 0 else (0 if by > 0 else count - 1)

    def on_click(self) -> None:
        """The mouse turns them over."""
        self.focus()
        self.action_choose(1)

    def action_submit(self) -> None:
        """Go on."""
        self.post_message(self.Submitted())

    def watch_chosen(self) -> None:
        """Draw the marks, and tell the form."""
        parts = []
        for at, one in enumerate(self.ask.choices):
            mark = "●" if at == self.chosen else "○"
            parts.append(plain(f"{mark} {one.words}   ", "bold" if at == self.chosen else "$muted"))
        self.update(sentence(*parts))
        self.post_message(self.Changed())


class Question(Vertical):
    """One question."""

    def __init__(self, ask: Ask, label: str, hint: str) -> None:
        super().__init__(classes="question")
        self.ask = ask
        self._label = label
        self._hint = hint

    def compose(self) -> ComposeResult:
        """The words and the answer on one line."""
        with Horizontal():
            yield Static(plain(self._label, "" if not self.ask.optional else "$muted"), classes="asked")
            if self.ask.is_row:
                yield Row(self.ask)
            else:
                offered = [one.words for one in self.ask.choices]
                suggester = SuggestFromList(offered, case_sensitive=False) if offered else None
                yield Field(
                    value=self.ask.given,
                    placeholder=self._hint,
                    compact=True,
                    max_length=2000,
                    suggester=suggester,
                    classes="answer",
                )
        yield Static(classes="complaint")

    def on_mount(self) -> None:
        """What is known beforehand."""
        self.complain(None)
        if self.ask.is_row and self.ask.given:
            self.text = self.ask.given

    @property
    def text(self) -> str:
        """What stands there."""
        if self.ask.is_row:
            at = self.query_one(Row).chosen
            return self.ask.choices[at].key if at >= 0 else ""
        return self.query_one(Input).value

    @text.setter
    def text(self, text: str) -> None:
        """Put an answer there."""
        if not self.ask.is_row:
            self.query_one(Input).value = text
            return
        keys = [one.key for one in self.ask.choices]
        self.query_one(Row).chosen = keys.index(text) if text in keys else -1

    def take(self, code: str) -> None:
        """A scanned code: the answer, or one more of several."""
        if not self.ask.several:
            self.text = code
            return
        kept = [part.strip() for part in self.text.split(",") if part.strip()]
        self.text = ", ".join([*kept, code] if code not in kept else kept)

    def entered(self) -> bool:
        """Enter in the line: codes are set right; false where several are scanned and there is room for another now."""
        field, typed = self.query_one(Input), self.text.rstrip()
        right = self.set_right(typed) if self.ask.stations else typed
        spent = not typed or (typed.endswith(",") and right == self.set_right(typed[:-1]))
        if not self.ask.several or spent:
            field.value = typed if self.ask.several else right
            return True
        field.value = f"{right}, "
        field.cursor_position = len(field.value)
        return False

    def set_right(self, typed: str) -> str:
        """Codes as they were meant: another layout of the scanner's keyboard set right; what cannot be read stays."""
        try:
            return ", ".join(scanned.typed_codes(typed)) if self.ask.several else scanned.repaired(typed)
        except WrongInput:
            return typed

    def focus_answer(self) -> None:
        """Give the keyboard to the answer."""
        self.query_one(".answer").focus()

    def complain(self, sentence_of_it: str | None) -> None:
        """Say what is wrong, or that nothing is."""
        complaint = self.query_one(".complaint", Static)
        complaint.display = sentence_of_it is not None
        complaint.update(plain(f"✗ {sentence_of_it}" if sentence_of_it else "", "$error"))
