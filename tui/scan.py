"""What a scanned or typed code stands for, asked of the views."""

from dataclasses import dataclass

from cellbank.bank import Bank
from cellbank.domain.identifiers import Station
from cellbank.views import trace, vial


@dataclass(frozen=True)
class Scanned:
    """One thing that a code stands for; `lot` is the lot of a vial, or the lot itself."""

    station: Station
    code: str
    lot: str | None = None


def look_up(bank: Bank, text: str) -> Scanned:
    """The thing of a code; refused when unknown, ambiguous, or when the check character does not fit."""
    with bank.read() as reading:
        found = trace.trace(reading, text)
        if found.station is Station.VIAL:
            return Scanned(found.station, found.subject, vial.vial_view(reading, found.subject).lot)
        lot = found.subject if found.station is Station.LOT else None
        return Scanned(found.station, found.subject, lot)
