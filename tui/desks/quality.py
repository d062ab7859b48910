"""The quality desk: what needs quality assurance and the qualified person today; beneath, every lot.

The list is there at once; then the gate is asked about each quarantined lot, one after another, in a thread.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Static

from cellbank.bank import Bank
from cellbank.domain.identifiers import Station
from cellbank.domain.person import Role, Verb
from cellbank.views import quality
from cellbank.views.lot import LotLine
from cellbank.views.quality import Kind, LotAtGate, QualityDay, Task
from tui.forms import trial
from tui.screens.base_screen import BaseScreen
from tui.screens.form import FormScreen
from tui.text.marks import DISPOSITION_MARKS as MARKS
from tui.text.markup_safe import cell, plain
from tui.widgets.table import Table
from tui.work.lookup import Scanned

TODAY = ("task", "code", "detail")
LOTS = ("lot", "tier", "disposition", "held", "findings", "expires_on", "vials")
_VERBS: Mapping[Kind, tuple[Verb, ...]] = {
    Kind.RELEASE: (Verb.RELEASE,),
    Kind.REAFFIRM: (Verb.ATTEST_BATCH, Verb.RELEASE),
    Kind.OUT_OF_SPECIFICATION: (Verb.CLOSE_DEVIATION,),
    Kind.DEVIATION: (Verb.CLOSE_DEVIATION,),
    Kind.HOLD: (Verb.LIFT_HOLD,),
    Kind.SUSPENDED: (Verb.LIFT_HOLD,),
    Kind.TISSUE: (Verb.ACCEPT_INCOMING,),
    Kind.MATERIAL: (Verb.ACCEPT_INCOMING,),
    Kind.DONOR: (Verb.DETERMINE_DONOR,),
    Kind.TRIAL: (Verb.APPROVE_TRIAL,),
    Kind.EXPIRING: (Verb.RELEASE,),
}
"""Who can do something about it; whoever can has it first in the list."""
_ORDER = tuple(Kind)


class QualityDesk(BaseScreen[QualityDay]):
    """The tasks that wait for QA or the qualified person above, every lot beneath."""

    help_code: ClassVar[str] = "tui.help.quality"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "app.focus_next", "tui.key.other_list")]

    def __init__(self) -> None:
        super().__init__()
        self.gate: dict[str, tuple[int, LotAtGate]] = {}
        """What the gate said last of each quarantined lot, and over which head."""
        self._settled = False

    def body(self) -> ComposeResult:
        """The table of tasks above, the table of lots beneath."""
        yield Table([self.say(f"tui.column.{column}") for column in TODAY], id="today")
        yield Static(plain(self.say("tui.quality.lots"), "bold"), id="lots-title")
        yield Table([self.say(f"tui.column.{column}") for column in LOTS], id="lots")

    def gather(self, bank: Bank) -> QualityDay:
        """The tasks and the lots; the gate is asked afterwards."""
        with bank.read() as reading:
            return quality.day(reading)

    async def show(self, seen: QualityDay) -> None:
        """The tasks and lots read; the gate is asked about one quarantined lot after another."""
        self.gate = {number: self.gate[number] for number in seen.quarantined if number in self.gate}
        self._fill(seen)
        self._ask(sorted(seen.quarantined, key=lambda number: number in self.gate))

    def _ask(self, numbers: Sequence[str]) -> None:
        """Ask the gate about one lot after another, those never asked first; a newer list is asked about instead."""
        if numbers:
            work, then = partial(self._at_gate, numbers[0]), partial(self._answered, numbers[1:])
            self.in_thread(work, then, group="gate", exclusive=True)

    def _at_gate(self, number: str) -> tuple[int, LotAtGate]:
        """What the gate says of a lot, over the record with this head."""
        head = self.host.bank.head()[0]
        with self.host.bank.read() as reading:
            return head, quality.at_gate(reading, number)

    def _answered(self, others: Sequence[str], answer: tuple[int, LotAtGate]) -> None:
        """One lot more is known."""
        if self.seen is not None and answer[1].number in self.seen.quarantined:
            self.gate[answer[1].number] = answer
            self._fill(self.seen)
        self._ask(others)

    # What is shown.

    def _fill(self, seen: QualityDay) -> None:
        ready = sum(not found.findings for _, found in self.gate.values())
        counts = self.say("tui.quality.counts", lots=len(seen.lots), waiting=len(seen.quarantined), ready=ready)
        self.set_heading(plain(self.say("tui.quality.title"), "bold"), plain(f"  {counts}", "$muted"))
        today = self.query_one("#today", Table)
        untouched = today.cursor_row == 0 and not self._settled
        today.fill((f"{task.kind}|{task.code}", self._row(task)) for task in self._tasks(seen))
        if untouched:
            today.move_cursor(row=0, animate=False)
        self._settled = self._settled or all(number in self.gate for number in seen.quarantined)
        self.query_one("#lots", Table).fill((line.number, self._lot(line)) for line in seen.lots)

    def _tasks(self, seen: QualityDay) -> list[Task]:
        """Every task that waits, those that this person can do first."""
        tasks = [*(quality.of_lot(found) for _, found in self.gate.values()), *seen.tasks, *self._unasked(seen)]
        return sorted(tasks, key=lambda task: (not self._mine(task), _ORDER.index(task.kind)))

    def _unasked(self, seen: QualityDay) -> Iterator[Task]:
        for number in seen.quarantined:
            if number not in self.gate:
                yield Task(Kind.WAITING, Station.LOT, number)

    def _mine(self, task: Task) -> bool:
        if task.kind is Kind.SIGN:
            roles = task.params["roles"]
            return isinstance(roles, tuple) and bool({*roles} & {*self.host.roles})
        return any(self.host.may(verb) for verb in _VERBS.get(task.kind, ()))

    def _row(self, task: Task) -> list[Text]:
        mark = "▸" if self._mine(task) else " "
        return [
            cell(f"{mark} {self.say(f'tui.today.{task.kind}')}", "bold" if self._mine(task) else ""),
            cell(task.code, "bold"),
            cell(self._detail(task)),
        ]

    def _detail(self, task: Task) -> str:
        words = self.host.wording
        if task.kind is Kind.WAITING and not task.params:
            return words.say("tui.today.asking")
        params = dict(task.params)
        if isinstance(params.get("roles"), tuple):
            params["roles"] = ", ".join(words.term("role", role) for role in _roles(params["roles"]))
        detail = words.say(f"tui.today.{task.kind}.detail", **params)
        if task.said is None:
            return detail
        what = words.finding(task.said)
        named = "subject" in params and what.startswith(str(params["subject"]))
        return what if named else f"{detail} {what}".strip()

    def _lot(self, line: LotLine) -> list[Text]:
        words = self.host.wording
        disposition = f"{MARKS[line.disposition]} {words.term('disposition', line.disposition)}"
        vials = ", ".join(f"{count} {words.term('vial_status', status)}" for status, count in line.vials.items())
        return [
            cell(line.number, "bold"),
            cell(words.term("tier", line.tier)),
            cell(disposition),
            cell(f"■ {self.say('tui.held')}" if line.held else "", "bold"),
            cell(self._findings(line.number)),
            cell(words.value(line.expires_on)),
            cell(vials),
        ]

    def _findings(self, number: str) -> str:
        """What stands against a release; "…" stands before an answer older than the record."""
        if self.seen is None or number not in self.seen.quarantined:
            return ""
        if number not in self.gate:
            return "…"
        head, found = self.gate[number]
        said = f"✗ {found.findings}" if found.findings else f"✓ {self.say('tui.none')}"
        return said if head >= self.host.head else f"… {said}"

    # Opening.

    def on_data_table_row_selected(self, event: Table.RowSelected) -> None:
        """Open the lot, or what the task is about."""
        key = event.row_key.value or ""
        if event.control.id == "lots":
            self.host.open(Scanned(Station.LOT, key, key))
        elif self.seen is not None:
            for task in self._tasks(self.seen):
                if f"{task.kind}|{task.code}" == key:
                    self._open(task)

    def _open(self, task: Task) -> None:
        if task.station is None:
            self.app.push_screen(_form(task))
        else:
            self.host.open(Scanned(task.station, task.code, task.code if task.station is Station.LOT else None))


def _roles(listed: object) -> Iterator[Role]:
    yield from (Role(role) for role in listed) if isinstance(listed, tuple) else ()


def _form(task: Task) -> Screen[None]:
    """What has no record of its own, the trial file, is acted on at once."""
    return FormScreen(trial.ApproveTrial(task.code) if task.kind is Kind.TRIAL else trial.ResumeTrial())
