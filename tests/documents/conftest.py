"""A bank with two subjects under treatment, a copy for every test; and the eyes of the label tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cellbank.bank import Bank
from cellbank.passwords import cheap
from tests.banks import START, Ticking
from tests.documents import treated
from tests.documents.treated import ANNA, TREATING
from tests.journey import Kept, Scene
from tests.once import OnceARun
from tests.services.conftest import banked, begun, ready, released

__all__ = ["banked", "begun", "prepared", "ready", "released", "reserved_bank", "scene", "unstored"]


@pytest.fixture(scope="session")
def reserved_bank(sqlite_template: Any, once_a_run: OnceARun) -> Kept:
    """A closed bank in which both courses are reserved; every test has a copy."""

    def make() -> Kept:
        place = str(shutil.copyfile(sqlite_template.place, once_a_run.file("documents-reserved")))
        clock = Ticking(START)
        with Bank.open(place, clock=clock, hasher=cheap()) as bank:
            scene = treated.make_courses(Scene(bank, clock, sqlite_template.people, TREATING))
            return Kept(place, sqlite_template.people, clock.now, dict(scene.codes))

    return once_a_run.made("documents-reserved", make)


@pytest.fixture
def scene(reserved_bank: Kept, tmp_path: Path) -> Iterator[Scene]:
    """Two subjects, their courses reserved; the first visits are tomorrow."""
    place = str(tmp_path / "bank.db")
    shutil.copyfile(reserved_bank.place, place)
    clock = Ticking(reserved_bank.now)
    with Bank.open(place, clock=clock, hasher=cheap()) as bank:
        yield Scene(bank, clock, reserved_bank.people, TREATING, dict(reserved_bank.codes))


@pytest.fixture
def unstored(sqlite_template: Any, tmp_path: Path) -> Iterator[Scene]:
    """The same courses, reserved of a lot of which no vial was ever put into a tank; it is the first visits' day."""
    place = str(tmp_path / "unstored.db")
    shutil.copyfile(sqlite_template.place, place)
    clock = Ticking(START)
    with Bank.open(place, clock=clock, hasher=cheap()) as bank:
        scene = treated.make_unstored(Scene(bank, clock, sqlite_template.people, TREATING))
        treated.reserve_courses(scene)
        treated.begin_visits(scene)
        yield scene


@pytest.fixture
def prepared(scene: Scene) -> str:
    """Anna's first dose, prepared; its code."""
    treated.begin_visits(scene)
    code = treated.pulled(scene, ANNA)
    treated.prepared(scene, ANNA)
    return code
