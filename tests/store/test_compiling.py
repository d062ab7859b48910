"""What the tests compile once a process is the same SQL, and never another database's."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.banks import beneath

NUMBERS = sa.Table("numbers", sa.MetaData(), sa.Column("number", sa.Integer))


def compiled(place: str, statement: sa.Select[tuple[int]]) -> object:
    """What SQLAlchemy made of a statement in an engine of its own."""
    with beneath(place) as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS numbers (number INTEGER)")
        return connection.execute(statement).context.compiled


def test_another_engine_finds_what_one_compiled_and_not_another_statements(empty_place: str) -> None:
    first = compiled(empty_place, sa.select(NUMBERS.c.number).where(NUMBERS.c.number == 1))
    assert compiled(empty_place, sa.select(NUMBERS.c.number).where(NUMBERS.c.number == 2)) is first
    assert compiled(empty_place, sa.select(NUMBERS.c.number).where(NUMBERS.c.number > 1)) is not first


@pytest.mark.parametrize("backend", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_what_was_compiled_for_one_database_is_not_found_for_the_other(empty_place: str, tmp_path: Path) -> None:
    statement = sa.select(NUMBERS.c.number).where(NUMBERS.c.number == 1)
    assert compiled(empty_place, statement) is not compiled(str(tmp_path / "numbers.db"), statement)
