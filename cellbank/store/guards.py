"""Guards: triggers that refuse what no act may ever do, whoever asks. They stop accidents; the record finds intent.

Entries, their index and signatures are append-only; no row is deleted; identities and printed codes never change.
Alembic's batch mode drops triggers, so they are installed again after every upgrade.
"""

import re
from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from cellbank.domain import record
from cellbank.store.journal import ENTRY, TOUCH
from cellbank.store.stations import ROWS

_BESIDE_THE_CODE: Mapping[str, tuple[str, ...]] = {
    "lot": ("tier",),
    "vial": ("lot_id", "number"),
    "result": ("subject_id",),
    "hold": ("subject_id",),
    "deviation": ("subject_id",),
    "label": ("vial_id", "print_id"),
    "storage_place": ("kind",),
    "placement": ("vial_id", "box_id", "position", "since"),
    "visit": ("subject_id", "number"),
    "reservation": ("visit_id", "vial_id"),
    "dose": ("visit_id", "subject_id", "attempt"),
    "dose_vial": ("dose_id", "vial_id"),
    "trial_version": ("trial", "version", "content", "digest"),
    "person": ("name",),
}


def _code_of(kind: type[record.Record]) -> str:
    """The column that is printed: a place is called by its path, which may change, and scanned by its code."""
    return "code" if "code" in record.table_of(kind).columns else kind.code_column


_CODES = {record.table_of(kind).name: (_code_of(kind),) for kind in ROWS.values()}
FROZEN_COLUMNS: Mapping[str, tuple[str, ...]] = {
    table: _CODES.get(table, ()) + _BESIDE_THE_CODE.get(table, ()) for table in {**_CODES, **_BESIDE_THE_CODE}
}
"""Columns that no act may change: what is printed on a label or stands in a lineage; the code of each station."""

APPEND_ONLY = (
    ENTRY.name,
    TOUCH.name,
    "signature",
    "donor_test",
    "donor_answer",
    "culture_source",
    "material_use",
    "criterion_answer",
    "transfer_vial",
    "movement",
)
"""Tables whose rows never change once written."""

PREFIX = "guard_"


def guarded_tables() -> tuple[str, ...]:
    """Every table from which no row may be deleted."""
    return (ENTRY.name, TOUCH.name, *record.record_kinds())


def sqlite_guards() -> Iterator[str]:
    """The CREATE TRIGGER statements for SQLite."""
    for table in guarded_tables():
        yield _sqlite(table, "delete", f"BEFORE DELETE ON {table}", "rows are never deleted")
    for table in APPEND_ONLY:
        yield _sqlite(table, "update", f"BEFORE UPDATE ON {table}", "rows are never changed")
    for table in record.record_kinds():
        columns = ("id", *FROZEN_COLUMNS.get(table, ()))
        changed = " OR ".join(f"new.{c} IS NOT old.{c}" for c in columns)
        yield _sqlite(table, "frozen", f"BEFORE UPDATE ON {table} WHEN {changed}", "identities never change")
    yield _sqlite(
        ENTRY.name,
        "next",
        "BEFORE INSERT ON entry WHEN new.number <> (SELECT coalesce(max(number), 0) + 1 FROM entry)",
        "entries are numbered without a gap",
    )


def _sqlite(table: str, what: str, when: str, why: str) -> str:
    return f"CREATE TRIGGER {PREFIX}{table}_{what} {when} BEGIN SELECT RAISE(ABORT, '{table}: {why}'); END"


def postgresql_guards() -> Iterator[str]:
    """The function and the triggers for PostgreSQL, each as PostgreSQL itself writes it out again."""
    yield (
        f"CREATE OR REPLACE FUNCTION {PREFIX}refuse() RETURNS trigger LANGUAGE plpgsql"
        " SET search_path TO 'pg_catalog', 'pg_temp'"
        " AS $function$ BEGIN RAISE EXCEPTION '%: %', TG_TABLE_NAME, TG_ARGV[0]; END $function$"
    )
    for table in guarded_tables():
        for event in ("DELETE", "TRUNCATE"):
            yield (
                f"CREATE TRIGGER {PREFIX}{table}_{event.lower()} BEFORE {event} ON {table}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION {PREFIX}refuse('rows are never deleted')"
            )
    for table in APPEND_ONLY:
        yield (
            f"CREATE TRIGGER {PREFIX}{table}_update BEFORE UPDATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {PREFIX}refuse('rows are never changed')"
        )
    for table in record.record_kinds():
        columns = ("id", *FROZEN_COLUMNS.get(table, ()))
        changed = " OR ".join(f"new.{c} IS DISTINCT FROM old.{c}" for c in columns)
        yield (
            f"CREATE TRIGGER {PREFIX}{table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({changed})"
            f" EXECUTE FUNCTION {PREFIX}refuse('identities never change')"
        )


_PRESENT = {
    "sqlite": "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE :prefix",
    "postgresql": (
        "SELECT t.tgname, c.relname, CASE WHEN t.tgenabled IN ('O', 'A') AND p.pronamespace = c.relnamespace"
        " THEN pg_get_triggerdef(t.oid, true) ELSE '' END"
        " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal AND t.tgname LIKE :prefix"
        " UNION ALL SELECT p.proname, '', replace(pg_get_functiondef(p.oid),"
        " 'FUNCTION ' || quote_ident(current_schema()) || '.', 'FUNCTION ') FROM pg_proc p"
        " WHERE p.pronamespace = current_schema()::regnamespace AND p.pronargs = 0 AND p.proname LIKE :prefix"
    ),
}
"""Name, table (none for a function), body (none for a trigger that does not fire, or calls a function of elsewhere).

PostgreSQL writes a trigger's body without schemas and needless parentheses when asked to print it prettily.
"""


def install(connection: sa.Connection) -> None:
    """Put every guard in place, replacing those that are there."""
    remove(connection)
    for statement in _statements(connection.dialect.name):
        connection.execute(sa.text(statement))


def remove(connection: sa.Connection) -> None:
    """Take every guard away (a migration does, then installs them again)."""
    for name, table, _ in _present(connection):
        on = f' ON "{table}"' if connection.dialect.name == "postgresql" else ""
        if table:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"{on}')


def missing(connection: sa.Connection) -> list[str]:
    """The names of the guards that a whole bank has and this one lacks, has disabled, or has with another body."""
    bodies = {name: _normal(body) for name, _, body in _present(connection)}
    expected = _expected(connection.dialect.name)
    return sorted(name for name, statement in expected.items() if bodies.get(name) != _normal(statement))


def _expected(dialect: str) -> dict[str, str]:
    named = re.compile(r"(?:TRIGGER|FUNCTION) (\w+)")
    return {match[1]: statement for statement in _statements(dialect) if (match := named.search(statement))}


def _normal(body: str) -> str:
    """A body without what a database adds when it writes it out: quotes around names, line ends."""
    return " ".join(body.replace('"', "").split())


def _statements(dialect: str) -> Iterator[str]:
    return sqlite_guards() if dialect == "sqlite" else postgresql_guards()


def _present(connection: sa.Connection) -> list[tuple[str, str, str]]:
    found = connection.execute(sa.text(_PRESENT[connection.dialect.name]), {"prefix": f"{PREFIX}%"})
    return [(row[0], row[1], row[2]) for row in found]
