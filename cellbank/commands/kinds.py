"""Kinds of answers: how each is read wherever a person types it, and what it is in JSON.

One reader serves every face, so that all refuse in the same sentence; it is named as text and imported when it is used.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeAlias

from cellbank.domain.terms import MarkerOutcome, StockClass

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


class LoggerFile(NamedTuple):
    """A logger's file as the record keeps it: its name, and the SHA-256 of what was in it."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Kind:
    """How one answer is written.

    `reader` is `"module:function"`, called with the text, before it the values of `among` where there are any, after it
    the site's zone where `zoned`. Of a `file` the command line is given the path. `several` answers stand in one text
    between commas. `json` is the JSON type of the value, `format` what its text holds (`date`, `date-time`, `decimal`).
    """

    metavar: str
    reader: str
    json: str
    format: str = ""
    several: bool = False
    zoned: bool = False
    file: bool = False
    among: tuple[StrEnum, ...] = ()

    def read(self, text: str, zone: "ZoneInfo | None" = None) -> Any:
        """The value of what was typed; what cannot be read is refused (`WrongInput`)."""
        before = (self.among,) if self.among else ()
        after = (zone,) if self.zoned else ()
        return function(self.reader)(*before, text, *after)


@cache
def function(named: str) -> Callable[..., Any]:
    """The function that `"module:function"` names."""
    module, _, name = named.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found


def among(*values: StrEnum) -> Kind:
    """One of these values of an enumeration."""
    return replace(CHOICE, among=values)


def by_initial(*values: StrEnum) -> Kind:
    """One of these values of an enumeration, whole or by its first letter."""
    return replace(CHOICE, reader=f"{_TYPED}:typed_initial", among=values)


_TYPED, _SCANNED = "cellbank.domain.input_parsing", "cellbank.domain.keyboard_layout"

LINE = Kind("TEXT", f"{_TYPED}:typed_line", "string")
LINES = Kind("TEXT...", f"{_TYPED}:typed_lines", "array", several=True)
COUNT = Kind("COUNT", f"{_TYPED}:typed_count", "integer")
QUANTITY = Kind("NUMBER", f"{_TYPED}:typed_decimal", "string", "decimal")
REPORTED = Kind("VALUE", f"{_TYPED}:typed_reported", "string")
DAY = Kind("DATE", f"{_TYPED}:typed_day", "string", "date")
EXPIRY = Kind("DATE", f"{_TYPED}:typed_expiry", "string", "date")
DAY_OF = Kind("TIME", f"{_TYPED}:typed_day_of", "string", "date", zoned=True)
INSTANT = Kind("TIME", f"{_TYPED}:typed_instant", "string", "date-time", zoned=True)
CODE = Kind("CODE", f"{_SCANNED}:repaired", "string")
CODES = Kind("CODE...", f"{_SCANNED}:typed_codes", "array", several=True)
ALIASES = Kind("CODE...", f"{_SCANNED}:typed_aliases", "array", several=True)
CHOICE = Kind("TEXT", f"{_TYPED}:typed_choice", "string")
CLASSES = Kind("CLASS=N,...", f"{_TYPED}:typed_classes", "object", several=True)
FLAG = Kind("", f"{_TYPED}:typed_flag", "boolean")
ANSWERS = Kind("FILE", f"{_TYPED}:typed_answers", "object", file=True)
LOG_FILE = Kind("FILE", "cellbank.exchange.logger:logger_file", "array", file=True)
DONATION = Kind("TEXT", "cellbank.domain.identifiers:donation_id", "string")
OUTCOME = Kind("OUTCOME", "cellbank.domain.donor:marker_outcome", "string")
OUTCOMES = Kind("MARKER=OUTCOME,...", "cellbank.domain.donor:marker_outcomes", "object", several=True)
YES_NO = Kind("yes|no", f"{_TYPED}:typed_flag", "boolean")

Line: TypeAlias = Annotated[str, LINE]
"""One line of text, the space around it left out."""
Lines: TypeAlias = Annotated[Sequence[str], LINES]
"""Several texts, one line each, the space around them left out."""
Count: TypeAlias = Annotated[int, COUNT]
"""Zero or more: `10000000`, `1e7`, `10M`."""
Quantity: TypeAlias = Annotated[Decimal, QUANTITY]
"""An exact decimal, its scale kept: `96.5`, `96,5`."""
Reported: TypeAlias = Annotated[str, REPORTED]
"""A laboratory's value: `96,5`, `< 0,05`, `no growth`."""
Day: TypeAlias = Annotated[date, DAY]
"""A calendar day: `2026-03-02`."""
Expiry: TypeAlias = Annotated[date, EXPIRY]
"""A day, or a month that stands for its last day (rules.md §9)."""
DayOf: TypeAlias = Annotated[date, DAY_OF]
"""A day, or the site's day of a moment."""
Instant: TypeAlias = Annotated[datetime, INSTANT]
"""A moment; without an offset the site's time."""
Code: TypeAlias = Annotated[str, CODE]
"""The code of one thing, typed or scanned."""
Donation: TypeAlias = Annotated[str, DONATION]
"""A donation identifier: SEC, or ISBT 128 with its check character."""
Codes: TypeAlias = Annotated[Sequence[str], CODES]
"""The codes of several things."""
Aliases: TypeAlias = Annotated[Sequence[str], ALIASES]
"""Several things by their codes, or by what others call them: a supplier's lot, an item and its lot."""
Classes: TypeAlias = Annotated[Mapping[StockClass, int], CLASSES]
"""How many vials of each stock class: `dispensable=20,retained=2`."""
Flag: TypeAlias = Annotated[bool, FLAG]
"""Yes where it is said, else no."""
Answers: TypeAlias = Annotated[Mapping[str, str], ANSWERS]
"""What was answered to each criterion: `age=44,pregnant=no`; on the command line a file of them."""
LogFile: TypeAlias = Annotated[LoggerFile, LOG_FILE]
"""The file of a temperature logger; on the command line and in a form its path."""
Outcomes: TypeAlias = Annotated[Mapping[str, MarkerOutcome], OUTCOMES]
"""What a laboratory reported of several markers: `hbsag=negative,anti-hcv=reactive`."""
YesNo: TypeAlias = Annotated[bool, YES_NO]
"""Yes or no, each of them said."""
