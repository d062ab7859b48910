"""What is made once a run: the first worker that asks makes it, the others wait for it and are told the same."""

import os
import pickle
from collections.abc import Callable
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import TypeVar

from tests import cluster

T = TypeVar("T")
DATABASES = "databases"


class OnceARun:
    """A directory that the workers of a run share, and what they made in it. Nobody opens it but to copy it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def made(self, name: str, make: Callable[[], T]) -> T:
        """What `make` returned to the first who asked for this name; it must be a value that can be pickled."""
        told = self.directory / f"{name}.pickle"
        with (self.directory / f"{name}.lock").open("w") as lock:
            flock(lock, LOCK_EX)
            if not told.exists():
                written = told.with_suffix(".part")
                written.write_bytes(pickle.dumps(make()))
                written.rename(told)
            found: T = pickle.loads(told.read_bytes())  # noqa: S301 — our own, of this run
        return found

    def file(self, name: str) -> Path:
        """Where the SQLite bank of this name is made."""
        return self.directory / f"{name}.db"

    def database(self, server: str, template: str | None = None) -> str:
        """A new PostgreSQL database, which ends with the run."""
        place = cluster.fresh_database(server, template)
        with (self.directory / DATABASES).open("a") as known:
            known.write(place + "\n")
        return place


def shared(base: Path) -> Path:
    """The directory that all workers of a run share, from the base directory of one of them."""
    directory = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "once"
    directory.mkdir(exist_ok=True)
    return directory


def drop_databases(base: Path) -> None:
    """At the end of a run: a cluster of our own has ended already; on a server that was named nothing is left."""
    known = base / "once" / DATABASES
    if os.environ.get(cluster.ENVIRONMENT) and known.exists():
        for place in known.read_text("utf-8").split():
            cluster.drop_database(place)
