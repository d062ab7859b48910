"""The labels of tanks, racks and boxes, in the language of whoever prints them."""

from collections.abc import Sequence

from cellbank.domain.storage import StoragePlace
from cellbank.languages import BASE, Language
from cellbank.store import codes
from cellbank.store.unit_of_work import Reading
from cellbank.wording import Wording
from labels.place import PlaceLabel

PLACE_STOCK = "roll-33x13"


def place_label(reading: Reading, code: str, language: Language | None) -> PlaceLabel:
    """What a place's label says: its own name, its code, what it is and who keeps it, in the reader's language; refused
    for an unknown place.
    """
    place, words = codes.get_by_code(reading, StoragePlace, code), Wording(language or BASE)
    grid = "" if place.rows is None else f" {place.rows}×{place.columns}"
    about = (f"{words.term('place_kind', place.kind)}{grid}", words.term("custodian", place.custodian))
    return PlaceLabel(place.code, place.path.rpartition("/")[2], about, reading.demo)


def words(label: PlaceLabel) -> Sequence[str]:
    """What the label says."""
    return label.name, *label.about
