"""Look-up of a scan, in a few statements: scans come in bursts, and a trace would be far too much."""

from dataclasses import dataclass

from cellbank.domain.identifiers import Station
from cellbank.domain.lot import Lot
from cellbank.domain.storage import PlaceKind, StoragePlace
from cellbank.domain.vial import Vial
from cellbank.store import codes
from cellbank.store.unit_of_work import Reading


@dataclass(frozen=True)
class Known:
    """One thing: its station and the code that people use for it; the lot of a vial or the lot itself, what kind of
    place it is.
    """

    station: Station
    code: str
    lot: str | None = None
    kind: PlaceKind | None = None


def known(reading: Reading, text: str) -> Known:
    """The thing of a code; refused when unknown, ambiguous, or when the check character does not fit."""
    found = codes.resolve(reading, text)
    row = found.row
    lot = row.number if isinstance(row, Lot) else None
    if isinstance(row, Vial):
        lot = reading.session.get_one(Lot, row.lot_id).number
    return Known(found.station, found.code, lot, row.kind if isinstance(row, StoragePlace) else None)
