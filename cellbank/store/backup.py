"""Copies of a SQLite bank: made while it is in use, complete on disk before they get their name."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from cellbank.errors import CannotWrite, WrongInput
from cellbank.store import database


def copy(place: str, target: str, verified: Callable[[str], object]) -> None:
    """Copy a bank to a new file; `verified` opens and checks the copy, which appears only when that went well.

    Refused: a bank on a server (its own tools copy it), a target that exists.
    """
    if database.is_url(place) or database.is_url(target):
        raise WrongInput("bank.backup.server")
    path = Path(target)
    if path.exists():
        raise WrongInput("bank.backup.exists", place=target)
    beside = path.with_name(f".{path.name}.part")
    try:
        try:
            _copy_pages(Path(place), beside)
            verified(str(beside))
            _name(beside, path)
        finally:
            beside.unlink(missing_ok=True)
    except FileExistsError as error:
        raise WrongInput("bank.backup.exists", place=target) from error
    except (OSError, sqlite3.Error) as error:
        raise CannotWrite("bank.unwritable", place=target, why=str(error)) from error


def _copy_pages(source: Path, target: Path) -> None:
    """SQLite's own online backup: one consistent state, whatever is being written meanwhile."""
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)
    with target.open("rb+") as file:
        os.fsync(file.fileno())


def _name(beside: Path, path: Path) -> None:
    """Give the copy its name, never over another file; where the disk has no links, by renaming."""
    try:
        os.link(beside, path)
    except FileExistsError:
        raise
    except OSError:
        beside.rename(path)
