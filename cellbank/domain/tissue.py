"""Tissue: one procurement of adipose tissue, from receipt to acceptance."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Self

from pydantic import model_validator

from cellbank.domain import record
from cellbank.domain.record import Instant, Line, Quantity, Record
from cellbank.domain.section import Exact, Positive, Section, refuse_reversed
from cellbank.domain.terms import Acceptance as Acceptance
from cellbank.errors import Finding, WrongInput

ABSOLUTE_ZERO_C = Decimal("-273.15")
"""°C: nothing arrives colder; a lower number is a slip of the hand, not a temperature outside its limits."""


class Tissue(Record, table=True):
    """One tissue received. The donation identifier is the establishment's, validated and scannable."""

    __tablename__ = "tissue"
    __table_args__ = record.strict(
        record.one_of("acceptance", Acceptance, "tissue"),
    )

    code: Line = record.text(unique=True, max_length=16)
    donor_id: str = record.key("donor.id")
    donation_id: Line = record.text(unique=True, max_length=40)
    procured_at: Instant = record.instant()
    received_at: Instant = record.instant()
    procedure: Line = record.text(max_length=80)
    mass_g: Quantity | None = record.quantity(default=None, gt=Decimal(0))
    volume_ml: Quantity | None = record.quantity(default=None, gt=Decimal(0))
    temperature_c: Quantity | None = record.quantity(default=None, ge=ABSOLUTE_ZERO_C)
    acceptance: Acceptance = record.choice(Acceptance, default=Acceptance.PENDING)
    decided_because: Line | None = record.text(default=None)
    trial_version_id: str = record.key("trial_version.id")


class TissueProtocol(Section):
    """Limits of the way from the donor to the bench.

    Cold ischaemia in hours, from the end of procurement to the start of processing (24 h by default, domain.md §2);
    transport temperatures in °C. A tissue that breaks them is recorded all the same, with a deviation.
    """

    cold_ischaemia_limit_hours: Positive
    transport_temperature_min_c: Exact
    transport_temperature_max_c: Exact
    temperature_required: bool

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        low, high = self.transport_temperature_min_c, self.transport_temperature_max_c
        refuse_reversed(low, high, "transport_temperature_min_c")
        return self


@dataclass(frozen=True)
class TissueFacts:
    """One tissue on its way: instants with their zone, °C on arrival; `processing_started_at` None until it has."""

    code: str
    procured_at: datetime
    received_at: datetime
    processing_started_at: datetime | None = None
    temperature_c: Decimal | None = None


def cold_ischaemia_hours(procured_at: datetime, started_at: datetime) -> Decimal:
    """Hours between two instants, zone-aware and exact. A naive instant and a start before the end are refused."""
    for instant in (procured_at, started_at):
        if instant.tzinfo is None:
            raise WrongInput("input.instant.naive", value=instant.isoformat())
    if hours_between(procured_at, started_at) < 0:
        raise WrongInput("tissue.before_procurement", procured_at=procured_at, at=started_at)
    return hours_between(procured_at, started_at)


def hours_between(start: datetime, end: datetime) -> Decimal:
    """Hours from one instant to another, from whole microseconds; negative when the second is earlier.

    Both are taken to UTC first: Python subtracts two instants of one zone by their wall clocks, which is an hour
    wrong across a change of clocks.

    >>> hours_between(datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 3, 2, 20, 30, tzinfo=UTC))
    Decimal('12.5')
    """
    return Decimal((end.astimezone(UTC) - start.astimezone(UTC)) // timedelta(microseconds=1)) / 3_600_000_000


def tissue_limit_findings(protocol: TissueProtocol, facts: TissueFacts) -> Iterator[Finding]:
    """Every limit that this tissue breaks; before processing has started, the hours until it was received count."""
    until = facts.processing_started_at or facts.received_at
    hours = cold_ischaemia_hours(facts.procured_at, until)
    if hours > protocol.cold_ischaemia_limit_hours:
        params = {"hours": round(hours, 2), "limit": protocol.cold_ischaemia_limit_hours}
        yield Finding("tissue.cold_ischaemia.long", facts.code, params)
    low, high = protocol.transport_temperature_min_c, protocol.transport_temperature_max_c
    if facts.temperature_c is None:
        if protocol.temperature_required:
            yield Finding("tissue.temperature.missing", facts.code)
    elif not low <= facts.temperature_c <= high:
        params = {"temperature_c": facts.temperature_c, "low": low, "high": high}
        yield Finding("tissue.temperature.outside", facts.code, params)
