"""Stations: what each is to the rules, in one table, from which every list of stations in the code is derived.

The other layers have a table of their own by station: `store/stations.py` its row, `views/stations.py` its reader,
`tui/forms/registry.py` its forms, `tui/app/routes.py` its screen. Nothing heavy is imported.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Station(StrEnum):
    """What a code stands for; the values are the names of the tables."""

    DONOR = "donor"
    TISSUE = "tissue"
    MATERIAL = "material"
    CULTURE = "culture"
    LOT = "lot"
    VIAL = "vial"
    RESULT = "result"
    HOLD = "hold"
    DEVIATION = "deviation"
    PLACE = "storage_place"
    TRANSFER = "transfer"
    SUBJECT = "subject"
    VISIT = "visit"
    DOSE = "dose"


@dataclass(frozen=True)
class Declared:
    """A station to the rules.

    `prefix` begins its own codes; without one its things bear the pseudonym that the clinic gave them, or a code made
    of another's. `link`: a link of the chain from donor to subject; what is none is traced through what it concerns.
    `grows`: what cultures came from or became, whose growth is drawn. `tested`: a result can be recorded on it.
    `paper`: about a thing, and holding nothing; a hold on it is refused. `bench`: its deviations wait at the bench.
    """

    prefix: str = ""
    link: bool = False
    grows: bool = False
    tested: bool = False
    paper: bool = False
    bench: bool = False


STATIONS: Mapping[Station, Declared] = {
    Station.DONOR: Declared(link=True, grows=True, bench=True),
    Station.TISSUE: Declared("T", link=True, grows=True, tested=True, bench=True),
    Station.MATERIAL: Declared("M", link=True, bench=True),
    Station.CULTURE: Declared("C", link=True, grows=True, tested=True, bench=True),
    Station.LOT: Declared("L", link=True, grows=True, tested=True, bench=True),
    Station.VIAL: Declared("V", link=True, grows=True, tested=True, bench=True),
    Station.DOSE: Declared("DO", link=True, tested=True),
    Station.SUBJECT: Declared(link=True),
    Station.VISIT: Declared(),
    Station.PLACE: Declared("S", bench=True),
    Station.TRANSFER: Declared("TR"),
    Station.RESULT: Declared("R", paper=True),
    Station.HOLD: Declared("H", paper=True),
    Station.DEVIATION: Declared("D", paper=True),
}
"""Every station; those of the chain stand in the order of the flow."""

PREFIX: Mapping[Station, str] = {station: one.prefix for station, one in STATIONS.items() if one.prefix}
"""One prefix a station. Donors and subjects bear the pseudonym that the clinic gave them."""
CHAIN = tuple(station for station, one in STATIONS.items() if one.link)
"""From donor to subject, in the order of the flow."""
GROWS = frozenset(station for station, one in STATIONS.items() if one.grows)
TESTED = frozenset(station for station, one in STATIONS.items() if one.tested)
"""Where a result can be recorded; donors have their own laboratory panel."""
PAPERS = frozenset(station for station, one in STATIONS.items() if one.paper)
BENCH = tuple(station for station, one in STATIONS.items() if one.bench)
