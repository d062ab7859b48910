"""Banks to serve, and a Chromium to look at it with."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Template
from tests.journey import Scene, Stages, opened
from tests.serving import chromium


def _scene(station: str, stages: Stages, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    with stages.copied(station, "sqlite", tmp_path, request) as kept, opened(kept.place, kept) as scene:
        yield scene


@pytest.fixture
def ready(stages: Stages, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    """A bank with a product lot that only the qualified person's signature is missing."""
    yield from _scene("ready", stages, tmp_path, request)


@pytest.fixture
def banked(stages: Stages, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    """A bank with a released master bank."""
    yield from _scene("banked", stages, tmp_path, request)


@pytest.fixture
def furnished(sqlite_template: Template, tmp_path: Path) -> Path:
    """The file of a bank with one person a role."""
    return Path(shutil.copyfile(sqlite_template.place, tmp_path / "bank.db"))


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The DevTools address of a headless Chromium; skips, with the reason, where none can be had."""
    with chromium.running(tmp_path_factory.mktemp("chromium")) as found:
        if found.address is None:
            pytest.skip(f"Chromium: {found.why_not}")
        yield found.address
