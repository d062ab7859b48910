"""The thaw clock: how long a dose may still be given; a mark and a word beside the digits, never a colour alone."""

from datetime import datetime, timedelta
from time import monotonic

from cellbank.views.dose import DoseView
from cellbank.views.open_doses import RunningDose
from cellbank.wording import Wording

LITTLE = timedelta(minutes=15)
"""Time left at which the clock becomes loud; the limit itself is the trial file's (`post_thaw_minutes`)."""


class BankClock:
    """The bank's own now at the reading, carried on by a clock that no one can turn."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._since = monotonic()

    def __call__(self) -> datetime:
        """The instant now."""
        return self._at + timedelta(seconds=monotonic() - self._since)


def clock(words: Wording, dose: DoseView, now: datetime) -> str:
    """`▶ 41:07 left`, `! 09:12 little time`, `✗ 03:20 over`; without a running clock, that it does not run."""
    if not dose.under_way or dose.usable_until is None:
        return f"– {words.say('tui.clock.none')}"
    return " ".join(_until(words, dose.usable_until, now)[:2])


def running_clock(words: Wording, dose: RunningDose, now: datetime) -> tuple[str, str]:
    """The clock of a dose under way and how loud it is; before the thaw, how long the vials may still go back."""
    if dose.usable_until is not None:
        mark, left, style = _until(words, dose.usable_until, now)
        return f"{mark} {left}", style
    if dose.put_back_until is not None and now <= dose.put_back_until:
        return f"▶ {digits(dose.put_back_until - now)} {words.say('tui.clock.put_back')}", "bold $primary"
    return f"! {digits(now - dose.pulled_at)} {words.say('tui.clock.out')}", "bold $warning"


def _until(words: Wording, end: datetime, now: datetime) -> tuple[str, str, str]:
    left = end - now
    if left < timedelta(0):
        return "✗", f"{digits(-left)} {words.say('tui.clock.over')}", "bold reverse $error"
    if left < LITTLE:
        return "!", f"{digits(left)} {words.say('tui.clock.little')}", "bold $warning"
    return "▶", f"{digits(left)} {words.say('tui.clock.left')}", "bold $primary"


def digits(span: timedelta) -> str:
    """Minutes and seconds; with hours once there are any."""
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"
