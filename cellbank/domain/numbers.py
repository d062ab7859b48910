"""Numbers as people type them: `1e7`, `10M`, `10 000 000`, `96,5`. Front ends call these; files are never guessed at.

A comma is a decimal comma (French usage). Whatever could be read in two ways is refused, not guessed.
"""

import re
from decimal import Decimal

from cellbank.errors import WrongInput

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
