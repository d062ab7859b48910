"""The columns of a row: strict types in Python, TEXT and INTEGER in the database; what text may never hold."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

import sqlalchemy as sa
from pydantic import AfterValidator
from sqlmodel import Field

from cellbank.domain.characters import is_hostile
from cellbank.domain.dates import instant_text


def _clean(value: str) -> str:
    if any(is_hostile(character) for character in value):
        raise ValueError("control")
    if value != value.strip():
        raise ValueError("surrounding space")
    return value


def _finite(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise ValueError("not a number")
    return value


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("without a zone")
    return value


Line: TypeAlias = Annotated[str, AfterValidator(_clean)]
"""One line of text: no control or bidirectional characters, no space around it."""
Quantity: TypeAlias = Annotated[Decimal, AfterValidator(_finite)]
"""An exact decimal; its scale is kept as it was reported (9.50 stays 9.50)."""
Instant: TypeAlias = Annotated[datetime, AfterValidator(_aware)]
"""A moment with a zone; stored in UTC to the microsecond."""


class CodeText(sa.types.TypeDecorator[StrEnum]):
    """An enumeration stored by its value, never by its name."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: StrEnum | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> StrEnum | None:
        return None if value is None else self.kind(value)


class DecimalText(sa.types.TypeDecorator[Decimal]):
    """A decimal stored as plain text, scale kept; never a binary float."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else format(value, "f")

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)

    def compare_values(self, x: Any, y: Any) -> bool:
        return str(x) == str(y)


class InstantText(sa.types.TypeDecorator[datetime]):
    """An instant stored as `2026-01-31T08:15:00.000000Z`: fixed width, so that text order is time order."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else instant_text(value)

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class DayText(sa.types.TypeDecorator[date]):
    """A calendar day stored as ISO 8601 text."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else value.isoformat()

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> date | None:
        return None if value is None else date.fromisoformat(value)


class FlagInteger(sa.types.TypeDecorator[bool]):
    """Yes or no, stored as 1 or 0."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> bool | None:
        return None if value is None else bool(value)


def _column(kind: Any, **options: Any) -> Any:
    return Field(sa_type=kind, **options)


def text(**options: Any) -> Any:
    """A text column; 1 to 500 characters unless told otherwise."""
    return _column(sa.Text, **({"min_length": 1, "max_length": 500} | options))


def prose(**options: Any) -> Any:
    """A text column without a bound for documents (a trial file, a signed content)."""
    return _column(sa.Text, **options)


def choice(kind: type[StrEnum], **options: Any) -> Any:
    """A column holding one value of an enumeration."""
    return _column(CodeText(kind), **options)


def count(**options: Any) -> Any:
    """An integer column, zero or more unless told otherwise."""
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return _column(kind, **({"ge": 0, "lt": 2**53} | options))


def quantity(**options: Any) -> Any:
    """An exact decimal column."""
    return _column(DecimalText, **options)


def instant(**options: Any) -> Any:
    """An instant column (UTC)."""
    return _column(InstantText, **options)


def day(**options: Any) -> Any:
    """A calendar-day column."""
    return _column(DayText, **options)


def flag(**options: Any) -> Any:
    """A yes-or-no column."""
    return _column(FlagInteger, **options)


def key(target: str, **options: Any) -> Any:
    """A reference to another row's id (`key("donor.id")`), indexed; nothing is ever deleted through it."""
    return _column(sa.Text, foreign_key=target, **({"index": True} | options))
