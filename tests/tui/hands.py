"""Hands at the keyboard: what a person presses, and what they read."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual import events
from textual._context import visible_screen_stack
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widgets import Input

from cellbank.bank import Bank
from cellbank.printers import known
from cellbank.wording import Language, Wording
from tests.banks import PASSWORD
from tests.tui import headless
from tui.app.app import CellbankApp
from tui.app.idle import Idle
from tui.screens.base_screen import BaseScreen

PATIENCE = 40.0
"""Seconds that a test waits for what must come; a busy machine reads slowly."""


GLANCE = 0.25
"""Seconds after which a waiting person looks again though nothing was drawn."""


headless.arrange()


class Hands:
    """One person at one terminal."""

    def __init__(self, app: CellbankApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self._glanced = (-1.0, "")

    async def press(self, *keys: str) -> None:
        """Keys by their names: `f6`, `enter`."""
        await self.pilot.press(*keys)

    async def type(self, text: str, *keys: str) -> None:
        """A text letter by letter as fast as a scanner, then keys."""
        for character in text:
            self.app.post_message(events.Key(_character_to_key(character), character))
        await self.pilot.press(*keys)

    async def until(self, holds: Callable[[], object], what: str = "") -> None:
        """Wait until something is so."""
        end = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > end:
                raise AssertionError(f"waited in vain for {what or holds}; the screen says:\n{self.text()}")
            await self.pilot.pause(0.02)

    async def sees(self, *texts: str) -> None:
        """Wait until every text stands on the screen."""
        self._glanced = (-1.0, "")
        await self.until(lambda: all(text in self._glance() for text in texts), f"{texts}")

    def _glance(self) -> str:
        """The screen, looked at again when something was drawn since, or now and then."""
        at, text = self._glanced
        now = time.monotonic()
        if headless.PAINTS[-1] >= at or now - at > GLANCE:
            text = self.text()
            self._glanced = (now, text)
        return text

    async def sign_in(self, name: str, password: str = PASSWORD) -> None:
        """From the sign-in to the desk, read."""
        await self.pilot.pause()
        self.app.screen.query_one("#name", Input).value = name
        self.app.screen.query_one("#password", Input).value = password
        self.app.screen.query_one("#password", Input).focus()
        await self.press("enter")
        await self.until(lambda: isinstance(self.app.screen, BaseScreen), "a desk")
        await self.read()

    async def read(self) -> None:
        """Wait until the place in front has been read."""
        await self.until(
            lambda: isinstance(self.app.screen, BaseScreen) and self.app.screen.seen is not None, "a reading"
        )
        await self.pilot.pause()

    async def at(self, kind: type) -> None:
        """Wait until a place of this kind is in front, and read."""
        await self.until(lambda: isinstance(self.app.screen, kind), kind.__name__)
        await self.read()

    async def scan(self, code: str) -> None:
        """A code and Enter."""
        await self.type(code, "enter")

    def text(self) -> str:
        """What stands on the screen, line by line; a space that holds a line together as any other."""
        visible_screen_stack.set(self.app._background_screens)
        shown = "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())
        return shown.replace("\N{NO-BREAK SPACE}", " ")


@asynccontextmanager
async def at_the_desk(
    bank: Bank,
    name: str | None = None,
    *,
    language: Language = "en",
    size: tuple[int, int] = (110, 32),
    idle: Idle | None = None,
    printers: str = "",
) -> AsyncIterator[Hands]:
    """The app on a bank, signed in under a name when one is given."""
    app = CellbankApp(bank, Wording(language, bank.zone), idle, known(printers))
    app.animation_level = "none"
    async with app.run_test(size=size, notifications=True) as pilot:
        hands = Hands(app, pilot)
        if name is not None:
            await hands.sign_in(name)
        yield hands
        if app.is_running:
            await pilot.pause()  # A place that has just been opened is whole before the app ends.
