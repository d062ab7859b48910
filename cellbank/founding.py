"""Founding a bank: its title, zone and kind, its first admin, and the room it takes."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session

from cellbank import settings
from cellbank.domain.bank import BankInfo, BankKind
from cellbank.domain.person import Person, Role, RoleGrant
from cellbank.domain.record import new_id
from cellbank.errors import CannotWrite, Refused
from cellbank.passwords import Hasher
from cellbank.services.person import check_new_password, checked_name
from cellbank.store import database
from cellbank.store.act import Act, Actor
from cellbank.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Credentials:
    """A sign-in name and its password, for one sign-in or one signature."""

    name: str
    password: str


@dataclass(frozen=True)
class Founding:
    """What a new bank is told: its title, its zone, its kind, and its first admin."""

    title: str
    zone: str
    admin: Credentials
    printed_name: str
    kind: BankKind = BankKind.SITE


def check(founding: Founding) -> None:
    """Refuse what no bank can be founded with, before anything is made: an unknown zone, a sign-in name or a password
    out of form.
    """
    settings.checked_zone(founding.zone)
    checked_name(founding.admin.name)
    check_new_password(founding.admin.password, founding.admin.name)


@contextmanager
def room(place: str) -> Iterator[None]:
    """An empty file for a new bank, taken away again when the founding fails; a server has its own room.

    Refused: a file that exists, a directory that cannot be written.
    """
    if database.is_url(place):
        yield
        return
    path = Path(place)
    _make_room(path)
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _make_room(path: Path) -> None:
    if path.exists():
        raise Refused(code="bank.exists", place=str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise CannotWrite("bank.unwritable", place=str(path), why=error.strerror or "") from error


def found(engine: sa.Engine, founding: Founding, now: datetime, hasher: Hasher) -> BankInfo:
    """Write the first entry: the bank's own row, its first admin and their role."""
    zone = ZoneInfo(founding.zone)
    today = now.astimezone(zone).date()
    info = BankInfo(title=founding.title, kind=founding.kind, zone=founding.zone, created_at=now)
    admin = Person(
        name=checked_name(founding.admin.name),
        printed_name=founding.printed_name,
        password_hash=hasher.hash(founding.admin.password),
    )
    grant = RoleGrant(person_id=admin.id, role=Role.ADMIN, valid_from=today)
    actor = Actor(admin.id, admin.name, admin.printed_name, this_workstation())
    act = Act(new_id(), actor, now, now)
    with database.writing(engine) as connection:
        session = Session(connection, expire_on_commit=False)
        demo = founding.kind is BankKind.DEMO
        work = UnitOfWork(session, now, zone, demo, act, frozenset({Role.ADMIN}), role=Role.ADMIN)
        work.add(info, admin)
        session.flush()
        work.add(grant)
        work.record("bank.founded", info, admin, grant, zone=founding.zone, kind=founding.kind)
        work.conclude()
        work.close()
    return info


def this_workstation() -> str:
    """The name of this workstation, for the record: `CELLBANK_WORKSTATION` or the host's name."""
    return settings.Settings().workstation or socket.gethostname()
