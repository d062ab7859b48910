"""A place: a screen with header, scan bar and keys, that reads one view and shows it, again whenever the head moved."""

from abc import abstractmethod
from collections.abc import Iterable
from typing import ClassVar, Generic, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from cellbank.bank import Bank
from cellbank.domain.person import Verb
from cellbank.errors import CellbankError
from tui.forms.form import Form
from tui.host import Hosted
from tui.text import sentences
from tui.text.markup_safe import plain
from tui.widgets.full_row import FullRow
from tui.widgets.job_line import JobLine
from tui.widgets.key_bar import KeyBar
from tui.widgets.masthead import Masthead
from tui.widgets.open_doses import OpenDosesLine
from tui.widgets.scan_bar import ScanBar
from tui.widgets.table import Table
from tui.work.lookup import Scanned

V = TypeVar("V")
DEPTH_OF_DESKS = 2
"""The app's own empty screen, then the desk."""


class BaseScreen(Screen[None], Hosted, Generic[V]):
    """What every desk and every record screen is: `gather` reads in a thread, `show` shows, nothing is written here.

    `verbs` says which action needs which authority: an action that the person's roles may not do is dim. `help_code`
    names the help text of the place.
    """

    AUTO_FOCUS = "Table, ListView"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "tui.key.back"),
        Binding("f12", "read_again", "tui.key.read_again", show=False),
    ]
    has_scan_bar: ClassVar[bool] = True
    shows_open_doses: ClassVar[bool] = True
    """Whether the doses under way are shown beneath the header; a place that lists them itself needs it not."""
    help_code: ClassVar[str] = "tui.help.place"
    verbs: ClassVar[dict[str, Verb]] = {}
    seen: V | None = None
    _head_read = -1
    _begun = False
    _reading = False
    _again = False

    def compose(self) -> ComposeResult:
        """Header, what is shown, scan bar, keys."""
        yield Masthead()
        if self.shows_open_doses:
            yield OpenDosesLine()
        yield Static(classes="where")
        yield from self.body()
        yield FullRow()
        with Vertical(classes="foot"):
            yield JobLine()
            yield ScanBar()
            yield KeyBar()

    @abstractmethod
    def body(self) -> ComposeResult:
        """The widgets between header and scan bar."""

    @abstractmethod
    def gather(self, bank: Bank) -> V:
        """Read the view; runs in a thread and touches no widget."""

    @abstractmethod
    async def show(self, seen: V) -> None:
        """Show what was read."""

    def set_heading(self, *parts: Content) -> None:
        """The line under the header: what this place shows."""
        self.query_one(".where", Static).update(Content.assemble(*parts))

    @on(Table.RowHighlighted)
    @on(Table.Changed)
    @on(events.DescendantFocus)
    def _show_full_row(self) -> None:
        """Show the values that a table's edge cuts off of the row under the cursor."""
        self.query_one(FullRow).show_row(self.focused)

    def on_mount(self) -> None:
        """Read for the first time."""
        self.set_heading(plain(self.say("tui.reading"), "$muted"))
        self.read()

    def on_screen_resume(self) -> None:
        """Back on top: read again when the head moved meanwhile."""
        self._renew_masthead()
        if self.seen is not None and self._head_read != self.host.head:
            self.read()

    def _renew_masthead(self) -> None:
        for masthead in self.query(Masthead):
            masthead.renew()

    def head_moved(self, number: int) -> None:
        """The record has a new head: what is shown may be old."""
        self._renew_masthead()
        if self._begun and number > self._head_read and not self._reading:
            self.read()

    def read(self) -> None:
        """Read in a thread; while a reading runs, another waits for its end, so that a slow one is never starved."""
        if self._reading:
            self._again = True
            return
        self._begun, self._reading, self._again = True, True, False
        self.in_thread(self._read, self._show_reading, failed=self._reading_failed, group="read")

    def _read(self) -> tuple[int, V]:
        head = self.host.bank.head()[0]
        self.host.trial_terms.as_of(head)
        return head, self.gather(self.host.bank)

    async def _show_reading(self, reading: tuple[int, V]) -> None:
        self._reading = False
        self._head_read, self.seen = reading
        await self.show(self.seen)
        self.refresh_bindings()
        if self._again or self.host.head > self._head_read:
            self.read()

    def _reading_failed(self, error: CellbankError) -> None:
        self._reading = False
        self.show_error(error)

    def show_error(self, error: CellbankError) -> None:
        """Say in the scan bar what could not be read or done."""
        self.query_one(ScanBar).refuse(" ".join(sentences.refusal(self.host.wording, error)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Dim what the person's roles may not do; a desk has nothing to go back to."""
        if action == "back" and len(self.app.screen_stack) <= DEPTH_OF_DESKS:
            return False
        verb = self.verbs.get(action)
        return None if verb is not None and not self.host.may(verb) else True

    def forms(self) -> Iterable[Form]:
        """The forms for the thing shown here."""
        return ()

    def handle_scan(self, scanned: Scanned) -> bool:
        """Whether a scanned thing is answered here rather than opened elsewhere."""
        return False

    def action_back(self) -> None:
        """Leave for the place before."""
        self.host.go_back()

    def action_read_again(self) -> None:
        """Read now."""
        self.read()
