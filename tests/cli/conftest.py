"""Banks for the command line: one founded, one whose story was told; each test has its own copy."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli import clinic as clinics
from tests.cli.shell import Shell, found_bank
from tests.cli.story import Story, told


@dataclass(frozen=True)
class World:
    """A shell on a bank with a released lot, and the codes in it."""

    shell: Shell
    story: Story


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bank with one person a role and the trial file approved; nobody opens it but to copy it."""
    return found_bank(tmp_path_factory.mktemp("founded") / "bank.db").place


@pytest.fixture(scope="session")
def released(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Story]:
    """The same with the whole story told."""
    place = tmp_path_factory.mktemp("released") / "bank.db"
    shutil.copyfile(founded, place)
    return place, told(Shell(place))


@pytest.fixture
def shell(founded: Path, tmp_path: Path) -> Shell:
    """Command lines on a founded bank of this test's own."""
    return Shell(Path(shutil.copyfile(founded, tmp_path / "bank.db")))


@pytest.fixture
def world(released: tuple[Path, Story], tmp_path: Path) -> World:
    """Command lines on a bank with a released lot, of this test's own."""
    place, story = released
    return World(Shell(Path(shutil.copyfile(place, tmp_path / "bank.db"))), story)


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo bank with a released product lot, made once a run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return clinics.kept(shared, "stocked", clinics.stock)


@pytest.fixture(scope="session")
def readied(stocked: Path) -> Path:
    """The same with a subject whose first visit is due today, made once a run."""
    return clinics.kept(stocked.parent.parent, "ready", clinics.ready, stocked)


@pytest.fixture
def pharmacy(stocked: Path, tmp_path: Path) -> clinics.Clinic:
    """Command lines on a bank with a released lot, of this test's own."""
    return clinics.Clinic(Path(shutil.copyfile(stocked, tmp_path / "bank.db")))


@pytest.fixture
def clinic(readied: Path, tmp_path: Path) -> clinics.Clinic:
    """Command lines on a bank where the first visit of a subject is due, of this test's own."""
    return clinics.Clinic(Path(shutil.copyfile(readied, tmp_path / "bank.db")))
