"""The thaw clock: how long a dose may still be given; a mark and a word beside the digits, never a colour alone."""

from datetime import datetime, timedelta
from time import monotonic

from cellbank.views.dose import DoseView
from cellbank.wording import Wording

LITTLE = timedelta(minutes=15)


class Now:
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
    left = dose.usable_until - now
    if left < timedelta(0):
        return f"✗ {_digits(-left)} {words.say('tui.clock.over')}"
    if left < LITTLE:
        return f"! {_digits(left)} {words.say('tui.clock.little')}"
    return f"▶ {_digits(left)} {words.say('tui.clock.left')}"


def _digits(span: timedelta) -> str:
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    return f"{minutes:02}:{seconds:02}"
