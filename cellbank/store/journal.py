"""The tables of the record itself: entries with their stored bytes, what each touched, and the salts of secrets."""

from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from cellbank.domain.entry import EMPTY_CHAIN

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

ENTRY = sa.Table(
    "entry",
    SQLModel.metadata,
    sa.Column("number", _BIG, primary_key=True, autoincrement=False),
    sa.Column("act_id", sa.Text, nullable=False, unique=True),
    sa.Column("recorded_at", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("canonical", sa.LargeBinary, nullable=False),
    sa.Column("leaf", sa.Text, nullable=False),
    sa.Column("chain", sa.Text, nullable=False),
    sqlite_strict=True,
)
"""One act each. `canonical` is what is hashed; the other fields repeat it for search and are verified against it."""

TOUCH = sa.Table(
    "entry_touch",
    SQLModel.metadata,
    sa.Column("entry", _BIG, sa.ForeignKey("entry.number"), primary_key=True),
    sa.Column("table_name", sa.Text, primary_key=True),
    sa.Column("row_id", sa.Text, primary_key=True),
    sa.Index("entry_touch_row", "row_id", "entry"),
    sqlite_strict=True,
)
"""Which rows an entry changed or acted on: an index over `entry.canonical`, verified against it."""

SALT = sa.Table(
    "salt",
    SQLModel.metadata,
    sa.Column("table_name", sa.Text, primary_key=True),
    sa.Column("row_id", sa.Text, primary_key=True),
    sa.Column("column_name", sa.Text, primary_key=True),
    sa.Column("salt", sa.Text, nullable=False),
    sqlite_strict=True,
)
"""The random salt of each secret value's commitment, kept outside the entries so that erasing it erases the link."""

JOURNAL_TABLES = frozenset({ENTRY.name, TOUCH.name, SALT.name})


def head(connection: sa.Connection) -> tuple[int, str, str]:
    """Number, chain and recorded instant of the last entry; 0, the empty chain and an empty text when there is none."""
    row = connection.execute(
        sa.select(ENTRY.c.number, ENTRY.c.chain, ENTRY.c.recorded_at).order_by(ENTRY.c.number.desc()).limit(1)
    ).first()
    return (0, EMPTY_CHAIN, "") if row is None else (row.number, row.chain, row.recorded_at)


def entry_by_act(connection: sa.Connection, act_id: str) -> Any:
    """Number, bytes and chain of the entry of an act, when the act was recorded."""
    return connection.execute(
        sa.select(ENTRY.c.number, ENTRY.c.canonical, ENTRY.c.chain).where(ENTRY.c.act_id == act_id)
    ).first()


def stored_entries(connection: sa.Connection, after: int = 0) -> Iterator[Any]:
    """Every stored entry after a number, in order, as it lies in the table; memory stays flat."""
    statement = (
        sa.select(
            ENTRY.c.number,
            ENTRY.c.act_id,
            ENTRY.c.recorded_at,
            ENTRY.c.actor,
            ENTRY.c.canonical,
            ENTRY.c.leaf,
            ENTRY.c.chain,
        )
        .where(ENTRY.c.number > after)
        .order_by(ENTRY.c.number)
    )
    yield from connection.execute(statement, execution_options={"yield_per": 1000})


def entries_touching(connection: sa.Connection, row_id: str) -> list[bytes]:
    """The canonical bytes of every entry that touched a row, oldest first."""
    statement = (
        sa.select(ENTRY.c.canonical)
        .join(TOUCH, TOUCH.c.entry == ENTRY.c.number)
        .where(TOUCH.c.row_id == row_id)
        .order_by(ENTRY.c.number)
    )
    return list(connection.scalars(statement))


def entry_page(connection: sa.Connection, limit: int, before: int | None = None) -> list[tuple[bytes, str]]:
    """The newest entries (bytes and chain) below a number, newest first."""
    statement = sa.select(ENTRY.c.canonical, ENTRY.c.chain).order_by(ENTRY.c.number.desc()).limit(limit)
    if before is not None:
        statement = statement.where(ENTRY.c.number < before)
    return [(row.canonical, row.chain) for row in connection.execute(statement)]


def entries_wanted(
    connection: sa.Connection,
    limit: int,
    *,
    before: int,
    after: int = 0,
    actor: str | None = None,
    rows: Collection[str] | None = None,
) -> list[tuple[bytes, str]]:
    """The newest entries (bytes and chain) between two numbers, newest first: of one person, touching these rows."""
    statement = sa.select(ENTRY.c.canonical, ENTRY.c.chain).where(ENTRY.c.number < before, ENTRY.c.number > after)
    if actor is not None:
        statement = statement.where(ENTRY.c.actor == actor)
    if rows is not None:
        statement = statement.where(ENTRY.c.number.in_(sa.select(TOUCH.c.entry).where(TOUCH.c.row_id.in_(rows))))
    return [
        (row.canonical, row.chain) for row in connection.execute(statement.order_by(ENTRY.c.number.desc()).limit(limit))
    ]


def entry_numbered(connection: sa.Connection, number: int) -> Any:
    """Bytes, leaf and chain of one entry, or None."""
    return connection.execute(
        sa.select(ENTRY.c.canonical, ENTRY.c.leaf, ENTRY.c.chain).where(ENTRY.c.number == number)
    ).first()


def first_since(connection: sa.Connection, recorded_at: str) -> int:
    """The number of the first entry recorded at an instant or later, one more than the last when there is none.

    Instants never go back from entry to entry, so that a handful of looks find the place in any record.
    """
    low, high = 1, head(connection)[0] + 1
    while low < high:
        middle = (low + high) // 2
        found = connection.scalar(sa.select(ENTRY.c.recorded_at).where(ENTRY.c.number == middle))
        low, high = (low, middle) if found is None or found >= recorded_at else (middle + 1, high)
    return low


def salts(connection: sa.Connection) -> dict[tuple[str, str, str], str]:
    """Every salt by table, row and column."""
    return {(row.table_name, row.row_id, row.column_name): row.salt for row in connection.execute(sa.select(SALT))}
