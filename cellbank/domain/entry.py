"""The entry, format 1: one act in the record, its canonical bytes, its leaf and the chain (docs/format.md)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import rfc8785

from cellbank.domain.record import Stored

FORMAT = 1
"""The number of docs/format.md under which entries are written."""
EMPTY_CHAIN = hashlib.sha256(b"").hexdigest()
"""What the first entry is chained to: the hash of nothing, as for the empty tree of RFC 6962."""

INSERT = "insert"
UPDATE = "update"


@dataclass(frozen=True)
class Change:
    """One row before and after. An insert has the whole row after; an update has the changed columns on both sides."""

    table: str
    id: str
    operation: str
    before: Mapping[str, Stored]
    after: Mapping[str, Stored]

    def plain(self) -> dict[str, Any]:
        """The change as it stands in the entry."""
        return {
            "table": self.table,
            "id": self.id,
            "operation": self.operation,
            "before": dict(self.before),
            "after": dict(self.after),
        }


@dataclass(frozen=True)
class Action:
    """What was done to what: `lot.released`, the row, what people call it, and parameters (text and integers)."""

    action: str
    table: str
    id: str
    code: str
    params: Mapping[str, Any]

    def plain(self) -> dict[str, Any]:
        """The action as it stands in the entry."""
        return {
            "action": self.action,
            "table": self.table,
            "id": self.id,
            "code": self.code,
            "params": dict(self.params),
        }


@dataclass(frozen=True)
class Entry:
    """One act, as recorded."""

    number: int
    act_id: str
    recorded_at: str
    performed_at: str
    actor: str
    role: str
    workstation: str
    actions: Sequence[Action]
    reason: str | None
    signature: Sequence[Mapping[str, str]]
    changes: Sequence[Change]

    def plain(self) -> dict[str, Any]:
        """The entry as JSON values; text, integers, lists and objects only."""
        return {
            "format": FORMAT,
            "number": self.number,
            "act_id": self.act_id,
            "recorded_at": self.recorded_at,
            "performed_at": self.performed_at,
            "actor": self.actor,
            "role": self.role,
            "workstation": self.workstation,
            "actions": [action.plain() for action in self.actions],
            "reason": self.reason,
            "signature": [dict(signature) for signature in self.signature],
            "changes": [change.plain() for change in self.changes],
        }

    def canonical(self) -> bytes:
        """The RFC 8785 bytes that are stored and hashed."""
        return rfc8785.dumps(self.plain())


def leaf_hash(canonical: bytes) -> str:
    """SHA-256(0x00 ‖ bytes), in hexadecimal (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\x00" + canonical).hexdigest()


def chain_hash(previous: str, leaf: str) -> str:
    """SHA-256(previous chain ‖ leaf) over the 32-byte values, in hexadecimal."""
    return hashlib.sha256(bytes.fromhex(previous) + bytes.fromhex(leaf)).hexdigest()


def commitment(value: Stored, salt: str) -> str:
    """What an entry holds in place of a secret: SHA-256 over a random salt and the value."""
    return "commitment:" + hashlib.sha256(f"{salt}:{value}".encode()).hexdigest()
