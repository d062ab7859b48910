"""The trial file: approve, suspend, resume."""

from typing import Annotated

from cellbank.commands.command import Command, says
from cellbank.commands.kinds import Day, Line
from cellbank.domain.terms import Verb


class Approve(Command, verb=Verb.APPROVE_TRIAL, signed=True, example="cellbank trial approve 1 --as qa"):
    """QA approves a version with a signature."""

    version: Annotated[Line, says("The version, as the file names it.", metavar="VERSION")]
    effective_on: Annotated[
        Day | None, says("From which day it is in force; today when left out.", "--effective-on")
    ] = None


class Suspend(
    Command,
    verb=Verb.PUT_HOLD,
    because="because",
    done="hold.put",
    example='cellbank trial suspend --reason "request of the authority, letter of 4 May"',
):
    """Nothing is reserved, pulled or dispensed until QA resumes the trial."""

    because: Annotated[Line, says("Why.", "--reason", "--because")]


class Resume(
    Command,
    verb=Verb.LIFT_HOLD,
    signed=True,
    because="because",
    example='cellbank trial resume --because "authority informed, letter of 20 May" --as qa',
):
    """QA ends the suspension with a signature."""

    because: Annotated[Line, says("Why it may go on.", "--because", "--reason")]
