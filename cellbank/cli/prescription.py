"""Prescriptions on the command line."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from cellbank.cli.run import here
from cellbank.cli.typed import counted, dated, measured, option
from cellbank.cli.verbs import acts, station
from cellbank.cli.visit import Number, Subject

app = station("Prescriptions: record, validate.")


@acts(
    app,
    "record",
    'cellbank prescription record S-014 1 --cells 30M --weight-kg 68,5 --prescriber "Dr B. Roux" --on 2026-04-13',
)
def record(
    subject: Subject,
    number: Number,
    cells: Annotated[int, counted("--cells", help="Viable cells prescribed.")],
    weight_kg: Annotated[Decimal, measured("--weight-kg", help="The subject's weight, kg.")],
    prescriber: Annotated[str, option("--prescriber", help="Who prescribed.")],
    on: Annotated[date | None, dated("--on", help="The day of the prescription; today when left out.")] = None,
) -> None:
    """What the physician prescribed for a visit; it supersedes an earlier one and must be validated."""
    from cellbank.services.visit import record_prescription

    here().act(
        lambda work: record_prescription(work, subject, number, cells, weight_kg, prescriber, on or work.today),
        "prescription.recorded",
    )


@acts(app, "validate", "cellbank prescription validate S-014 1 --as pharmacist", signed=True)
def validate(subject: Subject, number: Number) -> None:
    """The pharmacist's signed validation; refused beyond the trial file's minimum and maximum."""
    from cellbank.services.visit import validate_prescription

    here().sign(lambda work: validate_prescription(work, subject, number))
