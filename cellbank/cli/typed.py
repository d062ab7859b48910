"""What people type after a verb: counts, decimals, dates, instants, classes. Each reader refuses, none guesses.

A reader runs while the command line is parsed; what it raises carries a code and is said in the reader's language.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import typer

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal
    from enum import StrEnum
    from zoneinfo import ZoneInfo

E = TypeVar("E", bound="StrEnum")


def count(text: str) -> int:
    """A count: `10000000`, `1e7`, `10M`."""
    from cellbank.domain.input_parsing import typed_count

    return typed_count(text)


def decimal(text: str) -> "Decimal":
    """A decimal: `96.5` or `96,5`."""
    from cellbank.domain.input_parsing import typed_decimal

    return typed_decimal(text)


def reported(text: str) -> str:
    """A laboratory's value: `96,5`, `< 0,05`, `no growth`."""
    from cellbank.domain.input_parsing import typed_reported

    return typed_reported(text)


def day(text: str) -> "date":
    """A calendar day, ISO 8601: `2026-03-02`."""
    from cellbank.domain.input_parsing import typed_day

    return typed_day(text)


def expiry(text: str) -> "date":
    """A day, or a month that stands for its last day (rules.md §9)."""
    from cellbank.domain.input_parsing import typed_expiry

    return typed_expiry(text)


def instant(text: str, zone: "ZoneInfo") -> "datetime":
    """A moment, ISO 8601; without an offset it is the site's time."""
    from cellbank.domain.input_parsing import typed_instant

    return typed_instant(text, zone)


def day_of(text: str, zone: "ZoneInfo") -> "date":
    """A day, or the site's day of a moment."""
    from cellbank.domain.input_parsing import typed_day_of

    return typed_day_of(text, zone)


def choice(kind: "Iterable[E]", text: str) -> "E":
    """A value of an enumeration, or of some of it, as typed."""
    from cellbank.domain.input_parsing import typed_choice

    return typed_choice(kind, text)


def classes(texts: list[str] | None, vials: int) -> Mapping[Any, int]:
    """Stock classes with their numbers: `dispensable=20,retained=2`; all vials are dispensable when none is said."""
    from cellbank.domain.input_parsing import typed_classes
    from cellbank.domain.terms import StockClass

    return typed_classes(",".join(texts or ())) or {StockClass.DISPENSABLE: vials}


def listed(texts: list[str] | None) -> list[str]:
    """Several values, each option holding one or several between commas."""
    return [part.strip() for text in texts or () for part in text.split(",") if part.strip()]


def text_of(path: str) -> str:
    """The whole text of a file that the person named."""
    from cellbank.errors import WrongInput

    try:
        return bytes_of(path).decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise WrongInput("cli.file.not_text", path=path) from error


def bytes_of(path: str) -> bytes:
    """The whole of a file that the person named."""
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
    return option(*names, help=help, reads=count, metavar="COUNT")


def measured(*names: str, help: str) -> Any:
    """An option that takes a decimal."""
    return option(*names, help=help, reads=decimal, metavar="NUMBER")


def dated(*names: str, help: str) -> Any:
    """An option that takes a day."""
    return option(*names, help=help, reads=day, metavar="DATE")


def timed(*names: str, help: str) -> Any:
    """An option that takes a moment; it is read when the bank's zone is known."""
    return option(*names, help=f"{help} ISO 8601; without an offset, the site's time.", metavar="TIME")


def flag(*names: str, help: str) -> Any:
    """An option that is there or not."""
    return typer.Option(*names, help=help)
