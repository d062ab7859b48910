"""One question of a form: what it is called, how its answer is read, what is offered.

A form asks in the order of its tuple. `reads` turns what was typed into the value that the service takes, and refuses
with the bank's own sentences; nothing is guessed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from cellbank.commands import kinds
from cellbank.commands.kinds import Kind
from cellbank.domain.identifiers import Station
from cellbank.errors import WrongInput

Reader = Callable[[str, ZoneInfo], object]
Given = Mapping[str, Any]
"""The answers of a form by the names of its questions; an optional question without an answer gives None."""
FEW = 5
"""As many choices stand beside one another in a row; more are typed, with those that fit shown."""


@dataclass(frozen=True)
class Choice:
    """One answer that is offered: its value as the service takes it, and the words that people read."""

    value: object
    words: str
    more: str = ""
    """What is told once it is chosen from a long list: a limit, a unit."""

    @property
    def key(self) -> str:
        """How it is typed."""
        return self.value.value if isinstance(self.value, StrEnum) else str(self.value)


@dataclass(frozen=True)
class Ask:
    """One question. Its label is `tui.ask.<name>`, an example of an answer `tui.ask.<name>.hint` where there is one."""

    name: str
    reads: Reader
    optional: bool = False
    given: str = ""
    choices: tuple[Choice, ...] = ()
    stations: frozenset[Station] = frozenset()
    several: bool = False
    listed: bool = False
    """Whether its choices are typed even when they are few, because their words are long."""
    label: str | None = None
    """Words of the record's own, a criterion of the trial file for one, in place of the locale's."""
    hint: str | None = None
    """An example that only this record gives, in place of the locale's."""
    suggested: tuple[str, ...] = ()
    """What others typed here before: completed while it is typed, never demanded."""
    moment: bool = False
    """Whether one key answers with the present moment."""

    @property
    def is_row(self) -> bool:
        """Whether its few choices stand beside one another."""
        return 0 < len(self.choices) <= FEW and not self.listed

    def read(self, text: str, zone: ZoneInfo) -> object:
        """The answer; None when nothing was typed."""
        if not text.strip():
            return None
        return self.reads(text, zone)

    def correct_codes(self, typed: str) -> str:
        """Codes as they were meant, another layout of the scanner's keyboard set right; what cannot be read stays."""
        try:
            right = self.reads(typed, _ANY_ZONE)
        except WrongInput:
            return typed
        return ", ".join(map(str, right)) if isinstance(right, tuple) else str(right)


_ANY_ZONE = ZoneInfo("UTC")
"""Codes are read alike in all of them."""


def of_kind(name: str, kind: Kind, **more: Any) -> Ask:
    """A question whose answer is of this kind, read as it is after a verb of the command line."""
    return Ask(name, kind.read, several=kind.several, moment=kind == kinds.INSTANT, **more)


def line(name: str, **more: Any) -> Ask:
    """One line of text."""
    return of_kind(name, kinds.LINE, **more)


def count(name: str, **more: Any) -> Ask:
    """A count: `10000000`, `1e7`, `10M`."""
    return of_kind(name, kinds.COUNT, **more)


def day(name: str, **more: Any) -> Ask:
    """A calendar day."""
    return of_kind(name, kinds.DAY, **more)


def instant(name: str, **more: Any) -> Ask:
    """A moment; without an offset the site's time."""
    return of_kind(name, kinds.INSTANT, **more)


def moment_text(at: datetime, zone: ZoneInfo) -> str:
    """A moment as a person would type it at the site, to the second; with its offset where the clock shows it twice."""
    local = at.astimezone(zone).replace(microsecond=0)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return local.isoformat() if twice else local.replace(tzinfo=None).isoformat()


def code(name: str, *stations: Station, **more: Any) -> Ask:
    """The code of one thing, typed or scanned."""
    return of_kind(name, kinds.CODE, stations=frozenset(stations), **more)


def one_of(name: str, choices: Iterable[Choice], **more: Any) -> Ask:
    """One of these: typed as its value or as the beginning of its words."""
    offered = tuple(choices)
    return Ask(name, lambda text, _: chosen(offered, text), choices=offered, **more)


def yes_no(name: str, yes: str, no: str, **more: Any) -> Ask:
    """Yes or no, in the words of the reader's language."""
    return one_of(name, (Choice(True, yes), Choice(False, no)), **more)


def chosen(offered: Sequence[Choice], text: str) -> object:
    """The value of a choice; refused when it is none of these, or could be several."""
    found = fitting(offered, text)
    if len(found) == 1:
        return found[0].value
    raise WrongInput("typed.choice", value=text, expected=", ".join(one.words for one in found or offered))


def fitting(offered: Sequence[Choice], text: str) -> list[Choice]:
    """The choice that was typed whole; else those whose words, or what is typed for them, begin so."""
    wanted = text.strip().casefold()
    whole = [one for one in offered if wanted in {one.key.casefold(), one.words.casefold()}]
    if whole:
        return whole[:1]
    return [one for one in offered if one.words.casefold().startswith(wanted) or one.key.casefold().startswith(wanted)]


@dataclass
class Answers:
    """What was typed so far, read: the values, what could not be read, what is still missing."""

    given: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, WrongInput] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether everything that is needed was given and understood."""
        return not self.wrong and not self.missing


def answers(asks: Iterable[Ask], texts: Mapping[str, str], zone: ZoneInfo) -> Answers:
    """Read what was typed."""
    found = Answers()
    for ask in asks:
        try:
            value = ask.read(texts.get(ask.name, ""), zone)
        except WrongInput as error:
            found.wrong[ask.name] = error
            continue
        found.given[ask.name] = value
        if value in (None, ()) and not ask.optional:
            found.missing.append(ask.name)
    return found
