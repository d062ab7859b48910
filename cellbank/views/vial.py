"""Vials as a reader sees them."""

from dataclasses import dataclass
from datetime import datetime

from cellbank.domain.lot import Lot, Tier
from cellbank.domain.vial import LabelPrint, StockClass, Vial, VialStatus
from cellbank.domain.visit import Dose
from cellbank.store import codes, lot as store_lot, vial as store
from cellbank.store.storage import positions_of
from cellbank.store.unit_of_work import Reading


@dataclass(frozen=True)
class VialLine:
    """One vial. `code` is exactly what its QR symbol holds; `position` (`TANK1/R02/BOX-A/C4`) is None unless stored."""

    code: str
    lot: str
    number: int
    stock_class: StockClass
    status: VialStatus
    position: str | None
    label_verified: bool
    status_note: str | None
    tier: Tier


@dataclass(frozen=True)
class PrintLine:
    """One print run, with the SHA-256 of its document."""

    kind: str
    subject: str
    stock: str
    form: str
    labels: int
    sha256: str
    printed_by: str
    printed_at: datetime
    reason: str | None


def vials(reading: Reading, lot_number: str | None = None) -> list[VialLine]:
    """Every vial, or those of a lot, by lot and number; an unknown lot is refused."""
    lots = [codes.get_by_code(reading, Lot, lot_number)] if lot_number else store_lot.lots(reading.session)
    where = positions_of(reading.session, lots[0].id if lot_number else None)
    return [vial_line(lot, v, where.get(v.id)) for lot in lots for v in store.vials_of(reading.session, lot.id)]


def vial_view(reading: Reading, code: str) -> VialLine:
    """One vial by its code; an unknown one is refused."""
    vial = codes.get_by_code(reading, Vial, code)
    where = positions_of(reading.session, vial_id=vial.id)
    return vial_line(reading.session.get_one(Lot, vial.lot_id), vial, where.get(vial.id))


def vial_line(lot: Lot, vial: Vial, position: str | None) -> VialLine:
    """A vial with its lot and where it sits."""
    return VialLine(
        vial.code,
        lot.number,
        vial.number,
        vial.stock_class,
        vial.status,
        position,
        vial.verified_at is not None,
        vial.status_note,
        lot.tier,
    )


def prints(reading: Reading, lot_number: str | None = None) -> list[PrintLine]:
    """Every print run, or those of a lot; an unknown lot is refused."""
    if lot_number is None:
        return [_print_line(run) for run in store.all_prints(reading.session)]
    lot = codes.get_by_code(reading, Lot, lot_number)
    return [_print_line(run) for run in store.prints_of(reading.session, lot.id)]


def prints_of_dose(reading: Reading, dose_code: str) -> list[PrintLine]:
    """Every print run of a dose's labels. An unknown dose is refused."""
    dose = codes.get_by_code(reading, Dose, dose_code)
    return [_print_line(run) for run in store.prints_of(reading.session, dose.id)]


def _print_line(run: LabelPrint) -> PrintLine:
    return PrintLine(
        run.kind,
        run.subject_code,
        run.stock,
        run.form,
        run.labels,
        run.sha256,
        run.printed_by,
        run.printed_at,
        run.reason,
    )
