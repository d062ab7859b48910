"""One act: what surrounds it, the entry it appends to the chain, and what it left behind."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import sqlalchemy as sa

from cellbank.domain import record
from cellbank.domain.entry import Action, Change, Entry, chain_hash, leaf_hash
from cellbank.domain.signature import ToSign
from cellbank.errors import CannotWrite, CellbankError
from cellbank.store import journal
from cellbank.store.database import sanctioned

CLOCK_SKEW_SECONDS = 120
"""Seconds that a workstation's clock may lie behind the last entry before acts are refused (rules.md §16)."""


@dataclass(frozen=True)
class Actor:
    """Who acts, from where. Roles are looked up in the transaction, at use (21 CFR 11.10(g))."""

    person_id: str
    name: str
    printed_name: str
    workstation: str


@dataclass(frozen=True)
class Outcome:
    """What a recorded act left behind; the same again when its act id is repeated."""

    number: int
    act_id: str
    recorded_at: str
    chain: str
    actions: tuple[Action, ...]
    repeated: bool = False

    @property
    def code(self) -> str:
        """The code of the first thing the act concerned."""
        return self.actions[0].code if self.actions else ""

    def codes(self, action: str) -> tuple[str, ...]:
        """The codes of everything an action of this name concerned."""
        return tuple(done.code for done in self.actions if done.action == action)


@dataclass(frozen=True)
class Act:
    """What surrounds one act: its identity, when it was done, why, and who confirmed it with a password."""

    act_id: str
    actor: Actor
    recorded_at: datetime
    performed_at: datetime
    reason: str | None = None
    second: Actor | None = None
    reauthenticated: frozenset[str] = frozenset()
    rehearsed: bool = False
    """Whether nothing of it will be kept: then nobody stands beside the actor yet, and no late reason is given."""
    to_sign: ToSign | str | None = None
    """What the person was shown to sign, so that a refusal can say what has changed in it; or the digest of it."""

    def is_confirmed_by(self, person_id: str) -> bool:
        """Whether this person typed their password for the act; in a rehearsal nobody was asked yet."""
        return self.rehearsed or person_id in self.reauthenticated


def append(
    connection: sa.Connection,
    act: Act,
    role: str,
    actions: Sequence[Action],
    signatures: Sequence[dict[str, str]],
    changes: Iterable[Change],
) -> Outcome:
    """Append one entry to the chain within the transaction at hand.

    Refused: a workstation's clock more than `CLOCK_SKEW_SECONDS` behind the last entry (`CannotWrite`).
    """
    number, chain, recorded_before = journal.head(connection)
    recorded_at = _never_back(act.recorded_at, recorded_before)
    entry = Entry(
        number=number + 1,
        act_id=act.act_id,
        recorded_at=recorded_at,
        performed_at=min(record.instant_text(act.performed_at), recorded_at),
        actor=act.actor.name,
        role=role,
        workstation=act.actor.workstation,
        actions=actions,
        reason=act.reason,
        signature=signatures,
        changes=tuple(changes),
    )
    canonical = entry.canonical()
    leaf = leaf_hash(canonical)
    chain = chain_hash(chain, leaf)
    touched = {(c.table, c.id) for c in entry.changes} | {(a.table, a.id) for a in actions if a.id}
    with sanctioned(connection):
        connection.execute(
            sa.insert(journal.ENTRY).values(
                number=entry.number,
                act_id=entry.act_id,
                recorded_at=entry.recorded_at,
                actor=entry.actor,
                canonical=canonical,
                leaf=leaf,
                chain=chain,
            )
        )
        if touched:
            rows = [{"entry": entry.number, "table_name": t, "row_id": i} for t, i in sorted(touched)]
            connection.execute(sa.insert(journal.TOUCH), rows)
    return Outcome(entry.number, entry.act_id, entry.recorded_at, chain, tuple(actions))


def _never_back(now: datetime, recorded_before: str) -> str:
    """The instant to record: never before the entry before; a clock too far behind the record is refused."""
    text = record.instant_text(now)
    if text >= recorded_before:
        return text
    behind = (datetime.fromisoformat(recorded_before) - now).total_seconds()
    if behind > CLOCK_SKEW_SECONDS:
        raise CannotWrite("bank.clock.behind", minutes=int(behind // 60), last=recorded_before)
    return recorded_before


def plain(value: Any) -> Any:
    """A value as JSON of the record takes it: decimals, dates, instants and codes as text; a float is refused."""
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value) if isinstance(value, set | frozenset) else value
        return [plain(item) for item in items]
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return record.instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, float):
        raise CellbankError("store.float", value=repr(value))
    return value


def content(value: Mapping[str, object]) -> dict[str, Any]:
    """What is shown and signed, as JSON of the record takes it."""
    return {name: plain(item) for name, item in value.items()}
