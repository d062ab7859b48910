"""Signatures: who, when, meaning, bound to the SHA-256 of exactly what was shown (21 CFR 11.50, 11.70)."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import rfc8785

from cellbank.domain import record
from cellbank.domain.person import Role
from cellbank.domain.record import Instant, Line, Record
from cellbank.domain.terms import Meaning as Meaning


class Signature(Record, table=True):
    """One person's signature under one content; never changed, never moved to another subject."""

    __tablename__ = "signature"
    __table_args__ = record.strict(
        record.one_of("meaning", Meaning, "signature"), record.one_of("role", Role, "signature")
    )
    code_column: ClassVar[str] = "subject_code"

    person_id: str = record.key("person.id")
    name: Line = record.text()
    printed_name: Line = record.text()
    role: Role = record.choice(Role)
    meaning: Meaning = record.choice(Meaning)
    action: Line = record.text()
    subject_table: Line = record.text()
    subject_id: Line = record.text(index=True)
    subject_code: Line = record.text()
    signed_at: Instant = record.instant()
    content: str = record.prose()
    digest: Line = record.text(min_length=64, max_length=64)


Content = Mapping[str, object]


def canonical(content: Content) -> bytes:
    """RFC 8785 bytes of a content. Floats, dates and decimals must have been made text before."""
    return rfc8785.dumps(content)  # type: ignore[arg-type]


def digest_of(content: Content) -> str:
    """SHA-256, in hexadecimal, of the canonical bytes of what is shown."""
    return hashlib.sha256(canonical(content)).hexdigest()


@dataclass(frozen=True)
class ToSign:
    """What one signature says, and of what: read from the act itself in rehearsal, shown whole, then bound.

    `role` is the role under which the act is done; `content` is JSON of the record, without floats or dates.
    """

    action: str
    role: Role
    meaning: Meaning
    content: Content

    @property
    def digest(self) -> str:
        """SHA-256, in hexadecimal, of all four: what a person confirms to have been shown."""
        return digest_of(
            {"action": self.action, "role": self.role.value, "meaning": self.meaning.value, "content": self.content}
        )

    @property
    def content_digest(self) -> str:
        """SHA-256, in hexadecimal, of the content alone: what the signature in the record bears."""
        return digest_of(self.content)


@dataclass(frozen=True)
class Changed:
    """One part of a content that is no longer what it was: its dotted path, before and now; "–" for nothing."""

    part: str
    before: str
    now: str


def differences(shown: ToSign, now: ToSign) -> Iterator[Changed]:
    """What differs between what was shown to be signed and what would be signed now."""
    for part in ("action", "role", "meaning"):
        before, after = getattr(shown, part), getattr(now, part)
        if before != after:
            yield Changed(part, str(before), str(after))
    yield from changes(shown.content, now.content)


def changes(shown: Content, now: Content, within: str = "") -> Iterator[Changed]:
    """What differs between a content that was shown and the content now; of a list only the lines that differ."""
    for name in sorted({*shown, *now}):
        before, after = shown.get(name), now.get(name)
        if before == after:
            continue
        part = f"{within}{name}"
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from changes(before, after, f"{part}.")
        elif _has_codes(before) and _has_codes(after):
            yield from changes(_by_code(before), _by_code(after), f"{part}.")
        elif isinstance(before, list) and isinstance(after, list):
            gone, come = ([one for one in before if one not in after], [one for one in after if one not in before])
            yield Changed(part, _said(gone), _said(come))
        else:
            yield Changed(part, _said(before), _said(after))


def _has_codes(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(line, Mapping) and "code" in line for line in value)


def _by_code(lines: Any) -> dict[str, object]:
    return {str(line["code"]): line for line in lines}


def _said(value: object) -> str:
    """A value in one line, as it stands in the content."""
    if isinstance(value, Mapping):
        return " · ".join(_said(item) for item in value.values() if item not in (None, ""))
    if isinstance(value, list):
        return ", ".join(map(_said, value)) or "–"
    return "–" if value in (None, "") else str(value)
