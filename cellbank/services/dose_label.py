"""The labels of a prepared dose: rendered within the act, the record keeps their SHA-256 (rules.md §10)."""

from dataclasses import dataclass

from cellbank.documents.label_kinds import DISPENSING, FLAG, LABELS, printed
from cellbank.domain.person import Verb
from cellbank.errors import Finding, Refused, refuse
from cellbank.facts.visit import attempt_under_way, label_findings
from cellbank.services.acts import verb
from cellbank.services.print_run import Keep, PrintJob, print_run
from cellbank.store.unit_of_work import UnitOfWork
from cellbank.store.vial import prints_of


@dataclass(frozen=True)
class DosePrint(PrintJob):
    """Which label of a dose, besides how: the syringe's `flag` or the dispensing label.

    Never in which language: that is the trial's, whoever prints it on whatever screen.
    """

    flag: bool = False


@verb(Verb.PRINT_LABEL)
def print_dose_label(work: UnitOfWork, subject_code: str, number: int, job: DosePrint, keep: Keep) -> None:
    """The label of the attempt under way at a visit; `keep` receives the document, the record its SHA-256.

    Refused: nothing prepared; before the dispensing, everything that the gate would refuse it for; the same label
    again without a reason.
    """
    dose, _, _ = attempt_under_way(work, subject_code, number)
    refuse(label_findings(work, dose))
    kind = FLAG if job.flag else DISPENSING
    if job.again is None and any(run.kind == kind for run in prints_of(work.session, dose.id)):
        raise Refused(Finding("label.dose.printed_already", dose.code, {"dose": dose.code}))
    stock = job.stock or LABELS[kind].stock
    document = printed(work, kind, dose.code, stock, job.form)
    run = print_run(work, job, document, kind=kind, of=dose, code=dose.code, stock=stock)
    work.record("label.printed", dose, run, labels=1, sha256=run.sha256)
    keep(document)
