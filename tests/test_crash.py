"""An acknowledged act survives its process; two processes never get in each other's way.

Real processes, killed with SIGKILL at random moments. Each property has a control that must fail it.
"""

# ruff: noqa: S311
# The moments are random on purpose, and nobody's secret.

import json
import random
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.connection import Connection

import pytest
from sqlalchemy.exc import OperationalError

from cellbank.bank import Actor, Bank
from cellbank.domain.person import Role
from cellbank.passwords import cheap
from cellbank.store import journal, person as store_person
from cellbank.store.database import WRITERS_LOCK
from cellbank.store.unit_of_work import UnitOfWork
from tests.banks import Ticking, beneath, hire
from tests.evidence import published
from tests.workers import (
    DONE,
    TRYING,
    WAIT_SECONDS,
    Worker,
    at_work,
    context,
    name_of,
    perform_together,
    perform_until_killed,
)

People = Mapping[str, Actor]
MOST_ACTS = 6
"""Acts of one worker before its kill. Counted, not timed, so that a busy machine kills within acts too."""


@dataclass(frozen=True)
class Life:
    """What a worker told before it was killed."""

    tried: tuple[str, ...]
    done: tuple[str, ...]

    @property
    def in_doubt(self) -> tuple[str, ...]:
        """Tried, and neither acknowledged nor refused."""
        return tuple(act for act in self.tried if act not in self.done)


def killed_at_random(place: str, prefix: str, *, early: bool = False) -> Life:
    """One worker from its first act to its end, at any moment of one of its acts."""
    with at_work(perform_until_killed, place, prefix, early) as worker:
        told = [worker.told()]
        begun = time.monotonic()
        for _ in range(random.randint(1, 2 * MOST_ACTS)):
            told.append(worker.told())
        an_act = 2 * (time.monotonic() - begun) / len(told)
        deadline = time.monotonic() + random.uniform(0, 2 * an_act)
        while (left := deadline - time.monotonic()) > 0:
            told.append(worker.told(left))
        worker.process.kill()
        worker.process.join(WAIT_SECONDS)
        told += worker.everything()
    kept = [each for each in told if each is not None]
    assert kept, "the worker died before its first act"
    return Life(
        tuple(act for kind, act in kept if kind == TRYING),
        tuple(act for kind, act in kept if kind == DONE),
    )


def whole(bank: Bank, acts: Iterable[str]) -> list[str]:
    """Those of these acts that are in the record once, and whose person is in the table."""
    with bank.read() as reading:
        recorded = Counter(stored.act_id for stored in journal.stored_entries(reading.connection))
        names = {person.name for person in store_person.people(reading.session)}
    return [act for act in acts if recorded[act] == 1 and name_of(act) in names]


def reopened(place: str) -> Bank:
    return Bank.open(place, clock=Ticking(), hasher=cheap())


def survive(place: str, people: People, kills: int) -> tuple[int, int]:
    """Kill so many workers; afterwards everything acknowledged is there. How many were acknowledged, and in doubt."""
    acknowledged = in_doubt = 0
    for kill in range(kills):
        life = killed_at_random(place, f"k{kill}")
        acknowledged += len(life.done)
        in_doubt += len(life.in_doubt)
        assert len(life.in_doubt) <= 1
        with reopened(place) as bank:
            assert whole(bank, life.done) == list(life.done)
            assert bank.verify().findings == [], f"after kill {kill}"
            for act in life.in_doubt:
                first = hire(bank, people["admin"], name_of(act), Role.QA, act_id=act)
                again = hire(bank, people["admin"], name_of(act), Role.QA, act_id=act)
                assert (again.number, again.repeated) == (first.number, True)
            assert whole(bank, life.tried) == list(life.tried)
    with reopened(place) as bank:
        assert bank.verify().findings == []
    return acknowledged, in_doubt


def test_thirty_kills_lose_nothing_acknowledged_and_leave_nothing_half_done(place: str, people: People) -> None:
    acknowledged, in_doubt = survive(place, people, 30)
    assert (acknowledged > 30, in_doubt > 10) == (True, True), "the kills fell within acts"


