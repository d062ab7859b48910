"""A question of a form: its words, one line for the answer, and beneath it what is wrong with the answer."""

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input, Static

from cellbank.errors import WrongInput
from tui.forms.ask import Ask, chosen, fitting
from tui.text.markup_safe import plain
from tui.widgets.field import Field
from tui.widgets.key_bar import wrap_groups

_WIDE = 10_000
"""Before it is laid out, a row is as wide as it likes."""
SHOWN_CHOICES = 8
"""So many choices that fit what is typed are shown beneath a long list's line."""

ROOM = 29
"""Longer words have half the width, and as many lines as they need."""


class ChoiceRow(Static, can_focus=True):
    """A few choices beside one another; the arrows choose."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "choose(-1)", "tui.key.choose", key_display="←→", priority=True),
        Binding("right", "choose(1)", show=False, priority=True),
        Binding("enter", "go_on", "tui.key.go_on"),
    ]
    chosen: reactive[int] = reactive(-1)
    leads_to: Callable[[], Widget | None] | None = None

    class Changed(Message):
        """Another choice was made."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(classes="answer")
        self.ask = ask

    def action_choose(self, by: int) -> None:
        """Choose the next or the previous."""
        count = len(self.ask.choices)
        self.chosen = (self.chosen + by) % count if self.chosen >= 0 else (0 if by > 0 else count - 1)

    def on_click(self) -> None:
        """Choose the next by a click."""
        self.focus()
        self.action_choose(1)

    def action_go_on(self) -> None:
        """The app went on already; after the last question there is nothing to go on to."""
        self.post_message(Question.Finished())

    def choose(self, text: str) -> bool:
        """Choose what was typed, by its value or by the beginning of its words; false when it is none of these."""
        try:
            value = chosen(self.ask.choices, text)
        except WrongInput:
            return False
        self.chosen = [one.value for one in self.ask.choices].index(value)
        return True

    def watch_chosen(self) -> None:
        """Draw the marks, and tell the form."""
        self._draw()
        self.post_message(self.Changed())

    def on_resize(self, event: events.Resize) -> None:
        """Break the choices into lines of the new width."""
        self._draw()

    def _draw(self) -> None:
        parts = []
        for at, one in enumerate(self.ask.choices):
            mark = "●" if at == self.chosen else "○"
            parts.append(plain(f"{mark} {one.words} ", "bold" if at == self.chosen else "$muted"))
        self.update(wrap_groups(parts, self.content_size.width or _WIDE))


class CodesField(Field):
    """A line for several codes: Enter after one makes room for the next at once, Enter after none goes on."""

    right: Callable[[str], str] = str
    """Codes as they were meant, another layout of the scanner's keyboard set right."""

    def room_for_more(self) -> bool:
        """Set the codes right and make room; false when the last place is still empty. M may come as a comma."""
        typed = self.value.rstrip()
        right = self.right(typed)
        if not typed or (typed.endswith(",") and right == self.right(typed[:-1])):
            return False
        self.value = f"{right}, "
        self.cursor_position = len(self.value)
        return True

    async def _on_key(self, event: events.Key) -> None:
        """In the order of the keys, so that a burst of scans stays apart."""
        if event.key == "enter" and self.room_for_more():
            event.stop()
            event.prevent_default()


class Question(Vertical):
    """One question of a form: its words, its answer, its complaint."""

    class Finished(Message):
        """Enter where no question follows."""

    def __init__(self, ask: Ask, label: str, hint: str) -> None:
        super().__init__(classes="question long" if len(label) > ROOM else "question")
        self.ask = ask
        self._label = label
        self._hint = hint

    def compose(self) -> ComposeResult:
        """The words and the answer on one line."""
        with Horizontal():
            yield Static(plain(self._label, "" if not self.ask.optional else "$muted"), classes="asked")
            if self.ask.is_row:
                yield ChoiceRow(self.ask)
            else:
                offered = [one.words for one in self.ask.choices] or list(self.ask.suggested)
                suggester = SuggestFromList(offered, case_sensitive=False) if offered else None
                kind = CodesField if self.ask.several else Field
                yield kind(
                    value=self.ask.given,
                    placeholder=self._hint,
                    compact=True,
                    max_length=2000,
                    suggester=suggester,
                    classes="answer",
                )
        yield Static(classes="fitting")
        yield Static(classes="complaint")

    def on_mount(self) -> None:
        """Fill in the answer that is known beforehand."""
        self.show_complaint(None)
        self._show_fitting()
        if self.ask.is_row and self.ask.given:
            self.text = self.ask.given
        for line in self.query(CodesField):
            line.right = self.correct_codes

    def on_input_changed(self) -> None:
        """Show the choices that fit what was typed."""
        self._show_fitting()

    def on_descendant_focus(self) -> None:
        """Show what can be chosen, and the whole question, however many lines it has."""
        self._show_fitting()
        self.scroll_visible(animate=False)

    def on_descendant_blur(self) -> None:
        """Hide the choices but the one chosen."""
        self._show_fitting()

    def _show_fitting(self) -> None:
        """Beneath a long list's line: what fits so far; once something is chosen, that."""
        shown = self.query_one(".fitting", Static)
        found = fitting(self.ask.choices, self.text) if self.ask.choices and not self.ask.is_row else []
        chosen = len(found) == 1 and bool(self.text)
        shown.display = chosen or (bool(found) and self.has_focus_within)
        listed = " · ".join(one.words for one in found[:SHOWN_CHOICES])
        more = " …" if len(found) > SHOWN_CHOICES else ""
        told = f"→ {listed} {found[0].more}".rstrip() if chosen else f"{listed}{more}"
        shown.update(plain(told, "" if chosen else "$muted"))

    @property
    def text(self) -> str:
        """The answer as typed."""
        if self.ask.is_row:
            at = self.query_one(ChoiceRow).chosen
            return self.ask.choices[at].key if at >= 0 else ""
        return self.query_one(Input).value

    @text.setter
    def text(self, text: str) -> None:
        """Put an answer there."""
        if not self.ask.is_row:
            self.query_one(Input).value = text
            return
        keys = [one.key for one in self.ask.choices]
        self.query_one(ChoiceRow).chosen = keys.index(text) if text in keys else -1

    def lead_to(self, following: Callable[[], Widget | None]) -> None:
        """Set which widget has the keyboard after Enter in this answer."""
        if not self.ask.several:
            self.query_one(".answer").leads_to = following  # type: ignore[attr-defined]

    @property
    def answer(self) -> Widget:
        """The widget that takes the answer."""
        return self.query_one(".answer")

    def add_codes(self, code: str) -> None:
        """Take a scanned code as the answer, or as one more of several."""
        if not self.ask.several:
            self.text = code
            return
        kept = [part.strip() for part in self.text.split(",") if part.strip()]
        self.text = ", ".join([*kept, code] if code not in kept else kept)

    def on_input_blurred(self, event: Input.Blurred) -> None:
        """A code is set right once the keyboard has left it."""
        if self.ask.stations and not self.ask.several:
            self.text = self.correct_codes(self.text.strip())

    def correct_codes(self, typed: str) -> str:
        """Codes as they were meant."""
        return self.ask.correct_codes(typed)

    def focus_answer(self) -> None:
        """Give the keyboard to the answer."""
        self.query_one(".answer").focus()

    def show_complaint(self, sentence_of_it: str | None) -> None:
        """Show what is wrong with the answer; None when the answer is right."""
        complaint = self.query_one(".complaint", Static)
        complaint.display = sentence_of_it is not None
        complaint.update(plain(f"✗ {sentence_of_it}" if sentence_of_it else "", "$error"))
