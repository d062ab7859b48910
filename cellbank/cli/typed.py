"""What people type after a verb: counts, decimals, dates, instants, classes. Each reader refuses, none guesses.

A reader runs while the command line is parsed; what it raises carries a code and is said in the reader's language.
"""

import re
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
    from cellbank.domain.numbers import typed_count

    return typed_count(text)


def decimal(text: str) -> "Decimal":
    """A decimal: `96.5` or `96,5`."""
    from cellbank.domain.numbers import typed_decimal

    return typed_decimal(text)


def reported(text: str) -> str:
    """A laboratory's value: `96,5`, `< 0,05`, `no growth`."""
    from cellbank.domain.numbers import typed_reported

    return typed_reported(text)


def day(text: str) -> "date":
    """A calendar day, ISO 8601: `2026-03-02`."""
    from datetime import date

    from cellbank.errors import WrongInput

    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip()):
            return date.fromisoformat(text.strip())
    except ValueError:
        pass
    raise WrongInput("cli.day", value=text)


def expiry(text: str) -> "date":
    """A day, or a month that stands for its last day (rules.md §9)."""
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text.strip()):
        return day(text)
    from cellbank.domain.lot import month_end

    return month_end(day(f"{text.strip()}-01"))


def instant(text: str, zone: "ZoneInfo") -> "datetime":
    """A moment, ISO 8601; without an offset it is the site's time.

    Refused: a day without a time, and the local times that a clock change skips or has twice.
    """
    from datetime import UTC, datetime

    from cellbank.errors import WrongInput

    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise WrongInput("cli.instant", value=text) from error
    if len(text.strip()) <= len("2026-03-02"):
        raise WrongInput("cli.instant", value=text)
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    early, late = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if early.utcoffset() != late.utcoffset():
        skipped = early.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment
        raise WrongInput("cli.instant.skipped" if skipped else "cli.instant.twice", value=text, zone=zone.key)
    return early.astimezone(UTC)


def day_of(text: str, zone: "ZoneInfo") -> "date":
    """A day, or the site's day of a moment."""
    return instant(text, zone).astimezone(zone).date() if len(text.strip()) > len("2026-03-02") else day(text)


def choice(kind: "Iterable[E]", text: str) -> "E":
    """A value of an enumeration, or of some of it, as typed: any case, spaces or dashes for underscores."""
    from cellbank.errors import WrongInput

    plain = re.sub(r"[\s_-]+", "_", text.strip().lower())
    for value in kind:
        if plain == re.sub(r"[\s_-]+", "_", value.value):
            return value
    raise WrongInput("cli.choice", value=text, expected=", ".join(value.value for value in kind))


def classes(texts: list[str] | None, vials: int) -> Mapping[Any, int]:
    """Stock classes with their numbers: `dispensable=20,retained=2`; all vials are dispensable when none is said."""
    from cellbank.domain.vial import StockClass
    from cellbank.errors import WrongInput

    found: dict[StockClass, int] = {}
    for part in (part for text in texts or () for part in text.split(",")):
        name, separator, number = part.partition("=")
        if not separator:
            raise WrongInput("cli.class", value=part)
        stock_class = choice(StockClass, name)
        if stock_class in found:
            raise WrongInput("cli.class.twice", value=stock_class.value)
        found[stock_class] = count(number)
    return found or {StockClass.DISPENSABLE: vials}


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