@pytest.mark.evidence
def test_three_hundred_kills_lose_nothing_acknowledged_and_leave_nothing_half_done(place: str, people: People) -> None:
    acknowledged, in_doubt = survive(place, people, published(300))
    assert (acknowledged > published(300), in_doubt > published(100)) == (True, True), "the kills fell within acts"


def test_a_worker_that_acknowledges_before_the_commit_is_found_out(place: str) -> None:
    """The control: were the property blind, it would not see this one either."""
    for kill in range(30):
        life = killed_at_random(place, f"k{kill}", early=True)
        with reopened(place) as bank:
            if whole(bank, life.done) != list(life.done):
                return
    pytest.fail("thirty kills, and the worker that lies was never caught")


def together(place: str, acts_of_each: list[list[str]], *, locking: bool) -> list[list[str]]:
    """What each of these workers said, all having started at the same moment."""
    start = context().Barrier(len(acts_of_each))
    with ExitStack() as stack:
        workers: list[Worker] = [
            stack.enter_context(at_work(perform_together, place, acts, start, locking)) for acts in acts_of_each
        ]
        return [[said for _, said in worker.everything()] for worker in workers]


def entries_of(place: str) -> list[dict[str, object]]:
    with reopened(place) as bank:
        assert bank.verify().findings == []
        with bank.read() as reading:
            return [json.loads(bytes(stored.canonical)) for stored in journal.stored_entries(reading.connection)]


def test_the_same_act_from_two_processes_is_recorded_once_and_both_are_told_so(place: str) -> None:
    acts = [f"twice-{n}" for n in range(5)]
    first, second = together(place, [acts, acts], locking=True)
    assert first == second
    assert all(said.isdecimal() for said in first), first
    recorded = Counter(entry["act_id"] for entry in entries_of(place))
    assert [recorded[act] for act in acts] == [1] * len(acts)


def test_without_the_writers_lock_the_same_act_from_two_processes_goes_wrong(place: str) -> None:
    first, second = together(place, [["twice"], ["twice"]], locking=False)
    assert not (first == second and first[0].isdecimal()), (first, second)


def test_many_processes_that_write_at_once_all_get_through_without_a_gap(place: str) -> None:
    before = len(entries_of(place))
    said = together(place, [[f"w{worker}-{n}" for n in range(6)] for worker in range(4)], locking=True)
    numbers = [int(number) for each in said for number in each]
    assert sorted(numbers) == list(range(before + 1, before + 25))
    assert [entry["number"] for entry in entries_of(place)] == list(range(1, before + 25))


def test_without_the_writers_lock_processes_that_write_at_once_do_not_all_get_through(place: str) -> None:
    said = together(place, [[f"w{worker}"] for worker in range(4)], locking=False)
    wrong = [each[0] for each in said if not each[0].isdecimal()]
    assert wrong, said
    assert all("locked" in each or "IntegrityError" in each for each in wrong), wrong


def test_the_writers_lock_is_taken_before_anything_is_read(bank: Bank, people: People, place: str) -> None:
    """While a deed has only begun, nobody else can begin one; while someone only reads, anybody can."""
    begun: list[str] = []

    def deed(work: UnitOfWork) -> None:
        begun.append(another_may_write(place))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        bank.perform(people["admin"], deed)
    with bank.read():
        begun.append(another_may_write(place))
    assert begun in (["False", "True"], ["database is locked", "True"])


def another_may_write(place: str) -> str:
    with at_work(try_the_lock, place) as worker:
        told = worker.told()
    assert told is not None
    return told[1]


def try_the_lock(pipe: Connection, place: str) -> None:
    """Whether a writing transaction could begin now."""
    with beneath(place, busy_timeout="0") as connection:
        if connection.dialect.name == "postgresql":
            free = connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({WRITERS_LOCK})").scalar_one()
        else:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                free = True
            except OperationalError as error:
                free = str(error.orig)
    pipe.send(("said", str(free)))
