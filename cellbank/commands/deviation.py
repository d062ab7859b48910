"""Deviations: report, close."""

from typing import Annotated

from cellbank.commands.command import Command, says
from cellbank.commands.kinds import Code, Line
from cellbank.domain.terms import Station, Verb


class Report(
    Command,
    verb=Verb.PUT_HOLD,
    because="description",
    done="deviation.opened",
    example='cellbank deviation report C-260001-G --description "incubator open for 20 minutes"',
):
    """An unplanned event: a deviation with a hold on what it touches."""

    code: Annotated[Code, says("What it touches: any code.", metavar="CODE")]
    description: Annotated[Line, says("What happened.", "--description", "--because", "--reason")]


class Close(
    Command,
    verb=Verb.CLOSE_DEVIATION,
    signed=True,
    because="conclusion",
    example='cellbank deviation close D-260001-0 --conclusion "no effect on identity or purity, CAPA-9"',
):
    """QA closes a deviation with a conclusion and a signature; its hold goes with it."""

    code: Annotated[Code, Station.DEVIATION, says("The deviation's code.", metavar="DEVIATION")]
    conclusion: Annotated[Line, says("The conclusion that is signed.", "--conclusion", "--because", "--reason")]
