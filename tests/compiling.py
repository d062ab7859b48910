"""Statements compiled once a process: every test opens banks of its own, and their SQL is the same in all of them.

SQLAlchemy keeps what it compiled with the engine, so that each bank opened would begin anew: a quarter of all the
time that the tests take. What is kept here is found by the kind of database instead.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

Key = tuple[Any, ...]


class Compiled(dict[Key, Any]):
    """What was compiled for one kind of database, by the statement; SQLAlchemy's own keys begin with the dialect."""

    def get(self, key: Key, default: Any = None) -> Any:
        """The same statement compiled, whichever engine's dialect asks."""
        return super().get(key[1:], default)

    def __setitem__(self, key: Key, compiled: Any) -> None:
        super().__setitem__(key[1:], compiled)


def once_a_process() -> None:
    """From now on for every engine."""
    kept: dict[str, Compiled] = {}

    @event.listens_for(sa.Engine, "engine_connect")
    def connected(connection: sa.Connection) -> None:
        compiled = kept.setdefault(connection.dialect.name, Compiled())
        connection.execution_options(compiled_cache=compiled)
