"""What people type after a verb, read as its kind is read everywhere.

A reader runs while the command line is parsed; what it raises carries a code and is said in the reader's language.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from cellbank.cli.options import argument as argument, flag as flag, option as option
from cellbank.commands import kinds

if TYPE_CHECKING:
    from enum import StrEnum

E = TypeVar("E", bound="StrEnum")

count, day, instant = kinds.COUNT.read, kinds.DAY.read, kinds.INSTANT.read


def choice(kind: "Iterable[E]", text: str) -> "E":
    """A value of an enumeration, or of some of it, as typed."""
    found: E = kinds.among(*kind).read(text)
    return found


def listed(texts: list[str] | None) -> list[str]:
    """Several values, each option holding one or several between commas."""
    return [part.strip() for text in texts or () for part in text.split(",") if part.strip()]


def text_of(path: str) -> str:
    """The whole text of a file that the person named; refused when it cannot be read, or is no text."""
    from cellbank.errors import WrongInput

    try:
        return bytes_of(path).decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise WrongInput("cli.file.not_text", path=path) from error


def bytes_of(path: str) -> bytes:
    """The whole of a file that the person named; refused when it cannot be read."""
    from pathlib import Path

    from cellbank.errors import WrongInput

    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise WrongInput("cli.file.unreadable", path=path, why=error.strerror or "") from error


def counted(*names: str, help: str) -> Any:
    """An option that takes a count."""
    return option(*names, help=help, reads=kinds.COUNT.read, metavar=kinds.COUNT.metavar)


def dated(*names: str, help: str) -> Any:
    """An option that takes a day."""
    return option(*names, help=help, reads=kinds.DAY.read, metavar=kinds.DAY.metavar)
