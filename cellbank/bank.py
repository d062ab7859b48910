"""Bank: all that a front end holds. `read()` is a snapshot, `perform(actor, act)` is one recorded act."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Self, TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session

from cellbank import founding as founders, refusals
from cellbank.domain import characters, record
from cellbank.domain.bank import BankInfo, BankKind
from cellbank.domain.record import new_id
from cellbank.domain.signature import ToSign
from cellbank.errors import CannotWrite, CellbankError, NotAllowed, Refused, WrongInput, WrongScan
from cellbank.founding import Credentials, Founding, this_workstation
from cellbank.passwords import Hasher, argon2id
from cellbank.services import signing
from cellbank.services.acts import Deed as Deed, carry_out, done_at, reason_of
from cellbank.services.person import refuse_locked, remember_sign_in
from cellbank.settings import without_password
from cellbank.store import backup, bank, database, journal, person as store_person, schema
from cellbank.store.replay import Verification, verify
from cellbank.store.unit_of_work import Act, Actor, Outcome, Reading, UnitOfWork

Clock = Callable[[], datetime]
R = TypeVar("R")

__all__ = ["Actor", "Bank", "Credentials", "Founding", "Outcome", "Reading", "ToSign", "UnitOfWork", "this_workstation"]


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


class Bank:
    """An open bank. Close it, or use it as a context manager. `place` says where it is and holds no password."""

    def __init__(self, engine: sa.Engine, info: BankInfo, place: str, clock: Clock, hasher: Hasher) -> None:
        self._engine = engine
        self._clock = clock
        self._hasher = hasher
        self._stopped: CellbankError | None = None
        self.place = without_password(place)
        self.title = info.title
        self.demo = info.kind is BankKind.DEMO
        self.zone = ZoneInfo(info.zone)

    @classmethod
    def open(cls, place: str, *, clock: Clock | None = None, hasher: Hasher | None = None) -> Self:
        """Open the bank at a path or address. Refused: no bank there, another schema, another clock but in a demo."""
        engine = database.engine_for(place)
        try:
            with database.reading(engine) as connection:
                schema.check_revision(connection, place)
                with Session(connection, expire_on_commit=False) as session:
                    info = bank.info(session)
            if clock is not None and info.kind is not BankKind.DEMO:
                raise Refused(code="bank.clock.injected")
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, info, place, clock or system_clock, hasher or argon2id())

    @classmethod
    def create(
        cls, place: str, founding: Founding, *, clock: Clock | None = None, hasher: Hasher | None = None
    ) -> Self:
        """Make a new bank with its first admin; refused where something is already."""
        hasher = hasher or argon2id()
        founders.check(founding)
        if clock is not None and founding.kind is not BankKind.DEMO:
            raise Refused(code="bank.clock.injected")
        with founders.room(place):
            engine = database.engine_for(place, must_exist=False)
            try:
                with database.reading(engine) as connection:
                    if schema.revision_of(connection) is not None and journal.head(connection)[0] > 0:
                        raise Refused(code="bank.exists", place=without_password(place))
                schema.upgrade(engine)
                info = founders.found(engine, founding, (clock or system_clock)(), hasher)
            except BaseException:
                engine.dispose()
                raise
        return cls(engine, info, place, clock or system_clock, hasher)

    @staticmethod
    def copy(place: str, target: str, verified: Callable[[str], object]) -> None:
        """Copy a SQLite bank to a new file; the copy appears when `verified` has found it good."""
        backup.copy(place, target, verified)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Reading]:
        """One snapshot, for views; nothing can be written through it."""
        with (
            database.reading(self._engine) as connection,
            Session(connection, expire_on_commit=False, autoflush=False) as session,
        ):
            yield Reading(session, self._clock(), self.zone, self.demo)

    def now(self) -> datetime:
        """The bank's own present moment, in UTC."""
        return self._clock()

    def head(self) -> tuple[int, str]:
        """Number and chain of the last entry: what screens poll and prints carry."""
        with database.reading(self._engine) as connection:
            number, chain, _ = journal.head(connection)
            return number, chain

    def verify(
        self, heads: Mapping[int, str] | None = None, told: Callable[[int], object] | None = None
    ) -> Verification:
        """Replay the whole record and compare it with the tables; `heads` were kept outside the bank.

        `told` hears now and then which entry was read last.
        """
        with database.reading(self._engine) as connection:
            return verify(connection, heads, told)

    def sign_in(self, name: str, password: str, workstation: str = "") -> Actor:
        """Who this is; refused and recorded when unknown, disabled, locked out or wrong (exit 5)."""
        return self._authenticate(Credentials(name, password), workstation or this_workstation())

    def perform(
        self,
        actor: Actor,
        deed: Deed,
        *,
        act_id: str | None = None,
        performed_at: datetime | None = None,
        reason: str | None = None,
        second: Credentials | None = None,
        password: str | None = None,
        to_sign: ToSign | str | None = None,
    ) -> Outcome:
        """One act: all of it with its entry, or nothing but a refusal entry.

        `deed` is a command, or a function of the unit of work; `password` signs what was shown (`to_sign`, its digest);
        `second` is the other person. The same `act_id` again returns the first outcome. Passwords come before the lock.
        """
        self._refuse_when_stopped()
        performed_at = performed_at or done_at(deed)
        _check_words(actor, performed_at, reason := reason or reason_of(deed))
        if act_id is not None and (known := self._known(act_id, actor)) is not None:
            return known
        now = self._clock()
        act = Act(act_id or new_id(), actor, now, performed_at or now, reason, to_sign=to_sign)
        try:
            act = self._confirmed(act, second, password)
            with self._watched():
                return self._in_transaction(act, deed)
        except (Refused, NotAllowed, WrongScan) as refusal:
            self._record_refusal(act, refusal)
            raise

    def rehearse(
        self,
        actor: Actor,
        deed: Deed,
        look: Callable[[Reading, Outcome], R],
        *,
        performed_at: datetime | None = None,
    ) -> R:
        """What an act would leave behind: it is done, looked at, and undone; no entry, no refusal is kept.

        Raises what `perform` would raise, but for what a password, a second person or a late entry's reason must add.
        """
        self._refuse_when_stopped()
        performed_at = performed_at or done_at(deed)
        _check_words(actor, performed_at, None)
        now = self._clock()
        act = Act(new_id(), actor, now, performed_at or now, rehearsed=True)
        with database.rehearsing(self._engine) as connection, self._unit(connection, act) as work:
            carry_out(work, deed)
            return look(work, work.conclude())

    def to_sign(self, actor: Actor, deed: Deed) -> ToSign:
        """What a signed act would sign, read from its rehearsal; raises what the rehearsal raises."""
        return self.rehearse(actor, deed, signing.left_to_sign)

    def _confirmed(self, act: Act, second: Credentials | None, password: str | None) -> Act:
        confirmed: set[str] = set()
        if password is not None:
            self._authenticate(Credentials(act.actor.name, password), act.actor.workstation)
            confirmed.add(act.actor.person_id)
        other: Actor | None = None
        if second is not None:
            wrong = NotAllowed("person.second.wrong", name=characters.shown(second.name))  # Two were typed: say whose.
            other = self._authenticate(second, act.actor.workstation, wrong)
            if other.person_id == act.actor.person_id:
                raise NotAllowed("person.second.same", name=act.actor.name)
            confirmed.add(other.person_id)
        return replace(act, second=other, reauthenticated=frozenset(confirmed))

    def _in_transaction(self, act: Act, deed: Deed) -> Outcome:
        with database.writing(self._engine) as connection:
            if (known := _known_outcome(connection, act.act_id, act.actor)) is not None:
                return known
            with self._unit(connection, act) as work:
                carry_out(work, deed)
                return work.conclude()

    @contextmanager
    def _unit(self, connection: sa.Connection, act: Act) -> Iterator[UnitOfWork]:
        session = Session(connection, expire_on_commit=False)
        today = act.recorded_at.astimezone(self.zone).date()
        person = store_person.person_by_id(session, act.actor.person_id)
        if person is None or person.disabled:
            session.close()
            raise NotAllowed("person.disabled", name=act.actor.name)
        roles = store_person.roles_on(session, act.actor.person_id, today)
        work = UnitOfWork(session, act.recorded_at, self.zone, self.demo, act, roles)
        try:
            yield work
        finally:
            work.close()

    def _known(self, act_id: str, actor: Actor) -> Outcome | None:
        with database.reading(self._engine) as connection:
            return _known_outcome(connection, act_id, actor)

    def _record_refusal(self, act: Act, refusal: CellbankError) -> None:
        with self._watched(), database.writing(self._engine) as connection:
            if journal.entry_by_act(connection, act.act_id) is None:
                refusals.append(connection, act, refusal)

    def _authenticate(self, given: Credentials, workstation: str, wrong: NotAllowed | None = None) -> Actor:
        wrong = wrong or NotAllowed("person.unknown_or_wrong")
        now = self._clock()
        with self.read() as reading:
            person = store_person.person_named(reading.session, given.name.strip())
        if person is None:
            self._hasher.waste_time(given.password)
            raise wrong
        actor = Actor(person.id, person.name, person.printed_name, workstation)
        refuse_locked(person, now)
        right = self._hasher.verify(person.password_hash, given.password)
        renewed = self._hasher.renewed(person.password_hash, given.password) if right else None
        if not right or person.failures or person.lockouts or renewed:
            self._remember_sign_in(actor, right, renewed)
        if not right:
            raise wrong
        return actor

    def _remember_sign_in(self, actor: Actor, right: bool, renewed: str | None) -> None:
        now = self._clock()
        act = Act(new_id(), actor, now, now)
        with self._watched(), database.writing(self._engine) as connection, self._unit(connection, act) as work:
            remember_sign_in(work, actor.person_id, right=right, renewed_hash=renewed)
            work.conclude()

    def hash_password(self, password: str) -> str:
        """The argon2id hash of a password; made before any lock is taken."""
        return self._hasher.hash(password)

    def _refuse_when_stopped(self) -> None:
        if self._stopped is not None:
            raise CannotWrite("bank.stopped", why=self._stopped.code)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """After a failing disk nothing more is written until the bank is opened again and verified."""
        self._refuse_when_stopped()
        try:
            yield
        except CannotWrite as fault:
            if fault.code in {"bank.failing", "bank.full"}:
                self._stopped = fault
            raise


def _check_words(actor: Actor, performed_at: datetime | None, reason: str | None) -> None:
    """Refuse at the door what would enter an entry beside its rows: a naive instant, hostile characters."""
    if performed_at is not None:
        record.instant_text(performed_at)
    for column, words in (("workstation", actor.workstation), ("reason", reason or "")):
        if any(characters.is_hostile(character) for character in words):
            raise WrongInput("input.control", table="entry", column=column, value=characters.shown(words), limit="")


def _known_outcome(connection: sa.Connection, act_id: str, actor: Actor) -> Outcome | None:
    found = journal.entry_by_act(connection, act_id)
    return None if found is None else refusals.outcome_again(bytes(found.canonical), found.chain, actor.name)
