"""The unit of work: one transaction an act, the writers' lock first, every change explained and recorded.

It validates each new or changed row before the flush, accumulates before and after over all flushes, refuses
writes outside a flush at engine level, and appends one entry; nothing of it remains when any of this fails.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import Session

from cellbank.domain import record
from cellbank.domain.entry import INSERT, UPDATE, Action, Change, commitment
from cellbank.domain.person import Role, Verb, role_for
from cellbank.domain.record import Record, Stored
from cellbank.domain.signature import Signature, ToSign
from cellbank.errors import CellbankError, NotAllowed
from cellbank.store import journal
from cellbank.store.act import Act, Actor, Outcome, append, content, plain
from cellbank.store.database import SANCTION, sanctioned

__all__ = ["Act", "Actor", "Outcome", "Reading", "UnitOfWork", "content", "plain"]


@dataclass
class Reading:
    """A session on one snapshot, with the bank's clock and zone."""

    session: Session
    now: datetime
    zone: ZoneInfo
    demo: bool

    @property
    def connection(self) -> sa.Connection:
        """The connection under the session."""
        return self.session.connection()

    @property
    def today(self) -> date:
        """The site's calendar day now."""
        return self.now.astimezone(self.zone).date()

    def day_of(self, moment: datetime) -> date:
        """The site's calendar day of a moment."""
        return moment.astimezone(self.zone).date()


