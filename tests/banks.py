"""Banks for the tests: a clock that the test moves, one person a role, and what lies beneath a bank.

Founding a bank costs a migration; `furnish` does it once a run, and the fixtures of conftest.py copy that one.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from cellbank.bank import Actor, Bank, Credentials, Founding, Outcome
from cellbank.domain.bank import BankKind
from cellbank.domain.person import Role
from cellbank.passwords import cheap
from cellbank.services.person import add_person
from cellbank.store import guards
from cellbank.store.database import is_url

PASSWORD = "correct horse battery staple"
"""Everyone's; `credentials("qa")` signs with it."""
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""A Monday, 09:00 in Paris: what a test's clock says first. The bank was founded an hour before."""
ZONE = "Europe/Paris"
WORKSTATION = "test-bench"

ON_SQLITE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
"""For a test whose subject is not the database: one run instead of two."""


class Ticking:
    """A clock that only the test moves, but for one millisecond at each look, so that no two instants are equal."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def forward(self, **span: float) -> None:
        """Let time pass: `clock.forward(minutes=15)`; negative spans put the clock back."""
        self.now += timedelta(**span)


def credentials(name: str) -> Credentials:
    """What the person of that name types to sign, or to confirm as the second person."""
    return Credentials(name, PASSWORD)


def founding(kind: BankKind = BankKind.DEMO) -> Founding:
    """The founding of every test's bank."""
    return Founding("Test bank", ZONE, credentials("admin"), "Ada Admin", kind)


def furnish(place: str) -> Mapping[str, Actor]:
    """Found a demo bank with one person a role, named as the role; the actors by name."""
    clock = Ticking(START - timedelta(hours=1))
    with Bank.create(place, founding(), clock=clock, hasher=cheap()) as bank:
        admin = bank.sign_in("admin", PASSWORD, WORKSTATION)
        for role in Role:
            if role is not Role.ADMIN:
                hire(bank, admin, role.value, role)
        return {role.value: bank.sign_in(role.value, PASSWORD, WORKSTATION) for role in Role}


def hire(bank: Bank, admin: Actor, name: str, *roles: Role, act_id: str | None = None) -> Outcome:
    """One more person, who has changed their first password already."""
    hashed = bank.hash_password(PASSWORD)
    return bank.perform(
        admin,
        lambda work: add_person(
            work, name, f"{name.capitalize()} of the bank", frozenset(roles), hashed, must_change=False
        ),
        act_id=act_id,
    )


@contextmanager
def beneath(place: str, **pragmas: str) -> Iterator[sa.Connection]:
    """The database itself, each statement committed at once: no unit of work, no hooks, the guards in force."""
    file = sa.URL.create("sqlite", database=place)
    url = make_url(place).set(drivername="postgresql+psycopg") if is_url(place) else file
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # An intruder need not wait for the disk; three hundred triggers would.
            for pragma, value in {"synchronous": "OFF", "journal_mode": "MEMORY", **pragmas}.items():
                connection.exec_driver_sql(f"PRAGMA {pragma}={value}")
        yield connection
    engine.dispose()


@contextmanager
def unguarded(place: str) -> Iterator[sa.Connection]:
    """The same as an intruder with the owner's rights has it: no guard stands in the way, and none seems missing."""
    with beneath(place) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = replica")
            yield connection
        else:
            guards.remove(connection)
            yield connection
            guards.install(connection)
