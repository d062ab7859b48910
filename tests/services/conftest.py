"""Scenes at the stations of the way, one of its own for every test, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journey import Scene, Stages, opened


def _scene(name: str, stages: Stages, backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    with stages.copied(name, backend, tmp_path, request) as kept, opened(kept.place, kept) as scene:
        yield scene


@pytest.fixture
def begun(stages: Stages, backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    """Trial approved, materials accepted, donor eligible, tissue accepted, P0 growing."""
    yield from _scene("begun", stages, backend, tmp_path, request)


@pytest.fixture
def banked(stages: Stages, backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    """A released master bank."""
    yield from _scene("banked", stages, backend, tmp_path, request)


@pytest.fixture
def ready(stages: Stages, backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    """A product lot that only the qualified person's signature is missing."""
    yield from _scene("ready", stages, backend, tmp_path, request)


@pytest.fixture
def released(stages: Stages, backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    """A released product lot."""
    yield from _scene("released", stages, backend, tmp_path, request)
