"""What people type after a verb, read as its kind is read everywhere, and how the options of a verb are declared.

A reader runs while the command line is parsed; what it raises carries a code and is said in the reader's language.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from cellbank.commands import kinds

if TYPE_CHECKING:
    from enum import StrEnum

E = TypeVar("E", bound="StrEnum")

count, reported = kinds.COUNT.read, kinds.REPORTED.read
day, expiry = kinds.DAY.read, kinds.EXPIRY.read
instant, day_of = kinds.INSTANT.read, kinds.DAY_OF.read


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


def option(*names: str, help: str, reads: Callable[[str], object] | None = None, metavar: str = "TEXT") -> Any:
    """An option of a verb, with how its value is read."""
    return typer.Option(*names, help=help, parser=reads and _of_text(reads), metavar=metavar)


def _of_text(reads: Callable[[str], object]) -> Callable[[Any], object]:
    """A reader that leaves a default as it is."""
    return lambda value: reads(value) if isinstance(value, str) else value


def argument(metavar: str, help: str, reads: Callable[[str], object] | None = None) -> Any:
    """A value that stands after the verb without a name."""
    return typer.Argument(help=help, parser=reads, metavar=metavar)


def counted(*names: str, help: str) -> Any:
    """An option that takes a count."""
    return option(*names, help=help, reads=kinds.COUNT.read, metavar=kinds.COUNT.metavar)


def measured(*names: str, help: str) -> Any:
    """An option that takes a decimal."""
    return option(*names, help=help, reads=kinds.QUANTITY.read, metavar=kinds.QUANTITY.metavar)


def dated(*names: str, help: str) -> Any:
    """An option that takes a day."""
    return option(*names, help=help, reads=kinds.DAY.read, metavar=kinds.DAY.metavar)


def timed(*names: str, help: str) -> Any:
    """An option that takes a moment; it is read when the bank's zone is known."""
    return option(*names, help=f"{help} ISO 8601; without an offset, the site's time.", metavar=kinds.INSTANT.metavar)


def flag(*names: str, help: str) -> Any:
    """An option that is there or not."""
    return typer.Option(*names, help=help)
