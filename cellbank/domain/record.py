"""The base of every row, and its columns: strict types in Python, TEXT and INTEGER in the database.

SQLModel tables do not validate what they are given; `checked` does, from the same field definitions, and the
unit of work calls it for every new or changed row. `stored_form` is what the database holds and what an entry
records: text, integers and null, nothing else, so that the record can be compared with the tables letter by letter.
"""

import uuid
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, ClassVar, TypeAlias, cast

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, ValidationError, create_model
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from sqlmodel import Field, SQLModel
from sqlmodel._compat import SQLModelConfig
from sqlmodel.main import FieldInfoMetadata

from cellbank.domain.characters import shown
from cellbank.domain.column import (
    CodeText as CodeText,
    DayText as DayText,
    DecimalText as DecimalText,
    FlagInteger as FlagInteger,
    Instant as Instant,
    InstantText as InstantText,
    Line as Line,
    Quantity as Quantity,
    choice as choice,
    count as count,
    day as day,
    flag as flag,
    instant as instant,
    key as key,
    prose as prose,
    quantity as quantity,
    text as text,
)
from cellbank.domain.dates import instant_text as instant_text
from cellbank.errors import WrongInput

Stored: TypeAlias = str | int | None


def new_id() -> str:
    """A fresh row or act identity (UUID version 4, text)."""
    return str(uuid.uuid4())


class Record(SQLModel):
    """A row of the bank.

    `secret_columns` never enter an entry in clear: the entry holds a salted commitment instead.
    """

    model_config = SQLModelConfig(extra="forbid")
    secret_columns: ClassVar[frozenset[str]] = frozenset()
    code_column: ClassVar[str] = "code"

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=sa.Text)

    @property
    def label(self) -> str:
        """What people call this row: its code, number or name."""
        return str(getattr(self, self.code_column, self.id))


def one_of(column: str, kind: type[StrEnum], table: str) -> sa.CheckConstraint:
    """The database's own refusal of a value outside an enumeration."""
    values = ", ".join(f"'{value}'" for value in kind)
    return sa.CheckConstraint(f"{column} IN ({values})", name=f"{table}_{column}_known")


def one_while(condition: str, name: str, *columns: str) -> sa.Index:
    """The database's own refusal of a second row with the same columns while the condition holds for both."""
    where = sa.text(condition)
    return sa.Index(name, *columns, unique=True, sqlite_where=where, postgresql_where=where)


def strict(*constraints: Any) -> tuple[Any, ...]:
    """Table arguments: STRICT on SQLite, and the constraints given."""
    return (*constraints, {"sqlite_strict": True})


def columns_of(kind: type[Record]) -> Sequence[sa.Column[Any]]:
    """The columns of a row class, in order."""
    return list(table_of(kind).columns)


def table_of(kind: type[Record]) -> sa.Table:
    """The table of a row class."""
    return cast(sa.Table, kind.__table__)  # type: ignore[attr-defined]


def record_kinds() -> Mapping[str, type[Record]]:
    """Every row class by the name of its table."""
    found: dict[str, type[Record]] = {}
    pending: list[type[Record]] = list(Record.__subclasses__())
    while pending:
        kind = pending.pop()
        pending.extend(kind.__subclasses__())
        if hasattr(kind, "__table__"):
            found[table_of(kind).name] = kind
    return dict(sorted(found.items()))


_NO_DIALECT = cast(sa.Dialect, None)


def stored_value(column: sa.Column[Any], value: object) -> Stored:
    """One value as the database holds it."""
    if isinstance(column.type, sa.types.TypeDecorator):
        return cast(Stored, column.type.process_bind_param(value, _NO_DIALECT))
    return cast(Stored, value)


def stored_form(row: Record) -> dict[str, Stored]:
    """The row as the database holds it and an entry records it."""
    return {column.name: stored_value(column, getattr(row, column.name)) for column in columns_of(type(row))}


@cache
def _validator(kind: type[Record]) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for name, info in kind.model_fields.items():
        rules = [rule for rule in info.metadata if not isinstance(rule, FieldInfoMetadata)]
        annotation: Any = info.annotation
        for rule in rules:
            annotation = Annotated[annotation, rule]
        fields[name] = (annotation, FieldInfo(default=PydanticUndefined))
    config = ConfigDict(strict=True, extra="forbid")
    return cast(type[BaseModel], create_model(f"{kind.__name__}Checked", __config__=config, **fields))


def checked(row: Record) -> None:
    """Refuse a row whose values do not fit its fields, naming table, column and what is wrong."""
    kind = type(row)
    try:
        _validator(kind).model_validate({name: getattr(row, name) for name in kind.model_fields})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        column = str(first["loc"][0]) if first["loc"] else ""
        what = wrongness(first)
        raise WrongInput(
            f"input.{what}",
            table=table_of(kind).name,
            column=column,
            value=shown(first.get("input")),
            limit=_limit(first),
        ) from error


def _limit(error: Mapping[str, Any]) -> str:
    """The bound that pydantic names in its error; a decimal's comes written out as Python code."""
    bound = str(next((limit for name, limit in error.get("ctx", {}).items() if name != "field_type"), ""))
    return bound.removeprefix("Decimal('").removesuffix("')")


_WRONGNESS = {
    "missing": "missing",
    "string_too_short": "short",
    "string_too_long": "long",
    "too_short": "short",
    "too_long": "long",
    "greater_than_equal": "low",
    "greater_than": "not_above",
    "less_than_equal": "high",
    "less_than": "high",
    "string_pattern_mismatch": "form",
}


def wrongness(error: Mapping[str, Any]) -> str:
    """The last word of the code for one pydantic error: `short`, `long`, `low`, `not_above`, `high`, `control`,
    `space`, `zone`, `form`, `type`.
    """
    if error["type"] == "value_error":
        said = str(error.get("ctx", {}).get("error", ""))
        return {"control": "control", "surrounding space": "space", "without a zone": "zone"}.get(said, "form")
    return _WRONGNESS.get(str(error["type"]), "type")
