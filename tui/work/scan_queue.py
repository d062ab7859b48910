"""Scans in hand: codes are looked up one after another in the order in which they came, none is lost."""

from collections import deque
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.worker import Worker, WorkerState

from cellbank.errors import CellbankError
from tui.text import sentences
from tui.widgets.scan_bar import ScanBar
from tui.work import lookup
from tui.work.lookup import Scanned

if TYPE_CHECKING:
    from tui.app.app import CellbankApp

GROUP = "scan"


class ScanQueue:
    """The queue of one app."""

    def __init__(self, app: "CellbankApp") -> None:
        self._app = app
        self._waiting: deque[str] = deque()
        self._looking = False

    def take(self, code: str) -> None:
        """Look a code up and open what it stands for, after those that wait already."""
        self._waiting.append(code)
        self._next()

    def _next(self) -> None:
        if self._looking or not self._waiting:
            return
        self._looking = True
        text = self._waiting.popleft()
        work = partial(lookup.look_up, self._app.bank, text)
        self._app.run_worker(work, thread=True, group=GROUP, exit_on_error=False)

    def answered(self, worker: Worker[object], state: WorkerState) -> None:
        """A code was looked up."""
        self._looking = False
        if state is WorkerState.SUCCESS:
            self._app.open(cast(Scanned, worker.result))
        elif isinstance(worker.error, CellbankError):
            self._refuse(worker.error)
        else:
            raise worker.error or RuntimeError("a scan ended without an answer")
        self._next()

    def _refuse(self, error: CellbankError) -> None:
        said = " ".join(sentences.refusal(self._app.wording, error))
        bar = next(iter(self._app.screen.query(ScanBar)), None)
        if bar is None:
            self._app.notify(said, severity="error", markup=False)
        else:
            bar.refuse(said)
