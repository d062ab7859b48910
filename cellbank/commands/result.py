"""Results: record, review, invalidate."""

from typing import Annotated

from cellbank.commands.command import Command, says
from cellbank.commands.kinds import Code, DayOf, Line, Reported
from cellbank.domain.terms import Station, Verb

Result = Annotated[Code, Station.RESULT, says("The result's code.", metavar="RESULT")]


class Record(
    Command,
    verb=Verb.RECORD_FACT,
    done="result.recorded",
    example="cellbank result record L-260001-E viability 96,5 --performed-at 2026-03-24 "
    "--method NucleoCounter --unit %",
):
    """A result as reported; one that fails opens an out-of-specification at once, and stands."""

    code: Annotated[
        Code,
        Station.LOT,
        Station.VIAL,
        Station.CULTURE,
        Station.TISSUE,
        Station.DOSE,
        says("What was tested: a lot, vial, culture, tissue or dose.", metavar="CODE"),
    ]
    test: Annotated[Line, says("The test, as the trial file names it.", metavar="TEST")]
    value: Annotated[Reported, says("As the laboratory reported it: 96,5 or '< 0.05' or 'no growth'.", metavar="VALUE")]
    performed_on: Annotated[
        DayOf | None,
        says("The day it was done; today when left out.", "--performed-at", "--performed-on", metavar="DATE"),
    ]
    unit: Annotated[Line | None, says("The unit; the specification's when left out.", "--unit")] = None
    method: Annotated[Line | None, says("The method.", "--method")] = None
    laboratory: Annotated[Line | None, says("The laboratory.", "--laboratory")] = None


class Review(Command, verb=Verb.REVIEW_RESULT, signed=True, example="cellbank result review R-260001-7 --as reviewer"):
    """The second person's signed review; never by who entered it."""

    code: Result


class Invalidate(
    Command,
    verb=Verb.INVALIDATE_RESULT,
    signed=True,
    because="because",
    example='cellbank result invalidate R-260001-7 --cause "analyser out of calibration, DEV-12"',
):
    """QA invalidates a result with an assignable cause; the first value stays in the record for ever."""

    code: Result
    because: Annotated[Line, says("The assignable cause.", "--cause", "--because", "--reason")]
