"""One plausible row of any table, written beneath the bank: for guards and CHECKs, which ask nothing else of it."""

from typing import Any

import sqlalchemy as sa

from cellbank.domain import record
from cellbank.domain.record import CodeText, DayText, DecimalText, InstantText, Record

EXCEPTIONS: dict[str, dict[str, Any]] = {"culture_source": {"kind": "tissue", "tissue_id": "another"}}
"""What a table asks across its columns."""


def plausible(kind: type[Record], row_id: str) -> dict[str, Any]:
    """Values that fit the columns and their CHECKs; nullable columns stay empty, references lead nowhere."""
    table = record.table_of(kind)
    found = {column.name: _value(column, row_id) for column in table.columns if not column.nullable}
    return found | EXCEPTIONS.get(table.name, {})


def _value(column: sa.Column[Any], row_id: str) -> Any:
    if column.primary_key:
        return row_id
    if isinstance(column.type, CodeText):
        return next(iter(column.type.kind)).value
    if isinstance(column.type, DayText):
        return "2026-03-02"
    if isinstance(column.type, InstantText):
        return "2026-03-02T08:00:00.000000Z"
    if isinstance(column.type, DecimalText):
        return "1.5"
    if column.foreign_keys:
        return "another"
    return 1 if isinstance(column.type, sa.Integer | sa.BigInteger) or _is_flag(column) else f"{column.name}-{row_id}"


def _is_flag(column: sa.Column[Any]) -> bool:
    return isinstance(column.type, record.FlagInteger)


def insert(connection: sa.Connection, table: str, values: dict[str, Any]) -> None:
    """Plain SQL, no hooks."""
    names = ", ".join(f'"{name}"' for name in values)
    binds = ", ".join(f":{name}" for name in values)
    connection.execute(sa.text(f'INSERT INTO "{table}" ({names}) VALUES ({binds})'), values)  # noqa: S608 — our own names
