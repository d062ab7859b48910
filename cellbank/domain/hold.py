"""Holds: open records on any station that block what lies downstream or inside (rules.md §2)."""

from enum import StrEnum

from cellbank.domain import record
from cellbank.domain.record import Instant, Line, Record


class HoldKind(StrEnum):
    """Why a hold was put."""

    MANUAL = "manual"
    DONOR_WITHDRAWN = "donor_withdrawn"
    DONOR_REACTIVE = "donor_reactive"
    DEVIATION = "deviation"
    MATERIAL_BLOCKED = "material_blocked"
    SIGNED_CONTENT_CHANGED = "signed_content_changed"
    RECALL = "recall"
    EXCURSION = "excursion"
    TRIAL_SUSPENDED = "trial_suspended"


class Hold(Record, table=True):
    """One hold. Anyone at work may put it; only QA lifts it, with a signature.

    On a place it holds what was inside from `since` to `until`: from `put_at` when there is no `since`, until it is
    lifted when there is no `until`.
    """

    __tablename__ = "hold"
    __table_args__ = record.strict(record.one_of("kind", HoldKind, "hold"))

    code: Line = record.text(unique=True, max_length=16)
    kind: HoldKind = record.choice(HoldKind)
    subject_table: Line = record.text()
    subject_id: Line = record.text(index=True)
    subject_code: Line = record.text()
    reason: Line = record.text()
    deviation_id: str | None = record.key("deviation.id", default=None)
    put_by: Line = record.text()
    put_at: Instant = record.instant()
    since: Instant | None = record.instant(default=None)
    until: Instant | None = record.instant(default=None)
    lifted_at: Instant | None = record.instant(default=None)
    lifted_by: Line | None = record.text(default=None)
    lifted_because: Line | None = record.text(default=None)
