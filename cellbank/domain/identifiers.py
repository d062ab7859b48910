"""Codes: our own with their check character, and the foreign ones the bank validates and keeps.

Own codes use `0-9 A-Z -` and end in an ISO/IEC 7064 MOD 37-36 check character, dashes left out of the sum, so
that a QR symbol stays in alphanumeric mode and a wrong keyboard layout is noticed. MOD 37-2, which may end in
`*`, serves ISBT 128 donation numbers only.
"""

import re

from stdnum.iso7064 import mod_37_2, mod_37_36

from cellbank.domain.stations import PREFIX as PREFIX
from cellbank.domain.terms import Station as Station
from cellbank.errors import WrongInput

_PSEUDONYM = re.compile(r"[0-9A-Z](?:[0-9A-Z-]{0,18}[0-9A-Z])?")
_OWN = re.compile(r"[A-Z]{1,2}-\d{6}(?:-\d{1,4})?-[0-9A-Z]")


def with_check(body: str) -> str:
    """An own code: the body, a dash, its MOD 37-36 check character.

    >>> with_check("L-260001")
    'L-260001-O'
    """
    return f"{body}-{mod_37_36.calc_check_digit(body.replace('-', ''))}"


def has_own_form(code: str) -> bool:
    """Whether the text looks like one of our own codes (its check character may still be wrong)."""
    return _OWN.fullmatch(code) is not None


def check_is_right(code: str) -> bool:
    """Whether an own code's check character fits.

    >>> check_is_right("L-260001-O"), check_is_right("L-260010-O")
    (True, False)
    """
    return bool(mod_37_36.is_valid(code.replace("-", "")))


def own_code(station: Station, year: int, sequence: int) -> str:
    """The code of the `sequence`-th thing of a station in a year; refused after the 9,999th.

    >>> own_code(Station.LOT, 2026, 1)
    'L-260001-O'
    """
    if not 0 < sequence < 10_000:
        raise WrongInput("code.sequence.full", station=station.value, year=year)
    return with_check(f"{PREFIX[station]}-{year % 100:02d}{sequence:04d}")


def vial_code(lot_number: str, vial_number: int) -> str:
    """The code of a vial: its lot's year and sequence, then its own number, at most 16 characters.

    >>> vial_code("L-260001-O", 1)
    'V-260001-001-E'
    """
    year_and_sequence = lot_number.split("-")[1]
    return with_check(f"{PREFIX[Station.VIAL]}-{year_and_sequence}-{vial_number:03d}")


_AIM_LENGTH = 3
"""Characters of an AIM symbology identifier (ISO/IEC 15424): `]`, a letter, a modifier."""
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")


def normalised(text: str) -> str:
    """A typed or scanned code in capitals, without surrounding space and without the AIM symbology identifier
    (`]d2`, `]Q3`, `]C1`: ISO/IEC 15424) that a scanner may put before it.

    >>> normalised(" ]d2v-260001-001-e")
    'V-260001-001-E'
    """
    text = text.strip()
    return text[_AIM_LENGTH:].strip().upper() if _AIM.match(text) else text.upper()


def pseudonym(text: str) -> str:
    """A donor's or subject's pseudonym: 1 to 20 of `0-9 A-Z -`. Names and free text are refused.

    >>> pseudonym("d-0427")
    'D-0427'
    >>> pseudonym("Jane Doe")
    Traceback (most recent call last):
        ...
    cellbank.errors.WrongInput: code.pseudonym.form(value='Jane Doe')
    """
    code = normalised(text)
    if not _PSEUDONYM.fullmatch(code):
        raise WrongInput("code.pseudonym.form", value=text)
    if has_own_form(code):
        raise WrongInput("code.pseudonym.own", value=text)
    return code


_SEC_DONATION = re.compile(r"[A-Z]{2}[0-9A-Z]{6}[0-9A-Z]{13}")
_ISBT = re.compile(r"([A-NP-Z1-9]\d{4}\d{2}\d{6})(\d{2})?([0-9A-Z*])")


def donation_id(text: str) -> str:
    """A donation identifier, validated: the donation sequence of a Single European Code (21 characters, Directive
    (EU) 2015/565) or an ISBT 128 donation number (13 characters) followed by its MOD 37-2 check character, with or
    without the two flag characters. Spaces and a leading `SEC:` are left out; the whole 40-character SEC is accepted
    and cut to its donation sequence. Anything else is refused with what was expected.

    >>> donation_id("SEC: PL001499Z549917123456 A00T041600320171231")
    'PL001499Z549917123456'
    >>> donation_id("G123417654321A")
    'G123417654321A'
    """
    code = normalised(text).removeprefix("SEC:").replace(" ", "")
    if len(code) == 40:
        code = code[:21]
    if len(code) == 21 and _SEC_DONATION.fullmatch(code):
        return code
    match = _ISBT.fullmatch(code)
    if match is None:
        raise WrongInput("code.donation.form", value=text)
    number, _flags, check = match.groups()
    if mod_37_2.calc_check_digit(number) != check:
        raise WrongInput("code.donation.check", value=text, expected=mod_37_2.calc_check_digit(number))
    return f"{number}{check}"
