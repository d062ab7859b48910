"""Work in a thread for a screen, a widget or the app: what becomes of it is answered once, and no failure is dropped.

Nothing else in the terminal UI runs a worker. A refusal (`CellbankError`) is said in words by whoever asked, or by
`show_error` when it said nothing of its own; anything else is a fault of the program and raised, so that Textual ends
the app with its traceback instead of leaving a screen that waits for ever.
"""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import isawaitable
from typing import Generic, TypeVar

from textual.app import App
from textual.dom import DOMNode
from textual.worker import Worker, WorkerState

from cellbank.errors import CellbankError

T = TypeVar("T")


@dataclass(frozen=True)
class _Ends(Generic[T]):
    """What follows a piece of work: on its answer, or on its refusal."""

    then: Callable[[T], object]
    failed: Callable[[CellbankError], object]


class ThreadRunner(DOMNode):
    """A node that runs work in threads; of its bases the last, so that Textual styles it as what it is."""

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._ends: dict[Worker[object], _Ends[object]] = {}

    def in_thread(
        self,
        work: Callable[[], T],
        then: Callable[[T], object],
        *,
        failed: Callable[[CellbankError], object] | None = None,
        group: str = "default",
        exclusive: bool = False,
    ) -> None:
        """Run `work` in a thread, then `then` with its answer on the app's own loop, or `failed` with its refusal.

        Neither is called once the node is gone or the work was cancelled. `exclusive` cancels what runs in the group.
        """
        worker = self.run_worker(work, thread=True, group=group, exclusive=exclusive, exit_on_error=False)
        self._ends[worker] = _Ends(then, failed or self.show_error)  # type: ignore[arg-type, index]

    def show_error(self, error: CellbankError) -> None:
        """Say why work was refused, where whoever asked for it has no place of its own to say it."""
        raise NotImplementedError

    async def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A piece of work has ended: answer it, once."""
        if event.state in {WorkerState.PENDING, WorkerState.RUNNING}:
            return
        ends = self._ends.pop(event.worker, None)
        if ends is None or event.worker.is_cancelled:
            return
        if event.state is WorkerState.SUCCESS:
            await self._call(ends.then, event.worker.result)
        elif isinstance(event.worker.error, CellbankError):
            await self._call(ends.failed, event.worker.error)
        else:
            raise event.worker.error or RuntimeError("work ended without an answer")

    async def _call(self, what: Callable[[T], object], given: T) -> None:
        if self.is_attached or isinstance(self, App):
            answered = what(given)
            if isawaitable(answered):
                await answered
