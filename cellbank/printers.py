"""The printers of a site: by name, each a label printer on the network that takes ZPL, or a print queue that takes PDF.

`CELLBANK_PRINTERS` is a JSON object of names and addresses: `{"bench": "socket://labels.example:9100", "office":
"lp:Office_Laser"}`. A network printer is written to as it listens, raw on its port (AppSocket, 9100 as a rule); a queue
is one that `lp` knows. Neither says whether a label came out: scanning it back from its vial does.
"""

import json
import re
import shutil
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cellbank.errors import CannotPrint, WrongInput

PORT = 9100
"""Raw printing's port where an address names none."""
SECONDS = 15.0
"""How long a printer may take to answer, and again to take a document."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_SOCKET = re.compile(r"socket://(?P<host>[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?")
_QUEUE = re.compile(r"lp:(?P<queue>[A-Za-z0-9_][A-Za-z0-9_.-]*)")


@dataclass(frozen=True)
class Printer:
    """One printer; `form` is what it takes."""

    name: str
    form: Literal["pdf", "zpl"]
    host: str = ""
    port: int = PORT
    queue: str = ""

    def send(self, document: bytes) -> None:
        """Hand a document over; raises `CannotPrint` when the printer did not take it whole."""
        try:
            if self.queue:
                self._queue(document)
            else:
                self._write(document)
        except (OSError, subprocess.SubprocessError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise CannotPrint("printer.silent", printer=self.name, why=why) from error

    def _write(self, document: bytes) -> None:
        with socket.create_connection((self.host, self.port), timeout=SECONDS) as line:
            line.sendall(document)
            line.shutdown(socket.SHUT_WR)

    def _queue(self, document: bytes) -> None:
        program = shutil.which("lp")
        if program is None:
            raise CannotPrint("printer.no_lp", printer=self.name)
        done = subprocess.run(  # noqa: S603 — the queue's name has letters, digits, `_`, `.` and `-` only
            [program, "-d", self.queue, "-s", "-"], input=document, capture_output=True, timeout=SECONDS, check=False
        )
        if done.returncode:
            why = done.stderr.decode(errors="replace").strip().splitlines()
            raise CannotPrint("printer.silent", printer=self.name, why=why[-1] if why else f"lp: {done.returncode}")


def known(setting: str) -> Mapping[str, Printer]:
    """The printers of a setting by name, none where it is empty; what is no such setting is refused."""
    try:
        addresses = json.loads(setting or "{}")
    except ValueError as error:
        raise WrongInput("printer.setting", value=setting) from error
    if not isinstance(addresses, dict) or not all(isinstance(address, str) for address in addresses.values()):
        raise WrongInput("printer.setting", value=setting)
    return {name: _printer(name, address) for name, address in addresses.items()}


def named(setting: str, name: str) -> Printer:
    """One printer of a setting by its name; refused when the setting has no such name."""
    found = known(setting)
    if name not in found:
        raise WrongInput("printer.unknown", printer=name, known=", ".join(found) or "–")
    return found[name]


def _printer(name: str, address: str) -> Printer:
    if not _NAME.fullmatch(name):
        raise WrongInput("printer.name", value=name)
    if queue := _QUEUE.fullmatch(address):
        return Printer(name, "pdf", queue=queue["queue"])
    line = _SOCKET.fullmatch(address)
    if line is None or not 0 < int(line["port"] or PORT) < 65_536:
        raise WrongInput("printer.address", printer=name, value=address)
    return Printer(name, "zpl", host=line["host"].strip("[]"), port=int(line["port"] or PORT))
