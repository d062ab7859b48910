"""A migrated database is the fresh one, by its catalogs: Alembic's own comparison sees neither CHECKs nor triggers."""

# ruff: noqa: S608
# The statements are ours.

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from cellbank.store import database, schema
from tests import cluster
from tests.banks import beneath


@pytest.fixture
def another_place(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    if backend == "sqlite":
        yield str(tmp_path / "another.db")
        return
    place = cluster.fresh_database(request.getfixturevalue("server"))
    yield place
    cluster.drop_database(place)


def catalog_of(place: str, make: Callable[[sa.Engine], None] | None = None) -> frozenset[str]:
    engine = database.engine_for(place, must_exist=False)
    try:
        if make is not None:
            make(engine)
        with database.reading(engine) as connection:
            return schema.catalog(connection)
    finally:
        engine.dispose()


def test_a_migrated_database_is_the_fresh_one(empty_place: str, another_place: str) -> None:
    migrated, fresh = catalog_of(empty_place, schema.upgrade), catalog_of(another_place, schema.create_fresh)
    assert sorted(migrated ^ fresh) == []
    assert len(fresh) > 100


def test_a_second_upgrade_changes_nothing(empty_place: str) -> None:
    assert catalog_of(empty_place, schema.upgrade) == catalog_of(empty_place, schema.upgrade)


def sqlite_rewrite(table: str, old: str, new: str) -> Callable[[sa.Connection], None]:
    """A table whose definition says something else."""

    def change(connection: sa.Connection) -> None:
        sql = connection.exec_driver_sql(f"SELECT sql FROM sqlite_master WHERE name = '{table}'").scalar_one()
        changed = re.sub(old, new, sql, count=1)
        assert changed != sql, f"{old!r} does not stand in {table}"
        connection.exec_driver_sql("PRAGMA writable_schema=ON")
        connection.exec_driver_sql("UPDATE sqlite_master SET sql = ? WHERE name = ?", (changed, table))

    return change


def statements(*all_of_them: str) -> Callable[[sa.Connection], None]:
    def change(connection: sa.Connection) -> None:
        for statement in all_of_them:
            connection.exec_driver_sql(statement)

    return change


LABEL_INDEX = ("DROP INDEX label_one_in_force", "CREATE UNIQUE INDEX label_one_in_force ON label (vial_id)")
CHANGES = [
    pytest.param("sqlite", statements("DROP TRIGGER guard_entry_update"), id="sqlite-guard-dropped"),
    pytest.param("sqlite", statements(*LABEL_INDEX), id="sqlite-partial-index-made-whole"),
    pytest.param("sqlite", statements("ALTER TABLE vial ADD COLUMN extra TEXT"), id="sqlite-column-added"),
    pytest.param("sqlite", sqlite_rewrite("vial", "'filled', ", "'filled', 'lent', "), id="sqlite-check-changed"),
    pytest.param("sqlite", sqlite_rewrite("vial", r"\)\s*STRICT", ")"), id="sqlite-strict-lost"),
    pytest.param("sqlite", sqlite_rewrite("person", r"(name TEXT) NOT NULL", r"\1"), id="sqlite-null-allowed"),
    pytest.param("postgresql", statements("DROP TRIGGER guard_entry_update ON entry"), id="postgresql-guard-dropped"),
    pytest.param("postgresql", statements(*LABEL_INDEX), id="postgresql-partial-index-made-whole"),
    pytest.param("postgresql", statements("ALTER TABLE vial ADD COLUMN extra TEXT"), id="postgresql-column-added"),
    pytest.param(
        "postgresql",
        statements(
            "ALTER TABLE vial DROP CONSTRAINT vial_status_known",
            "ALTER TABLE vial ADD CONSTRAINT vial_status_known CHECK (status IN ('filled', 'lent'))",
        ),
        id="postgresql-check-changed",
    ),
    pytest.param(
        "postgresql", statements("ALTER TABLE person ALTER COLUMN name DROP NOT NULL"), id="postgresql-null-allowed"
    ),
    pytest.param(
        "postgresql",
        statements(
            "CREATE OR REPLACE FUNCTION guard_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
        ),
        id="postgresql-guard-that-refuses-nothing",
    ),
]


@pytest.mark.parametrize(("backend", "change"), CHANGES, indirect=["backend"])
def test_a_catalog_that_differs_is_seen(place: str, change: Callable[[sa.Connection], None]) -> None:
    before = catalog_of(place)
    with beneath(place) as connection:
        change(connection)
    assert catalog_of(place) != before
