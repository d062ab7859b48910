"""Material: lots of reagents and consumables, and where each was used."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa

from cellbank.domain import record
from cellbank.domain.record import Instant, Line, Record
from cellbank.domain.section import Name, Said, Section
from cellbank.errors import Finding


class MaterialStatus(StrEnum):
    """QA's decision on a material lot; a blocked lot holds everything it went into."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    BLOCKED = "blocked"


class Material(Record, table=True):
    """One lot of one item, as the supplier numbers it; `accepted_at` and `blocked_at` are when QA signed."""

    __tablename__ = "material"
    __table_args__ = record.strict(
        record.one_of("status", MaterialStatus, "material"),
        sa.UniqueConstraint("item", "lot_number", name="material_item_lot_once"),
    )

    code: Line = record.text(unique=True, max_length=16)
    item: Line = record.text(max_length=80)
    lot_number: Line = record.text(max_length=60)
    supplier: Line = record.text(max_length=80)
    expires_on: date = record.day()
    received_at: Instant = record.instant()
    status: MaterialStatus = record.choice(MaterialStatus, default=MaterialStatus.PENDING)
    accepted_at: Instant | None = record.instant(default=None)
    blocked_at: Instant | None = record.instant(default=None)
    decided_because: Line | None = record.text(default=None)

    def status_at(self, at: datetime, *, entered_late: bool) -> MaterialStatus:
        """The status when a step used it, as far as it is known on entry (rules.md §5: accepted when used).

        An acceptance signed after the use counts only for a use that is entered within the trial file's hours for a
        late entry: within them the order in which a shift enters its work says nothing about the order of the work.
        """
        if self.blocked_at is not None and self.blocked_at <= at:
            return MaterialStatus.BLOCKED
        if self.accepted_at is None or (entered_late and self.accepted_at > at):
            return MaterialStatus.PENDING
        return MaterialStatus.ACCEPTED


class MaterialUse(Record, table=True):
    """A material lot used in a step of a culture, a lot or a dose."""

    __tablename__ = "material_use"
    __table_args__ = record.strict(
        record.one_of("status_when_used", MaterialStatus, "material_use"),
        sa.Index("material_use_subject", "subject_table", "subject_id"),
    )

    material_id: str = record.key("material.id")
    subject_table: Line = record.text()
    subject_id: Line = record.text()
    subject_code: Line = record.text()
    step: Line = record.text(max_length=40)
    used_at: Instant = record.instant()
    status_when_used: MaterialStatus = record.choice(MaterialStatus)


class RequiredMaterial(Section):
    """An item that a step cannot be without."""

    step: Name
    item: Said


class MaterialProtocol(Section):
    """Which items each step needs; none when the list is empty."""

    required: tuple[RequiredMaterial, ...] = ()


@dataclass(frozen=True)
class MaterialUseFacts:
    """A material lot as it was when used, and as it is now; `used_on` is the day at the site."""

    code: str
    item: str
    lot_number: str
    used_on: date
    expires_on: date
    status_when_used: MaterialStatus
    status: MaterialStatus


BLOCKED_SINCE = "material.used.blocked"
"""What a use breaks when QA blocks its material lot afterwards: a deviation on each thing that used it."""


def material_use_findings(use: MaterialUseFacts) -> Iterator[Finding]:
    """Why this use breaks a limit: not accepted when used, past its last day, or blocked since."""
    params = {"item": use.item, "lot": use.lot_number}
    if use.status_when_used != MaterialStatus.ACCEPTED:
        yield Finding("material.used.unaccepted", use.code, params | {"status": use.status_when_used})
    if use.status == MaterialStatus.BLOCKED:
        yield Finding(BLOCKED_SINCE, use.code, params)
    if use.used_on > use.expires_on:
        yield Finding("material.used.expired", use.code, params | {"expires_on": use.expires_on})


def required_material_findings(
    protocol: MaterialProtocol, step: str, subject: str, items: Collection[str]
) -> Iterator[Finding]:
    """The items that the trial file asks for in a step and that were not recorded there (compared without case)."""
    used = {item.strip().casefold() for item in items}
    for required in protocol.required:
        if required.step == step and required.item.casefold() not in used:
            yield Finding("material.missing", subject, {"item": required.item, "step": step})
