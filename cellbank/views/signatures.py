"""Signatures as a reader sees them."""

from dataclasses import dataclass
from datetime import datetime

from cellbank.domain.person import Role
from cellbank.domain.signature import Meaning
from cellbank.store import signature
from cellbank.store.unit_of_work import Reading


@dataclass(frozen=True)
class SignatureView:
    """One signature: printed name, role, meaning, instant (21 CFR 11.50)."""

    name: str
    printed_name: str
    role: Role
    meaning: Meaning
    action: str
    signed_at: datetime
    digest: str
    content: str


def signatures_on(reading: Reading, subject_id: str) -> tuple[SignatureView, ...]:
    """Every signature under a subject, oldest first."""
    return tuple(
        SignatureView(s.name, s.printed_name, s.role, s.meaning, s.action, s.signed_at, s.digest, s.content)
        for s in signature.signatures_on(reading.session, subject_id)
    )
