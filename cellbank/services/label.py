"""Labels of things one by one, by the table of kinds: rendered within the act, the record keeps their SHA-256."""

from collections.abc import Sequence
from dataclasses import dataclass

from cellbank.documents.label_kinds import LABELS, drawn
from cellbank.domain.person import Verb
from cellbank.errors import Finding, WrongInput, refuse
from cellbank.languages import Language
from cellbank.services.acts import verb
from cellbank.services.print_run import Keep, PrintJob, print_run
from cellbank.store import codes
from cellbank.store.unit_of_work import UnitOfWork
from cellbank.store.vial import prints_of


@dataclass(frozen=True)
class LabelsPrint(PrintJob):
    """How to print, besides: labels of a sheet to skip, in which language where it is the reader's."""

    skip: int = 0
    language: Language | None = None


@verb(Verb.PRINT_LABEL)
def print_labels(work: UnitOfWork, kind: str, named: Sequence[str], job: LabelsPrint, keep: Keep) -> None:
    """A label each for these things, in the order named; `keep` receives the document, the record its SHA-256.

    Refused: nothing named, a thing that has such a label already, without a reason: two things must not bear the same
    code.
    """
    asked = LABELS[kind]
    rows = list({row.id: row for row in (codes.get_by_code(work, asked.row, code) for code in named)}.values())
    if not rows:
        raise WrongInput(f"label.{kind}s.none")
    if job.again is None:
        refuse(
            Finding(f"label.{kind}.printed_already", row.label, {kind: row.label})
            for row in rows
            if any(run.kind == kind for run in prints_of(work.session, row.id))
        )
    labels = [asked.made(work, row.label, job.language) for row in rows]
    document = drawn(kind, labels, job.stock, job.form, job.skip)
    for row, label in zip(rows, labels, strict=True):
        run = print_run(work, job, document, kind=kind, of=row, code=label.code, stock=job.stock or asked.stock)
        work.record("label.printed", row, run, labels=1, sha256=run.sha256)
    keep(document)
