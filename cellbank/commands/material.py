"""Material lots: receive, accept, block."""

from typing import Annotated

from cellbank.commands.command import Command, says
from cellbank.commands.kinds import Expiry, Line
from cellbank.domain.terms import Station, Verb

Material = Annotated[
    Line, Station.MATERIAL, says("The material's code, its supplier's lot number, or item:lot.", metavar="CODE")
]


class Receive(
    Command,
    verb=Verb.RECORD_FACT,
    happened=True,
    done="material.received",
    example='cellbank material receive "Platelet lysate" PL-118 --supplier Acme --expires-on 2027-06',
):
    """A material lot as it arrived."""

    item: Annotated[Line, says("What it is.", metavar="ITEM")]
    lot_number: Annotated[Line, says("The supplier's lot number.", metavar="LOT")]
    supplier: Annotated[Line, says("Who supplied it.", "--supplier")]
    expires_on: Annotated[Expiry, says("Its last day; a month means its last day.", "--expires-on")]


class Accept(
    Command,
    verb=Verb.ACCEPT_INCOMING,
    signed=True,
    because="because",
    example="cellbank material accept M-260001-P",
):
    """QA accepts a material lot with a signature."""

    code: Material
    because: Annotated[Line | None, says("A remark that is signed with it.", "--because", "--reason")] = None


class Block(
    Command,
    verb=Verb.ACCEPT_INCOMING,
    signed=True,
    because="because",
    example='cellbank material block M-260001-P --reason "supplier recall 2026-04"',
):
    """QA blocks a material lot: everything it went into is held, and each use of it gets a deviation."""

    code: Material
    because: Annotated[Line, says("Why.", "--reason", "--because")]
