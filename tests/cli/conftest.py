"""Banks for the command line: one founded, one whose story was told; each test has its own copy."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli import clinic as clinics
from tests.cli.shell import Shell, found_bank
from tests.cli.story import Story, told
from tests.once import OnceARun


@dataclass(frozen=True)
class World:
    """A shell on a bank with a released lot, and the codes in it."""

    shell: Shell
    story: Story


@pytest.fixture(scope="session")
def founded(once_a_run: OnceARun) -> Path:
    """A bank with one person a role and the trial file approved; nobody opens it but to copy it."""
    return once_a_run.made("cli-founded", lambda: found_bank(once_a_run.file("cli-founded")).place)


@pytest.fixture(scope="session")
def released(founded: Path, once_a_run: OnceARun) -> tuple[Path, Story]:
    """The same with the whole story told."""

    def make() -> tuple[Path, Story]:
        place = Path(shutil.copyfile(founded, once_a_run.file("cli-released")))
        return place, told(Shell(place))

    return once_a_run.made("cli-released", make)


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
def stocked(once_a_run: OnceARun) -> Path:
    """A demo bank with a released product lot."""
    return once_a_run.made("cli-stocked", lambda: clinics.stock(once_a_run.directory / "cli-stocked"))


@pytest.fixture(scope="session")
def readied(stocked: Path, once_a_run: OnceARun) -> Path:
    """The same with a subject whose first visit is due today."""

    def make() -> Path:
        place = Path(shutil.copyfile(stocked, once_a_run.file("cli-ready")))
        clinics.ready(place)
        return place

    return once_a_run.made("cli-ready", make)


@pytest.fixture
def pharmacy(stocked: Path, tmp_path: Path) -> clinics.Clinic:
    """Command lines on a bank with a released lot, of this test's own."""
    return clinics.Clinic(Path(shutil.copyfile(stocked, tmp_path / "bank.db")))


@pytest.fixture
def clinic(readied: Path, tmp_path: Path) -> clinics.Clinic:
    """Command lines on a bank where the first visit of a subject is due, of this test's own."""
    return clinics.Clinic(Path(shutil.copyfile(readied, tmp_path / "bank.db")))
