"""Engines: how a bank is reached, with the settings that keep an acknowledged act.

SQLite runs `journal_mode=TRUNCATE, synchronous=FULL`: of the crash images measured, none lost a commit.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, DBAPIError, OperationalError

from cellbank.errors import CannotWrite, CellbankError, NotFound, NotIntact, WrongInput
from cellbank.settings import without_password

WRITERS_LOCK = 7_301_622_907
"""The advisory lock that every writing transaction takes first on PostgreSQL; any constant would do."""

SQLITE_MAGIC = b"SQLite format 3\x00"
BUSY_MILLISECONDS = 30_000
"""How long an act waits for the writers' lock of another before it is refused (`bank.locked`)."""
WRITE = "cellbank_write"
SANCTION = "cellbank_sanctioned"
_READING = re.compile(r"\s*(SELECT|WITH|BEGIN|PRAGMA (query_only=|main\.table_|temp\.table_))", re.IGNORECASE)
_WRITING = re.compile(r";|\b(INSERT|UPDATE|DELETE|MERGE|INTO|TRUNCATE)\b", re.IGNORECASE)
"""What no reading statement holds; PostgreSQL runs a second statement after `;`, and SELECT INTO makes a table."""


def is_url(place: str) -> bool:
    """Whether a bank is named by a database address rather than a file."""
    return "://" in place


def engine_for(place: str, *, must_exist: bool = True) -> sa.Engine:
    """The engine of the bank at a path or `postgresql://` address; a missing file is refused unless told otherwise."""
    if is_url(place):
        try:
            url = make_url(place)
        except (ArgumentError, ValueError) as error:
            raise WrongInput("bank.address.form", value=without_password(place)) from error
        if url.get_backend_name() == "postgresql":
            return _postgresql(url)
        raise WrongInput("bank.address.kind", value=url.get_backend_name())
    path = Path(place)
    if must_exist:
        _must_be_sqlite(path)
    return _sqlite(path)


def _must_be_sqlite(path: Path) -> None:
    if not path.exists():
        raise NotFound("bank.missing", place=str(path))
    if path.is_dir():
        raise NotIntact("bank.not_a_bank", place=str(path))
    try:
        with path.open("rb") as file:
            magic = file.read(len(SQLITE_MAGIC))
    except OSError as error:
        raise CannotWrite("bank.unreadable", place=str(path), why=error.strerror or "") from error
    if magic != SQLITE_MAGIC:
        raise NotIntact("bank.not_a_bank", place=str(path))


def _sqlite(path: Path) -> sa.Engine:
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=os.fspath(path)), connect_args={"timeout": BUSY_MILLISECONDS / 1000}
    )

    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=TRUNCATE",
            "synchronous=FULL",
            "foreign_keys=ON",
            "recursive_triggers=ON",
            "trusted_schema=OFF",
            "mmap_size=0",
            f"busy_timeout={BUSY_MILLISECONDS}",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begun(connection: sa.Connection) -> None:
        writing = bool(connection.get_execution_options().get(WRITE))
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writing else 'ON'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    _guard_writes(engine)
    return engine


def _postgresql(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)

    @event.listens_for(engine, "begin")
    def begun(connection: sa.Connection) -> None:
        if connection.get_execution_options().get(WRITE):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS_LOCK})")

    _guard_writes(engine)
    return engine


def _guard_writes(engine: sa.Engine) -> None:
    """Refuse, below every session, any statement that is not a plain reading one unless a flush sanctioned it."""

    @event.listens_for(engine, "begin")
    def begun(connection: sa.Connection) -> None:
        connection.info.pop(SANCTION, None)  # The pool keeps `info`; a flush that failed left its sanction there.

    @event.listens_for(engine, "before_cursor_execute")
    def before(
        connection: sa.Connection,
        cursor: Any,
        statement: str,
        parameters: Any,
        context: Any,
        executemany: bool,
    ) -> None:
        if connection.info.get(SANCTION) or (_READING.match(statement) and not _WRITING.search(statement)):
            return
        raise CellbankError("store.write.outside_flush", statement=statement.split(None, 1)[0])


@contextmanager
def sanctioned(connection: sa.Connection) -> Iterator[None]:
    """Allow writing statements on this connection for a while: a flush, an entry, a migration."""
    told = connection.info  # Asked once: a connection that is lost meanwhile no longer answers.
    before = told.get(SANCTION, False)
    told[SANCTION] = True
    try:
        yield
    finally:
        told[SANCTION] = before


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection whose transaction takes the writers' lock first."""
    with faults(), engine.connect().execution_options(**_lock_first(engine)) as connection, connection.begin():
        yield connection


@contextmanager
def rehearsing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection as `writing` gives it, of which nothing is ever kept."""
    with faults(), engine.connect().execution_options(**_lock_first(engine)) as connection:
        transaction = connection.begin()
        try:
            yield connection
        finally:
            transaction.rollback()


def _lock_first(engine: sa.Engine) -> dict[str, Any]:
    return {WRITE: True} | ({"isolation_level": "READ COMMITTED"} if engine.dialect.name == "postgresql" else {})


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection on one snapshot that cannot write."""
    options: dict[str, Any] = {}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with faults(), engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def faults() -> Iterator[None]:
    """Turn what the database says about itself into the bank's own refusals."""
    try:
        yield
    except OperationalError as error:
        raise fault(error) from error
    except (DataError, UnicodeEncodeError) as error:
        raise WrongInput("input.text") from error
    except DatabaseError as error:
        said = str(error.orig)
        if "malformed" in said or "not a database" in said:
            raise NotIntact("bank.damaged") from error
        if "read-only transaction" in said or "during recovery" in said:
            raise fault(error) from error
        raise


def fault(error: DBAPIError) -> CellbankError:
    """The refusal for an operational error: locked, full, unreachable, or failing."""
    said = str(error.orig).lower()
    for words, code in (
        ("locked", "bank.locked"),
        ("full", "bank.full"),
        ("no space left", "bank.full"),
        ("readonly", "bank.read_only"),
        ("read-only", "bank.read_only"),
        ("during recovery", "bank.read_only"),
        ("unable to open", "bank.unreadable"),
        ("connection", "bank.unreachable"),
        ("does not exist", "bank.unreachable"),
    ):
        if words in said:
            return CannotWrite(code, place="", why=str(error.orig).splitlines()[0])
    return CannotWrite("bank.failing", why=str(error.orig).splitlines()[0])
