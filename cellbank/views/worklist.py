"""Tasks of a technician or a reviewer today: one list, read without asking the gate about a single lot."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from cellbank.domain.donor import Donor, Eligibility
from cellbank.domain.identifiers import Station
from cellbank.domain.stations import BENCH
from cellbank.errors import Finding
from cellbank.facts.donor import assessment
from cellbank.facts.protocol import protocol_by_id, protocol_in_force_or_none
from cellbank.store import worklist as store
from cellbank.store.quality import undetermined_donors
from cellbank.store.unit_of_work import Reading
from cellbank.views.hold import DeviationView, deviation_view

SOON = timedelta(days=30)
"""A material lot whose last day is nearer than this expires soon."""


class Kind(StrEnum):
    """What is to be done; in this order where nothing else is asked."""

    PROCESS = "process"
    REVIEW = "review"
    SCAN_BACK = "scan_back"
    PRINT = "print"
    GROWING = "growing"
    DONOR = "donor"
    EXPIRING = "expiring"
    DEVIATION = "deviation"


@dataclass(frozen=True)
class Task:
    """One thing that waits. `params` are those of its sentence; `since` is when its clock began, `limit_h` when
    that clock runs out.
    """

    kind: Kind
    station: Station
    code: str
    params: dict[str, Any] = field(default_factory=dict)
    since: datetime | None = None
    limit_h: Decimal | None = None
    by: str | None = None
    """Who entered it, where another must look at it."""
    step: Finding | None = None
    """What comes next, or which limit was broken."""


@dataclass(frozen=True)
class Worklist:
    """Everything that waits, and the bank's now at the reading."""

    tasks: tuple[Task, ...]
    now: datetime


def worklist(reading: Reading) -> Worklist:
    """Everything that waits at the bench, in one snapshot."""
    found = (
        *_tissues(reading),
        *_results(reading),
        *_labels(reading),
        *_cultures(reading),
        *_donors(reading),
        *_materials(reading),
        *_deviations(reading),
    )
    return Worklist(tuple(found), reading.now)


def _tissues(reading: Reading) -> Iterator[Task]:
    for tissue in store.unprocessed(reading.session):
        limit = protocol_by_id(reading, tissue.trial_version_id).tissue.cold_ischaemia_limit_hours
        params: dict[str, Any] = {"acceptance": tissue.acceptance}
        yield Task(Kind.PROCESS, Station.TISSUE, tissue.code, params, tissue.procured_at, Decimal(limit))


def _results(reading: Reading) -> Iterator[Task]:
    for result in store.unreviewed(reading.session):
        value = f"{result.value} {result.unit if result.unit not in (None, '1') else ''}".strip()
        params: dict[str, Any] = {"test": result.test, "value": value, "of": result.subject_code}
        params["by"] = result.recorded_by
        yield Task(Kind.REVIEW, Station.RESULT, result.code, params, result.recorded_at, by=result.recorded_by)


def _labels(reading: Reading) -> Iterator[Task]:
    waiting = store.unlabelled(reading.session)
    yield from (Task(Kind.SCAN_BACK, Station.LOT, one.lot, {"count": one.waiting}) for one in waiting if one.waiting)
    yield from (Task(Kind.PRINT, Station.LOT, one.lot, {"count": one.bare}) for one in waiting if one.bare)


def _cultures(reading: Reading) -> Iterator[Task]:
    for culture in store.growing(reading.session):
        params: dict[str, Any] = {"passage": culture.passage, "since": reading.day_of(culture.seeded_at)}
        yield Task(Kind.GROWING, Station.CULTURE, culture.code, params, culture.seeded_at)


def _donors(reading: Reading) -> Iterator[Task]:
    protocol = protocol_in_force_or_none(reading)
    if protocol is None:
        return
    for donor in undetermined_donors(reading.session):
        found = assessment(reading, donor, protocol)
        if found.eligibility is not Eligibility.INELIGIBLE:
            yield _donor(donor, found.eligibility, found.next_steps)


def _donor(donor: Donor, eligibility: Eligibility, steps: tuple[Finding, ...]) -> Task:
    more = max(0, len(steps) - 1)
    params: dict[str, Any] = {"eligibility": eligibility, "more": more}
    return Task(Kind.DONOR, Station.DONOR, donor.code, params, step=steps[0] if steps else None)


def _materials(reading: Reading) -> Iterator[Task]:
    for material in store.expiring(reading.session, reading.today - SOON, reading.today + SOON):
        params: dict[str, Any] = {"item": material.item, "lot": material.lot_number}
        params |= {"on": material.expires_on, "days": (material.expires_on - reading.today).days}
        yield Task(Kind.EXPIRING, Station.MATERIAL, material.code, params)


def _deviations(reading: Reading) -> Iterator[Task]:
    for row in store.open_deviations(reading.session, BENCH):
        yield _deviation(deviation_view(row))


def _deviation(seen: DeviationView) -> Task:
    params: dict[str, Any] = {"of": seen.subject}
    return Task(Kind.DEVIATION, Station.DEVIATION, seen.code, params, seen.opened_at, step=seen.limit)
