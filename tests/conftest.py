"""What every test may ask for: `bank`, `people`, `clock`, `place`, on both databases (see tests/banks.py).

A test that asks for any of them runs twice, on SQLite and on PostgreSQL; `ON_SQLITE` from tests/banks.py keeps it
to one. Where no PostgreSQL server can be had, its half is skipped with the reason.
"""

import gc
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from cellbank.bank import Actor, Bank
from cellbank.passwords import cheap
from tests import cluster, compiling, evidence, once, shape
from tests.banks import Ticking, furnish
from tests.journey import Stages
from tests.once import OnceARun

settings.register_profile("derandomize", derandomize=True, deadline=None)
settings.register_profile("evidence", derandomize=True, deadline=None, max_examples=10_000)
settings.load_profile(os.environ.get("CELLBANK_TEST_HYPOTHESIS", "derandomize"))

for name in [name for name in os.environ if name.startswith("CELLBANK_") and not name.startswith("CELLBANK_TEST_")]:
    del os.environ[name]  # What a developer has set for their own bank is nothing to the tests.


compiling.once_a_process()


def pytest_configure(config: pytest.Config) -> None:
    """A run of the long evidence goes on where it was stopped."""
    evidence.remember(config)


def pytest_xdist_auto_num_workers() -> int:
    """Three workers on two cores: at a desk, in a browser and between processes, half of a test is waiting."""
    return max(1, (os.cpu_count() or 1) * 3 // 2)


def pytest_collection_finish() -> None:
    """Look for cycles more rarely: what was imported and collected stays, and each look goes through all of it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How complicated the program is."""
    terminalreporter.write_line(shape.report())


def pytest_unconfigure(config: pytest.Config) -> None:
    """The databases that the workers of a run shared end with it."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        once.drop_databases(config._tmp_path_factory.getbasetemp())  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Template:
    """A furnished bank that nobody opens: what every test's own bank is a copy of."""

    place: str
    people: Mapping[str, Actor]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def backend(request: pytest.FixtureRequest) -> str:
    """The database of this run."""
    return str(request.param)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The PostgreSQL server of the whole run; skips, with the reason, where there is none."""
    url = cluster.cluster_url(once.shared(tmp_path_factory.getbasetemp()))
    if url is None:
        pytest.skip(f"PostgreSQL: {cluster.why_not()}")
    return url


@pytest.fixture(scope="session")
def once_a_run(tmp_path_factory: pytest.TempPathFactory) -> OnceARun:
    """What the workers of this run share."""
    return OnceARun(once.shared(tmp_path_factory.getbasetemp()))


def _furnished(place: str) -> Template:
    return Template(place, furnish(place))


@pytest.fixture(scope="session")
def sqlite_template(once_a_run: OnceARun) -> Template:
    """The furnished bank on SQLite."""
    return once_a_run.made("sqlite-template", lambda: _furnished(str(once_a_run.file("template"))))


@pytest.fixture(scope="session")
def postgresql_template(server: str, once_a_run: OnceARun) -> Template:
    """The furnished bank on PostgreSQL."""
    return once_a_run.made("postgresql-template", lambda: _furnished(once_a_run.database(server)))


@pytest.fixture(scope="session")
def stages(once_a_run: OnceARun) -> Stages:
    """The stations of the way, of which a test takes a copy: see tests/journey.py."""
    return Stages(once_a_run)


@pytest.fixture
def template(backend: str, request: pytest.FixtureRequest) -> Template:
    """The furnished bank of this run's database."""
    found: Template = request.getfixturevalue(f"{backend}_template")
    return found


@pytest.fixture
def empty_place(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A place without a bank: no file at all, or a new empty database."""
    if backend == "sqlite":
        yield str(tmp_path / "bank.db")
        return
    place = cluster.fresh_database(request.getfixturevalue("server"))
    yield place
    cluster.drop_database(place)


@pytest.fixture
def place(backend: str, template: Template, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The path or address of a demo bank of this test's own, furnished and closed."""
    if backend == "sqlite":
        own = tmp_path / "bank.db"
        shutil.copyfile(template.place, own)
        yield str(own)
        return
    copy = cluster.fresh_database(request.getfixturevalue("server"), template.place)
    yield copy
    cluster.drop_database(copy)


@pytest.fixture
def clock() -> Ticking:
    """The clock of the bank: a Monday morning; `clock.forward(minutes=15)` lets time pass."""
    return Ticking()


@pytest.fixture
def bank(place: str, clock: Ticking) -> Iterator[Bank]:
    """A demo bank with one person a role, open."""
    with Bank.open(place, clock=clock, hasher=cheap()) as opened:
        yield opened


@pytest.fixture
def people(template: Template) -> Mapping[str, Actor]:
    """The actors of the bank by name, which is their role: `people["technician"]`; all have `PASSWORD`."""
    return template.people
