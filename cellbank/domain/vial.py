"""Vial: one tube of a lot, its stock class, where it physically is, its labels."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

import sqlalchemy as sa

from cellbank.domain import record
from cellbank.domain.record import Instant, Line, Record
from cellbank.domain.section import Said, Section, Words
from cellbank.domain.storage import Custodian
from cellbank.domain.terms import StockClass as StockClass, VialStatus as VialStatus

IN_STOCK = frozenset({VialStatus.FILLED, VialStatus.STORED, VialStatus.IN_TRANSIT, VialStatus.PULLED})

LOST_TO_DOSES = frozenset(
    {
        VialStatus.CONSUMED_IN_TEST,
        VialStatus.CONSUMED_IN_CULTURE,
        VialStatus.BROKEN,
        VialStatus.MISSING,
        VialStatus.DESTROYED,
        VialStatus.RETURNED,
    }
)
"""What no dose can be made of any more: such a vial leaves what was set aside, and the attempt it was taken for."""

_FROZEN_ENDS = frozenset(
    {
        VialStatus.THAWED,
        VialStatus.CONSUMED_IN_TEST,
        VialStatus.CONSUMED_IN_CULTURE,
        VialStatus.BROKEN,
        VialStatus.MISSING,
        VialStatus.DESTROYED,
    }
)
MOVES: Mapping[VialStatus, frozenset[VialStatus]] = {
    VialStatus.FILLED: _FROZEN_ENDS | {VialStatus.STORED, VialStatus.PULLED},
    VialStatus.STORED: _FROZEN_ENDS | {VialStatus.PULLED, VialStatus.IN_TRANSIT, VialStatus.RETURNED},
    VialStatus.IN_TRANSIT: frozenset(
        {VialStatus.STORED, VialStatus.PULLED, VialStatus.BROKEN, VialStatus.MISSING, VialStatus.DESTROYED}
    ),
    VialStatus.PULLED: _FROZEN_ENDS | {VialStatus.STORED, VialStatus.IN_TRANSIT},
    VialStatus.THAWED: frozenset(
        {
            VialStatus.CONSUMED_IN_DOSE,
            VialStatus.CONSUMED_IN_TEST,
            VialStatus.CONSUMED_IN_CULTURE,
            VialStatus.DESTROYED,
            VialStatus.BROKEN,
        }
    ),
    VialStatus.MISSING: frozenset({VialStatus.STORED}),
}
"""Which status may follow which; what is absent is final. A thawed vial never goes back (rules.md §3)."""


@dataclass(frozen=True)
class VialFilter:
    """Which vials of the bank: of this lot, in this status, of this class; what is None may be anything."""

    lot: str | None = None
    status: VialStatus | None = None
    stock_class: StockClass | None = None


class LabelStatus(StrEnum):
    """A printed label: on its way, on its vial, or void."""

    PRINTED = "printed"
    APPLIED = "applied"
    VOIDED = "voided"


class Vial(Record, table=True):
    """One vial. Its code is exactly what its QR symbol holds and never changes."""

    __tablename__ = "vial"
    __table_args__ = record.strict(
        record.one_of("stock_class", StockClass, "vial"),
        record.one_of("status", VialStatus, "vial"),
        sa.UniqueConstraint("lot_id", "number", name="vial_number_once"),
        sa.Index("vial_lot_status", "lot_id", "status"),
    )

    code: Line = record.text(unique=True, max_length=16)
    lot_id: str = record.key("lot.id", index=False)
    number: int = record.count(ge=1)
    stock_class: StockClass = record.choice(StockClass)
    status: VialStatus = record.choice(VialStatus, default=VialStatus.FILLED)
    verified_at: Instant | None = record.instant(default=None)
    verified_by: Line | None = record.text(default=None)
    status_note: Line | None = record.text(default=None)


class LabelPrint(Record, table=True):
    """One print run of labels: for what, on which stock, and the SHA-256 of the document."""

    __tablename__ = "label_print"
    __table_args__ = record.strict()
    code_column: ClassVar[str] = "subject_code"

    kind: Line = record.text(max_length=20)
    subject_table: Line = record.text()
    subject_id: Line = record.text(index=True)
    subject_code: Line = record.text()
    stock: Line = record.text(max_length=40)
    form: Line = record.text(max_length=10)
    labels: int = record.count(ge=1)
    sha256: Line = record.text(min_length=64, max_length=64)
    printed_by: Line = record.text()
    printed_at: Instant = record.instant()
    reason: Line | None = record.text(default=None)


class Label(Record, table=True):
    """One printed label of one vial. At most one is not void at a time."""

    __tablename__ = "label"
    __table_args__ = record.strict(
        record.one_of("status", LabelStatus, "label"),
        record.one_while("status <> 'voided'", "label_one_in_force", "vial_id"),
    )
    code_column: ClassVar[str] = "id"

    vial_id: str = record.key("vial.id")
    print_id: str = record.key("label_print.id")
    status: LabelStatus = record.choice(LabelStatus, default=LabelStatus.PRINTED)


class Movement(Record, table=True):
    """One line of the vial ledger: what moved, from where to where, why, by whom, checked by whom (append-only).

    `number` orders the whole ledger. `custodian` is who holds the vial afterwards (the sender while it is in
    transit); `dose_code`, `subject_code` and `visit` when it concerns a visit. A vial that stays stored and
    changes its position, or whose box is moved, has a line too: from `stored` to `stored`.
    """

    __tablename__ = "movement"
    __table_args__ = record.strict(
        record.one_of("status_from", VialStatus, "movement"),
        record.one_of("status_to", VialStatus, "movement"),
        record.one_of("custodian", Custodian, "movement"),
    )
    code_column: ClassVar[str] = "id"

    number: int = record.count(ge=1, unique=True)
    vial_id: str = record.key("vial.id")
    at: Instant = record.instant(index=True)
    recorded_at: Instant = record.instant()
    status_from: VialStatus | None = record.choice(VialStatus, default=None)
    status_to: VialStatus = record.choice(VialStatus)
    place_from: Line | None = record.text(default=None)
    place_to: Line | None = record.text(default=None)
    custodian: Custodian = record.choice(Custodian)
    purpose: Line = record.text(max_length=60)
    dose_code: Line | None = record.text(default=None)
    subject_code: Line | None = record.text(default=None)
    visit: int | None = record.count(default=None)
    by: Line = record.text()
    checked_by: Line | None = record.text(default=None)
    note: Line | None = record.text(default=None)


class VialProtocol(Section):
    """The words on a label, French and English (Regulation (EU) 536/2014, Annex VI; domain.md §5).

    `product` and `strength` are the short words of a vial; a lot's full ones stand in its own section. The optional
    `thawed_…` are the words of the thawed product on the label of a dose, which `form`, `storage` and `directions` of
    the frozen vial would misdescribe; left out, that label keeps to neutral words, and to the vial's directions.
    `period_of_use_on_vial` is off by default (Regulation (EU) 2022/2239 allows it; the outer label carries it).
    """

    contact: Words
    address: Words
    telephone: Said
    product: Words
    strength: Words
    form: Words
    route: Words
    trial_reference: Said
    investigator: Words
    clinical_use_only: Words
    directions: Words
    storage: Words
    human_cells: Words
    do_not_refreeze: Words
    thawed_form: Words | None = None
    thawed_storage: Words | None = None
    thawed_directions: Words | None = None
    period_of_use_on_vial: bool
