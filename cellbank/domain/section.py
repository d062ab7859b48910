"""The form of every section of the trial file: frozen, strict, nothing unknown, decimals exact.

A station declares its own section (`DonorProtocol`, `LotProtocol` …) from these types; `protocol` composes them.
What a section refuses carries a code of our own as pydantic's error type, never a sentence.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from cellbank.domain.record import Line
from cellbank.languages import BASE, known_languages

_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?")


class Section(BaseModel):
    """A part of the trial file. Unknown keys, other types and later changes are refused."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


def wrong(code: str, **params: object) -> PydanticCustomError:
    """What a validator raises: our code as the error's type. `key`, when given, is the key to point at."""
    return PydanticCustomError(code, code, dict(params))


def _exact(value: object) -> object:
    if isinstance(value, bool | float) or (isinstance(value, str) and not _DECIMAL.fullmatch(value)):
        raise wrong("protocol.value.decimal")
    return Decimal(value) if isinstance(value, int | str) else value


def _name(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        raise wrong("protocol.value.identifier")
    return value


Exact: TypeAlias = Annotated[Decimal, BeforeValidator(_exact)]
"""A decimal written as text or as a whole number. A float is refused: it is binary, and not what was typed."""
Positive: TypeAlias = Annotated[Exact, Field(gt=0)]
Percent: TypeAlias = Annotated[Exact, Field(ge=0, le=100)]
Whole: TypeAlias = Annotated[int, Field(ge=0, lt=2**53)]
Counted: TypeAlias = Annotated[int, Field(ge=1, lt=2**53)]
Said: TypeAlias = Annotated[Line, Field(min_length=1, max_length=400)]
"""One line of text, without control characters."""
Name: TypeAlias = Annotated[str, BeforeValidator(lambda value: _name(value) if isinstance(value, str) else value)]
"""The identifier of a row: small letters, digits and dashes."""


UNITS = (
    *("1", "%", "cells", "cells/mL", "cells/cm²", "colonies", "CFU", "CFU/mL", "EU/mL", "IU/mL", "particles/mL"),
    *("copies", "copies/mL", "copies/cell", "copies/µg", "g/L", "mg/L", "mg/mL", "µg/mL", "ng/mL", "pg/mL", "pg/cell"),
    *("ng", "pg", "mmol/L", "µmol/L", "mOsm/kg", "mL", "µL", "µm", "°C", "h", "min", "days", "pH"),
)
"""What a number of a specification may be measured in ("1" for a bare number). A unit misspelt would be compared with
every report letter by letter, or a limit be computed in another one."""


def _unit(value: str) -> str:
    if value not in UNITS:
        raise wrong("protocol.value.choice", expected=", ".join(get_close_matches(value, UNITS, n=3) or UNITS))
    return value


Unit: TypeAlias = Annotated[Said, AfterValidator(_unit)]
"""One of `UNITS`, as it is written there."""


class Words(Section):
    """One text in the trial's languages, and in others of the bank's where the file has them: `{ fr = …, en = … }`.

    Refused: a language of the trial left out, a language that the bank does not speak.
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Said] = Field(init=False)

    @model_validator(mode="before")
    @classmethod
    def _in_known_languages(cls, value: object, info: ValidationInfo) -> object:
        if not isinstance(value, Mapping):
            return value
        asked: tuple[str, ...] = (info.context or {}).get("languages") or ()
        for given in value:
            if given not in known_languages():
                near = [one for one in get_close_matches(str(given), known_languages(), n=1) if one not in value]
                if near:
                    raise wrong("protocol.key.misspelt", key=str(given), expected=near[0])
                raise wrong("protocol.key.unknown", key=str(given), expected=", ".join(known_languages()))
        for lacking in asked:
            if lacking not in value:
                raise wrong("protocol.key.missing", key=lacking, expected=lacking)
        return {language: value[language] for language in (*asked, *(one for one in value if one not in asked))}

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it is written in, the trial's first."""
        return tuple(self.model_extra or ())

    def said(self, language: str) -> str:
        """The text in a language; else in the base language of the bank, else in the trial's first."""
        texts: Mapping[str, str] = self.model_extra or {}
        return next(texts[one] for one in (language, BASE, *texts) if one in texts)


def refuse_twice(names: Iterable[str], key: str) -> None:
    """Refuse a list of rows of which two bear the same identifier; `key` is that of the list."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise wrong("protocol.row.twice", key=key, twice=name)
        seen.add(name)


def refuse_reversed(low: Decimal | int | None, high: Decimal | int | None, key: str) -> None:
    """Refuse a range whose lower end lies above its upper end; `key` is that of the lower end."""
    if low is not None and high is not None and low > high:
        raise wrong("protocol.range.reversed", key=key, low=str(low), high=str(high))
