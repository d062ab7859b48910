"""Guards and CHECKs: what the database refuses by itself, whoever asks."""

# ruff: noqa: S608
# The statements are ours, and hostile on purpose.

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlmodel import SQLModel

from cellbank.bank import Bank
from cellbank.domain import record
from cellbank.domain.record import CodeText
from cellbank.store import guards
from cellbank.store.journal import ENTRY, TOUCH
from tests.banks import ON_SQLITE, beneath, unguarded
from tests.store.rows import insert, plausible

ROW = "a-row"
NEVER = "never deleted|never changed|never change|without a gap"


@pytest.fixture
def beneath_with_rows(place: str) -> Iterator[sa.Connection]:
    """A direct connection, as our own are set up, to a bank with at least one row in every table."""
    with unguarded(place) as connection:
        for table, kind in record.record_kinds().items():
            insert(connection, table, plausible(kind, ROW))
    with beneath(place, recursive_triggers="ON") as connection:
        yield connection


def refusal(connection: sa.Connection, statement: str) -> str:
    """What the database says against a statement; empty when it went through."""
    try:
        connection.exec_driver_sql(statement)
    except DatabaseError as error:
        return str(error.orig)
    return ""


def let_through(connection: sa.Connection, statements: list[str]) -> list[str]:
    """The statements that no guard refused."""
    return [each for each in statements if not any(word in refusal(connection, each) for word in NEVER.split("|"))]


def test_no_row_of_any_table_is_deleted(beneath_with_rows: sa.Connection) -> None:
    tables = guards.guarded_tables()
    assert {"entry", "entry_touch", "signature", "person", "vial", "lot"} <= set(tables)
    assert let_through(beneath_with_rows, [f'DELETE FROM "{table}"' for table in tables]) == []


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_no_table_is_truncated(beneath_with_rows: sa.Connection) -> None:
    tables = guards.guarded_tables()
    assert let_through(beneath_with_rows, [f'TRUNCATE "{table}" CASCADE' for table in tables]) == []


def test_no_row_of_an_append_only_table_is_changed(beneath_with_rows: sa.Connection) -> None:
    assert {"entry", "entry_touch", "signature", "donor_test", "culture_source"} <= set(guards.APPEND_ONLY)
    columns = {"entry": "actor", "entry_touch": "row_id"}
    statements = [f"UPDATE \"{table}\" SET {columns.get(table, 'id')} = 'x'" for table in guards.APPEND_ONLY]
    assert let_through(beneath_with_rows, statements) == []


@ON_SQLITE
def test_no_row_is_replaced(beneath_with_rows: sa.Connection) -> None:
    tables = guards.guarded_tables()
    statements = [f'INSERT OR REPLACE INTO "{table}" SELECT * FROM "{table}"' for table in tables]
    assert let_through(beneath_with_rows, statements) == []


@ON_SQLITE
def test_the_pragma_on_our_connections_is_what_refuses_a_replacement(beneath_with_rows: sa.Connection) -> None:
    beneath_with_rows.exec_driver_sql("PRAGMA recursive_triggers=OFF")
    assert refusal(beneath_with_rows, "INSERT OR REPLACE INTO signature SELECT * FROM signature") == ""


