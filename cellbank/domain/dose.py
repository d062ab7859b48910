"""Doses: how many cells, from how many vials, when, and how long after the thaw (domain.md §2 and §7, rules.md §10)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, Context, Decimal, localcontext
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from cellbank.domain.dates import months_after
from cellbank.domain.section import (
    Counted,
    Exact,
    Positive,
    Section,
    Whole,
    refuse_reversed,
    refuse_twice,
    wrong,
)
from cellbank.domain.storage import Custodian
from cellbank.errors import Finding

_EXACT = Context(prec=60)


class VisitStep(StrEnum):
    """A step of an injection visit; the trial file says which exist (rules.md §10)."""

    PRESCRIPTION = "prescription"
    RESERVE = "reserve"
    PULL = "pull"
    TRANSFER = "transfer"
    THAW = "thaw"
    PREPARE = "prepare"
    DISPENSE = "dispense"
    ADMINISTER = "administer"


class Moment(StrEnum):
    """The named moment from which the thaw clock runs."""

    START_OF_THAW = "start_of_thaw"
    END_OF_THAW = "end_of_thaw"
    END_OF_PREPARATION = "end_of_preparation"


class ThawPlace(StrEnum):
    """Where vials are thawed."""

    PHARMACY = "pharmacy"
    PRODUCTION_UNIT = "production_unit"


CHECKED_STEPS = frozenset({VisitStep.PULL, VisitStep.PREPARE, VisitStep.DISPENSE})
"""The steps at which a second person may be asked for (rules.md §8)."""
_NEVER_LEFT_OUT = frozenset(VisitStep) - {VisitStep.TRANSFER}


class DoseProtocol(Section):
    """One dose and the course of doses.

    Cells are viable cells; `recovery_percent`, viable after thaw of viable frozen, already contains viability.
    The schedule: `injections`, `interval_months` apart, each within its window; at least `minimum_interval_days`
    since the last *actual* injection. The thaw clock: `post_thaw_minutes` from `post_thaw_from`. Endotoxin at
    release is judged for `endotoxin_lowest_weight_kg` and `endotoxin_largest_volume_ml`.
    Refused: limits out of order, a visit without a step that is never left out, steps out of their order.
    """

    cells_per_dose: Counted
    minimum_cells: Counted
    maximum_cells: Counted
    maximum_volume_ml: Positive
    recovery_percent: Annotated[Exact, Field(gt=0, le=100)]
    reserve_vials: Whole
    injections: Counted
    interval_months: Counted
    window_days_before: Whole
    window_days_after: Whole
    minimum_interval_days: Whole
    post_thaw_minutes: Counted
    post_thaw_from: Annotated[Moment, Field(strict=False)]
    steps: tuple[Annotated[VisitStep, Field(strict=False)], ...]
    thaw_place: Annotated[ThawPlace, Field(strict=False)]
    one_lot_per_dose: bool
    one_lot_per_course: bool
    second_person_at: tuple[Annotated[VisitStep, Field(strict=False)], ...]
    endotoxin_lowest_weight_kg: Positive
    endotoxin_largest_volume_ml: Positive
    dispense_before_late_results: bool

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        refuse_reversed(self.minimum_cells, self.cells_per_dose, "minimum_cells")
        refuse_reversed(self.cells_per_dose, self.maximum_cells, "cells_per_dose")
        refuse_twice((step.value for step in self.steps), "steps")
        for missing in (step for step in VisitStep if step in _NEVER_LEFT_OUT - set(self.steps)):
            raise wrong("protocol.dose.step_missing", key="steps", step=missing.value)
        order = list(VisitStep)
        if sorted(self.steps, key=order.index) != list(self.steps):
            raise wrong("protocol.dose.steps_order", key="steps", expected=", ".join(order))
        if not set(self.second_person_at) <= CHECKED_STEPS:
            allowed = ", ".join(sorted(CHECKED_STEPS))
            raise wrong("protocol.dose.second_person", key="second_person_at", expected=allowed)
        return self


def recovery_percent(viable_after_thaw: Decimal, viable_frozen: Decimal) -> Decimal:
    """Viable after thaw of viable frozen, in percent; never multiply it by viability again."""
    with localcontext(_EXACT):
        return viable_after_thaw * 100 / viable_frozen


def vials_for_dose(cells: int, viable_per_vial: int, recovery: Decimal, reserve: int = 0) -> int:
    """`ceil(dose / viable recovered per vial)` + reserve; recovery in percent. Exact multiples do not round up.

    >>> vials_for_dose(30_000_000, 10_000_000, Decimal(100))
    3
    >>> vials_for_dose(50_000_000, 10_000_000, Decimal(90))
    6
    >>> vials_for_dose(50_000_000, 10_000_000, Decimal(90), reserve=1)
    7
    """
    with localcontext(_EXACT):
        vials = Decimal(cells) * 100 / (viable_per_vial * recovery)
        return int(vials.to_integral_value(rounding=ROUND_CEILING)) + reserve


def dose_findings(protocol: DoseProtocol, subject: str, viable_cells: Decimal, volume_ml: Decimal) -> Iterator[Finding]:
    """Whether a prepared dose is outside the file's own minimum and maximum, or over the route's volume."""
    measured = {"cells": int(viable_cells)}
    if viable_cells < protocol.minimum_cells:
        yield Finding("dose.cells.low", subject, measured | {"limit": protocol.minimum_cells})
    if viable_cells > protocol.maximum_cells:
        yield Finding("dose.cells.high", subject, measured | {"limit": protocol.maximum_cells})
    if volume_ml > protocol.maximum_volume_ml:
        params = {"volume_ml": volume_ml, "limit": protocol.maximum_volume_ml}
        yield Finding("dose.volume.high", subject, params)


def usable_until(protocol: DoseProtocol, moment: datetime) -> datetime:
    """When the thaw clock that started at the file's named moment ends, in UTC: a change of clocks adds no minute.

    >>> hour = DoseProtocol.model_construct(post_thaw_minutes=60)
    >>> usable_until(hour, datetime(2026, 3, 2, 9, 30, tzinfo=UTC)).isoformat()
    '2026-03-02T10:30:00+00:00'
    """
    return moment.astimezone(UTC) + timedelta(minutes=protocol.post_thaw_minutes)


def not_before(claimed: datetime, earlier: datetime) -> datetime:
    """The first moment that a claim can mean when it cannot be before another: a time typed to the minute, or to the
    second, is any moment within it. A claim that is earlier by more stays as it is, to be refused.
    """
    within = timedelta(seconds=0 if claimed.microsecond else 1 if claimed.second else 60)
    return earlier if claimed < earlier < claimed + within else claimed


@dataclass(frozen=True)
class PlannedVisit:
    """One injection visit: its number from 1, the day aimed at, the first and last day of its window."""

    number: int
    planned_on: date
    first_on: date
    last_on: date


def planned_visits(protocol: DoseProtocol, first_on: date) -> tuple[PlannedVisit, ...]:
    """The course from the day of the first injection; months are counted from that day, not from visit to visit.

    >>> course = DoseProtocol.model_construct(
    ...     injections=3, interval_months=3, window_days_before=7, window_days_after=14
    ... )
    >>> [visit.planned_on.isoformat() for visit in planned_visits(course, date(2026, 11, 30))]
    ['2026-11-30', '2027-02-28', '2027-05-30']
    """
    days = [months_after(first_on, protocol.interval_months * number) for number in range(protocol.injections)]
    before, after = timedelta(days=protocol.window_days_before), timedelta(days=protocol.window_days_after)
    return tuple(PlannedVisit(number, day, day - before, day + after) for number, day in enumerate(days, start=1))


def visit_findings(
    protocol: DoseProtocol, subject: str, visit: PlannedVisit, day: date, last_injection_on: date | None
) -> Iterator[Finding]:
    """Whether a day lies outside the visit's window, or too soon after the last actual injection."""
    if not visit.first_on <= day <= visit.last_on:
        params = {"visit": visit.number, "first": visit.first_on, "last": visit.last_on}
        yield Finding("dose.visit.outside_window", subject, params | {"day": day})
    if last_injection_on is not None and (day - last_injection_on).days < protocol.minimum_interval_days:
        earliest = last_injection_on + timedelta(days=protocol.minimum_interval_days)
        params = {"visit": visit.number, "day": day, "earliest": earliest}
        yield Finding("dose.interval.short", subject, params)


THAWED_BY = {
    ThawPlace.PHARMACY: Custodian.PHARMACY,
    ThawPlace.PRODUCTION_UNIT: Custodian.PRODUCTION_UNIT,
}
"""Who must have the vials to thaw them."""
