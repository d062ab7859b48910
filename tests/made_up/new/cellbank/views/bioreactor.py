"""Bioreactors as a reader sees them. Made up."""

from dataclasses import dataclass
from datetime import datetime

from cellbank.domain.bioreactor import Bioreactor

from cellbank.store import codes
from cellbank.store.unit_of_work import Reading


@dataclass(frozen=True)
class BioreactorView:
    """One bioreactor; it runs while `stopped_at` is None."""

    code: str
    litres: int
    started_at: datetime
    stopped_at: datetime | None


def bioreactor_view(reading: Reading, code: str) -> BioreactorView:
    """One bioreactor by its code; an unknown one is refused."""
    found = codes.get_by_code(reading, Bioreactor, code)
    return BioreactorView(found.code, found.litres, found.started_at, found.stopped_at)
