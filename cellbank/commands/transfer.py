"""Transfers between custodians: send, receive."""

from typing import Annotated

from cellbank.commands.command import Command, says
from cellbank.commands.kinds import Code, Codes, Flag, Line, LogFile, Quantity
from cellbank.domain.terms import Custodian, Station, Verb


class Send(
    Command,
    verb=Verb.RECORD_STORAGE,
    happened=True,
    done="transfer.sent",
    example="cellbank transfer send V-260001-001-K V-260001-002-I --to pharmacy --seal 44871 --logger TT-09",
):
    """Vials on their way to the other custodian, in a sealed shipper with its logger."""

    vial_codes: Annotated[Codes, Station.VIAL, says("Stored or pulled vials, by code.", metavar="VIAL...")]
    to: Annotated[Custodian, says("pharmacy or production_unit.", "--to", metavar="CUSTODIAN")]
    seal: Annotated[Line, says("The shipper's seal.", "--seal")]
    logger: Annotated[Line, says("The temperature logger in it.", "--logger")]


class Receive(
    Command,
    verb=Verb.RECORD_STORAGE,
    happened=True,
    done="transfer.received",
    example="cellbank transfer receive TR-260001-4 --temperature-file TT-09.csv --into PHARMACY/BOX-1",
):
    """A transfer arrived: logger read, seal judged, vials stored. Too warm, refused, or no temperature: a deviation."""

    code: Annotated[Code, Station.TRANSFER, says("The transfer's code.", metavar="ID")]
    accepted: Annotated[Flag, says("Seal and shipper accepted, or not.", "--accepted/--refused")] = True
    temperature_file: Annotated[
        LogFile | None, says("The logger's file; its warmest reading counts.", "--temperature-file")
    ] = None
    warmest_c: Annotated[
        Quantity | None, says("The warmest on the way, °C, when the file cannot say it.", "--warmest-c")
    ] = None
    into: Annotated[Codes, Station.PLACE, says("The boxes for what is stored; several.", "--into", metavar="BOX")] = ()
    note: Annotated[Line | None, says("What was seen on arrival.", "--note")] = None
