"""Signatures: who, when, meaning, bound to the SHA-256 of exactly what was shown (21 CFR 11.50, 11.70)."""

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

import rfc8785

from cellbank.domain import record
from cellbank.domain.person import Role
from cellbank.domain.record import Instant, Line, Record


class Meaning(StrEnum):
    """What a signature says (21 CFR 11.50(a)(3))."""

    PERFORMED = "performed"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    RELEASED = "released"
    WITNESSED = "witnessed"
    RE_AFFIRMED = "re-affirmed"


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
