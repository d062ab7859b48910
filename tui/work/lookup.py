"""Look-up of a scanned or typed code, asked of the views."""

from dataclasses import dataclass

from cellbank.bank import Bank
from cellbank.domain.identifiers import Station
from cellbank.domain.storage import PlaceKind
from cellbank.views import lookup


@dataclass(frozen=True)
class Scanned:
    """One thing that a code stands for; `lot` is the lot of a vial, or the lot itself; `kind` that of a place."""

    station: Station
    code: str
    lot: str | None = None
    kind: PlaceKind | None = None


def look_up(bank: Bank, text: str) -> Scanned:
    """The thing of a code; refused when unknown, ambiguous, or when the check character does not fit."""
    with bank.read() as reading:
        found = lookup.known(reading, text)
    return Scanned(found.station, found.code, found.lot, found.kind)