@ON_SQLITE
def test_every_connection_of_a_bank_has_the_settings_that_keep_an_act(bank: Bank) -> None:
    wanted = {"recursive_triggers": 1, "foreign_keys": 1, "synchronous": 2, "journal_mode": "truncate", "mmap_size": 0}
    with bank._engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        assert {name: raw.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted


def test_no_row_is_changed_by_way_of_an_insert(beneath_with_rows: sa.Connection) -> None:
    """`ON CONFLICT DO UPDATE` is an insert to whoever looks at the first word only."""
    statements = []
    for table in guards.APPEND_ONLY:
        keys = ", ".join(column.name for column in SQLModel.metadata.tables[table].primary_key)
        first = keys.split(", ", maxsplit=1)[0]
        statements.append(
            f'INSERT INTO "{table}" SELECT * FROM "{table}" WHERE true'
            f" ON CONFLICT ({keys}) DO UPDATE SET {first} = excluded.{first}"
        )
    assert let_through(beneath_with_rows, statements) == []


def test_identities_and_printed_codes_never_change(beneath_with_rows: sa.Connection) -> None:
    frozen = [(table, "id") for table in record.record_kinds()]
    frozen += [(table, column) for table, columns in guards.FROZEN_COLUMNS.items() for column in columns]
    statements = []
    for table, column in frozen:
        number = isinstance(SQLModel.metadata.tables[table].columns[column].type, sa.Integer | sa.BigInteger)
        new = "99" if number else "'x'"
        statements.append(f"UPDATE \"{table}\" SET {column} = {new} WHERE id = '{ROW}'")
    assert let_through(beneath_with_rows, statements) == []


def test_what_is_not_frozen_may_change_so_the_refusals_above_refuse_something(
    beneath_with_rows: sa.Connection,
) -> None:
    assert refusal(beneath_with_rows, f"UPDATE person SET printed_name = 'Married' WHERE id = '{ROW}'") == ""
    assert refusal(beneath_with_rows, f"UPDATE vial SET status_note = 'moved' WHERE id = '{ROW}'") == ""
    with pytest.raises(AssertionError):
        assert let_through(beneath_with_rows, ["UPDATE person SET printed_name = 'Married'"]) == []


def test_without_the_guards_the_same_statements_go_through(place: str) -> None:
    with unguarded(place) as connection:
        connection.exec_driver_sql("BEGIN")
        assert refusal(connection, f"UPDATE {ENTRY.name} SET actor = 'x'") == ""
        assert refusal(connection, f"DELETE FROM {TOUCH.name}") == ""
        connection.exec_driver_sql("ROLLBACK")


@ON_SQLITE
def test_an_entry_that_leaves_a_gap_is_refused(place: str) -> None:
    row = "SELECT max(number) + 2, 'later', recorded_at, actor, canonical, leaf, chain FROM entry"
    with beneath(place) as connection:
        assert "without a gap" in refusal(connection, f"INSERT INTO entry {row}")


def test_every_value_outside_an_enumeration_is_refused_by_the_database_itself(place: str) -> None:
    """One row with nonsense in one column; the same row without it is taken, so the column is what was refused."""
    accepted, refused_although_right = [], []
    with unguarded(place) as connection:
        for table, kind in record.record_kinds().items():
            right = plausible(kind, f"right-{table}")
            try:
                insert(connection, table, right)
            except IntegrityError as error:
                refused_although_right.append(f"{table}: {error.orig}")
                continue
            for column in record.columns_of(kind):
                if isinstance(column.type, CodeText):
                    wrong = plausible(kind, f"wrong-{table}-{column.name}") | {column.name: "nonsense"}
                    try:
                        insert(connection, table, wrong)
                    except IntegrityError:
                        continue
                    accepted.append(f"{table}.{column.name}")
    assert refused_although_right == []
    assert accepted == [], "these columns need record.one_of(...) in their table's arguments"


def test_a_text_where_a_number_belongs_is_refused_by_the_database_itself(place: str) -> None:
    """STRICT on SQLite; without it `'many'` would have been stored in an INTEGER column."""
    with unguarded(place) as connection, pytest.raises(DatabaseError):
        connection.exec_driver_sql("UPDATE person SET failures = 'many'")


@ON_SQLITE
def test_every_table_is_strict(place: str) -> None:
    with beneath(place) as connection:
        rows = connection.exec_driver_sql("SELECT name, strict FROM pragma_table_list WHERE type = 'table'").all()
    lax = {name for name, strict in rows if not strict} - {"alembic_version", "sqlite_schema", "sqlite_temp_schema"}
    assert lax == set()
