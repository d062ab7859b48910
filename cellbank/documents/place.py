"""The labels of tanks, racks and boxes, in the language of whoever prints them."""

from collections.abc import Sequence

from cellbank.documents.vial import printable
from cellbank.domain.storage import StoragePlace
from cellbank.wording import Language, Wording
from labels.place import PlaceLabel, render_places
from labels.stock import stock_named

PLACE_STOCK = "roll-33x13"


def place_label(place: StoragePlace, language: Language, *, demo: bool) -> PlaceLabel:
    """What a place's label says: its own name, its code, what it is and who keeps it, in one language."""
    words = Wording(language)
    grid = "" if place.rows is None else f" {place.rows}×{place.columns}"
    about = (f"{words.term('place_kind', place.kind)}{grid}", words.term("custodian", place.custodian))
    return PlaceLabel(place.code, place.path.rpartition("/")[2], about, demo)


def render(labels: Sequence[PlaceLabel], stock: str, form: str = "pdf", skip: int = 0) -> bytes:
    """The labels on a stock, as PDF or ZPL; the same labels give the same bytes. Refused: another form, a stock on
    which a label has no room.
    """
    with printable():
        return render_places(labels, stock_named(stock), form=form, skip=skip)
