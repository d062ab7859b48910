"""A label printer for the tests: a port of this machine that takes what is sent to it, or a queue behind an `lp`."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

LP = """#!/bin/sh
printf '%s\\n' "$@" > "$0.words"
cat > "$0.document"
"""
LP_THAT_FAILS = """#!/bin/sh
cat > /dev/null
echo "lp: The printer or class does not exist." >&2
exit 1
"""


@dataclass
class NetworkPrinter:
    """What was sent, document by document."""

    port: int
    documents: list[bytes] = field(default_factory=list)
    _arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    @property
    def address(self) -> str:
        """As it stands in the setting."""
        return f"socket://127.0.0.1:{self.port}"

    def next(self) -> bytes:
        """The next document, once it is there whole."""
        assert self._arrived.acquire(timeout=30), "nothing was printed"
        return self.documents[-1]

    def take(self, listener: socket.socket) -> None:
        """Take documents until the listener is closed."""
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with line, line.makefile("rb") as sent:
                self.documents.append(sent.read())
            self._arrived.release()


@contextmanager
def a_network_printer() -> Iterator[NetworkPrinter]:
    """One that listens for as long as it is needed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        printer = NetworkPrinter(listener.getsockname()[1])
        taking = threading.Thread(target=printer.take, args=(listener,))
        taking.start()
        try:
            yield printer
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            taking.join()


def a_deaf_port() -> int:
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def setting(**addresses: str) -> str:
    """`CELLBANK_PRINTERS` with these printers."""
    return json.dumps(addresses)


def an_lp(folder: Path, script: str = LP) -> Path:
    """An `lp` of our own in a folder."""
    folder.mkdir()
    program = folder / "lp"
    program.write_text(script)
    program.chmod(0o755)
    return program
