"""What people type, read once for the command line and the forms: numbers, days, moments, choices, classes.

Numbers come as `1e7`, `10M`, `10 000 000`, `96,5`; a comma is a decimal comma in every language. Each
reader refuses what it does not understand and what could be read in two ways; none guesses, and files are never read
with them.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from cellbank.domain.dates import month_end
from cellbank.domain.terms import StockClass
from cellbank.errors import WrongInput
from cellbank.languages import typed

E = TypeVar("E", bound=StrEnum)
_DAY = "2026-03-02"
FIRST_YEAR, LAST_YEAR = 1900, 9999
"""Moments outside of these years are slips of a key, and the ends of the calendar have no other zone."""
_SPACES = re.compile("(?<=[0-9])[ \u00a0\u202f\u2009](?=[0-9]{3}(?![0-9]))")
_SEPARATED_TWICE = re.compile(r"[0-9]+[.,][0-9]+[.,][0-9.,]*")
_DECIMAL = re.compile(r"-?[0-9]{1,18}(?:[.,][0-9]{1,15})?")
_COUNT = re.compile(r"([0-9]{1,18})(?:[.,]([0-9]{1,15}))?(?:[eE]\+?([0-9]{1,2})|([kKM]))?")
_REPORTED = re.compile(r"(<=|>=|<|>|≤|≥)?\s*(-?[0-9]{1,18})(?:[.,]([0-9]{1,15}))?([eE][+-]?[0-9]{1,2})?")
_POWER = {"k": 3, "K": 3, "M": 6, None: 0}
_SIGN = {"≤": "<=", "≥": ">="}

MOST = 2**53
"""Counts stay below this, so that every JSON reader keeps them exact (RFC 8785)."""


def _tidy(text: str) -> str:
    tidy = text.strip().replace("\N{MINUS SIGN}", "-")
    without_spaces = _SPACES.sub("", tidy)
    number = without_spaces.lstrip("-<>=≤≥ ")
    if _SEPARATED_TWICE.fullmatch(number):
        raise WrongInput("number.ambiguous", value=text)
    return without_spaces


def typed_decimal(text: str) -> Decimal:
    """A decimal as typed: `96,5`, `96.5`, `1 234,5`, `-80`; its scale is kept.

    Refused: two separators (`1,234,567`, `1.234,5`), letters, NaN and infinity, exponents.

    >>> typed_decimal("1 234,50")
    Decimal('1234.50')
    """
    tidy = _tidy(text)
    if not _DECIMAL.fullmatch(tidy):
        raise WrongInput("number.form", value=text)
    return Decimal(tidy.replace(",", "."))


def typed_count(text: str) -> int:
    """A count as typed: `10000000`, `10 000 000`, `1e7`, `10M`, `1,5M`, `250k`; zero or more, below 2⁵³.

    Refused: negative, not whole, `1,234` and `1.234` (a thousand or a decimal?), `1,234,567`, NaN.

    >>> typed_count("1e7"), typed_count("1,5M"), typed_count("10 000 000")
    (10000000, 1500000, 10000000)
    >>> typed_count("1,234")
    Traceback (most recent call last):
        ...
    cellbank.errors.WrongInput: number.ambiguous(value='1,234')
    """
    tidy = _tidy(text)
    if tidy.startswith("-"):
        raise WrongInput("number.negative", value=text)
    match = _COUNT.fullmatch(tidy)
    if match is None:
        raise WrongInput("number.form", value=text)
    whole, fraction, exponent, unit = match.groups()
    power = int(exponent) if exponent else _POWER[unit]
    if fraction and len(fraction) == 3 and power == 0:
        raise WrongInput("number.ambiguous", value=text)
    return _whole(text, Decimal(f"{whole}.{fraction or 0}").scaleb(power))


def _whole(text: str, value: Decimal) -> int:
    if value >= MOST:
        raise WrongInput("number.high", value=text, limit=MOST - 1)
    if value != value.to_integral_value():
        raise WrongInput("number.not_whole", value=text)
    return int(value)


def typed_reported(text: str) -> str:
    """A laboratory value as typed, in the form that is kept: a decimal point, one space after the sign.

    A text that is no number (`no growth`, `46,XX`) is kept as typed, without the space around it. Refused: a number
    with two separators (`1,234,567`).

    >>> typed_reported("<0,05"), typed_reported(" 46,XX ")
    ('< 0.05', '46,XX')
    """
    if not re.search(r"[0-9]", text):
        return text.strip()
    tidy = _tidy(text)
    match = _REPORTED.fullmatch(tidy)
    if match is None:
        return text.strip()
    sign, whole, fraction, exponent = match.groups()
    number = whole + (f".{fraction}" if fraction else "") + (exponent or "")
    return f"{_SIGN.get(sign, sign)} {number}" if sign else number


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


def typed_initial(kind: Iterable[E], text: str) -> E:
    """A value of an enumeration by its first letter, or as `typed_choice` reads it. Any other text is refused."""
    values = tuple(kind)
    whole = {value.value[0]: value.value for value in values}
    return typed_choice(values, whole.get(text.strip().lower(), text))


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


def typed_lines(text: str) -> tuple[str, ...]:
    """Several texts between commas, without the space around them."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def typed_flag(text: str) -> bool:
    """Yes or no, in any language of the bank; any other text is refused."""
    said = text.strip().lower()
    if said not in typed("yes") | typed("no"):
        raise WrongInput("typed.choice", value=text, expected="yes, no")
    return said in typed("yes")


def typed_answers(text: str) -> Mapping[str, str]:
    """Answers by criterion: `age=44,pregnant=no`. Refused: a criterion without an answer, a criterion twice."""
    found: dict[str, str] = {}
    for part in (part for part in text.split(",") if part.strip()):
        name, separator, answer = (one.strip() for one in part.partition("="))
        if not separator or not answer or name in found:
            raise WrongInput("typed.answer", value=part.strip())
        found[name] = answer
    return found
