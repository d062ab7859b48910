"""Holds: put, lift."""

from typing import Annotated

from cellbank.commands.command import Command, says
from cellbank.commands.kinds import Code, Line
from cellbank.domain.terms import Station, Verb


class Put(
    Command,
    verb=Verb.PUT_HOLD,
    because="because",
    done="hold.put",
    example='cellbank hold put L-260001-E --reason "label question"',
):
    """Hold anything, at any hour; what lies downstream is held because of it."""

    code: Annotated[Code, says("What is held: any code.", metavar="CODE")]
    because: Annotated[Line, says("Why.", "--reason", "--because")]


class Lift(
    Command,
    verb=Verb.LIFT_HOLD,
    signed=True,
    because="because",
    example='cellbank hold lift H-260001-F --because "labels compared, none wrong"',
):
    """QA lifts a hold with a signature."""

    code: Annotated[Code, Station.HOLD, says("The hold's code.", metavar="HOLD")]
    because: Annotated[Line, says("Why it may go.", "--because", "--reason")]