@dataclass
class UnitOfWork(Reading):
    """The writing session of one act."""

    act: Act
    roles: frozenset[Role]
    role: Role | None = None
    actions: list[Action] = field(default_factory=list)
    signatures: list[dict[str, str]] = field(default_factory=list)
    to_sign: ToSign | None = None
    """What the actor's own signature says, once the act has come to it."""
    _explained: set[tuple[str, str]] = field(default_factory=set)
    _inserted: dict[tuple[str, str], Record] = field(default_factory=dict)
    _updated: dict[tuple[str, str], tuple[Record, dict[str, Stored]]] = field(default_factory=dict)
    _salts: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _bulk: list[Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._told = self.session.connection().info
        event.listen(self.session, "before_flush", self._before_flush)
        event.listen(self.session, "after_flush", self._after_flush)

    def authorise(self, verb: Verb) -> Role:
        """The role under which the actor may do this; refused when no role of the actor's may (`NotAllowed`)."""
        role = role_for(verb, self.roles)
        if role is None:
            raise NotAllowed(
                "person.role.missing",
                name=self.act.actor.name,
                verb=verb.value,
                roles=sorted(self.roles) or "-",
            )
        self.role = role
        return role

    def add(self, *rows: Record) -> None:
        """New rows of this act."""
        self.session.add_all(rows)

    def record(self, action: str, subject: Record, /, *also: Record, **params: object) -> None:
        """Record an action: it explains the changes of its subject and of the rows named beside it."""
        table = record.table_of(type(subject)).name
        self.actions.append(Action(action, table, subject.id, subject.label, plain(params)))
        self._explained.update((record.table_of(type(row)).name, row.id) for row in (subject, *also))

    def add_signature(self, signature: Signature) -> None:
        """A signature given in this act: a row of its own, and named in the entry."""
        self.add(signature)
        self._explained.add(("signature", signature.id))
        self.signatures.append(
            {
                "name": signature.name,
                "printed_name": signature.printed_name,
                "role": signature.role.value,
                "meaning": signature.meaning.value,
                "subject": signature.subject_code,
                "digest": signature.digest,
            }
        )

    def insert_many(self, rows: Sequence[Record]) -> None:
        """The sanctioned bulk insert: rows of one kind, each validated and recorded, one statement for all.

        Refused: a value that does not fit its field, rows of two kinds or with a secret.
        """
        if not rows:
            return
        kind = type(rows[0])
        if kind.secret_columns or any(type(row) is not kind for row in rows):
            raise CellbankError("store.bulk.kind", table=record.table_of(kind).name)
        for row in rows:
            record.checked(row)
        self.session.flush()
        table = record.table_of(kind)
        stored = [record.stored_form(row) for row in rows]
        raw = sa.table(table.name, *(sa.column(column.name) for column in table.columns))
        with sanctioned(self.connection):
            self.connection.execute(sa.insert(raw), stored)
        self._bulk.extend(Change(table.name, str(form["id"]), INSERT, {}, form) for form in stored)

    def _before_flush(self, session: Session, context: Any, instances: Any) -> None:
        if instances:
            raise CellbankError("store.flush.partial")
        if session.deleted:
            raise CellbankError("store.row.deleted", table=type(next(iter(session.deleted))).__name__)
        for row in session.new:
            record.checked(row)
            self._inserted.setdefault(_place(row), row)
        for row in session.dirty:
            if session.is_modified(row):
                record.checked(row)
                self._remember(row)
        self._told[SANCTION] = True

    def _after_flush(self, session: Session, context: Any) -> None:
        self._told[SANCTION] = False

    def _remember(self, row: Record) -> None:
        place = _place(row)
        if place in self._inserted:
            return
        _, before = self._updated.setdefault(place, (row, {}))
        state = sa.inspect(row)
        for column in record.columns_of(type(row)):
            history = state.attrs[column.name].history
            if history.has_changes() and column.name not in before:
                if not history.deleted:
                    raise CellbankError("store.before.unknown", table=place[0], column=column.name)
                before[column.name] = record.stored_value(column, history.deleted[0])

    def changes(self) -> tuple[Change, ...]:
        """Everything this act changed: new rows, then changes, as replay meets them; secrets as commitments."""
        self.session.flush()
        found: list[Change] = []
        for (table, row_id), row in self._inserted.items():
            after = record.stored_form(row)
            for column in row.secret_columns:
                after[column] = self._commit_to(table, row_id, column, after[column])
            found.append(Change(table, row_id, INSERT, {}, after))
        found.extend(self._bulk)
        for (table, row_id), (row, before) in self._updated.items():
            now = record.stored_form(row)
            changed = {column: value for column, value in before.items() if now[column] != value}
            if not changed:
                continue
            after = {column: now[column] for column in changed}
            for column in row.secret_columns & set(changed):
                changed[column] = self._committed(table, row_id, column, changed[column])
                after[column] = self._commit_to(table, row_id, column, after[column])
            found.append(Change(table, row_id, UPDATE, changed, after))
        return tuple(found)

    def _commit_to(self, table: str, row_id: str, column: str, value: Stored) -> str:
        salt = secrets.token_hex(32)
        self._salts[(table, row_id, column)] = salt
        return commitment(value, salt)

    def _committed(self, table: str, row_id: str, column: str, value: Stored) -> str:
        salt = self.connection.scalar(
            sa.select(journal.SALT.c.salt).where(
                journal.SALT.c.table_name == table,
                journal.SALT.c.row_id == row_id,
                journal.SALT.c.column_name == column,
            )
        )
        return commitment(value, salt or "")

    def conclude(self) -> Outcome:
        """Append the entry of this act; refuse a change that no recorded action of that subject explains."""
        changes = self.changes()
        unexplained = [c for c in changes if (c.table, c.id) not in self._explained]
        if unexplained:
            raise CellbankError("store.change.unexplained", table=unexplained[0].table, id=unexplained[0].id)
        if self.role is None or not self.actions:
            raise CellbankError("store.act.unauthorised")
        self._write_salts()
        return append(self.connection, self.act, self.role.value, self.actions, self.signatures, changes)

    def _write_salts(self) -> None:
        with sanctioned(self.connection):
            for (table, row_id, column), salt in self._salts.items():
                same = (
                    (journal.SALT.c.table_name == table)
                    & (journal.SALT.c.row_id == row_id)
                    & (journal.SALT.c.column_name == column)
                )
                if not self.connection.execute(sa.update(journal.SALT).where(same).values(salt=salt)).rowcount:
                    self.connection.execute(
                        sa.insert(journal.SALT).values(table_name=table, row_id=row_id, column_name=column, salt=salt)
                    )

    def close(self) -> None:
        """Let go of the session; what was not committed is gone."""
        self._told.pop(SANCTION, None)
        self.session.close()


def _place(row: Record) -> tuple[str, str]:
    return record.table_of(type(row)).name, row.id
