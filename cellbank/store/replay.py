"""Replay: rebuild every row from the entries and compare it with the tables, letter by letter.

A chain check alone misses a row edited behind the record; comparing every column of every row names it.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from cellbank.domain import record
from cellbank.domain.characters import shown
from cellbank.domain.entry import EMPTY_CHAIN, FORMAT, INSERT, chain_hash, commitment, leaf_hash
from cellbank.errors import Finding
from cellbank.store import guards, journal

TOLD_EVERY = 50
"""Entries between two words about how far a verification is."""

Rows = dict[str, dict[str, dict[str, Any]]]


@dataclass
class Verification:
    """What `audit verify` found: how many entries, the head, and every difference."""

    entries: int
    head: str
    findings: list[Finding] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        """Whether no difference was found."""
        return not self.findings


@dataclass
class _Replay:
    rows: Rows
    touched: set[tuple[int, str, str]]
    chain: str = EMPTY_CHAIN
    number: int = 0


def verify(
    connection: sa.Connection, heads: Mapping[int, str] | None = None, told: Callable[[int], object] | None = None
) -> Verification:
    """Check bytes, leaves, chain, index, guards and every row; `heads` are chain values kept outside the bank.

    `told` hears now and then the number of the entry that was read last.
    """
    replay = _Replay({table: {} for table in record.record_kinds()}, set())
    outside = dict(heads or {})
    findings: list[Finding] = []
    for stored in journal.stored_entries(connection):
        findings.extend(_entry_findings(stored, replay))
        if told is not None and replay.number % TOLD_EVERY == 0:
            told(replay.number)
        if stored.number in outside and outside.pop(stored.number) != replay.chain:
            findings.append(_finding("audit.head.differs", stored.number))
    findings.extend(_finding("audit.head.missing", number) for number in sorted(outside))
    findings.extend(_touch_findings(connection, replay))
    findings.extend(_row_findings(connection, replay.rows))
    findings.extend(_guard_findings(connection))
    return Verification(replay.number, replay.chain, findings)


def _finding(code: str, number: int, **params: object) -> Finding:
    return Finding(code, str(number), {"number": number} | params)


def _entry_findings(stored: Any, replay: _Replay) -> Iterator[Finding]:
    if stored.number != replay.number + 1:
        yield _finding("audit.entry.gap", stored.number, expected=replay.number + 1)
    replay.number = stored.number
    canonical = bytes(stored.canonical)
    leaf = leaf_hash(canonical)
    if leaf != stored.leaf:
        yield _finding("audit.entry.leaf", stored.number)
    replay.chain = chain_hash(replay.chain, leaf)
    if replay.chain != stored.chain:
        yield _finding("audit.entry.chain", stored.number)
    try:
        entry = json.loads(canonical)
        yield from _field_findings(stored, entry)
        yield from _fold(entry, replay)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        yield _finding("audit.entry.unreadable", stored.number)


def _field_findings(stored: Any, entry: Mapping[str, Any]) -> Iterator[Finding]:
    if entry["format"] != FORMAT:
        yield _finding("audit.entry.format", stored.number, format=entry["format"])
    for name in ("number", "act_id", "recorded_at", "actor"):
        if entry[name] != getattr(stored, name):
            yield _finding("audit.entry.field", stored.number, field=name)


def _fold(entry: Mapping[str, Any], replay: _Replay) -> Iterator[Finding]:
    number = entry["number"]
    replay.touched.update((number, action["table"], action["id"]) for action in entry["actions"] if action["id"])
    for change in entry["changes"]:
        table, row_id = change["table"], change["id"]
        replay.touched.add((number, table, row_id))
        rows = replay.rows.setdefault(table, {})
        if (change["operation"] == INSERT) == (row_id in rows):
            yield _finding("audit.entry.operation", number, table=table, row=row_id)
        row = rows.setdefault(row_id, {})
        for column, value in change["before"].items():
            if row.get(column) != value:
                yield _finding("audit.entry.before", number, table=table, row=row_id, column=column)
        row.update(change["after"])


def _touch_findings(connection: sa.Connection, replay: _Replay) -> Iterator[Finding]:
    found = {(row.entry, row.table_name, row.row_id) for row in connection.execute(sa.select(journal.TOUCH))}
    for number, table, row_id in sorted(found ^ replay.touched, key=repr):
        yield _finding("audit.touch.differs", number, table=table, row=row_id)


def _row_findings(connection: sa.Connection, replayed: Rows) -> Iterator[Finding]:
    salts = journal.salts(connection)
    for table, kind in record.record_kinds().items():
        expected = replayed.pop(table, {})
        columns = ", ".join(f'"{column.name}"' for column in record.columns_of(kind))
        for raw in connection.exec_driver_sql(f'SELECT {columns} FROM "{table}" ORDER BY id').mappings():  # noqa: S608
            found = dict(raw)
            row_id = found["id"]
            for column in kind.secret_columns:
                found[column] = commitment(found[column], salts.get((table, row_id, column), ""))
            yield from _compare(kind, row_id, expected.pop(row_id, None), found)
        for row_id, recorded in expected.items():
            yield Finding("audit.row.missing", row_id, _of_row(kind, row_id, recorded))
    for table in replayed:
        yield Finding("audit.table.unknown", table, {"table": table})


def _of_row(kind: type[record.Record], row_id: str, values: Mapping[str, Any]) -> dict[str, object]:
    """Which row a finding is about: its table and id, and where it bears a code of its own, that too (`named`)."""
    own = values.get(kind.code_column)
    named = {"named": shown(own)} if own and kind.code_column != "id" else {}
    return {"table": record.table_of(kind).name, "row": row_id, **named}


def _compare(
    kind: type[record.Record], row_id: str, expected: Mapping[str, Any] | None, found: Mapping[str, Any]
) -> Iterator[Finding]:
    if expected is None:
        yield Finding("audit.row.unrecorded", row_id, _of_row(kind, row_id, found))
        return
    for column, value in found.items():
        recorded = expected.get(column)
        if recorded != value or type(recorded) is not type(value):
            differs = {"column": column, "recorded": shown(recorded), "found": shown(value)}
            yield Finding("audit.row.differs", row_id, _of_row(kind, row_id, expected) | differs)


def _guard_findings(connection: sa.Connection) -> Iterator[Finding]:
    for name in guards.missing(connection):
        yield Finding("audit.guard.missing", name, {"guard": name})
