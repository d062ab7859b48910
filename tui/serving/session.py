"""One session: a process of the UI of its own, spoken to through its pipes, from its first byte to its end."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from tui.serving import environment

DESK = (sys.executable, "-P", "-m", "tui.serving.desk")
"""The program of a session: this Python, and no module of the folder that the server happens to be in."""
READY = b"__GANGLION__\n"
"""What a Textual app says before its first packet."""
COLUMNS, ROWS = (20, 500), (5, 200)
"""The smallest and the largest screen that a browser gets, whatever it asks for."""
LONGEST_PRELUDE = 20
"""Lines that a process may say before it is ready: why it will not be."""
LAST_WORD_SECONDS = 35.0
"""How long an act in hand may take to end: a writer waits up to 30 s for the bank's lock (store/database.py)."""


class Session(AppService):
    """A process that is told about its bank on its standard input, so that no secret stands in its environment."""

    def __init__(
        self,
        told: Mapping[str, object],
        workstation: str,
        program: Sequence[str] = DESK,
        *,
        write_bytes: Callable[[bytes], Awaitable[None]],
        write_str: Callable[[str], Awaitable[None]],
        close: Callable[[], Awaitable[None]],
        download_manager: DownloadManager,
        debug: bool = False,
    ) -> None:
        super().__init__(
            "",
            write_bytes=write_bytes,
            write_str=write_str,
            close=close,
            download_manager=download_manager,
            debug=debug,
        )
        self.told = told
        self.workstation = workstation
        self.program = program
        self.prelude = ""
        """What the process said instead of becoming ready."""

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        return {
            **environment.needed(os.environ),
            "CELLBANK_WORKSTATION": self.workstation,
            "TEXTUAL_COLOR_SYSTEM": "truecolor",
            "COLUMNS": str(width),
            "ROWS": str(height),
        }

    async def _open_app_process(self, width: int = 80, height: int = 24) -> asyncio.subprocess.Process:
        self._process = await asyncio.create_subprocess_exec(
            *self.program,
            stdin=PIPE,
            stdout=PIPE,
            stderr=None if self.debug else DEVNULL,  # A trace shows what was typed.
            env=self._build_environment(*_within(width, height)),
            start_new_session=True,  # A Ctrl+C in the server's terminal is the server's; it ends its sessions in order.
        )
        assert self._process.stdin is not None  # noqa: S101 — asked for above; tells the type checker
        self._stdin = self._process.stdin
        self._stdin.write(json.dumps(self.told).encode() + b"\n")
        return self._process

    async def set_terminal_size(self, width: int, height: int) -> None:
        """Tell the process of a new size, within the limits."""
        await super().set_terminal_size(*_within(width, height))

    @property
    def status(self) -> int | None:
        """How the process ended: 0 is well, None is not yet."""
        return None if self._process is None else self._process.returncode

    async def run(self) -> None:
        """Pass on what the process says until it ends; then the browser is told."""
        process = self._process
        assert process is not None  # noqa: S101 — started before; tells the type checker
        assert process.stdout is not None  # noqa: S101 — the same
        with suppress(asyncio.IncompleteReadError):
            await self._relay(process.stdout)
        await process.wait()
        await self.remote_close()

    async def _relay(self, output: asyncio.StreamReader) -> None:
        for _ in range(LONGEST_PRELUDE):
            line = await output.readline()
            if line == READY:
                break
            self.prelude += line.decode("utf-8", "replace")
        while True:
            kind = await output.readexactly(1)
            payload = await output.readexactly(int.from_bytes(await output.readexactly(4), "big"))
            # A browser that is gone must not stop the process from saying the rest, or its pipe would fill.
            with suppress(ConnectionError):
                await {b"D": self.on_data, b"M": self.on_meta, b"P": self.on_packed}[kind](payload)

    async def stop(self) -> None:
        """Ask the process to end, wait for an act in hand, and end it when it does not."""
        process = self._process
        if process is None:
            return
        await self._download_manager.cancel_app_downloads(self.app_service_id)
        await self.send_meta({"type": "quit"})
        self.stdin.close()
        try:
            async with asyncio.timeout(LAST_WORD_SECONDS):
                await process.wait()
        except TimeoutError:
            self.kill()
        if self._task is not None:
            await self._task

    def kill(self) -> None:
        """End the process at once. An act in hand is kept whole or not at all, as in any other death."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()


def _within(width: int, height: int) -> tuple[int, int]:
    return min(max(int(width), COLUMNS[0]), COLUMNS[1]), min(max(int(height), ROWS[0]), ROWS[1])
