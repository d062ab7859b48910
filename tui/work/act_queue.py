"""Scans that each do something: one after another in the order in which they came, none lost, each answered once."""

from collections import deque
from collections.abc import Callable
from functools import partial

from cellbank.bank import Deed
from tui.work.write import Answer, Write


class ActQueue:
    """A queue of scans, each an act of its own that the app performs: leaving the screen stops none of them."""

    def __init__(
        self,
        perform: Callable[[Write], None],
        deed: Callable[[str], Deed],
        answered: Callable[[str, Answer], None],
    ) -> None:
        self._perform = perform
        self._deed = deed
        self._answer = answered
        self._waiting: deque[str] = deque()
        self._busy = False

    def add(self, text: str) -> None:
        """One more scan, after those that wait."""
        self._waiting.append(text)
        self._next()

    @property
    def waiting(self) -> int:
        """Scans that are not answered yet."""
        return len(self._waiting) + self._busy

    def _next(self) -> None:
        if self._busy or not self._waiting:
            return
        self._busy = True
        text = self._waiting.popleft()
        self._perform(Write(self._deed(text), quiet=True, on_answer=partial(self._answered, text)))

    def _answered(self, text: str, answer: Answer) -> bool:
        self._busy = False
        self._answer(text, answer)
        self._next()
        return True
