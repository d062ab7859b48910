"""The registry of forms: which is offered for a thing of a station, and which for new things."""

from collections.abc import Mapping

from cellbank.domain.stations import PAPERS
from cellbank.domain.terms import Station
from tui.forms import (
    culture,
    decisions,
    disposition,
    donor,
    dose_ends,
    filling,
    hold,
    material,
    papers,
    result,
    storage,
    subject,
    tissue,
    transfer,
    trial,
    vial,
    visit,
)
from tui.forms.form import Form

OF_ANYTHING: tuple[type[Form], ...] = hold.OF_ANYTHING
"""What can be done to a thing of any station."""

BY_STATION: Mapping[Station, tuple[type[Form], ...]] = {
    Station.DONOR: (*tissue.OF_DONOR, *donor.OF_DONOR, *decisions.OF_DONOR),
    Station.TISSUE: (*culture.OF_TISSUE, *decisions.OF_TISSUE, *result.OF_TESTED),
    Station.MATERIAL: decisions.OF_MATERIAL,
    Station.CULTURE: (*culture.OF_CULTURE, *filling.OF_CULTURE, *culture.ENDS_CULTURE, *result.OF_TESTED),
    Station.LOT: (*storage.OF_LOT, *result.OF_TESTED, *disposition.OF_LOT),
    Station.VIAL: (*culture.OF_VIAL, *storage.OF_VIAL, *vial.OF_VIAL, *transfer.OF_VIAL, *result.OF_TESTED),
    Station.PLACE: storage.OF_PLACE,
    Station.TRANSFER: transfer.OF_TRANSFER,
    Station.SUBJECT: subject.OF_SUBJECT,
    Station.VISIT: (*dose_ends.OF_VISIT, *visit.OF_VISIT),
    Station.DOSE: (*dose_ends.OF_DOSE, *result.OF_TESTED),
    Station.RESULT: result.OF_RESULT,
    Station.HOLD: hold.OF_HOLD,
    Station.DEVIATION: hold.OF_DEVIATION,
}
"""What can be done to a thing of a station; the first five have F5 to F9 on its screen."""

NEW: tuple[type[Form], ...] = (
    *donor.NEW,
    *tissue.NEW,
    *material.NEW,
    *culture.NEW,
    *storage.NEW,
    *vial.NEW,
    *transfer.NEW,
    *trial.NEW,
    *subject.NEW,
    *papers.NEW,
)
"""What begins without a thing in front."""


def forms_for(station: Station, code: str, view: object) -> list[Form]:
    """The forms that fit a thing, in the order of its station, the unusual ones last."""
    own = sorted(BY_STATION[station], key=lambda kind: kind.is_unusual(view))
    kinds = (*own, *(() if station in PAPERS else OF_ANYTHING))
    return [kind.about(code, view) for kind in kinds if kind.fits(view)]
