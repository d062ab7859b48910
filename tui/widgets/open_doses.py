"""Every dose under way with its clock, on whatever screen it is mounted: a desk, the sign-in, the locked screen.

It reads by itself, in a thread, when the record's head has moved, and counts the seconds in between. Nobody needs to
be signed in for it: a thaw clock is never hidden (rules.md §8).
"""

from collections.abc import Iterator
from datetime import datetime

from textual.content import Content
from textual.widgets import Static

from cellbank.bank import Bank
from cellbank.errors import CellbankError
from cellbank.views.open_doses import RunningDose, running
from tui.host import host_of, say
from tui.text.markup_safe import lines, plain, sentence
from tui.widgets.clock import BankClock, running_clock
from tui.work.threads import ThreadRunner

Seen = tuple[int, tuple[RunningDose, ...], BankClock]


class OpenDoses(Static, ThreadRunner):
    """A line a dose, the one whose time ends first at the top; nothing at all while none is under way.

    `lines_shown` is how many doses have a line of their own; the others are counted.
    """

    def __init__(self, lines_shown: int = 6, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.lines_shown = lines_shown
        self.doses: tuple[RunningDose, ...] = ()
        self._now: BankClock | None = None
        self._head = -1
        self._reading = False
        self._unread: str | None = None
        """Why the doses could not be read last."""

    def on_mount(self) -> None:
        """Stay hidden until the first reading; then count every second."""
        self.display = False
        self.set_interval(1.0, self.tick)
        self.tick()

    def tick(self) -> None:
        """Another second; another reading when the head moved. A screen that is covered rests."""
        if not self.is_attached or self.screen not in self.app.screen_stack[-2:]:
            return
        if self._head < host_of(self).head and not self._reading:
            self._reading = True
            self.in_thread(self._read, self._show_reading)
        self._draw()

    def _read(self) -> Seen:
        bank: Bank = host_of(self).bank
        head = bank.head()[0]
        with bank.read() as reading:
            return head, running(reading), BankClock(reading.now)

    def _show_reading(self, seen: Seen) -> None:
        self._reading, self._unread = False, None
        self._head, self.doses, self._now = seen
        self._draw()

    def show_error(self, error: CellbankError) -> None:
        """What could not be read stands as it was, and says so; it is tried again with the next second."""
        self._reading, self._unread = False, host_of(self).wording.error(error)
        self._draw()

    def _draw(self) -> None:
        shown = list(self._lines())
        self.display = bool(shown)
        if shown:
            self.update(lines(shown))

    def _lines(self) -> Iterator[Content]:
        if self._unread is not None:
            yield plain(f" ✗ {self._unread}", "bold $error")
        if self._now is None:
            return
        now, more = self._now(), len(self.doses) - self.lines_shown
        shown = [self._line(one, now) for one in self.doses[: self.lines_shown]]
        if more > 0:
            shown[-1] = sentence(shown[-1], plain(f"   {say(self, 'tui.running.more', count=more)}", "$muted"))
        yield from shown

    def _line(self, one: RunningDose, now: datetime) -> Content:
        words = host_of(self).wording
        clock, style = running_clock(words, one, now)
        held = f"  ✗ {say(self, 'tui.held')} {', '.join(one.held_by)} " if one.held_by else ""
        return sentence(
            plain(f" {clock} ", style),
            plain(f"  {one.visit_code}", "bold"),
            plain(f"  {words.term('dose_status', one.status)}  {one.code}"),
            plain(held, "bold $error"),
        )


class OpenDosesLine(OpenDoses):
    """One line beneath the header of every place, while anything is under way."""

    def __init__(self) -> None:
        super().__init__(1)
