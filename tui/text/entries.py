"""Entries of the record in words: a line of the trail, and one entry whole; plain text, nothing is decided here."""

from collections.abc import Iterator
from typing import Any

from rich.text import Text
from textual.content import Content

from cellbank.errors import Finding
from cellbank.views.audit import EntryView
from cellbank.views.trail import SealedEntry
from cellbank.wording import Wording
from tui.text import sentences
from tui.text.markup_safe import cell, plain, sentence

REFUSED = "act.refused"
COLUMNS = ("number", "recorded", "person", "what", "code")


def is_refusal(entry: EntryView) -> bool:
    """Whether the entry says that an act was refused."""
    return any(done["action"] == REFUSED for done in entry.actions)


def did(words: Wording, entry: EntryView) -> str:
    """The actions of an entry in words, each once."""
    return ", ".join(dict.fromkeys(sentences.action(words, done["action"]) for done in entry.actions))


def row(words: Wording, entry: EntryView) -> list[Text]:
    """One entry as a line of the trail; a refusal and a signature are marked."""
    refused = is_refusal(entry)
    mark = "✗ " if refused else "✎ " if entry.signatures else "  "
    codes = ", ".join(dict.fromkeys(done["code"] for done in entry.actions if done["code"]))
    return [
        cell(entry.number),
        cell(sentences.moment(words, entry.recorded_at)),
        cell(entry.actor, "bold"),
        cell(f"{mark}{did(words, entry)}", "bold" if refused else ""),
        cell(codes),
    ]


def whole(words: Wording, sealed: SealedEntry) -> Iterator[Content]:
    """Every part of an entry as lines: time, actor, reason, actions, signatures, changes."""
    entry = sealed.entry
    say = words.say
    yield _named(say("tui.entry.recorded_at"), sentences.moment(words, entry.recorded_at))
    yield _named(say("tui.entry.performed_at"), sentences.moment(words, entry.performed_at))
    yield _named(say("tui.entry.actor"), entry.actor)
    yield _named(say("tui.entry.role"), words.term("role", entry.role) if entry.role else "–")
    yield _named(say("tui.entry.workstation"), entry.workstation or "–")
    yield _named(say("tui.entry.reason"), entry.reason or "–")
    for done in entry.actions:
        yield plain("")
        yield from _action(words, done)
    for signed in entry.signatures:
        yield plain("")
        yield from _signature(words, signed)
    for change in entry.changes:
        yield plain("")
        yield from _change(words, change, sealed.labels)
    yield plain("")
    yield _named(say("tui.entry.act"), entry.act_id)
    yield _named(say("tui.entry.leaf"), sealed.leaf)
    yield _named(say("tui.entry.chain"), entry.chain or "–")


def _named(name: str, value: object) -> Content:
    return sentence(plain(f"{name}  ", "$muted"), plain(value))


def _action(words: Wording, done: dict[str, Any]) -> Iterator[Content]:
    refused = done["action"] == REFUSED
    mark, style = ("✗", "bold $error") if refused else ("•", "bold")
    yield sentence(
        plain(f"{mark} {sentences.action(words, done['action'])}  ", style), plain(done["code"], "bold $primary")
    )
    if refused:
        yield from (plain(f"  {said}") for said in refusal(words, done["params"]))
        return
    for name, value in done["params"].items():
        yield _named(f"  {sentences.label(words, name)}", sentences.said(words, value, name))


def refusal(words: Wording, params: dict[str, Any]) -> list[str]:
    """The sentences of a refusal entry, one for every finding."""
    found = [Finding(one["code"], one["subject"], one["params"]) for one in params["findings"]]
    return [words.finding(one) for one in found] or [words.say(params["code"], **params["params"])]


def _signature(words: Wording, signed: dict[str, str]) -> Iterator[Content]:
    meaning, role = words.term("meaning", signed["meaning"]), words.term("role", signed["role"])
    who = f"{signed['printed_name']} ({signed['name']}), {role}"
    yield plain(f"✎ {sentences.pair(words, who, meaning)}", "bold")
    yield _named(f"  {words.say('tui.entry.subject')}", signed["subject"])
    yield _named("  SHA-256", signed["digest"])


def _change(words: Wording, change: dict[str, Any], labels: dict[str, str]) -> Iterator[Content]:
    station, label = words.term("station", change["table"]), labels.get(change["id"], change["id"])
    operation = words.say(f"tui.entry.{change['operation']}")
    yield sentence(plain(f"{station} {label}  ", "bold"), plain(operation, "$muted"))
    for name, after in change["after"].items():
        now = sentences.said(words, after, name)
        if name in change["before"]:
            now = f"{sentences.said(words, change['before'][name], name)} → {now}"
        yield _named(f"  {sentences.label(words, name)}", now)
