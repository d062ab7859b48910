"""Bioreactors: a vessel that runs from a moment until it is stopped. Made up."""

from cellbank.domain import record
from cellbank.domain.record import Instant, Line, Record


class Bioreactor(Record, table=True):
    """One bioreactor: how many litres it holds, and when it ran."""

    __tablename__ = "bioreactor"
    __table_args__ = record.strict()

    code: Line = record.text(unique=True, max_length=16)
    litres: int = record.count()
    started_at: Instant = record.instant()
    stopped_at: Instant | None = record.instant(default=None)
