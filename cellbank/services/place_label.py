"""The labels of tanks, racks and boxes: rendered within the act, the record keeps their SHA-256."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cellbank.documents import place as document
from cellbank.domain.person import Verb
from cellbank.domain.storage import StoragePlace
from cellbank.errors import Finding, WrongInput, refuse
from cellbank.languages import Language
from cellbank.services.acts import verb
from cellbank.services.print_run import Keep, PrintJob, print_run
from cellbank.store import codes, vial as store
from cellbank.store.unit_of_work import UnitOfWork

PLACE = "place"


@dataclass(frozen=True)
class PlacePrint(PrintJob):
    """How to print, besides: labels of a sheet to skip, in which language."""

    skip: int = 0
    language: Language = field(kw_only=True)


@verb(Verb.PRINT_LABEL)
def print_place_labels(work: UnitOfWork, place_codes: Sequence[str], job: PlacePrint, keep: Keep) -> None:
    """A label each for these places, in the order named; `keep` receives the document, the record its SHA-256.

    Refused: a place that has a label already, without a reason: two boxes must not bear the same code.
    """
    places = list({p.id: p for p in (codes.get_by_code(work, StoragePlace, code) for code in place_codes)}.values())
    if not places:
        raise WrongInput("label.places.none")
    if job.again is None:
        refuse(
            Finding("label.place.printed_already", place.path, {"place": place.path})
            for place in places
            if store.prints_of(work.session, place.id)
        )
    labels = [document.place_label(place, job.language, demo=work.demo) for place in places]
    stock = job.stock or document.PLACE_STOCK
    printed = document.render(labels, stock, job.form, job.skip)
    for place in places:
        run = print_run(work, job, printed, kind=PLACE, of=place, code=place.code, stock=stock)
        work.record("label.printed", place, run, labels=1, sha256=run.sha256)
    keep(printed)
