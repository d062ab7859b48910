"""The evidence behind one requirement of a lot's release."""

from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from cellbank.domain.requirement import Answer
from cellbank.errors import CellbankError
from tui.screens import lot_evidence
from tui.screens.lot_seen import Behind, LotSeen, read_behind
from tui.screens.modal import Modal
from tui.text import sentences
from tui.text.markup_safe import cell, lines, plain
from tui.widgets.key_bar import KeyBar
from tui.widgets.table import Table


class EvidenceModal(Modal[str]):
    """Findings above, evidence beneath; Enter answers with the code of a row, to be opened."""

    def __init__(self, answer: Answer, seen: LotSeen) -> None:
        super().__init__()
        self.answer = answer
        self.seen = seen
        self.found: lot_evidence.Evidence | None = None

    def compose(self) -> ComposeResult:
        """The requirement, what stands against it, and room for the table."""
        words = self.host.wording
        mark, style = ("✓", "bold $success") if self.answer.satisfied else ("✗", "bold $error")
        title = sentences.requirement(words, self.answer.requirement)
        with Vertical(classes="card wide"):
            yield Static(plain(f"{mark} {title}", style), classes="title")
            if not self.answer.satisfied:
                findings = lines(plain(f"• {words.finding(finding)}") for finding in self.answer.findings)
                yield Static(findings, classes="findings")
            yield Static(plain(self.say("tui.reading"), "$muted"), id="rows")
            yield KeyBar()

    def on_mount(self) -> None:
        """Read what lies behind."""
        work = partial(read_behind, self.host.bank, self.seen, self.answer.requirement)
        self.in_thread(work, self._show)

    def show_error(self, error: CellbankError) -> None:
        """Why there is no table, in its place."""
        self.query_one("#rows", Static).update(plain(self.host.wording.error(error), "$error"))

    async def _show(self, behind: Behind) -> None:
        self.found = lot_evidence.evidence_for(self.answer.requirement, self.seen, behind, self.host.wording)
        room = self.query_one("#rows", Static)
        if self.found is None or not self.found.rows:
            room.update(plain(self.say("tui.evidence.none"), "$muted"))
            return
        table = Table([self.say(f"tui.column.{heading}") for heading in self.found.headings])
        await self.query_one(".card").mount(table, after=room)
        await room.remove()
        table.fill(
            (f"{at}|{self.found.code_of(row)}", [cell(part) for part in row]) for at, row in enumerate(self.found.rows)
        )
        table.focus()
        self.call_after_refresh(self.fit)

    def on_data_table_row_selected(self, event: Table.RowSelected) -> None:
        """The code of the row, when it has one."""
        code = (event.row_key.value or "").partition("|")[2]
        if code:
            self.dismiss(code)
