"""Every dose under way with its clock, on whatever screen it is mounted: a desk, the sign-in, the locked screen.

It reads by itself, in a thread, when the record's head has moved, and counts the seconds in between. Nobody needs to
be signed in for it: a thaw clock is never hidden (rules.md §8).
"""

from datetime import datetime
from typing import cast

from textual.content import Content
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from cellbank.bank import Bank
from cellbank.errors import CellbankError
from cellbank.views.open_doses import RunningDose, running
from tui.host import app_of, say
from tui.text.markup_safe import lines, plain, sentence
from tui.widgets.clock import Now, running_clock

Seen = tuple[int, tuple[RunningDose, ...], Now]


class Running(Static):
    """A line a dose, the one whose time ends first at the top; nothing at all while none is under way.

    `lines_shown` is how many doses have a line of their own; the others are counted.
    """

    def __init__(self, lines_shown: int = 6, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.lines_shown = lines_shown
        self.doses: tuple[RunningDose, ...] = ()
        self._now: Now | None = None
        self._head = -1
        self._reading = False

    def on_mount(self) -> None:
        """Stay hidden until the first reading; then count every second."""
        self.display = False
        self.set_interval(1.0, self.tick)
        self.tick()

    def tick(self) -> None:
        """Another second; another reading when the head moved. A screen that is covered rests."""
        if not self.is_attached or self.screen not in self.app.screen_stack[-2:]:
            return
        if self._head < app_of(self).head and not self._reading:
            self._reading = True
            self.run_worker(self._read, thread=True, exit_on_error=False, group="running")
        self._draw()

    def _read(self) -> Seen:
        bank: Bank = app_of(self).bank
        head = bank.head()[0]
        with bank.read() as reading:
            return head, running(reading), Now(reading.now)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What was read; what could not be read stands as it was, and is tried again with the next second."""
        event.stop()
        if not event.worker.is_finished:
            return
        self._reading = False
        if event.state is WorkerState.SUCCESS and self.is_attached:
            self._head, self.doses, self._now = cast(Seen, event.worker.result)
            self._draw()
        elif event.state is WorkerState.ERROR and not isinstance(event.worker.error, CellbankError):
            raise event.worker.error or RuntimeError("the doses could not be read")

    def _draw(self) -> None:
        self.display = bool(self.doses)
        if self._now is None or not self.doses:
            return
        now = self._now()
        shown = [self._line(one, now) for one in self.doses[: self.lines_shown]]
        more = len(self.doses) - self.lines_shown
        if more > 0:
            shown[-1] = sentence(shown[-1], plain(f"   {say(self, 'tui.running.more', count=more)}", "$muted"))
        self.update(lines(shown))

    def _line(self, one: RunningDose, now: datetime) -> Content:
        words = app_of(self).wording
        clock, style = running_clock(words, one, now)
        held = f"  ✗ {say(self, 'tui.held')} {', '.join(one.held_by)} " if one.held_by else ""
        return sentence(
            plain(f" {clock} ", style),
            plain(f"  {one.visit_code}", "bold"),
            plain(f"  {words.term('dose_status', one.status)}  {one.code}"),
            plain(held, "bold $error"),
        )


class Strip(Running):
    """One line beneath the header of every place, while anything is under way."""

    def __init__(self) -> None:
        super().__init__(1)
