"""Every vial of the bank, or those of a lot, a status, a class: one list, a window on the store."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cellbank.bank import Bank
from cellbank.domain.identifiers import Station
from cellbank.domain.vial import VialFilter
from cellbank.errors import WrongInput
from cellbank.views import vial_pages
from cellbank.views.vial import VialLine
from cellbank.views.vial_pages import VialIndex
from tui.forms import registry
from tui.forms.form import Form
from tui.screens.base_screen import BaseScreen
from tui.screens.record import RecordScreen
from tui.text.markup_safe import plain
from tui.text.vial_words import vials_meant
from tui.widgets.paged_table import Heading, Page, PagedTable, Row
from tui.widgets.scan_bar import ScanBar
from tui.work.lookup import Scanned

HEADINGS = (
    ("code", 15, 0),
    ("lot", 10, 88),
    ("class", 12, 0),
    ("status", 16, 0),
    ("verified", 1, 0),
    ("position", 0, 0),
)
"""Each column with its width, and how wide the table must be to show it: a vial's code says its lot too."""
EVERY = VialFilter()


@dataclass(frozen=True)
class VialsSeen:
    """One reading: the index, the pages about the cursor, and where the cursor's vial stands in it."""

    index: VialIndex
    pages: dict[int, tuple[VialLine, ...]]
    row: int | None


class VialsScreen(BaseScreen[VialsSeen]):
    """Type a lot, a status, a class; scan a vial to go to it; Enter opens its record."""

    AUTO_FOCUS = "PagedTable"
    help_code: ClassVar[str] = "tui.help.vials"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f6", "every", "tui.key.every", tooltip="tui.tip.every"),
    ]

    def __init__(self, which: VialFilter = EVERY, chosen: str | None = None) -> None:
        super().__init__()
        self.which = which
        self._jump = chosen

    def body(self) -> ComposeResult:
        """The list."""
        yield PagedTable([Heading(self.say(f"tui.column.{name}"), *room) for name, *room in HEADINGS], vial_pages.PAGE)

    def gather(self, bank: Bank) -> VialsSeen:
        """The index, the pages that are seen, and where the cursor's vial stands now."""
        shown, which = self.query_one(PagedTable), self.which
        code = self._jump or shown.chosen
        with bank.read() as reading:
            index = vial_pages.vial_index(reading, which)
            row = None if code is None else vial_pages.row_of(reading, index, code)
            at = shown.cursor if row is None else row
            around = {*shown.around, *range(at // vial_pages.PAGE - 1, at // vial_pages.PAGE + 2)}
            pages = {n: vial_pages.vial_page(reading, index, n) for n in sorted(around) if 0 <= n < index.pages}
        return VialsSeen(index, pages, row)

    async def show(self, seen: VialsSeen) -> None:
        """The number of vials, and the window on their list."""
        if seen.index.which != self.which:
            self.read()
            return
        self._jump = None
        named = [one for one in self._filter_words() if one]
        title = plain(self.say("tui.vials.title"), "bold")
        count = self.host.wording.number(seen.index.total)
        narrowed = plain(f"  {' · '.join(named)}", "bold $primary") if named else plain("")
        self.set_heading(title, narrowed, plain(f"  {self.say('tui.vials.count', count=count)}", "$muted"))
        pages = {number: self._rows(lines) for number, lines in seen.pages.items()}
        self.query_one(PagedTable).renew(seen.index.total, pages, self._fetch, seen.row)

    def _filter_words(self) -> Iterator[str]:
        words, which = self.host.wording, self.which
        yield which.lot or ""
        yield words.term("vial_status", which.status) if which.status else ""
        yield words.term("stock_class", which.stock_class) if which.stock_class else ""

    def _fetch(self, number: int) -> Page:
        """One page of vials, read in a thread."""
        if self.seen is None:
            return ()
        with self.host.bank.read() as reading:
            return self._rows(vial_pages.vial_page(reading, self.seen.index, number))

    def _rows(self, lines: Sequence[VialLine]) -> Page:
        words = self.host.wording
        return tuple(
            Row(
                one.code,
                (
                    one.code,
                    one.lot,
                    words.term("stock_class", one.stock_class),
                    words.term("vial_status", one.status),
                    "✓" if one.label_verified else "–",
                    one.position or one.status_note or "–",
                ),
                one,
            )
            for one in lines
        )

    # Typing and scanning.

    def on_scan_bar_scanned(self, event: ScanBar.Scanned) -> None:
        """What was typed narrows the list, if it is words of it; else it is a code like any other."""
        try:
            meant = vials_meant(event.text, self.host.wording)
        except WrongInput as error:
            event.stop()
            self.query_one(ScanBar).refuse(self.host.wording.error(error))
            return
        if meant is not None:
            event.stop()
            self._narrow(meant)

    def handle_scan(self, scanned: Scanned) -> bool:
        """A vial is gone to, a lot shows its vials."""
        if scanned.station is Station.LOT:
            self._narrow(VialFilter(lot=scanned.code))
        elif scanned.station is Station.VIAL:
            if self.which.lot not in {None, scanned.lot} or self.which.status or self.which.stock_class:
                self.which = EVERY
            self._jump = scanned.code
            self.query_one(ScanBar).say(self.say("tui.vial.found", vial=scanned.code))
            self.read()
        return scanned.station in {Station.LOT, Station.VIAL}

    def _narrow(self, which: VialFilter) -> None:
        self.which = which
        self.query_one(ScanBar).answer = None
        self.read()

    def action_every(self) -> None:
        """Every vial again."""
        self._narrow(EVERY)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The key for every vial is there only where the list is narrowed."""
        if action == "every" and self.which == EVERY:
            return None
        return super().check_action(action, parameters)

    # Opening.

    def forms(self) -> list[Form]:
        """The forms for the vial under the cursor."""
        line = self.query_one(PagedTable).line
        return [] if line is None else registry.forms_for(Station.VIAL, line.key, line.thing)

    def on_paged_table_row_selected(self, event: PagedTable.RowSelected) -> None:
        """The record of a vial."""
        self.app.push_screen(RecordScreen(event.key))

    def on_paged_table_unreadable(self, event: PagedTable.Unreadable) -> None:
        """A page could not be read: say why."""
        self.show_error(event.error)
