"""The quality desk: every lot, where it stands and what still stands against it."""

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult

from cellbank.bank import Bank
from cellbank.domain.identifiers import Station
from cellbank.domain.lot import Disposition
from cellbank.views import lot
from cellbank.views.lot import LotLine
from tui.scan import Scanned
from tui.screens.place import Place
from tui.widgets.lines import Lines
from tui.widgets.marks import DISPOSITION_MARKS as MARKS
from tui.widgets.plain import cell, plain

COLUMNS = ("lot", "tier", "disposition", "held", "findings", "expires_on", "vials")


@dataclass(frozen=True)
class LotAtDesk:
    """A lot in the list, with how many findings the gate has today."""

    line: LotLine
    findings: int


class QualityDesk(Place[tuple[LotAtDesk, ...]]):
    """Lots that wait for a decision come first."""

    help_code: ClassVar[str] = "tui.help.quality"

    def body(self) -> ComposeResult:
        """One table."""
        yield Lines([self.say(f"tui.column.{column}") for column in COLUMNS])

    def gather(self, bank: Bank) -> tuple[LotAtDesk, ...]:
        """Every lot with its findings, in one snapshot."""
        with bank.read() as reading:
            found = [LotAtDesk(line, len(lot.lot_check(reading, line.number).findings)) for line in lot.lots(reading)]
        found.sort(key=lambda one: (one.line.disposition is not Disposition.QUARANTINED, one.line.number))
        return tuple(found)

    async def show(self, seen: tuple[LotAtDesk, ...]) -> None:
        """The lots as rows; a ready one says so."""
        waiting = sum(one.line.disposition is Disposition.QUARANTINED for one in seen)
        ready = sum(self._ready(one) for one in seen)
        title = plain(self.say("tui.quality.title"), "bold")
        counts = self.say("tui.quality.counts", lots=len(seen), waiting=waiting, ready=ready)
        self.where(title, plain(f"  {counts}", "$muted"))
        self.query_one(Lines).fill((one.line.number, self._row(one)) for one in seen)

    def _ready(self, one: LotAtDesk) -> bool:
        return one.line.disposition is Disposition.QUARANTINED and one.findings == 0

    def _row(self, one: LotAtDesk) -> list[Text]:
        words, line = self.cellbank.wording, one.line
        disposition = f"{MARKS[line.disposition]} {words.term('disposition', line.disposition)}"
        held = f"■ {self.say('tui.held')}" if line.held else ""
        findings = f"✗ {one.findings}" if one.findings else f"✓ {self.say('tui.none')}"
        vials = ", ".join(f"{count} {words.term('vial_status', status)}" for status, count in line.vials.items())
        return [
            cell(line.number, "bold"),
            cell(words.term("tier", line.tier)),
            cell(disposition),
            cell(held, "bold"),
            cell(findings),
            cell(words.value(line.expires_on)),
            cell(vials),
        ]

    def on_data_table_row_selected(self, event: Lines.RowSelected) -> None:
        """Open the lot."""
        number = event.row_key.value
        if number is not None:
            self.cellbank.open(Scanned(Station.LOT, number, number))
