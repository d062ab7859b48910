"""Findings, refusals, signed content and entries as sentences for the screen; plain text, nothing is decided here."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from cellbank.errors import CellbankError
from cellbank.views.audit import EntryView
from cellbank.wording import Wording

_MOST_FIELDS = 12
_GROUPED_FROM = 10_000
"""Counts of cells are read in groups of three; years and small numbers as they are."""


def refusal(words: Wording, error: CellbankError) -> list[str]:
    """Every finding of a refusal as a sentence; the refusal itself when it has none."""
    return [words.finding(finding) for finding in error.findings] or [words.error(error)]


def of_password(words: Wording, error: CellbankError) -> list[str]:
    """A refusal where the password alone was asked: the name cannot be what is wrong."""
    return [words.say("tui.password.wrong")] if error.code == "person.unknown_or_wrong" else refusal(words, error)


def pair(words: Wording, name: str, value: str) -> str:
    """A name and its value, with the colon as this language sets it."""
    return words.say("language.pair", name=name, value=value)


def label(words: Wording, name: str) -> str:
    """A field's name in words."""
    return words.field(name)


def said(words: Wording, value: object, name: str = "", table: str = "") -> str:
    """A value of a signed content or of an entry for the eye; an instant (`…_at`) in the site's zone.

    `table`: whose field it is; a dose is "returned" otherwise than a vial.
    """
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return words.say("tui.yes" if value else "tui.no")
    if isinstance(value, int) and abs(value) >= _GROUPED_FROM:
        return words.number(value)
    if name.endswith("_at") and isinstance(value, str):
        return moment(words, value)
    own = f"{table}_{name}"
    return words.named(own if words.knows(f"term.{own}.{value}") else name, value)


def content(words: Wording, signed: Mapping[str, object], depth: int = 0) -> Iterator[tuple[int, str, str]]:
    """A signed content as lines of depth, name and value; nothing of it is left out."""
    for name, value in signed.items():
        if isinstance(value, Mapping):
            yield depth, label(words, name), ""
            yield from content(words, value, depth + 1)
        elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
            yield depth, label(words, name), f"({len(value)})"
            for item in value:
                yield depth + 1, "•", _flat(words, item)
        elif isinstance(value, list):
            yield depth, label(words, name), ", ".join(said(words, item) for item in value) or "–"
        else:
            yield depth, label(words, name), said(words, value, name)


def _flat(words: Wording, item: Mapping[str, object]) -> str:
    return " · ".join(f"{label(words, name)} {said(words, value, name)}" for name, value in item.items())


def moment(words: Wording, recorded: str) -> str:
    """An instant of an entry, in the site's zone."""
    return words.value(datetime.fromisoformat(recorded))


def requirement(words: Wording, name: str) -> str:
    """A requirement of the gate in words, as the beginning of a line."""
    named = words.term("requirement", name)
    return named[:1].upper() + named[1:]


def action(words: Wording, name: str) -> str:
    """An action in words, its code when there is none."""
    return words.term("action", name)


def changes(words: Wording, entry: EntryView, row_code: str, known: Sequence[str]) -> Iterator[str]:
    """What an entry changed: of the thing itself each field, of everything else how many rows of which kind."""
    others: dict[str, int] = {}
    for change in entry.changes:
        table = str(change["table"])
        if table in known and _concerns(entry, change, row_code):
            yield from _fields(words, table, change["before"], change["after"])
        else:
            others[table] = others.get(table, 0) + 1
    if others:
        listed = ", ".join(f"{words.term('station', table)} × {count}" for table, count in others.items())
        yield words.say("tui.history.also", what=listed)


def _concerns(entry: EntryView, change: Mapping[str, object], code: str) -> bool:
    return any(done["code"] == code and done["id"] == change["id"] for done in entry.actions) or any(
        code in map(str, part.values()) for part in (change["after"], change["before"]) if isinstance(part, Mapping)
    )


def _fields(words: Wording, table: str, before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[str]:
    names = [name for name in after if name != "id" and not name.endswith("_id")]
    if before:
        for name in names:
            was, now = (said(words, values.get(name), name, table) for values in (before, after))
            yield pair(words, label(words, name), f"{was} → {now}")
        return
    given = [
        f"{label(words, name)} {said(words, after[name], name, table)}" for name in names if after[name] is not None
    ]
    if given:
        yield words.say("tui.history.first", what=" · ".join(given[:_MOST_FIELDS]))
