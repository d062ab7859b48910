"""Labels on the command line."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from cellbank.cli.output import FORCE, OUTPUT, PRINTER, Printing, printing
from cellbank.cli.run import here
from cellbank.cli.typed import argument, count, counted, flag, listed, option
from cellbank.cli.verbs import acts, reads, station

if TYPE_CHECKING:
    from cellbank.services.print_run import PrintJob

app = station("Labels: print, list, stocks.")

STOCK = option("--stock", help="The label stock; `label stocks` lists them.")
SKIP = counted("--skip", help="Labels of the first sheet already used.")
FORM = option("--format", help="pdf or zpl.", metavar="pdf|zpl")

LINE = ("kind", "subject", "stock", "form", "labels", "printed_by", "printed_at", "reason")


@acts(app, "vial", "cellbank label vial L-260001-E --stock sheet-85 --skip 5 --output labels.pdf")
def vial(
    lot: Annotated[str, argument("LOT", "The lot whose vials are labelled.")],
    stock: Annotated[str, STOCK] = "roll-33x13",
    skip: Annotated[int, SKIP] = 0,
    only: Annotated[list[str] | None, option("--only", help="These vials only: numbers or codes; several.")] = None,
    form: Annotated[str, FORM] = "pdf",
    reprint: Annotated[str | None, option("--reprint", help="Why labels in force are printed again.")] = None,
    printer: Annotated[str | None, PRINTER] = None,
    output: Annotated[str | None, OUTPUT] = None,
    force: Annotated[bool, FORCE] = False,
) -> None:
    """Labels for a lot's vials; the record keeps the document's SHA-256."""
    from cellbank.services.vial import VialPrint, print_vial_labels

    job = partial(VialPrint, stock, reprint_because=reprint, skip=skip, only=tuple(listed(only)))
    deed = partial(print_vial_labels, number=lot)
    _run(deed, job, f"labels-{lot.strip().upper()}", form, printer, output, force)


@acts(app, "dose", "cellbank label dose S-014 1 --flag --output flag.pdf")
def dose(
    subject: Annotated[str, argument("SUBJECT", "The subject's pseudonym.")],
    number: Annotated[int, argument("N", "The visit's number, from 1.", reads=count)],
    flag_label: Annotated[bool, flag("--flag", help="The flag of the syringe, not the dispensing label.")] = False,
    stock: Annotated[str | None, option("--stock", help="The label stock; its own when left out.")] = None,
    form: Annotated[str, FORM] = "pdf",
    reprint: Annotated[str | None, option("--reprint", help="Why the same label is printed again.")] = None,
    printer: Annotated[str | None, PRINTER] = None,
    output: Annotated[str | None, OUTPUT] = None,
    force: Annotated[bool, FORCE] = False,
) -> None:
    """A label of a dose that may be dispensed, in the trial's language: for dispensing, or with --flag for its syringe.

    Refused with all that the dispensing would be refused for, until the dose was dispensed.
    """
    from cellbank.services.dose_label import DosePrint, print_dose_label

    name = f"{'flag' if flag_label else 'dose'}-{subject.strip().upper()}-{number}"
    job = partial(DosePrint, stock, reprint_because=reprint, flag=flag_label)
    _run(partial(print_dose_label, subject_code=subject, number=number), job, name, form, printer, output, force)


def _of_things(word: str, kind: str, named: Any, example: str, help: str) -> None:
    """The verb that prints labels of a kind for the things named."""

    def verb(
        code: list[str],
        stock: Annotated[str | None, option("--stock", help="The label stock; its own when left out.")] = None,
        skip: Annotated[int, SKIP] = 0,
        form: Annotated[str, FORM] = "pdf",
        reprint: Annotated[str | None, option("--reprint", help="Why a label is printed again.")] = None,
        printer: Annotated[str | None, PRINTER] = None,
        output: Annotated[str | None, OUTPUT] = None,
        force: Annotated[bool, FORCE] = False,
    ) -> None:
        from cellbank.services.label import LabelsPrint, print_labels

        job = partial(LabelsPrint, stock, reprint_because=reprint, skip=skip, language=here().paper.wording.language)
        name = f"labels-{code[0].strip().upper().replace('/', '-')}"
        _run(partial(print_labels, kind=kind, named=code), job, name, form, printer, output, force)

    verb.__doc__ = help
    verb.__annotations__["code"] = Annotated[list[str], named]
    acts(app, word, example)(verb)


_of_things(
    "box",
    "place",
    argument("BOX...", "The boxes, racks or tanks, by path or code."),
    "cellbank label box TANK1/R02/BOX-A TANK1/R02/BOX-B --output boxes.pdf",
    "Labels for boxes, racks or tanks, to be scanned wherever a place is asked for.",
)


def _run(
    deed: "Callable[..., Any]",
    job: "Callable[..., PrintJob]",
    name: str,
    form: str,
    printer: str | None,
    output: str | None,
    force: bool,
) -> None:
    """One run, in the form that the printer takes, or that was asked for of a file."""
    with printing(printer, output, f"{name}.{form}", force) as document:
        form = document.form if isinstance(document, Printing) else form
        here().act(partial(deed, job=job(form=form), keep=document.keep), "label.printed", kept=document.settled)


@reads(app, "list", "cellbank label list L-260001-E")
def list_prints(lot: Annotated[str | None, argument("[LOT]", "Of this lot only.")] = None) -> None:
    """Every print run, with the SHA-256 of its document."""
    from cellbank.views import vial as view

    here().listing(here().read(lambda reading: view.prints(reading, lot)), *LINE)


@reads(app, "stocks", "cellbank label stocks")
def stocks() -> None:
    """The label stocks known."""
    from cellbank.documents.vial import stocks as known

    fields = ("name", "kind", "label_width_mm", "label_height_mm", "per_page", "dpi")
    rows = list(known().values())
    here().answer(
        [{field: getattr(row, field) for field in fields} for row in rows], lambda paper: paper.table(rows, fields)
    )
