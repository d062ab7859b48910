"""Scans in hand: each is looked up in a thread, one after another in the order in which they came, none is lost."""

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from cellbank.errors import CellbankError
from tui.work.threads import ThreadRunner

A = TypeVar("A")
T = TypeVar("T")


class ScanQueue(Generic[T]):
    """The queue of one screen, or of the app: `look_up` runs in a thread, `found` or `refused` answers each scan."""

    def __init__(
        self,
        runner: ThreadRunner,
        look_up: Callable[[str], T],
        found: Callable[[T], object],
        refused: Callable[[CellbankError], object],
    ) -> None:
        self._runner = runner
        self._look_up = look_up
        self._found = found
        self._refused = refused
        self._waiting: deque[str] = deque()
        self._busy = False

    def add(self, code: str) -> None:
        """Look a code up after those that wait already."""
        self._waiting.append(code)
        self._next()

    @property
    def is_idle(self) -> bool:
        """Whether every scan is answered."""
        return not self._busy and not self._waiting

    def _next(self) -> None:
        if self._busy or not self._waiting:
            return
        self._busy = True
        work = partial(self._look_up, self._waiting.popleft())
        self._runner.in_thread(
            work, partial(self._answered, self._found), failed=partial(self._answered, self._refused), group="scan"
        )

    def _answered(self, answer: Callable[[A], object], given: A) -> None:
        self._busy = False
        answer(given)
        self._next()
