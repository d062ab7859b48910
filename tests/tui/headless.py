"""Textual without a terminal: what its headless runs do over and over is done once, when read, or by who has to.

It reaches into Textual 8.2. Nothing that a person would see or press is another thing for it: tests in tmux and in
Chromium have a terminal, and run Textual as it is.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable

from textual import _wait
from textual._compositor import Compositor
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.message_pump import MessagePump
from textual.pilot import Pilot, WaitForScreenTimeout

PAINTS: deque[float] = deque([0.0], maxlen=1)
"""When an app would last have drawn."""


def arrange() -> None:
    """From now on for every app of this process."""
    _drawn_only_when_read()
    _styles_parsed_once()
    _only_the_busy_are_waited_for()
    # How long an app must do nothing to count as idle after a key: Textual's own measure is a fiftieth of a second.
    _wait.SLEEP_GRANULARITY, _wait.SLEEP_IDLE = 1 / 200, 1 / 4000


def _drawn_only_when_read() -> None:
    """Let no app draw for a terminal that is not there.

    Textual draws every update and its headless driver throws it away: a quarter of what these tests cost. Whoever reads
    the screen (`Hands.text`) draws it whole.
    """

    def render_update(compositor: Compositor, *_: object, **__: object) -> None:
        compositor._dirty_regions.clear()
        PAINTS.append(time.monotonic())

    Compositor.render_update = render_update  # type: ignore[method-assign, assignment]


def _styles_parsed_once() -> None:
    """Parse each style sheet once for the variables of a theme, not once an app."""
    parse: Callable[..., list[RuleSet]] = Stylesheet._parse_rules
    parsed: dict[tuple[object, ...], list[RuleSet]] = {}

    def parse_rules(sheet: Stylesheet, *given: str, **named: object) -> list[RuleSet]:
        key = (frozenset(sheet._variables.items()), given, frozenset(named.items()))
        if key not in parsed:
            parsed[key] = parse(sheet, *given, **named)
        return parsed[key]

    Stylesheet._parse_rules = parse_rules  # type: ignore[method-assign, assignment]


def _only_the_busy_are_waited_for() -> None:
    """Ask no widget that waits for its next message whether it has done all before: it has.

    Textual's pilot sends a message to each widget of the screen after every key and at every look.
    """

    async def wait_for_screen(pilot: Pilot[object], timeout: float = 30.0) -> bool:
        left = 0
        done = asyncio.Event()

        def one_less() -> None:
            nonlocal left
            left -= 1
            if not left:
                done.set()

        for pump in filter(_is_busy, [pilot.app, *pilot.app.screen.walk_children(with_self=True)]):
            left += pump.call_later(one_less)
        if left:
            await _first_of(timeout, done, pilot.app._exception_event)
        await asyncio.sleep(0)
        return not left

    Pilot._wait_for_screen = wait_for_screen  # type: ignore[method-assign, assignment]


def _is_busy(pump: MessagePump) -> bool:
    """Whether a widget has a message in its queue, or in hand."""
    queue = pump._message_queue
    return not queue.empty() or all(waiting.done() for waiting in queue.ready_event._waiters)


async def _first_of(timeout: float, *events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    over, pending = await asyncio.wait(waiting, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    if not over:
        raise WaitForScreenTimeout("Timed out while waiting for widgets to process pending messages.")
