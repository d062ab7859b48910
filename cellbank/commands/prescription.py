"""Prescriptions: record, validate."""

from typing import Annotated

from cellbank.commands.command import Command, says
from cellbank.commands.dose import Number
from cellbank.commands.kinds import Count, Day, Line, Quantity
from cellbank.commands.subject import Subject
from cellbank.domain.terms import Verb


class Record(
    Command,
    verb=Verb.TREAT,
    done="prescription.recorded",
    example="cellbank prescription record S-014 1 --cells 30M --weight-kg 68,5 "
    '--prescriber "Dr B. Roux" --on 2026-04-13',
):
    """What the physician prescribed for a visit; it supersedes an earlier one and must be validated."""

    subject_code: Subject
    number: Number
    cells: Annotated[Count, says("Viable cells prescribed.", "--cells")]
    weight_kg: Annotated[Quantity, says("The subject's weight, kg.", "--weight-kg")]
    prescriber: Annotated[Line, says("Who prescribed.", "--prescriber")]
    prescribed_on: Annotated[Day | None, says("The day of the prescription; today when left out.", "--on")] = None


class Validate(Command, verb=Verb.TREAT, signed=True, example="cellbank prescription validate S-014 1 --as pharmacist"):
    """The pharmacist's signed validation; refused beyond the trial file's minimum and maximum."""

    subject_code: Subject
    number: Number
