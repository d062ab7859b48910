"""Processes of their own that perform acts on a bank: to be killed, or to get in each other's way.

They are forked from a server that has imported everything, so that one costs milliseconds. What they tell goes
through a pipe, whose buffer outlives them.
"""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.synchronize import Barrier
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import configure_mappers

from cellbank.bank import Actor, Bank, Outcome
from cellbank.domain.person import Role
from cellbank.errors import CellbankError
from cellbank.passwords import cheap
from cellbank.store import database
from tests.banks import PASSWORD, Ticking, hire

TRYING, DONE, SAID = "trying", "done", "said"
Told = tuple[str, str]
WAIT_SECONDS = 60.0

configure_mappers()  # Once in the server that forks, rather than for 0.15 s in every process.


def context() -> ForkServerContext:
    """The server that forks; it starts with the first process asked of it."""
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(["tests.workers"])
    return found


@dataclass
class Worker:
    """A process and what it tells."""

    process: ForkServerProcess
    pipe: Connection

    def told(self, seconds: float = WAIT_SECONDS) -> Told | None:
        """The next thing it tells; None when it has ended, or told nothing in time."""
        try:
            return self.pipe.recv() if self.pipe.poll(seconds) else None
        except EOFError:
            return None

    def everything(self) -> list[Told]:
        """All it tells until its end."""
        return list(iter(self.told, None))


@contextmanager
def at_work(target: Callable[..., None], *given: object) -> Iterator[Worker]:
    """The target runs in its own process with a pipe and what is given; killed at the end when it still lives."""
    here, there = multiprocessing.Pipe(duplex=False)
    process = context().Process(target=target, args=(there, *given))
    process.start()
    there.close()
    try:
        yield Worker(process, here)
    finally:
        process.kill()
        process.join(WAIT_SECONDS)
        process.close()
        here.close()


def perform_until_killed(pipe: Connection, place: str, prefix: str, early: bool) -> None:
    """Add one person after another; say which act is tried, and which is done. `early` is the control: it lies."""
    with Bank.open(place, clock=Ticking(), hasher=cheap()) as bank:
        admin = bank.sign_in("admin", PASSWORD)
        number = 0
        while True:
            act_id = f"{prefix}-{number}"
            pipe.send((TRYING, act_id))
            if early:
                pipe.send((DONE, act_id))
            hire(bank, admin, name_of(act_id), Role.QA, act_id=act_id)
            if not early:
                pipe.send((DONE, act_id))
            number += 1


def name_of(act_id: str) -> str:
    """The person that an act of a worker adds."""
    return f"p{act_id}"


def without_the_lock() -> None:
    """The control: transactions as both databases begin them by default, the writers' lock not taken."""
    real = sa.Connection.exec_driver_sql

    def lax(self: sa.Connection, statement: str, *given: Any, **options: Any) -> Any:
        if statement == "BEGIN IMMEDIATE":
            statement = "BEGIN"
        elif "pg_advisory_xact_lock" in statement:
            statement = "SELECT 1"
        return real(self, statement, *given, **options)

    sa.Connection.exec_driver_sql = lax  # type: ignore[method-assign]


def perform_together(pipe: Connection, place: str, act_ids: list[str], start: Barrier, locking: bool) -> None:
    """Wait for the others, perform the acts, tell each outcome's number or what went wrong.

    Without the lock they wait for each other a second time within the transaction, when each has read.
    """
    if not locking:
        without_the_lock()
    database.BUSY_MILLISECONDS = 30_000 if locking else 200
    with Bank.open(place, clock=Ticking(), hasher=cheap()) as bank:
        admin = bank.sign_in("admin", PASSWORD)
        start.wait(WAIT_SECONDS)
        for act_id in act_ids:
            try:
                outcome = _together(bank, admin, act_id, None if locking else start)
                pipe.send((SAID, f"{outcome.number}"))
            except (CellbankError, sa.exc.SQLAlchemyError) as error:
                pipe.send((SAID, f"{type(error).__name__}: {str(error).splitlines()[0]}"))


def _together(bank: Bank, admin: Actor, act_id: str, within: Barrier | None) -> Outcome:
    if within is None:
        return hire(bank, admin, name_of(act_id), Role.QA, act_id=act_id)
    real = bank._in_transaction
    met: list[int] = []

    def waiting(act: Any, deed: Any) -> Outcome:
        def after_the_others_have_read(work: Any) -> object:
            if not met:
                met.append(within.wait(WAIT_SECONDS))
            return deed(work)

        return real(act, after_the_others_have_read)

    bank._in_transaction = waiting  # type: ignore[method-assign]
    return hire(bank, admin, name_of(act_id), Role.QA, act_id=act_id)
