"""The pharmacy desk: visits that are due and what they still lack, doses under way and how long they keep."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from cellbank.bank import Bank
from cellbank.views import dose, visit
from cellbank.views.dose import DoseView
from cellbank.views.visit import VisitView
from tui import visit_words
from tui.screens.place import Place
from tui.screens.visit import VisitScreen
from tui.widgets.clock import Now, clock
from tui.widgets.lines import Lines
from tui.widgets.plain import cell, plain

DUE = ("visit", "planned_on", "prescription", "contra", "reserved", "attempt", "window")
RUNNING = ("dose", "visit", "state", "clock", "usable_until")


@dataclass(frozen=True)
class PharmacySeen:
    """What is due and what runs, and the bank's now."""

    due: tuple[VisitView, ...]
    running: tuple[DoseView, ...]
    now: Now


class PharmacyDesk(Place[PharmacySeen]):
    """What needs the pharmacist today."""

    help_code: ClassVar[str] = "tui.help.pharmacy"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "app.focus_next", "tui.key.other_list")]

    def body(self) -> ComposeResult:
        """The visits above, the doses under way beneath."""
        yield Lines([self.say(f"tui.column.{column}") for column in DUE], id="due")
        yield Static(id="running-title")
        yield Lines([self.say(f"tui.column.{column}") for column in RUNNING], id="running")

    def on_mount(self) -> None:
        """The clock counts every second."""
        super().on_mount()
        self.set_interval(1.0, self._tick)

    def gather(self, bank: Bank) -> PharmacySeen:
        """Both lists, in one snapshot."""
        with bank.read() as reading:
            running = dose.doses(reading, only_under_way=True)
            return PharmacySeen(tuple(visit.due(reading)), tuple(running), Now(reading.now))

    async def show(self, seen: PharmacySeen) -> None:
        """The visits and the doses as rows."""
        counts = self.say("tui.pharmacy.counts", visits=len(seen.due), running=len(seen.running))
        self.where(plain(self.say("tui.pharmacy.title"), "bold"), plain(f"  {counts}", "$muted"))
        self.query_one("#due", Lines).fill((one.code, self._due(one)) for one in seen.due)
        title = self.say("tui.pharmacy.running" if seen.running else "tui.pharmacy.nothing_runs")
        self.query_one("#running-title", Static).update(plain(title, "bold"))
        self._tick()

    def _tick(self) -> None:
        if self.seen is not None and self.is_attached:
            now = self.seen.now()
            self.query_one("#running", Lines).fill((one.code, self._dose(one, now)) for one in self.seen.running)

    def _due(self, one: VisitView) -> list[Text]:
        words = self.cellbank.wording
        return [
            cell(one.code, "bold"),
            cell(words.value(one.planned_on)),
            cell(visit_words.prescription(words, one)),
            cell(visit_words.contraindications(words, one)),
            cell(len(one.reserved)),
            cell(visit_words.attempt(words, one)),
            cell(visit_words.days(one)),
        ]

    def _dose(self, one: DoseView, now: datetime) -> list[Text]:
        words = self.cellbank.wording
        return [
            cell(one.code, "bold"),
            cell(f"{one.subject}/{one.visit}"),
            cell(words.term("dose_status", one.status)),
            cell(clock(words, one, now), "bold"),
            cell("–" if one.usable_until is None else words.value(one.usable_until)),
        ]

    def on_data_table_row_selected(self, event: Lines.RowSelected) -> None:
        """Open the visit; of a dose, the visit that it is for."""
        if self.seen is None:
            return
        visits = {one.code: (one.subject, one.number) for one in self.seen.due}
        doses = {one.code: (one.subject, one.visit) for one in self.seen.running}
        chosen = (visits | doses).get(event.row_key.value or "")
        if chosen is not None:
            self.app.push_screen(VisitScreen(*chosen))
