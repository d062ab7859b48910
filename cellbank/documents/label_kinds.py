"""Label kinds: what each label is of, on which paper it is printed, what it says and how it is drawn, in one table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cellbank.documents import dose, place, vial
from cellbank.documents.vial import printable
from cellbank.domain.record import Record
from cellbank.domain.storage import StoragePlace
from cellbank.domain.vial import Vial
from cellbank.domain.visit import Dose
from cellbank.languages import Language
from cellbank.store.unit_of_work import Reading
from labels.dose import render_dispensing
from labels.flag import render_flag
from labels.place import render_places
from labels.render import Renderer
from labels.stock import stock_named
from labels.vial import render_vials

VIAL, DISPENSING, FLAG, PLACE = "vial", "dose", "flag", "place"
"""The kinds, as a print run records them."""


@dataclass(frozen=True)
class LabelKind:
    """One kind of label.

    `row`: the thing it is of. `stock`: its paper when none is chosen. `made`: what it says of the thing of a code, in
    the language given (the reader's), else in the trial's. `drawn`: such labels on a stock, by `form` and `skip`.
    `words`: what it says, in order, for the eye.
    """

    row: type[Record]
    stock: str
    made: Callable[[Reading, str, Language | None], Any]
    drawn: Renderer[Any]
    words: Callable[[Any], Sequence[str]]


LABELS: Mapping[str, LabelKind] = {
    VIAL: LabelKind(Vial, vial.VIAL_STOCK, vial.vial_label, render_vials, vial.words),
    DISPENSING: LabelKind(Dose, dose.DISPENSING_STOCK, dose.dispensing_label, render_dispensing, dose.dispensing_words),
    FLAG: LabelKind(Dose, dose.FLAG_STOCK, dose.syringe_flag, render_flag, dose.flag_words),
    PLACE: LabelKind(StoragePlace, place.PLACE_STOCK, place.place_label, render_places, place.words),
}


def drawn(kind: str, labels: Sequence[Any], stock: str | None = None, form: str = "pdf", skip: int = 0) -> bytes:
    """Labels of a kind on a stock, by default its own, as PDF or ZPL; the same labels give the same bytes.

    Refused: another form, a stock on which a label has no room, what the drawing refuses.
    """
    asked = LABELS[kind]
    with printable():
        return asked.drawn(labels, stock_named(stock or asked.stock), form=form, skip=skip)


def printed(
    reading: Reading,
    kind: str,
    code: str,
    stock: str | None = None,
    form: str = "pdf",
    language: Language | None = None,
) -> bytes:
    """The label of one thing, on its stock; refused as `drawn` refuses, and where the thing has no label."""
    return drawn(kind, [LABELS[kind].made(reading, code, language)], stock, form)
