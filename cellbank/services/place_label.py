"""The labels of tanks, racks and boxes: rendered within the act, the record keeps their SHA-256."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cellbank.documents import place as document
from cellbank.domain.person import Verb
from cellbank.domain.storage import StoragePlace
from cellbank.domain.vial import LabelPrint
from cellbank.errors import Finding, WrongInput, refuse
from cellbank.languages import Language
from cellbank.services.acts import verb
from cellbank.store import codes
from cellbank.store import vial as store
from cellbank.store.unit_of_work import UnitOfWork

PLACE = "place"


@dataclass(frozen=True)
class PlacePrint:
    """How to print: stock, form (`pdf`, `zpl`), labels of a sheet to skip, in which language, why again."""

    language: Language
    stock: str = document.PLACE_STOCK
    form: str = "pdf"
    skip: int = 0
    reprint_because: str | None = None


@verb(Verb.PRINT_LABEL)
def print_place_labels(
    work: UnitOfWork, place_codes: Sequence[str], job: PlacePrint, keep: Callable[[bytes], object]
) -> None:
    """A label each for these places, in the order named; `keep` receives the document, the record its SHA-256.

    Refused: a place that has a label already, without a reason: two boxes must not bear the same code.
    """
    places = list({p.id: p for p in (codes.get_by_code(work, StoragePlace, code) for code in place_codes)}.values())
    if not places:
        raise WrongInput("label.places.none")
    because = (job.reprint_because or "").strip() or None
    if because is None:
        refuse(
            Finding("label.place.printed_already", place.path, {"place": place.path})
            for place in places
            if store.prints_of(work.session, place.id)
        )
    labels = [document.place_label(place, job.language, demo=work.demo) for place in places]
    printed = document.render(labels, job.stock, job.form, job.skip)
    digest = hashlib.sha256(printed).hexdigest()
    for place in places:
        run = LabelPrint(
            kind=PLACE,
            subject_table="storage_place",
            subject_id=place.id,
            subject_code=place.code,
            stock=job.stock,
            form=job.form,
            labels=1,
            sha256=digest,
            printed_by=work.act.actor.name,
            printed_at=work.now,
            reason=because,
        )
        work.add(run)
        work.record("label.printed", place, run, labels=1, sha256=digest)
    keep(printed)
