"""Bioreactors: start, stop. Made up."""

from typing import Annotated

from cellbank.commands.command import Command, says
from cellbank.commands.kinds import Code, Count
from cellbank.domain.terms import Station, Verb


class Start(
    Command,
    verb=Verb.RECORD_FACT,
    happened=True,
    done="bioreactor.started",
    example="cellbank bioreactor start --litres 50",
):
    """A bioreactor begins to run."""

    litres: Annotated[Count, says("How many litres it holds.", "--litres")]


class Stop(Command, verb=Verb.RECORD_FACT, happened=True, example="cellbank bioreactor stop B-260001-1"):
    """A bioreactor is stopped."""

    code: Annotated[Code, Station.BIOREACTOR, says("The bioreactor's code.", metavar="BIOREACTOR")]
