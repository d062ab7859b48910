"""Long work in hand: run by the app in threads, with progress on every place, usable meanwhile; nothing is recorded."""

from functools import partial

from textual.message import Message
from textual.worker import get_current_worker

from cellbank.errors import CannotWrite, CellbankError
from tui.host import Host
from tui.widgets.job_line import JobLine
from tui.work.job import Job


class GivenUp(Exception):
    """The app ends: nobody waits for the work any more."""


class Jobs:
    """The jobs of one app, each by what is said of it."""

    class Progressed(Message):
        """A job has come so far."""

        def __init__(self, job: Job, done: int) -> None:
            super().__init__()
            self.job = job
            self.done = done

    def __init__(self, app: Host) -> None:
        self._app = app
        self._running: dict[str, tuple[Job, int]] = {}

    def run(self, job: Job) -> None:
        """Begin; the same work is not begun twice."""
        if job.said in self._running:
            return
        self._running[job.said] = (job, 0)
        work = partial(self._work, job)
        self._app.in_thread(work, partial(self._done, job), failed=partial(self._failed, job), group="job")
        self._show()

    def _work(self, job: Job) -> object:
        worker = get_current_worker()

        def progress(done: int) -> None:
            if worker.is_cancelled:
                raise GivenUp
            self._app.post_message(self.Progressed(job, done))

        try:
            return job.work(progress)
        except OSError as error:
            raise CannotWrite("tui.file.unwritable", why=error.strerror or str(error)) from error

    def progressed(self, event: Progressed) -> None:
        """A job has come further: show its new count."""
        if event.job.said in self._running:
            self._running[event.job.said] = (event.job, event.done)
            self._show()

    def _done(self, job: Job, answer: object) -> None:
        del self._running[job.said]
        self._show()
        job.done(answer)

    def _failed(self, job: Job, error: CellbankError) -> None:
        del self._running[job.said]
        self._show()
        self._app.refuse(error)

    @property
    def lines(self) -> tuple[str, ...]:
        """A sentence for each running job, with its count."""
        words = self._app.wording
        return tuple(
            words.say(job.said, done=words.number(done), total=words.number(job.total))
            for job, done in self._running.values()
        )

    def _show(self) -> None:
        for screen in self._app.screen_stack:
            for line in screen.query(JobLine):
                line.renew()
