"""A document that exists only once its act is kept: a file named after its act, a download, or a print."""

import errno
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cellbank.printers import Printer

Deliver = Callable[[bytes, str], None]
"""Hands a document of this name to the browser, from any thread."""


@dataclass(frozen=True)
class OutputFile:
    """One document on its way to a file; a file that is there already is never overwritten."""

    path: Path

    @property
    def _draft(self) -> Path:
        return self.path.with_name(f".{self.path.name}.draft")

    def stage(self, document: bytes) -> None:
        """Write the draft; within the act, so that an act whose paper cannot be written is not kept."""
        if self.path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(self.path))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._draft.open("wb") as file:
            file.write(document)
            file.flush()
            os.fsync(file.fileno())

    def commit(self) -> None:
        """The act is kept: the draft becomes the file."""
        self._draft.replace(self.path)

    def rollback(self) -> None:
        """The act is not kept: no draft stays behind."""
        self._draft.unlink(missing_ok=True)


@dataclass
class Download:
    """One document on its way to the browser: nothing is written where the server runs, whatever name was typed."""

    deliver: Deliver
    path: Path
    _document: bytes = field(default=b"", repr=False)

    def stage(self, document: bytes) -> None:
        """Take the document; within the act."""
        self._document = document

    def commit(self) -> None:
        """The act is kept: hand the document over."""
        self.deliver(self._document, self.path.name)

    def rollback(self) -> None:
        """The act is not kept: nor is the document."""
        self._document = b""


@dataclass
class Printed:
    """One document on its way to a printer: sent once its act is kept, so that no label is out that no entry knows."""

    printer: Printer
    _document: bytes = field(default=b"", repr=False)

    @property
    def path(self) -> Path:
        """What it would be called as a file, from which follows its form."""
        return Path(f"{self.printer.name}.{self.printer.form}")

    def stage(self, document: bytes) -> None:
        """Take the document; within the act."""
        self._document = document

    def commit(self) -> None:
        """The act is kept: send it. A printer that does not take it is said loudly; the record stays as it is."""
        self.printer.send(self._document)

    def rollback(self) -> None:
        """The act is not kept: nothing is sent."""
        self._document = b""


Paper = OutputFile | Download | Printed


def paper_for(where: str, deliver: Deliver | None = None) -> OutputFile | Download:
    """The document that someone named: their file, or where a browser is to be given it a download of that name.

    A browser's person has no business in the server's folders, so of a path only its last part is taken, in
    characters that any system has in a file's name.
    """
    if deliver is None:
        return OutputFile(Path(where).expanduser())
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", re.split(r"[/\\]", where)[-1]).lstrip(".-")
    return Download(deliver, Path(name or "document.pdf"))


def default_folder(place: str) -> Path:
    """Where the papers of a bank go unless told otherwise: `labels` beside its file, or here for one on a server."""
    return (Path.cwd() if "://" in place else Path(place).resolve().parent) / "labels"
