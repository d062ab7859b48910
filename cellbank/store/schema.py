"""The schema: made by migrations, compared by normalised catalogs, guards included."""

import re
from collections.abc import Iterable
from importlib.resources import as_file, files

import sqlalchemy as sa
from sqlmodel import SQLModel

import cellbank.domain.bank
import cellbank.domain.person
import cellbank.domain.protocol
import cellbank.domain.signature
import cellbank.store.stations  # noqa: F401 — every row must be known before the schema is asked
from cellbank.errors import NotIntact
from cellbank.settings import without_password
from cellbank.store import guards, journal
from cellbank.store.database import sanctioned, writing

REVISION = "0001"
"""The migration that this version of cellbank reads and writes."""

assert set(SQLModel.metadata.tables) >= journal.JOURNAL_TABLES  # noqa: S101 — the import above is what fills the metadata


def upgrade(engine: sa.Engine) -> None:
    """Bring a database to `REVISION` by Alembic, then put every guard in place again."""
    from alembic import command
    from alembic.config import Config

    with as_file(files("cellbank.store") / "migrations") as scripts, writing(engine) as connection:
        config = Config()
        config.set_main_option("script_location", str(scripts).replace("%", "%%"))
        config.attributes["connection"] = connection
        with sanctioned(connection):
            command.upgrade(config, REVISION)
            guards.install(connection)


def create_fresh(engine: sa.Engine) -> None:
    """The same schema made straight from the row classes; what a migrated one is compared with."""
    with writing(engine) as connection, sanctioned(connection):
        SQLModel.metadata.create_all(connection)
        guards.install(connection)


def revision_of(connection: sa.Connection) -> str | None:
    """The migration a database stands at; None when it is no bank."""
    inspector = sa.inspect(connection)
    if not (inspector.has_table("alembic_version") and inspector.has_table(journal.ENTRY.name)):
        return None
    found = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def check_revision(connection: sa.Connection, place: str) -> None:
    """Refuse a database that is no bank, or one that another version of cellbank made."""
    found = revision_of(connection)
    if found is None:
        raise NotIntact("bank.not_a_bank", place=without_password(place))
    if found != REVISION:
        raise NotIntact("bank.other_revision", place=without_password(place), found=found, known=REVISION)
    lacking = sorted(_wanted() - _columns(connection))
    if lacking:
        raise NotIntact("bank.other_schema", place=without_password(place), lacking=".".join(lacking[0]))


def _wanted() -> set[tuple[str, str]]:
    return {(table.name, column.name) for table in SQLModel.metadata.tables.values() for column in table.columns}


_COLUMNS = {
    "sqlite": "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'",
    "postgresql": (
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
    ),
}


def _columns(connection: sa.Connection) -> set[tuple[str, str]]:
    """Every column of every table: until a version is given out, the schema changes under one migration's name."""
    return {(table, column) for table, column in connection.execute(sa.text(_COLUMNS[connection.dialect.name]))}


def catalog(connection: sa.Connection) -> frozenset[str]:
    """Every table, column, constraint, index and guard as one normalised line each; order and white space left out."""
    lines = _sqlite_catalog(connection) if connection.dialect.name == "sqlite" else _postgresql_catalog(connection)
    return frozenset(line for line in lines if "alembic_version" not in line)


def _normal(statement: str) -> str:
    return re.sub(r"\s*([(),])\s*", r"\1", re.sub(r"\s+", " ", statement.replace('"', ""))).strip()


def _sqlite_catalog(connection: sa.Connection) -> Iterable[str]:
    for row in connection.execute(sa.text("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")):
        if row.type != "table":
            yield _normal(row.sql)
            continue
        body = _normal(row.sql)
        inside, _, options = body[body.index("(") + 1 :].rpartition(")")
        yield f"{row.name} {options.strip()}"
        for part in re.split(r",(?![^()]*\))", inside):
            yield f"{row.name}: {part}"


_POSTGRESQL_CATALOG = (
    "SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable || coalesce(column_default, '')"
    " FROM information_schema.columns WHERE table_schema = current_schema()",
    "SELECT conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = current_schema()::regnamespace",
    "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()",
    "SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace",
    "SELECT pg_get_functiondef(p.oid) FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace",
)


def _postgresql_catalog(connection: sa.Connection) -> Iterable[str]:
    for statement in _POSTGRESQL_CATALOG:
        for line in connection.scalars(sa.text(statement)):
            yield _normal(str(line))
