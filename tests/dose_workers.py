"""Processes of their own at a visit: they pull, reserve or hold in one bank at the same moment."""

from collections.abc import Callable, Sequence
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

import sqlalchemy as sa

from cellbank.bank import Bank, Outcome
from cellbank.errors import CellbankError, Refused
from cellbank.passwords import cheap
from cellbank.services import dose, hold, reservation
from cellbank.store import database
from tests.banks import PASSWORD, Ticking, credentials
from tests.workers import SAID, WAIT_SECONDS, without_the_lock

Job = tuple[str, tuple[Any, ...]]
"""What a process is to try, and with what: `pull` subject visit vial, `reserve` subject, `hold` code."""
DONE, REFUSED, FAILED = "done", "refused", "failed"


def _deed(job: Job) -> Callable[[Any], object]:
    what, given = job
    if what == "pull":
        subject, number, vial = given
        return lambda work: dose.pull(work, subject, number, [vial], replacing=True)
    if what == "reserve":
        return lambda work: reservation.reserve_course(work, *given)
    return lambda work: hold.put_hold(work, *given, "A doubt")


def try_at_once(
    pipe: Connection, place: str, now: datetime, jobs: Sequence[Job], start: Barrier, locking: bool
) -> None:
    """Wait for the others, try one job after another until one is done; tell what became of each.

    Without the lock they wait for each other a second time within the transaction, when each has read.
    """
    if not locking:
        without_the_lock()
    database.BUSY_MILLISECONDS = 60_000 if locking else 200
    with Bank.open(place, clock=Ticking(now), hasher=cheap()) as bank:
        actor = bank.sign_in("pharmacist", PASSWORD)
        if not locking:
            _wait_within(bank, start)
        start.wait(WAIT_SECONDS)
        for job in jobs:
            try:
                bank.perform(actor, _deed(job), second=credentials("technician"))
                pipe.send((SAID, DONE))
                return
            except Refused as refusal:
                pipe.send((SAID, " ".join([REFUSED, *sorted({finding.code for finding in refusal.findings})])))
            except (CellbankError, sa.exc.SQLAlchemyError) as error:
                pipe.send((SAID, f"{FAILED} {type(error).__name__}: {str(error).splitlines()[0]}"))


def _wait_within(bank: Bank, start: Barrier) -> None:
    real = bank._in_transaction
    met: list[int] = []

    def waiting(act: Any, deed: Any) -> Outcome:
        def after_the_others_have_read(work: Any) -> object:
            if not met:
                met.append(start.wait(WAIT_SECONDS))
            return deed(work)

        return real(act, after_the_others_have_read)

    bank._in_transaction = waiting  # type: ignore[method-assign]
