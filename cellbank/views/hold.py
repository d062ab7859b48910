"""Holds and deviations as a reader sees them, and what QA signs to end one."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cellbank.domain.deviation import Deviation, DeviationKind
from cellbank.domain.hold import Hold, HoldKind
from cellbank.errors import Finding
from cellbank.store import codes, hold as store
from cellbank.store.unit_of_work import Reading


@dataclass(frozen=True)
class HoldView:
    """One hold."""

    code: str
    kind: HoldKind
    station: str
    subject: str
    reason: str
    put_by: str
    put_at: datetime
    since: datetime | None
    until: datetime | None
    lifted_at: datetime | None
    lifted_by: str | None
    lifted_because: str | None

    @property
    def is_open(self) -> bool:
        """Whether it still blocks."""
        return self.lifted_at is None


@dataclass(frozen=True)
class DeviationView:
    """One deviation; the limit it broke is a code with parameters."""

    code: str
    kind: DeviationKind
    station: str
    subject: str
    limit_code: str
    limit_params: dict[str, Any]
    opened_by: str
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    conclusion: str | None

    @property
    def is_open(self) -> bool:
        """Whether it still blocks."""
        return self.closed_at is None

    @property
    def limit(self) -> Finding:
        """The limit that was broken, as a sentence about the subject."""
        return Finding(self.limit_code, self.subject, self.limit_params)


def hold_by_code(reading: Reading, code: str) -> HoldView:
    """One hold by its code; an unknown one is refused."""
    return hold_view(codes.get_by_code(reading, Hold, code))


def hold_view(hold: Hold) -> HoldView:
    """One hold as it is shown."""
    return HoldView(
        hold.code,
        hold.kind,
        hold.subject_table,
        hold.subject_code,
        hold.reason,
        hold.put_by,
        hold.put_at,
        hold.since,
        hold.until,
        hold.lifted_at,
        hold.lifted_by,
        hold.lifted_because,
    )


def deviation_view(deviation: Deviation) -> DeviationView:
    """One deviation as it is shown."""
    return DeviationView(
        deviation.code,
        deviation.kind,
        deviation.subject_table,
        deviation.subject_code,
        deviation.limit_code,
        json.loads(deviation.limit_params),
        deviation.opened_by,
        deviation.opened_at,
        deviation.closed_at,
        deviation.closed_by,
        deviation.conclusion,
    )


def holds(reading: Reading, *, only_open: bool = False) -> list[HoldView]:
    """Every hold, oldest first."""
    return [hold_view(h) for h in store.holds(reading.session) if h.lifted_at is None or not only_open]


def hold(reading: Reading, code: str) -> HoldView:
    """One hold by its code; an unknown one is refused."""
    return hold_view(codes.get_by_code(reading, Hold, code))


def deviations(reading: Reading, *, only_open: bool = False) -> list[DeviationView]:
    """Every deviation, oldest first."""
    return [deviation_view(d) for d in store.deviations(reading.session) if d.closed_at is None or not only_open]


def deviation(reading: Reading, code: str) -> DeviationView:
    """One deviation by its code; an unknown one is refused."""
    return deviation_view(codes.get_by_code(reading, Deviation, code))
