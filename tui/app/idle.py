"""Hands off: how long nobody has touched this terminal, and what follows from it (21 CFR 11.10(d), rules.md §8).

After five minutes the screen locks: the same person's password opens it where it was. After fifteen nobody is signed in
any more. A running thaw clock is shown on both.
"""

import time
from collections.abc import Callable
from enum import Enum

LOCK_AFTER = 5 * 60
"""Seconds without a key, a click or a paste."""
SIGN_OUT_AFTER = 15 * 60
"""Seconds, counted from the last touch as well (rules.md §8)."""


def seconds_awake_or_asleep() -> float:
    """A clock that no one can turn and that runs on while the machine sleeps, where the system has one."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class IdleAction(Enum):
    """The consequence of an idle terminal: none yet, the lock, the sign-out."""

    NOTHING = "nothing"
    LOCK = "lock"
    SIGN_OUT = "sign out"


class Idle:
    """The time since the last touch."""

    def __init__(self, clock: Callable[[], float] = seconds_awake_or_asleep) -> None:
        self._clock = clock
        self._touched = clock()

    def touch(self) -> None:
        """A key, a click or a paste: the time without a touch begins anew."""
        self._touched = self._clock()

    def calls_for(self) -> IdleAction:
        """The consequence of the time since the last touch."""
        idle = self._clock() - self._touched
        if idle >= SIGN_OUT_AFTER:
            return IdleAction.SIGN_OUT
        return IdleAction.LOCK if idle >= LOCK_AFTER else IdleAction.NOTHING
