"""The bank's own row: what it is, where it is, and whether its clock may be another's."""

from enum import StrEnum
from typing import ClassVar

from cellbank.domain import record
from cellbank.domain.record import Instant, Line, Record


class BankKind(StrEnum):
    """A demo bank accepts an injected clock and says `demo` on every screen and document; a site's never does."""

    SITE = "site"
    DEMO = "demo"


class BankInfo(Record, table=True):
    """The one row that describes the bank."""

    __tablename__ = "bank_info"
    __table_args__ = record.strict(record.one_of("kind", BankKind, "bank_info"))
    code_column: ClassVar[str] = "title"

    title: Line = record.text(max_length=80)
    kind: BankKind = record.choice(BankKind)
    zone: Line = record.text(max_length=40)
    created_at: Instant = record.instant()
