"""Fields of any one thing, whatever its station: those of its view, in order."""

from dataclasses import dataclass, fields

from cellbank.bank import Bank
from cellbank.domain.visit import DoseStatus
from cellbank.errors import Finding
from cellbank.views import audit, hold, holds_and_deviations, lineage, trace
from cellbank.views.audit import EntryView
from cellbank.views.holds_and_deviations import Standing
from cellbank.views.stations import READERS
from cellbank.views.trace import Trace
from cellbank.wording import Wording
from tui.text import sentences


@dataclass(frozen=True)
class RecordSeen:
    """One thing: its view, where it came from and went, its history."""

    trace: Trace
    view: object
    history: tuple[EntryView, ...]
    tree: lineage.Tree
    standing: Standing


def read_record(bank: Bank, code: str) -> RecordSeen:
    """The view, lineage, holds, deviations and history of a thing, in one snapshot."""
    with bank.read() as reading:
        traced = trace.trace(reading, code)
        view = READERS[traced.station](reading, traced.subject)
        history = tuple(audit.history(reading, traced.subject))
        tree, stands = lineage.tree(reading, traced.subject), holds_and_deviations.standing(reading, traced.subject)
        return RecordSeen(traced, view, history, tree, stands)


def facts(words: Wording, view: object) -> list[tuple[str, str]]:
    """The fields of a view with their values as text; what is empty says so; what a deviation is about, a sentence."""
    found: list[tuple[str, str]] = []
    for field in fields(view):  # type: ignore[arg-type]
        if isinstance(view, hold.DeviationView) and field.name in _OF_THE_LIMIT:
            if field.name == "limit_code":
                found.append((sentences.label(words, "limit_code"), words.finding(view.limit)))
            continue
        value, name = getattr(view, field.name), sentences.label(words, field.name)
        rows = value if isinstance(value, tuple) and any(_is_view(item) for item in value) else (value,)
        shown = (_shown(words, kind_of(field.name, row), row) for row in rows)
        found.extend((name if not at else "", one) for at, one in enumerate(shown))
    return found


_OF_THE_LIMIT = frozenset({"limit_code", "limit_params"})
"""What together is the sentence about the limit that a deviation broke."""


def kind_of(name: str, value: object) -> str:
    """A status is named by what has it: a dose is "returned" otherwise than a vial."""
    return "dose_status" if name == "status" and isinstance(value, DoseStatus) else name


def _is_view(value: object) -> bool:
    return hasattr(value, "__dataclass_fields__")


def _shown(words: Wording, name: str, value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(_shown(words, name, item) for item in value) or "–"
    if isinstance(value, Finding):
        return words.finding(value)
    if _is_view(value):
        return " · ".join(
            sentences.said(words, getattr(value, field.name))
            for field in fields(value)  # type: ignore[arg-type]
        )
    if isinstance(value, dict):
        return ", ".join(f"{key} {sentences.said(words, item)}" for key, item in value.items()) or "–"
    if isinstance(value, str) and words.term(name, value) != value:
        return words.term(name, value)
    return sentences.said(words, value, name)
