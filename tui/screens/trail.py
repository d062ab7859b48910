"""The trail: the record's entries, newest first, read from the store a page at a time as the cursor goes down."""

from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cellbank.bank import Bank
from cellbank.errors import CellbankError
from cellbank.views import person, trail
from cellbank.views.audit import EntryView
from cellbank.views.trail import TrailPage, Wanted
from tui.screens import verification
from tui.screens.base_screen import BaseScreen
from tui.screens.entry import EntryScreen
from tui.screens.trail_filter import TrailFilterModal
from tui.text import entries, sentences
from tui.text.markup_safe import plain
from tui.widgets.table import Table
from tui.work.lookup import Scanned

NEAR = 10
"""So many lines before the last one the next page is read."""


@dataclass(frozen=True)
class PageRead:
    """A page, and for which question in their order it was read: an answer to an older question is not shown."""

    question: int
    page: TrailPage


class TrailScreen(BaseScreen[PageRead]):
    """The entries of the record: action, actor, moment; Enter shows one entry whole."""

    help_code: ClassVar[str] = "tui.help.trail"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "filter", "tui.key.filter", tooltip="tui.tip.filter"),
        Binding("f6", "everything", "tui.key.everything", tooltip="tui.tip.everything"),
        Binding("f7", "verify", "tui.key.verify_record", tooltip="tui.tip.verify_record"),
    ]

    def __init__(self, wanted: Wanted | None = None) -> None:
        super().__init__()
        self.wanted = wanted or Wanted()
        self.loaded: list[EntryView] = []
        self.older: TrailPage | None = None
        """The page read last, furthest down."""
        self.people: tuple[str, ...] = ()
        self._fetching = False
        self._question = 0

    def body(self) -> ComposeResult:
        """A table of entries."""
        yield Table([self.say(f"tui.column.{column}") for column in entries.COLUMNS])

    def gather(self, bank: Bank) -> PageRead:
        """The newest page, or only what came since the newest that is shown."""
        question = self._question
        top = self.loaded[0].number if self.loaded else 0
        with bank.read() as reading:
            self.people = tuple(one.name for one in person.people(reading))
            return PageRead(question, trail.page(reading, self.wanted, after=top))

    async def show(self, seen: PageRead) -> None:
        """New entries above those shown; a gap, when more came than a page holds, begins the list again."""
        page = seen.page
        if seen.question != self._question:
            self.read()
            return
        if page.more or not self.loaded:
            self.loaded, self.older = [], page
        self.loaded = [*page.entries, *self.loaded]
        self.query_one(Table).fill((str(one.number), entries.row(self.host.wording, one)) for one in self.loaded)
        self._show_counts()
        self._fetch_when_near()

    def _show_counts(self) -> None:
        searched = 1 if self.older is None else self.older.searched
        code = "tui.trail.counts" if self.older is not None and self.older.more else "tui.trail.all"
        said = self.say(code, shown=len(self.loaded), searched=searched)
        asked = "" if self.wanted.everything else f" · {self._asked()}"
        self.set_heading(plain(self.say("tui.trail.title"), "bold"), plain(f"  {said}{asked}", "$muted"))

    def _asked(self) -> str:
        """The filter of the entries, in words."""
        words, wanted = self.host.wording, self.wanted
        action = None if wanted.action is None else words.term("action", wanted.action)
        asked = (wanted.actor, action, wanted.code, wanted.since, wanted.until, wanted.text)
        names = ("trail_person", "trail_action", "trail_code", "trail_since", "trail_until", "trail_text")
        given = (
            sentences.pair(words, self.say(f"tui.ask.{name}"), words.value(one))
            for name, one in zip(names, asked, strict=True)
            if one is not None
        )
        return " · ".join(given)

    # Going down.

    def on_data_table_row_highlighted(self, event: Table.RowHighlighted) -> None:
        """Near the end, read on."""
        self._fetch_when_near()

    def _fetch_when_near(self) -> None:
        table = self.query_one(Table)
        if self._fetching or self.older is None or not self.older.more:
            return
        if table.cursor_row >= table.row_count - NEAR:
            self._fetching = True
            work = partial(self._page, self._question, self.wanted, self.older.searched)
            self.in_thread(work, self._show_older, failed=self._no_older, group="older")

    def _page(self, question: int, wanted: Wanted, before: int) -> PageRead:
        with self.host.bank.read() as reading:
            return PageRead(question, trail.page(reading, wanted, before=before))

    def _no_older(self, error: CellbankError) -> None:
        self._fetching = False
        self.show_error(error)

    def _show_older(self, seen: PageRead) -> None:
        self._fetching = False
        page = seen.page
        if seen.question == self._question:
            self.older = page
            self.loaded += page.entries
            words = self.host.wording
            self.query_one(Table).extend((str(one.number), entries.row(words, one)) for one in page.entries)
            self._show_counts()
        self._fetch_when_near()

    # What is asked for.

    def apply_filter(self, wanted: Wanted) -> None:
        """Show the entries that fit another filter."""
        self._question += 1
        self.wanted, self.loaded, self.older = wanted, [], None
        self.query_one(Table).fill(())
        self.read()

    def handle_scan(self, scanned: Scanned) -> bool:
        """A scan asks for the entries that touched that thing."""
        self.apply_filter(replace(self.wanted, code=scanned.code))
        return True

    def action_filter(self) -> None:
        """Ask for a person, an action, a thing, days, a text."""
        self.app.push_screen(TrailFilterModal(self.wanted, self.people), self._filtered)

    def _filtered(self, wanted: Wanted | None) -> None:
        if wanted is not None and wanted != self.wanted:
            self.apply_filter(wanted)

    def action_everything(self) -> None:
        """Show every entry again."""
        self.apply_filter(Wanted())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The key for every entry is there only where a filter is set."""
        if action == "everything" and self.wanted.everything:
            return None
        return super().check_action(action, parameters)

    def action_verify(self) -> None:
        """Replay the whole record and compare it with the tables."""
        verification.start_verification(self.host)

    def on_data_table_row_selected(self, event: Table.RowSelected) -> None:
        """Open the entry under the cursor."""
        if event.row_key.value:
            self.app.push_screen(EntryScreen(int(event.row_key.value)))
