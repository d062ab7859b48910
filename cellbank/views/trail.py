"""The record to be looked through: a page at a time, newest first, by person, thing, day, action and text."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from cellbank.domain import record
from cellbank.errors import NotFound
from cellbank.store import codes, journal
from cellbank.store.hold import deviations_on, every_hold_on
from cellbank.store.person import person_named
from cellbank.store.testing import results_of
from cellbank.store.unit_of_work import Reading
from cellbank.views.audit import EntryView, entry_view

PAGE = 50
"""Entries that are shown more at a time."""
SEARCH = 2_000
"""Entries that one reading looks through for those that fit, so that none takes long; the next goes on from there."""
_CHUNK = 200


@dataclass(frozen=True)
class Wanted:
    """Which entries are asked for; a field that is None asks nothing."""

    actor: str | None = None
    code: str | None = None
    since: date | None = None
    until: date | None = None
    action: str | None = None
    text: str | None = None

    @property
    def everything(self) -> bool:
        """Whether every entry is asked for."""
        return self == Wanted()


@dataclass(frozen=True)
class TrailPage:
    """Entries, newest first; everything from `searched` on was looked at, and there is `more` before it."""

    entries: tuple[EntryView, ...]
    searched: int
    more: bool


def page(reading: Reading, wanted: Wanted, *, before: int | None = None, after: int = 0, most: int = PAGE) -> TrailPage:
    """The newest entries that fit, between two numbers; refused when the thing asked for is unknown."""
    rows = None if wanted.code is None else _rows(reading, wanted.code)
    first, last = _bounds(reading, wanted)
    low, high = max(after, first - 1), last + 1 if before is None else min(before, last + 1)
    found: list[EntryView] = []
    looked, whole = 0, False
    while len(found) < most and looked < SEARCH and not whole:
        chunk = journal.entries_wanted(
            reading.connection, _CHUNK, before=high, after=low, actor=wanted.actor, rows=rows
        )
        for canonical, chain in chunk:
            seen = entry_view(canonical, chain)
            high, looked = seen.number, looked + 1
            if _fits(wanted, seen, canonical):
                found.append(seen)
            if len(found) == most:
                break
        whole = len(chunk) < _CHUNK and len(found) < most
    searched = low + 1 if whole else high
    return TrailPage(tuple(found), searched, searched > low + 1)


def _rows(reading: Reading, code: str) -> list[str]:
    """The rows of a thing: its own, and those of its holds, deviations and results; or a person's by sign-in name."""
    person = person_named(reading.session, code.strip())
    if person is not None:
        return [person.id]
    row = codes.resolve(reading, code).row
    session = reading.session
    about = (
        *every_hold_on(session, row.id),
        *deviations_on(session, {row.id}),
        *results_of(session, {row.id}),
    )
    return [row.id, *(one.id for one in about)]


def _bounds(reading: Reading, wanted: Wanted) -> tuple[int, int]:
    """The first and the last number that the days leave."""
    first, last = 1, journal.head(reading.connection)[0]
    if wanted.since is not None:
        first = journal.first_since(reading.connection, _start_of(reading, wanted.since))
    if wanted.until is not None:
        last = journal.first_since(reading.connection, _start_of(reading, wanted.until + timedelta(days=1))) - 1
    return first, last


def _start_of(reading: Reading, day: date) -> str:
    return record.instant_text(datetime.combine(day, time(), reading.zone))


def _fits(wanted: Wanted, seen: EntryView, canonical: bytes) -> bool:
    if wanted.action is not None and not any(done["action"] == wanted.action for done in seen.actions):
        return False
    return wanted.text is None or wanted.text.casefold() in bytes(canonical).decode().casefold()


@dataclass(frozen=True)
class SealedEntry:
    """One entry whole, with the hash of its bytes and the chain up to it; `labels` name the rows that it changed."""

    entry: EntryView
    leaf: str
    labels: dict[str, str]


def entry(reading: Reading, number: int) -> SealedEntry:
    """One entry by its number; refused when there is none."""
    stored = journal.entry_numbered(reading.connection, number)
    if stored is None:
        raise NotFound("trail.not_found", number=number)
    seen = entry_view(stored.canonical, stored.chain)
    return SealedEntry(seen, stored.leaf, dict(_labels(seen)))


def _labels(seen: EntryView) -> Iterator[tuple[str, str]]:
    """What people call the rows, as far as the entry itself says it."""
    for change in seen.changes:
        given = (change["after"].get(name) for name in ("code", "number", "name"))
        label = next((str(one) for one in given if one is not None), None)
        if label is not None:
            yield change["id"], label
    for done in seen.actions:
        if done["id"]:
            yield done["id"], done["code"]
