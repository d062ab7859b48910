"""One run of labels, whatever they are for: how it is printed, and what the record keeps of it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from cellbank.domain.record import Record
from cellbank.domain.vial import LabelPrint
from cellbank.store.unit_of_work import UnitOfWork

Keep: TypeAlias = Callable[[bytes], object]
"""Receives the document, within the act."""


@dataclass(frozen=True)
class PrintJob:
    """How to print: the stock (its own for each kind of label when left out), `pdf` or `zpl`, why again."""

    stock: str | None = None
    form: str = "pdf"
    reprint_because: str | None = None

    @property
    def again(self) -> str | None:
        """Why what was printed already is printed again; None for nothing but spaces, too."""
        return (self.reprint_because or "").strip() or None


def print_run(
    work: UnitOfWork, job: PrintJob, document: bytes, *, kind: str, of: Record, code: str, stock: str, labels: int = 1
) -> LabelPrint:
    """The run in the record: of what (`of`, by its `code`), on which stock, the document's SHA-256."""
    run = LabelPrint(
        kind=kind,
        subject_table=str(of.__tablename__),
        subject_id=of.id,
        subject_code=code,
        stock=stock,
        form=job.form,
        labels=labels,
        sha256=hashlib.sha256(document).hexdigest(),
        printed_by=work.act.actor.name,
        printed_at=work.now,
        reason=job.again,
    )
    work.add(run)
    return run
