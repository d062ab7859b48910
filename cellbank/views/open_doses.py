"""The doses under way and their clocks: what every screen shows, the locked one too; one statement and their holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cellbank.domain.visit import Dose, DoseStatus
from cellbank.facts.dose import held_now
from cellbank.facts.protocol import protocol_by_id
from cellbank.store import dose as store
from cellbank.store.unit_of_work import Reading


@dataclass(frozen=True)
class RunningDose:
    """One attempt that must still come to an end.

    `usable_until` is None before the thaw clock runs; until then the vials can go back, in time by `put_back_until`.
    """

    code: str
    subject: str
    visit: int
    status: DoseStatus
    pulled_at: datetime
    usable_until: datetime | None
    put_back_until: datetime | None
    held_by: tuple[str, ...]

    @property
    def visit_code(self) -> str:
        """The code of the visit that the attempt is for."""
        return f"{self.subject}/{self.visit}"


def running(reading: Reading) -> tuple[RunningDose, ...]:
    """Every dose under way, the one whose time ends first at the head."""
    found = [_line(reading, *row) for row in store.running(reading.session)]
    return tuple(sorted(found, key=_end))


def _line(reading: Reading, dose: Dose, subject: str, visit: int) -> RunningDose:
    protocol = protocol_by_id(reading, dose.trial_version_id)
    within = timedelta(seconds=protocol.storage.put_back_seconds)
    holds = held_now(reading, dose)
    return RunningDose(
        code=dose.code,
        subject=subject,
        visit=visit,
        status=dose.status,
        pulled_at=dose.pulled_at,
        usable_until=dose.usable_until,
        put_back_until=dose.pulled_at + within if dose.status is DoseStatus.PULLED else None,
        held_by=_once(hold.code for hold in holds),
    )


def _once(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))


def _end(one: RunningDose) -> tuple[bool, datetime]:
    """Clocks that run come before vials that only wait, the earliest first."""
    return one.usable_until is None, one.usable_until or one.pulled_at
