"""Rows: which each station has, in one table."""

from collections.abc import Mapping

from cellbank.domain.culture import Culture
from cellbank.domain.deviation import Deviation
from cellbank.domain.donor import Donor
from cellbank.domain.hold import Hold
from cellbank.domain.lot import Lot
from cellbank.domain.material import Material
from cellbank.domain.record import Record
from cellbank.domain.storage import StoragePlace, Transfer
from cellbank.domain.subject import Subject
from cellbank.domain.terms import Station
from cellbank.domain.testing import Result
from cellbank.domain.tissue import Tissue
from cellbank.domain.vial import Vial
from cellbank.domain.visit import Dose, Visit

ROWS: Mapping[Station, type[Record]] = {
    Station.DONOR: Donor,
    Station.TISSUE: Tissue,
    Station.MATERIAL: Material,
    Station.CULTURE: Culture,
    Station.LOT: Lot,
    Station.VIAL: Vial,
    Station.RESULT: Result,
    Station.HOLD: Hold,
    Station.DEVIATION: Deviation,
    Station.SUBJECT: Subject,
    Station.VISIT: Visit,
    Station.DOSE: Dose,
    Station.PLACE: StoragePlace,
    Station.TRANSFER: Transfer,
}
"""In the order in which a code that stands for several things names them."""
