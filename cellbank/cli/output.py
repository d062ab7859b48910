"""Documents to a file: never over another without `--force`, and there only when what they record was recorded."""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cellbank.cli.options import flag, option
from cellbank.cli.run import here

if TYPE_CHECKING:
    from cellbank.printers import Printer

STDOUT = "-"
LONGEST_NAME = 80
"""Characters of a file's name that is made of a code."""
_NOT_IN_A_NAME = re.compile(r"[^0-9A-Za-z._-]")
"""A name of its own is made of a code that somebody typed: it stays in this folder, whatever that was."""

PRINTER = option("--printer", help="A printer of CELLBANK_PRINTERS, in place of a file.", metavar="NAME")
OUTPUT = option("--output", help="The file to write, `-` for stdout; a name of its own when left out.", metavar="FILE")
FORCE = flag("--force", help="Write over a file that is there.")


@dataclass
class Sheet:
    """Where a document goes. `keep` takes it, `settled` gives it its name; without that it is gone."""

    target: str
    content: bytes | None = None
    _beside: Path | None = field(default=None, repr=False)

    def keep(self, content: bytes) -> None:
        """Take the document: on disk beside its place, durable, not yet under its name. Refused where it cannot be
        written.
        """
        self.content = content
        if self._beside is None:
            return
        with _written(self.target), self._beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def settled(self) -> dict[str, object]:
        """Put the document where it belongs, and say where; one that was never kept has no place. Refused where it
        cannot be written.
        """
        import hashlib

        if self.content is None:
            return {"path": None, "sha256": None}
        if self._beside is not None:
            with _written(self.target):
                self._beside.chmod(0o644)
                self._beside.replace(self.target)
        return {"path": self.target, "sha256": hashlib.sha256(self.content).hexdigest()}


@dataclass(frozen=True)
class Printing:
    """A print on its way to a printer: sent once what it records was recorded."""

    printer: "Printer"
    _taken: list[bytes] = field(default_factory=list, repr=False)

    @property
    def form(self) -> str:
        """What the printer takes."""
        return self.printer.form

    def keep(self, content: bytes) -> None:
        """Take the document."""
        self._taken.append(content)

    def settled(self) -> dict[str, object]:
        """Send it; what the answer says of it. An act that was repeated prints nothing again."""
        import hashlib

        for content in self._taken:
            self.printer.send(content)
        digests = [hashlib.sha256(content).hexdigest() for content in self._taken]
        return {"printer": self.printer.name if digests else None, "sha256": digests[0] if digests else None}


@contextmanager
def printing(printer: str | None, output: str | None, name: str, force: bool) -> Iterator["Printing | Sheet"]:
    """Where a print goes: to a printer, or to a file. Refused: both at once, an unknown printer."""
    from cellbank import printers
    from cellbank.errors import WrongInput

    if printer is None:
        with sheet(output, name, force) as document:
            yield document
        return
    if output is not None:
        raise WrongInput("printer.and_file")
    yield Printing(printers.named(here().settings.printers, printer))


@contextmanager
def _written(target: str) -> Iterator[None]:
    from cellbank.errors import CannotWrite

    try:
        yield
    except OSError as error:
        raise CannotWrite("cli.output.unwritable", path=target, why=error.strerror or "") from error


@contextmanager
def sheet(output: str | None, name: str, force: bool) -> Iterator[Sheet]:
    """A place for a document, proven writable before anything is recorded.

    Refused: a file that exists without `--force`, a place that cannot be written, standard output beside `--json`.
    """
    from cellbank.errors import WrongInput

    if output == STDOUT:
        if here().json:
            raise WrongInput("cli.output.stdout_json")
        here().aside = True
        found = Sheet(STDOUT)
        yield found
        sys.stdout.buffer.write(found.content or b"")
        return
    name = _NOT_IN_A_NAME.sub("-", name)[-LONGEST_NAME:]
    with _written(output or name):
        target = _free_place(output, name, force)
        handle, beside = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        os.close(handle)
    try:
        yield Sheet(str(target), _beside=Path(beside))
    finally:
        with suppress(FileNotFoundError):
            Path(beside).unlink()


def _free_place(output: str | None, name: str, force: bool) -> Path:
    from cellbank.errors import WrongInput

    target = Path(output or name)
    if target.is_dir():
        target = target / name
    if target.exists() and not force:
        raise WrongInput("cli.output.exists", path=str(target))
    if not target.parent.is_dir():
        raise WrongInput("cli.output.no_directory", path=str(target.parent))
    return target
