"""Long work in hand: run by the app in threads, with progress on every place, usable meanwhile; nothing is recorded."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message
from textual.worker import Worker, WorkerState, get_current_worker

from cellbank.errors import CannotWrite, CellbankError
from tui.widgets.job_line import JobLine

if TYPE_CHECKING:
    from tui.app.app import CellbankApp

GROUP = "job"
Tell = Callable[[int], None]
"""Says how far the work is, out of the job's `total`."""


class GivenUp(Exception):
    """The app ends: nobody waits for the work any more."""


@dataclass(frozen=True)
class Job:
    """One piece of work: `said` is the code of what is told while it runs, with `{done}` and `{total}`."""

    said: str
    work: Callable[[Tell], object]
    done: Callable[[object], None]
    """Told of the answer on the app's own loop."""
    total: int = 0


class Progressed(Message):
    """A job has come so far."""

    def __init__(self, worker: Worker[object], done: int) -> None:
        super().__init__()
        self.worker = worker
        self.done = done


class Jobs:
    """The jobs of one app."""

    def __init__(self, app: "CellbankApp") -> None:
        self._app = app
        self._running: dict[Worker[object], tuple[Job, int]] = {}

    def run(self, job: Job) -> None:
        """Begin; the same work is not begun twice."""
        if any(one.said == job.said for one, _ in self._running.values()):
            return
        worker = self._app.run_worker(partial(self._work, job), thread=True, group=GROUP, exit_on_error=False)
        self._running[worker] = (job, 0)
        self._show()

    def _work(self, job: Job) -> object:
        worker = get_current_worker()

        def tell(done: int) -> None:
            if worker.is_cancelled:
                raise GivenUp
            self._app.post_message(Progressed(worker, done))

        try:
            return job.work(tell)
        except OSError as error:
            raise CannotWrite("tui.file.unwritable", why=error.strerror or str(error)) from error

    def progressed(self, event: Progressed) -> None:
        """One of them has come further."""
        if event.worker in self._running:
            self._running[event.worker] = (self._running[event.worker][0], event.done)
            self._show()

    def ended(self, worker: Worker[object], state: WorkerState) -> None:
        """One of them has ended: show its answer, or why there is none."""
        job, _ = self._running.pop(worker)
        self._show()
        if state is WorkerState.SUCCESS:
            job.done(worker.result)
        elif isinstance(worker.error, CellbankError):
            self._app.refuse(worker.error)
        elif not isinstance(worker.error, GivenUp):
            raise worker.error or RuntimeError("a job ended without an answer")

    @property
    def lines(self) -> tuple[str, ...]:
        """What runs, and how far it is."""
        words = self._app.wording
        return tuple(
            words.say(job.said, done=words.number(done), total=words.number(job.total))
            for job, done in self._running.values()
        )

    def _show(self) -> None:
        for screen in self._app.screen_stack:
            for line in screen.query(JobLine):
                line.renew()
