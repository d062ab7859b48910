"""Visits: planned, prescribed, reserved; and the doses that are attempted at them (rules.md §3, §10)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa

from cellbank.domain import record
from cellbank.domain.record import Instant, Line, Quantity, Record


class DoseStatus(StrEnum):
    """Where an attempt stands. `discarded` before dispensing, `wasted` at the bedside after it."""

    PULLED = "pulled"
    PUT_BACK = "put_back"
    THAWED = "thawed"
    PREPARED = "prepared"
    DISCARDED = "discarded"
    DISPENSED = "dispensed"
    ADMINISTERED = "administered"
    WASTED = "wasted"
    RETURNED = "returned"
    DESTROYED = "destroyed"


MOVES: Mapping[DoseStatus, frozenset[DoseStatus]] = {
    DoseStatus.PULLED: frozenset({DoseStatus.PUT_BACK, DoseStatus.THAWED, DoseStatus.DISCARDED}),
    DoseStatus.THAWED: frozenset({DoseStatus.PREPARED, DoseStatus.DISCARDED}),
    DoseStatus.PREPARED: frozenset({DoseStatus.DISPENSED, DoseStatus.DISCARDED}),
    DoseStatus.DISPENSED: frozenset({DoseStatus.ADMINISTERED, DoseStatus.WASTED, DoseStatus.RETURNED}),
    DoseStatus.RETURNED: frozenset({DoseStatus.DESTROYED}),
}
"""Which status may follow which; what is absent is final."""

UNDER_WAY = frozenset({DoseStatus.PULLED, DoseStatus.THAWED, DoseStatus.PREPARED, DoseStatus.DISPENSED})
"""An attempt that must still come to an end; at most one a visit."""


class ReservationEnd(StrEnum):
    """Why a reservation ended."""

    PULLED = "pulled"
    LOST = "lost"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


class Visit(Record, table=True):
    """One injection visit of a subject: its number from 1, the day planned, the first and last day of its window.

    One that did not take place is cancelled, and stays in the course with its reason.
    """

    __tablename__ = "visit"
    __table_args__ = record.strict(sa.UniqueConstraint("subject_id", "number", name="visit_number_once"))

    code: Line = record.text(unique=True, max_length=30)
    subject_id: str = record.key("subject.id")
    number: int = record.count(ge=1, le=99)
    planned_on: date = record.day()
    first_on: date = record.day()
    last_on: date = record.day()
    moved_because: Line | None = record.text(default=None)
    cancelled_at: Instant | None = record.instant(default=None)
    cancelled_by: Line | None = record.text(default=None)
    cancelled_because: Line | None = record.text(default=None)


class Prescription(Record, table=True):
    """What the physician prescribed for a visit: viable cells, and the weight that recipient limits need (kg).

    A later one supersedes it; it counts once a pharmacist validated it.
    """

    __tablename__ = "prescription"
    __table_args__ = record.strict(record.one_while("superseded = 0", "prescription_one_in_force", "visit_id"))
    code_column = "id"

    visit_id: str = record.key("visit.id")
    cells: int = record.count(ge=1)
    weight_kg: Quantity = record.quantity(gt=Decimal(0), le=Decimal(400))
    prescriber: Line = record.text(max_length=80)
    prescribed_on: date = record.day()
    recorded_by: Line = record.text()
    validated_by: Line | None = record.text(default=None)
    validated_at: Instant | None = record.instant(default=None)
    superseded: bool = record.flag(default=False)


class Reservation(Record, table=True):
    """A vial set aside for a visit. A vial has at most one live reservation: the database says so too."""

    __tablename__ = "reservation"
    __table_args__ = record.strict(
        record.one_of("ended_as", ReservationEnd, "reservation"),
        record.one_while("ended_at IS NULL", "reservation_one_live", "vial_id"),
    )
    code_column = "id"

    visit_id: str = record.key("visit.id")
    vial_id: str = record.key("vial.id")
    reserved_at: Instant = record.instant()
    reserved_by: Line = record.text()
    ended_at: Instant | None = record.instant(default=None)
    ended_as: ReservationEnd | None = record.choice(ReservationEnd, default=None)


class Dose(Record, table=True):
    """One attempt at a visit, from the pull to its end. Cells are viable cells, volumes mL, viability percent.

    Its lots are those of its vials: one, unless the trial file allows more in a dose.
    """

    __tablename__ = "dose"
    __table_args__ = record.strict(
        record.one_of("status", DoseStatus, "dose"),
        sa.UniqueConstraint("visit_id", "attempt", name="dose_attempt_once"),
        record.one_while("status IN ('pulled', 'thawed', 'prepared', 'dispensed')", "dose_one_under_way", "visit_id"),
    )

    code: Line = record.text(unique=True, max_length=16)
    visit_id: str = record.key("visit.id")
    subject_id: str = record.key("subject.id")
    attempt: int = record.count(ge=1, le=99)
    status: DoseStatus = record.choice(DoseStatus, default=DoseStatus.PULLED)
    trial_version_id: str = record.key("trial_version.id")
    pulled_at: Instant = record.instant()
    pulled_by: Line = record.text()
    pull_checked_by: Line | None = record.text(default=None)
    thaw_started_at: Instant | None = record.instant(default=None)
    thaw_ended_at: Instant | None = record.instant(default=None)
    thawed_by: Line | None = record.text(default=None)
    prepared_at: Instant | None = record.instant(default=None)
    prepared_by: Line | None = record.text(default=None)
    preparation_checked_by: Line | None = record.text(default=None)
    preparation: Line | None = record.text(default=None)
    total_cells: int | None = record.count(default=None)
    viability_percent: Quantity | None = record.quantity(default=None, ge=Decimal(0), le=Decimal(100))
    method: Line | None = record.text(default=None)
    volume_ml: Quantity | None = record.quantity(default=None, gt=Decimal(0))
    syringe: Line | None = record.text(default=None)
    usable_until: Instant | None = record.instant(default=None)
    dispensed_at: Instant | None = record.instant(default=None)
    dispensed_by: Line | None = record.text(default=None)
    dispensing_checked_by: Line | None = record.text(default=None)
    conditional: bool = record.flag(default=False)
    administered_at: Instant | None = record.instant(default=None)
    administered_volume_ml: Quantity | None = record.quantity(default=None, gt=Decimal(0))
    investigator: Line | None = record.text(default=None)
    hold_known: bool | None = record.flag(default=None)
    ended_at: Instant | None = record.instant(default=None)
    ended_because: Line | None = record.text(default=None)


class DoseVial(Record, table=True):
    """A vial that went into an attempt. It is in one dose for ever, unless it left the attempt before the preparation:
    put back still frozen, or lost on the way.
    """

    __tablename__ = "dose_vial"
    __table_args__ = record.strict(record.one_while("left_at IS NULL", "dose_vial_once", "vial_id"))
    code_column = "id"

    dose_id: str = record.key("dose.id")
    vial_id: str = record.key("vial.id")
    left_at: Instant | None = record.instant(default=None)
