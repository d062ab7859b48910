"""The bench desk: what waits for hands today, in the order in which this person should take it up."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cellbank.bank import Bank
from cellbank.domain.person import Verb
from cellbank.views import worklist
from cellbank.views.worklist import Kind, Task, Worklist
from tui.desks import tasks
from tui.forms.form import Form
from tui.screens.base_screen import BaseScreen
from tui.screens.form import FormScreen
from tui.screens.labels import LabelsScreen
from tui.screens.scan_back import ScanBackScreen
from tui.text.markup_safe import cell, plain
from tui.widgets.clock import BankClock
from tui.widgets.table import Table
from tui.work.lookup import Scanned

TICK_SECONDS = 30.0
"""So often the clocks of cold ischaemia are read again: they count minutes."""


class BenchDesk(BaseScreen[Worklist]):
    """What needs a technician or a reviewer today; F5 begins the job of the row under the cursor."""

    help_code: ClassVar[str] = "tui.help.bench"
    BINDINGS: ClassVar[list[BindingType]] = []
    _now: BankClock | None = None

    def body(self) -> ComposeResult:
        """A table of tasks."""
        yield Table([self.say(f"tui.column.{column}") for column in ("task", "code", "detail")])

    def on_mount(self) -> None:
        """The clocks go on while nothing is recorded."""
        self.set_interval(TICK_SECONDS, self._tick)

    def gather(self, bank: Bank) -> Worklist:
        """Every task that waits at the bench, in one snapshot."""
        with bank.read() as reading:
            return worklist.worklist(reading)

    async def show(self, seen: Worklist) -> None:
        """The tasks as rows, first what only this person can do."""
        self._now = BankClock(seen.now)
        mine = sum(self._is_mine(task) for task in seen.tasks if task.kind is Kind.REVIEW)
        counts = self.say("tui.bench.counts", tasks=len(seen.tasks), reviews=mine)
        self.set_heading(plain(self.say("tui.bench.title"), "bold"), plain(f"  {counts}", "$muted"))
        self._tick()
        self._offer_job()

    def _tick(self) -> None:
        if self.seen is not None and self._now is not None and self.is_attached:
            now = self._now()
            rows = ((key, self._row(task, now)) for key, task in self._tasks().items())
            self.query_one(Table).fill(rows)

    def _tasks(self) -> Mapping[str, Task]:
        """The tasks in the order of this person, by the keys of their rows."""
        found = () if self.seen is None else self.seen.tasks
        ordered = sorted(found, key=lambda task: tasks.rank(task, mine=self._is_mine(task)))
        return {f"{task.kind}|{task.code}": task for task in ordered}

    def _is_mine(self, task: Task) -> bool:
        """Whether this person may do it: a result is reviewed by a reviewer who did not enter it."""
        actor = self.host.actor
        if task.kind is not Kind.REVIEW:
            return True
        return self.host.may(Verb.REVIEW_RESULT) and actor is not None and actor.name != task.by

    def _row(self, task: Task, now: datetime) -> list[Text]:
        mine = self._is_mine(task)
        name = self.say(f"tui.task.{task.kind}" if mine else "tui.task.waits_for_review")
        detail = tasks.detail(self.host.wording, task, now)
        own = not mine and self.host.may(Verb.REVIEW_RESULT)
        said = f"{self.say('tui.task.own')} · {detail}" if own else detail
        return [cell(name), cell(task.code, "bold"), cell(said)]

    # The row under the cursor.

    @property
    def _chosen(self) -> Task | None:
        return self._tasks().get(self.query_one(Table).chosen or "")

    def on_data_table_row_highlighted(self) -> None:
        """F5 does the job of another row."""
        self._offer_job()

    def _offer_job(self) -> None:
        job, keys = self._job(), self._bindings.key_to_bindings
        keys.pop("f5", None)
        if job is not None:
            words = f"tui.form.{job.code}"
            keys["f5"] = [Binding("f5", "job", words, tooltip=f"{words}.tip")]
        self.refresh_bindings()

    def _job(self) -> Form | None:
        task = self._chosen
        kind = None if task is None or not self._is_mine(task) else tasks.job(task)
        return None if task is None or kind is None or not self.host.may(kind.verb) else kind(task.code)

    def action_job(self) -> None:
        """Begin the job."""
        job = self._job()
        if job is not None:
            self.app.push_screen(FormScreen(job))

    def on_data_table_row_selected(self) -> None:
        """Open the thing where its job is done."""
        task = self._chosen
        if task is None:
            return
        of_lot = task.kind in {Kind.PRINT, Kind.SCAN_BACK}
        if task.kind is Kind.PRINT and self.host.may(Verb.PRINT_LABEL):
            self.app.push_screen(LabelsScreen(task.code))
        elif task.kind is Kind.SCAN_BACK and self.host.may(Verb.PRINT_LABEL):
            self.app.push_screen(ScanBackScreen(task.code))
        else:
            self.host.open(Scanned(task.station, task.code, task.code if of_lot else None))
