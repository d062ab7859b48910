"""Long work in hand, as whoever asks for it describes it; the app runs it in a thread and tells how far it is."""

from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[int], None]
"""Says how far the work is, out of the job's `total`."""


@dataclass(frozen=True)
class Job:
    """One piece of work: `said` is the code of what is told while it runs, with `{done}` and `{total}`."""

    said: str
    work: Callable[[Progress], object]
    done: Callable[[object], None]
    """Told of the answer on the app's own loop."""
    total: int = 0
