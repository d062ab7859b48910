"""One entry of the record, whole: who, when, why, every signature, every field before and after, leaf and chain."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from cellbank.bank import Bank
from cellbank.views import trail
from cellbank.views.trail import SealedEntry
from tui.screens.base_screen import BaseScreen
from tui.text import entries
from tui.text.markup_safe import lines, plain


class EntryScreen(BaseScreen[SealedEntry]):
    """An entry by its number; what it was about is one key away."""

    AUTO_FOCUS = "#entry"
    help_code: ClassVar[str] = "tui.help.entry"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "tui.key.open", tooltip="tui.tip.open_entry"),
        Binding("left", "turn(1)", "tui.key.entries", tooltip="tui.tip.entries"),
        Binding("right", "turn(-1)", show=False),
    ]

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def body(self) -> ComposeResult:
        """A text to scroll through."""
        with VerticalScroll(id="entry"):
            yield Static(id="entry-text")

    def gather(self, bank: Bank) -> SealedEntry:
        """The entry; it never changes."""
        with bank.read() as reading:
            return trail.entry(reading, self.number)

    async def show(self, seen: SealedEntry) -> None:
        """The whole entry as text."""
        words, refused = self.host.wording, entries.is_refusal(seen.entry)
        said = f"№ {seen.entry.number}  {'✗ ' if refused else ''}{entries.did(words, seen.entry)}"
        self.set_heading(plain(said, "bold $error" if refused else "bold"))
        self.query_one("#entry-text", Static).update(lines(entries.whole(words, seen)))

    def action_open(self) -> None:
        """Open the first thing that the entry concerned."""
        codes = [] if self.seen is None else [done["code"] for done in self.seen.entry.actions if done["code"]]
        if codes:
            self.host.open_code(codes[0])

    def action_turn(self, by: int) -> None:
        """Show the entry before or after."""
        if 1 <= self.number - by <= self.host.head:
            self.number -= by
            self.query_one("#entry").scroll_home(animate=False)
            self.read()
