"""Readers: what is seen of a thing of each station, in one table."""

from collections.abc import Callable, Mapping
from typing import Any

from cellbank.domain.terms import Station
from cellbank.views import culture, donor, dose, hold, lot, material, storage, testing, tissue, transfer, vial, visit

READERS: Mapping[Station, Callable[[Any, str], object]] = {
    Station.DONOR: donor.donor_view,
    Station.TISSUE: tissue.tissue_view,
    Station.MATERIAL: material.material_view,
    Station.CULTURE: culture.culture_view,
    Station.LOT: lot.lot_view,
    Station.VIAL: vial.vial_view,
    Station.RESULT: testing.result_view,
    Station.HOLD: hold.hold_by_code,
    Station.DEVIATION: hold.deviation,
    Station.SUBJECT: visit.subject_view,
    Station.VISIT: visit.visit_by_code,
    Station.DOSE: dose.dose_by_code,
    Station.PLACE: storage.place_view,
    Station.TRANSFER: transfer.transfer_view,
}
"""The view of one thing by its code; each refuses a code that its station has not."""
