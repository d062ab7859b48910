"""Days, moments, choices and classes as people type them, at the command line and in a form alike.

Each reader refuses what it does not understand, none guesses; numbers have readers of their own in `numbers`.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from cellbank.domain.dates import month_end
from cellbank.domain.numbers import typed_count
from cellbank.domain.terms import StockClass
from cellbank.errors import WrongInput

E = TypeVar("E", bound=StrEnum)
_DAY = "2026-03-02"
_YES, _NO = frozenset({"yes", "y", "true", "oui", "o"}), frozenset({"no", "n", "false", "non"})
FIRST_YEAR, LAST_YEAR = 1900, 9999
"""Moments outside of these years are slips of a key, and the ends of the calendar have no other zone."""


def typed_day(text: str) -> date:
    """A calendar day, ISO 8601: `2026-03-02`; any other text is refused."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip()):
            return date.fromisoformat(text.strip())
    except ValueError:
        pass
    raise WrongInput("typed.day", value=text)


def typed_expiry(text: str) -> date:
    """A day, or a month that stands for its last day (rules.md §9); any other text is refused."""
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text.strip()):
        return typed_day(text)
    return month_end(typed_day(f"{text.strip()}-01"))


def typed_instant(text: str, zone: ZoneInfo) -> datetime:
    """A moment, ISO 8601, in UTC; without an offset it is the site's time.

    Refused: a day without a time, a year before 1900, and the local times that a clock change skips or has twice.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise WrongInput("typed.instant", value=text) from error
    if len(text.strip()) <= len(_DAY):
        raise WrongInput("typed.instant", value=text)
    if not FIRST_YEAR <= moment.year < LAST_YEAR:
        raise WrongInput("typed.instant", value=text)
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    early, late = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if early.utcoffset() != late.utcoffset():
        skipped = early.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment
        raise WrongInput("typed.instant.skipped" if skipped else "typed.instant.twice", value=text, zone=zone.key)
    return early.astimezone(UTC)


def typed_day_of(text: str, zone: ZoneInfo) -> date:
    """A day, or the site's day of a moment; any other text is refused."""
    return typed_instant(text, zone).astimezone(zone).date() if len(text.strip()) > len(_DAY) else typed_day(text)


def typed_choice(kind: Iterable[E], text: str) -> E:
    """A value of an enumeration, or of some of it, as typed: any case, spaces or dashes for underscores. Any other text
    is refused, with the values that are expected.
    """
    plain = re.sub(r"[\s_-]+", "_", text.strip().lower())
    for value in kind:
        if plain == re.sub(r"[\s_-]+", "_", value.value):
            return value
    raise WrongInput("typed.choice", value=text, expected=", ".join(value.value for value in kind))


def typed_classes(text: str) -> Mapping[StockClass, int]:
    """Stock classes with their numbers: `dispensable=20,retained=2`.

    Refused: a class without a number, a class twice, a name that is no stock class.
    """
    found: dict[StockClass, int] = {}
    for part in (part for part in text.split(",") if part.strip()):
        name, separator, number = part.partition("=")
        if not separator:
            raise WrongInput("typed.class", value=part)
        stock_class = typed_choice(StockClass, name)
        if stock_class in found:
            raise WrongInput("typed.class.twice", value=stock_class.value)
        found[stock_class] = typed_count(number)
    return found


def typed_line(text: str) -> str:
    """One line of text, without the space around it."""
    return text.strip()


def typed_flag(text: str) -> bool:
    """Yes or no, in any language of the bank."""
    said = text.strip().lower()
    if said not in _YES | _NO:
        raise WrongInput("typed.choice", value=text, expected="yes, no")
    return said in _YES
