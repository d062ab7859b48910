"""Tissue: receive, accept, reject."""

from typing import Annotated

from cellbank.commands.command import Command, says
from cellbank.commands.kinds import Code, Donation, Instant, Line, Quantity
from cellbank.domain.terms import Station, Verb

Tissue = Annotated[Code, Station.TISSUE, says("The tissue's code or donation identifier.", metavar="CODE")]


class Receive(
    Command,
    verb=Verb.RECORD_FACT,
    happened=True,
    when="received_at",
    done="tissue.received",
    example="cellbank tissue receive D-017 --donation-id A999026123456C --procured-at 2026-03-02T08:10 "
    "--received-at 2026-03-02T10:40 --procedure liposuction --volume-ml 120 --temperature-c 8,5",
):
    """A tissue as it arrived; a broken limit is recorded and opens a deviation."""

    donor_code: Annotated[Code, Station.DONOR, says("The donor's pseudonym.", metavar="DONOR")]
    donation: Annotated[Donation, says("SEC donation sequence, or ISBT 128 number with check.", "--donation-id")]
    procured_at: Annotated[Instant, says("The end of procurement.", "--procured-at")]
    received_at: Annotated[Instant | None, says("When it arrived; now when left out.", "--received-at")]
    procedure: Annotated[Line, says("How it was procured: liposuction, lipectomy …", "--procedure")]
    mass_g: Annotated[Quantity | None, says("Grams.", "--mass-g")] = None
    volume_ml: Annotated[Quantity | None, says("Millilitres.", "--volume-ml")] = None
    temperature_c: Annotated[Quantity | None, says("°C on arrival.", "--temperature-c")] = None


class Accept(
    Command,
    verb=Verb.ACCEPT_INCOMING,
    signed=True,
    because="because",
    example="cellbank tissue accept T-260001-B",
):
    """QA accepts a tissue with a signature."""

    code: Tissue
    because: Annotated[Line | None, says("A remark that is signed with it.", "--because", "--reason")] = None


class Reject(
    Command,
    verb=Verb.ACCEPT_INCOMING,
    signed=True,
    because="because",
    example='cellbank tissue reject T-260001-B --because "container open on arrival"',
):
    """QA rejects a tissue with a signature; final."""

    code: Tissue
    because: Annotated[Line, says("Why.", "--because", "--reason")]
