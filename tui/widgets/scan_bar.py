"""The scan bar: it always listens. Whatever is typed or scanned outside an input goes here; Enter opens it.

The app hands it the keys before anything else sees them, in the order in which they came, so that no character of a
scanner's burst is lost and no Enter of a scan presses a button.
"""

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer
from textual.widgets import Static

from tui.host import say
from tui.text.markup_safe import plain, sentence

HELP_AFTER = 0.15
"""Seconds: a lone `?` is a question; one followed at once by more is a scan in another keyboard layout."""
LONGEST = 200


class ScanBar(Static):
    """The line of the scan bar: the text typed so far, or the answer to the last scan."""

    class Scanned(Message):
        """A code and Enter."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class HelpRequested(Message):
        """A question mark alone: help about this place."""

    text: reactive[str] = reactive("")
    answer: reactive[Content | None] = reactive(None)
    _question: Timer | None = None

    def feed_key(self, event: events.Key) -> bool:
        """Use a key for the bar; false when it is not for the bar."""
        if event.key == "enter":
            return self._submit()
        if event.key in {"escape", "backspace"}:
            return self._erase(everything=event.key == "escape")
        character = event.character
        if not event.is_printable or not character or (character.isspace() and not self.text):
            return False
        self.insert(character)
        if self.text == "?":
            self._question = self.set_timer(HELP_AFTER, self._ask_help)
        return True

    def insert(self, text: str) -> None:
        """Add typed, scanned or pasted text."""
        self.answer = None
        self.text = (self.text + text)[:LONGEST]

    def _submit(self) -> bool:
        if not self.text:
            return False
        self.post_message(self.Scanned(self.text))
        self.text = ""
        return True

    def _erase(self, *, everything: bool) -> bool:
        if not self.text:
            return False
        self.text = "" if everything else self.text[:-1]
        return True

    def _ask_help(self) -> None:
        if self.text == "?":
            self.text = ""
            self.post_message(self.HelpRequested())

    def say(self, said: str) -> None:
        """A calm answer, until the next key."""
        self.answer = plain(said)

    def refuse(self, said: str) -> None:
        """A loud answer: the bell, a mark, a word and a colour."""
        self.app.bell()
        self.answer = sentence(plain(f" ✗ {say(self, 'tui.refused')} ", "bold reverse $error"), plain(f" {said}"))

    def render(self) -> Content:
        """The prompt with what was typed, else the answer, else what to do."""
        prompt = plain("❯ ", "bold $primary")
        if self.text:
            return sentence(prompt, plain(self.text, "bold"), plain(" ", "reverse"))
        if self.answer is not None:
            return sentence(prompt, self.answer)
        return sentence(prompt, plain(" ", "reverse"), plain(f" {say(self, 'tui.scan.prompt')}", "$muted"))

    def watch_answer(self) -> None:
        """An answer may need a second line."""
        self.refresh(layout=True)
