"""Deviations: a fact that broke a limit, recorded all the same, blocking until QA closes it (rules.md §1)."""

from enum import StrEnum

from cellbank.domain import record
from cellbank.domain.record import Instant, Line, Record


class DeviationKind(StrEnum):
    """What opened a deviation: a limit broken, a failing result, a person's report."""

    LIMIT = "limit"
    OUT_OF_SPECIFICATION = "out_of_specification"
    UNPLANNED = "unplanned"


class Deviation(Record, table=True):
    """One deviation: the limit it breaks as a code with parameters (canonical JSON), and its closure."""

    __tablename__ = "deviation"
    __table_args__ = record.strict(record.one_of("kind", DeviationKind, "deviation"))

    code: Line = record.text(unique=True, max_length=16)
    kind: DeviationKind = record.choice(DeviationKind)
    subject_table: Line = record.text()
    subject_id: Line = record.text(index=True)
    subject_code: Line = record.text()
    limit_code: Line = record.text()
    limit_params: str = record.prose()
    opened_by: Line = record.text()
    opened_at: Instant = record.instant()
    closed_at: Instant | None = record.instant(default=None)
    closed_by: Line | None = record.text(default=None)
    conclusion: Line | None = record.text(default=None)
