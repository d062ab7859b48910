"""A desk for every test: the app on a bank at a station of the way, driven by the keys that a person would press."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journey import Scene, Stages, opened


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
