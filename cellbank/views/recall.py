"""A recall, tried: from any code, what would have to be fetched, who got a dose of it, and who must be told."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cellbank.domain.identifiers import Station
from cellbank.domain.lot import Disposition, Lot, Tier
from cellbank.domain.storage import Custodian
from cellbank.domain.subject import Subject
from cellbank.domain.vial import IN_STOCK, Vial, VialStatus
from cellbank.domain.visit import Dose, DoseStatus, Visit
from cellbank.store import lineage, storage
from cellbank.store.unit_of_work import Reading
from cellbank.views import trace


@dataclass(frozen=True)
class LotToRecall:
    """A lot that came of it, with its vials by status. `filled` is what the lot says of itself, and when only some of
    its vials are recalled, how many those are.
    """

    number: str
    tier: Tier
    disposition: Disposition
    filled: int
    vials: Mapping[VialStatus, int]


@dataclass(frozen=True)
class VialToFetch:
    """A vial still in stock: where it is, and for which visit it is set aside."""

    code: str
    lot: str
    status: VialStatus
    position: str | None
    custodian: Custodian
    reserved_for: str | None


@dataclass(frozen=True)
class DoseGiven:
    """A dose made of it: for whom, at which visit, how far it came."""

    code: str
    subject: str
    visit: int
    status: DoseStatus
    dispensed_at: datetime | None
    administered_at: datetime | None


@dataclass(frozen=True)
class Drill:
    """Everything that a recall would reach."""

    subject: str
    station: Station
    lots: tuple[LotToRecall, ...]
    to_fetch: tuple[VialToFetch, ...]
    doses: tuple[DoseGiven, ...]
    subjects: tuple[str, ...]

    @property
    def balanced(self) -> bool:
        """Whether every vial that was filled is named: to fetch, used, or gone."""
        return sum(lot.filled for lot in self.lots) == len(self.to_fetch) + self.used_or_gone

    @property
    def used_or_gone(self) -> int:
        """Vials of which nothing is left to fetch."""
        return sum(n for lot in self.lots for status, n in lot.vials.items() if status not in IN_STOCK)


def drill(reading: Reading, text: str) -> Drill:
    """What a recall of anything would reach: of a vial that vial alone, of a lot its vials, of a material every lot
    that it went into. Nothing is recorded, and nothing is held.
    """
    found, reached = trace.reached(reading, text)
    rows = lineage.rows(reading.session, reached)
    vials = [row for _, row in rows if isinstance(row, Vial)]
    lots = {row.id: row for _, row in rows if isinstance(row, Lot)}
    lots |= {vial.lot_id: reading.session.get_one(Lot, vial.lot_id) for vial in vials if vial.lot_id not in lots}
    in_order = sorted(lots.values(), key=lambda lot: lot.number)
    doses = [row for _, row in rows if isinstance(row, Dose)]
    subjects = {row.code for _, row in rows if isinstance(row, Subject)}
    return Drill(
        found.code,
        found.station,
        tuple(_lot(lot, vials, whole=lot.id in reached.of(Station.LOT)) for lot in in_order),
        tuple(_to_fetch(reading, [vial for vial in vials if vial.status in IN_STOCK], lots)),
        tuple(_dose(reading, dose) for dose in doses),
        tuple(sorted(subjects)),
    )


def _lot(lot: Lot, vials: list[Vial], *, whole: bool) -> LotToRecall:
    of_it = Counter(vial.status for vial in vials if vial.lot_id == lot.id)
    filled = lot.vials_filled if whole else of_it.total()
    return LotToRecall(lot.number, lot.tier, lot.disposition, filled, dict(of_it))


def _to_fetch(reading: Reading, vials: list[Vial], lots: Mapping[str, Lot]) -> list[VialToFetch]:
    ids = [vial.id for vial in vials]
    where = storage.open_positions(reading.session, ids)
    aside = storage.reserved_for(reading.session, ids)
    keepers = storage.custodians_of(reading.session, ids)
    fetched = [
        VialToFetch(
            vial.code,
            lots[vial.lot_id].number,
            vial.status,
            where.get(vial.id),
            keepers[vial.id],
            aside.get(vial.id),
        )
        for vial in vials
    ]
    return sorted(fetched, key=lambda one: (one.custodian, one.position or "", one.code))


def _dose(reading: Reading, dose: Dose) -> DoseGiven:
    subject = reading.session.get_one(Subject, dose.subject_id).code
    visit = reading.session.get_one(Visit, dose.visit_id).number
    return DoseGiven(dose.code, subject, visit, dose.status, dose.dispensed_at, dose.administered_at)
