"""The bench desk: what waits for hands today: labels to print and to scan back, cultures that grow, results."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult

from cellbank.bank import Bank
from cellbank.domain.identifiers import Station
from cellbank.domain.lot import Disposition
from cellbank.domain.vial import IN_STOCK
from cellbank.views import culture, lot, testing, vial
from tui.scan import Scanned
from tui.screens.place import Place
from tui.widgets.lines import Lines
from tui.widgets.plain import cell, plain


@dataclass(frozen=True)
class Task:
    """One thing that waits: its kind names the words (`tui.task.<kind>` and its detail)."""

    kind: str
    code: str
    station: Station
    params: dict[str, object] = field(default_factory=dict)


class BenchDesk(Place[tuple[Task, ...]]):
    """What needs a technician or a reviewer today."""

    help_code: ClassVar[str] = "tui.help.bench"

    def body(self) -> ComposeResult:
        """One table."""
        yield Lines([self.say(f"tui.column.{column}") for column in ("task", "code", "detail")])

    def gather(self, bank: Bank) -> tuple[Task, ...]:
        """Everything that waits, in one snapshot."""
        language = self.cellbank.wording.language
        found: list[Task] = []
        with bank.read() as reading:
            for line in lot.lots(reading):
                if line.disposition in {Disposition.QUARANTINED, Disposition.RELEASED}:
                    vials = vial.vials(reading, line.number)
                    found.extend(_labels(lot.lot_view(reading, line.number, language), vials))
            for result in testing.results(reading):
                if result.reviewed_by is None and result.invalidated_by is None:
                    params: dict[str, object] = {"test": result.test, "value": result.value, "of": result.subject}
                    found.append(Task("review", result.code, Station.RESULT, {**params, "by": result.recorded_by}))
            for grown in culture.cultures(reading):
                if grown.harvested_at is None and grown.discarded_at is None:
                    growing: dict[str, object] = {"passage": grown.passage, "since": grown.seeded_at}
                    found.append(Task("growing", grown.code, Station.CULTURE, growing))
        return tuple(found)

    async def show(self, seen: tuple[Task, ...]) -> None:
        """The tasks as rows."""
        title = plain(self.say("tui.bench.title"), "bold")
        self.where(title, plain(f"  {self.say('tui.bench.counts', tasks=len(seen))}", "$muted"))
        self.query_one(Lines).fill((f"{task.kind}|{task.code}", self._row(task)) for task in seen)

    def _row(self, task: Task) -> list[Text]:
        detail = self.say(f"tui.task.{task.kind}.detail", **task.params)
        return [cell(self.say(f"tui.task.{task.kind}")), cell(task.code, "bold"), cell(detail)]

    def on_data_table_row_selected(self, event: Lines.RowSelected) -> None:
        """Open the thing."""
        for task in self.seen or ():
            if f"{task.kind}|{task.code}" == event.row_key.value:
                of_lot = task.station is Station.LOT
                self.cellbank.open(Scanned(task.station, task.code, task.code if of_lot else None))


def _labels(seen: lot.LotView, vials: list[vial.VialLine]) -> Iterator[Task]:
    outstanding = len(seen.labels.outstanding)
    bare = sum(
        line.status in IN_STOCK and not line.label_verified and line.code not in seen.labels.outstanding
        for line in vials
    )
    if bare:
        yield Task("print", seen.number, Station.LOT, {"count": bare})
    if outstanding:
        yield Task("scan_back", seen.number, Station.LOT, {"count": outstanding})
