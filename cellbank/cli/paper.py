"""Output of the command line: one JSON document for programs, calm lines for people, both from the same views."""

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cellbank.domain.signature import ToSign
    from cellbank.errors import Finding
    from cellbank.views.lot import LotCheck
    from cellbank.wording import Wording

COMPUTED = frozenset({"population_doublings", "cumulative_at_seeding", "cumulative_doublings", "doubling_time_h"})
"""Decimals that a consumer computes with: JSON numbers. Every other decimal keeps the scale it was reported with."""

WIDEST = 44
"""Characters of one cell of a table; `show` and `--json` give the whole."""


class Paper:
    """Values as programs and as people read them, in one language."""

    def __init__(self, wording: "Wording") -> None:
        self.wording = wording
        self.say = wording.say

    # --- for programs -------------------------------------------------------------------------------------------

    def data(self, value: object, name: str = "") -> Any:
        """A view as JSON: fields and properties by name, instants in UTC, enumerations by value."""
        from cellbank.errors import Finding

        if isinstance(value, Finding):
            return self.finding(value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {key: self.data(getattr(value, key), key) for key in _named(type(value))}
        if isinstance(value, Mapping):
            return {str(self.data(key)): self.data(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.data(item) for item in value]
        return _scalar(value, name)

    def finding(self, finding: "Finding") -> dict[str, Any]:
        """A finding, with its sentence."""
        return {
            "code": finding.code,
            "requirement": finding.requirement,
            "subject": finding.subject,
            "message": self.wording.finding(finding),
            "params": self.data(finding.params),
        }

    # --- for people ---------------------------------------------------------------------------------------------

    def word(self, value: object) -> str:
        """A value as a person reads it; what came from outside is stripped of control characters."""
        if value is None or value == "" or value == () or value == []:
            return "–"
        if isinstance(value, bool):
            return self.say("cli.yes" if value else "cli.no")
        if isinstance(value, Enum):
            return self.wording.term(_snake(type(value).__name__), value)
        if isinstance(value, Mapping):
            return ", ".join(f"{self._key(key)} {self.word(item)}" for key, item in value.items())
        if isinstance(value, list | tuple):
            return ", ".join(self.word(item) for item in value)
        if isinstance(value, int):
            return self.wording.number(value) if abs(value) >= 10_000 else str(value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return self.word({self.heading(key): getattr(value, key) for key in _named(type(value))})
        return self.wording.value(value)

    def _key(self, key: object) -> str:
        if isinstance(key, Enum):
            return self.word(key)
        return self.wording.term("vial_status", key) if self.wording.knows(f"term.vial_status.{key}") else str(key)

    def heading(self, field: str) -> str:
        """The word for a field."""
        return self.say(f"field.{field}") if self.wording.knows(f"field.{field}") else field.replace("_", " ")

    def sheet(self, view: object, fields: Sequence[str] = ()) -> Iterator[str]:
        """One thing, a line a field; all fields when none is named. Several things in a field follow as a table."""
        names = fields or [field.name for field in dataclasses.fields(view)]  # type: ignore[arg-type]
        width = max(_width(self.heading(name)) for name in names)
        for name in names:
            value = getattr(view, name)
            if _are_views(value):
                yield f"{self.heading(name)}:"
                yield from self._below(value)
            else:
                yield f"{_padded(self.heading(name), width)}  {self.cell(name, value)}"

    def _below(self, values: Sequence[Any]) -> Iterator[str]:
        from cellbank.errors import Finding

        if isinstance(values[0], Finding):
            return self.findings(values)
        return (f"  {line}" for line in self.table(values, [field.name for field in dataclasses.fields(values[0])]))

    def cell(self, field: str, value: object) -> str:
        """The value of a field: the word for it, where the field has words of its own."""
        if isinstance(value, str) and self.wording.knows(f"term.{field}.{value}"):
            return self.wording.term(field, value)
        return self.word(value)

    def table(self, rows: Iterable[object], fields: Sequence[str]) -> Iterator[str]:
        """Several things, a line each under the words for the fields; a sentence when there are none."""
        lines = [[self.heading(name) for name in fields]]
        lines += [[_cut(self.cell(name, getattr(row, name))) for name in fields] for row in rows]
        if len(lines) == 1:
            yield self.say("cli.none")
            return
        widths = [max(_width(line[column]) for line in lines) for column in range(len(fields))]
        for line in lines:
            yield "  ".join(_padded(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip()

    def findings(self, findings: Iterable["Finding"]) -> Iterator[str]:
        """Every reason, one a line."""
        for finding in findings:
            yield f"  - {self.wording.finding(finding)}"

    def board(self, check: "LotCheck") -> Iterator[str]:
        """The release board: one line a requirement, satisfied or not, with what stands against it."""
        yield from self.sheet(check, ("lot", "disposition", "step"))
        for answer in check.answers:
            mark = self.say("cli.board.met" if answer.satisfied else "cli.board.not_met")
            yield f"{mark:<3} {self.wording.term('requirement', answer.requirement)}"
            yield from (f"  {line}" for line in self.findings(answer.findings))
        yield self.say(f"cli.lot.{check.step.value}.{'yes' if check.releasable else 'no'}", lot=check.lot)

    def to_sign(self, says: "ToSign") -> Iterator[str]:
        """What would be signed: as what, with which meaning, over which content; its SHA-256 as the record will keep it
        and the screens show it, and the digest of all four that a script gives back.
        """
        role, meaning = self.wording.term("role", says.role), self.wording.term("meaning", says.meaning)
        action = self.wording.term("action", says.action)
        yield self.say("cli.sign.what", action=action, role=role, meaning=meaning)
        yield from self.content(says.content, 1)
        yield f"SHA-256 {says.content_digest}"
        yield f"--shown {says.digest}"

    def content(self, content: Mapping[str, object], depth: int = 0) -> Iterator[str]:
        """What is about to be signed, whole."""
        for key, value in content.items():
            indent = "  " * depth
            if isinstance(value, Mapping) and value:
                yield f"{indent}{self.heading(key)}:"
                yield from self.content(value, depth + 1)
            elif isinstance(value, list) and value and isinstance(value[0], Mapping):
                yield f"{indent}{self.heading(key)}:"
                for item in value:
                    yield f"{indent}  - {self.word(dict(item))}"
            else:
                yield f"{indent}{self.heading(key)}: {self.word(value)}"


def _scalar(value: object, name: str) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value) if name in COMPUTED else format(value, "f")
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def _are_views(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and dataclasses.is_dataclass(value[0])


def _cut(text: str) -> str:
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def _named(kind: type) -> list[str]:
    properties = [name for name, member in vars(kind).items() if isinstance(member, property)]
    return [*(field.name for field in dataclasses.fields(kind)), *properties]


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
