"""The process of one session: the terminal UI, with a browser in place of the terminal."""

import json
import os
import sys
from contextlib import suppress
from typing import Any

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.drivers.web_driver import WebDriver
from textual.messages import ExitApp

from cellbank.bank import Bank
from cellbank.errors import CellbankError
from cellbank.printers import known
from cellbank.wording import Wording
from tui.app import gc_tuning
from tui.app.app import CellbankApp


class PipedDriver(WebDriver):
    """A driver whose app ends with its server, however that ended: no session is left that nobody can reach."""

    def run_input_thread(self) -> None:
        """Read until the pipe's other end is gone."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._app.post_message(ExitApp())


class ServedApp(CellbankApp):
    """The same UI, told by a browser."""

    CSS_PATH = "../app/cellbank.tcss"

    def get_driver_class(self) -> type[Driver]:
        """The browser's."""
        return PipedDriver

    async def on_event(self, event: events.Event) -> None:
        """The keyboard is always here.

        The driver begins by saying that it is elsewhere, and the browser's word to the contrary may come before that;
        the page shows by itself whether it has the keyboard.
        """
        if not isinstance(event, events.AppBlur):
            await super().on_event(event)


def _read_offer() -> dict[str, Any]:
    """The first line on standard input, read byte by byte: what follows it is the driver's."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            break
        line += byte
    found: dict[str, Any] = json.loads(line)
    return found


def main() -> int:
    """Serve one browser. Why the bank cannot be opened goes to the server, as lines before the first packet."""
    told = _read_offer()
    wording = Wording(told["language"])
    try:
        printers = known(told["printers"])
        with Bank.open(told["place"]) as bank:
            app: App[None] = ServedApp(bank, Wording(told["language"], bank.zone), printers=printers)
            gc_tuning.tune()
            app.run()
            return app.return_code or 0
    except CellbankError as error:
        sys.stdout.write(f"{wording.error(error)}\n")
        return error.exit_code


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        sys.exit(main())
