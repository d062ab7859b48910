"""A real terminal: the program in tmux, driven by keys, read from the screen; nothing of it is in this process."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest

PATIENCE = 60.0
"""Seconds that a person would wait; a crowded machine reads slowly."""
LOOK_EVERY = 0.1
PROGRAM = "import sys; sys.argv[0] = 'cellbank'; from cellbank.cli import main; main()"


@dataclass
class Terminal:
    """One tmux session on a socket of its own."""

    socket: Path

    def _tmux(self, *words: str) -> str:
        command = [shutil.which("tmux") or "tmux", "-f", "/dev/null", "-S", str(self.socket), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def open(self, bank: Path, width: int, height: int, language: str) -> None:
        """Start the program in it."""
        said = {"CELLBANK_BANK": str(bank), "CELLBANK_LANG": language, "TERM": "xterm-256color"}
        given = [part for name, value in said.items() for part in ("-e", f"{name}={value}")]
        where = ["-x", str(width), "-y", str(height), "-c", str(Path(__file__).parents[2])]
        self._tmux("new-session", "-d", "-s", "desk", *where, *given, sys.executable, "-c", PROGRAM)

    def close(self) -> None:
        """End it."""
        subprocess.run(["tmux", "-S", str(self.socket), "kill-server"], check=False, capture_output=True)  # noqa: S607

    def screen(self) -> str:
        """What stands on the screen, line by line."""
        return self._tmux("capture-pane", "-p", "-t", "desk")

    def press(self, *keys: str) -> None:
        """Keys by tmux's names: `F6`, `Enter`, `Right`."""
        self._tmux("send-keys", "-t", "desk", *keys)

    def type(self, text: str) -> None:
        """A text and Enter, as a scanner sends it."""
        self._tmux("send-keys", "-t", "desk", "-l", text)
        self.press("Enter")

    def sees(self, *texts: str) -> str:
        """Wait until every text stands on the screen; the screen."""
        end, pause = time.monotonic() + PATIENCE, Event()
        while True:
            shown = self.screen()
            if all(text in shown for text in texts):
                return shown
            if time.monotonic() > end:
                raise AssertionError(f"waited in vain for {texts}; the screen says:\n{shown}")
            pause.wait(LOOK_EVERY)

    def sign_in(self, name: str, password: str) -> None:
        """From the sign-in to a desk."""
        self.sees("Sign in")
        self.type(name)
        self.type(password)


@contextmanager
def at_a_terminal(
    bank: Path, folder: Path, *, width: int = 80, height: int = 24, language: str = "en"
) -> Iterator[Terminal]:
    """The program on a bank in a terminal of this size; skipped, with the reason, where there is no tmux."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed: the program was not driven in a real terminal")
    socket = Path(os.environ.get("TMPDIR", "/tmp")) / f"cellbank-{os.getpid()}-{abs(hash(folder)) % 10**8}.sock"
    terminal = Terminal(socket)
    terminal.open(bank, width, height, language)
    try:
        yield terminal
    finally:
        terminal.close()
        socket.unlink(missing_ok=True)
