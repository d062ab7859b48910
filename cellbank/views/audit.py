"""The record as a reader sees it: entries newest first, and the history of one thing."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cellbank.store import codes, journal
from cellbank.store.unit_of_work import Reading


@dataclass(frozen=True)
class EntryView:
    """One entry: the parsed canonical JSON, and the chain value that stands beside it (None in a thing's history)."""

    number: int
    recorded_at: str
    performed_at: str
    actor: str
    role: str
    workstation: str
    reason: str | None
    actions: tuple[dict[str, Any], ...]
    changes: tuple[dict[str, Any], ...]
    signatures: tuple[dict[str, Any], ...]
    act_id: str
    chain: str | None


def entries(reading: Reading, limit: int = 50, before: int | None = None) -> list[EntryView]:
    """The newest entries below a number, newest first."""
    return [entry_view(canonical, chain) for canonical, chain in journal.entry_page(reading.connection, limit, before)]


def history(reading: Reading, code: str) -> list[EntryView]:
    """Every entry that touched a thing, oldest first: who, when, what changed. An unknown code is refused."""
    row = codes.resolve(reading, code).row
    return [entry_view(canonical, None) for canonical in journal.entries_touching(reading.connection, row.id)]


def entry_view(canonical: bytes, chain: str | None) -> EntryView:
    """An entry, parsed."""
    entry = json.loads(bytes(canonical))
    return EntryView(
        entry["number"],
        entry["recorded_at"],
        entry["performed_at"],
        entry["actor"],
        entry["role"],
        entry["workstation"],
        entry["reason"],
        tuple(entry["actions"]),
        tuple(entry["changes"]),
        tuple(entry["signature"]),
        entry["act_id"],
        chain,
    )


def canonical_entries(reading: Reading) -> Iterator[bytes]:
    """The stored bytes of every entry, oldest first: what is hashed, one JSON object each, without a line break."""
    for stored in journal.stored_entries(reading.connection):
        yield bytes(stored.canonical)
