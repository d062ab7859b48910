"""Lots: fill, attest, approve, release, reject, recall, extend, use at risk, green light."""

from collections.abc import Mapping
from typing import Annotated

from cellbank.commands.command import Command, Part, says
from cellbank.commands.culture import Harvesting
from cellbank.commands.kinds import Aliases, Classes, Code, Count, Day, Expiry, Line, Quantity
from cellbank.domain.terms import Station, StockClass, Tier, Verb


class Filling(Part):
    """What was filled: how many vials of which class, viable cells and millilitres in each, until when they keep."""

    tier: Annotated[Tier, says("master, working or product.", "--tier")]
    vials: Annotated[Count, says("Vials filled.", "--vials")]
    viable_per_vial: Annotated[Count, says("Viable cells in each.", "--viable-per-vial")]
    volume_ml: Annotated[Quantity, says("Millilitres in each.", "--volume-ml")]
    classes: Annotated[
        Classes | None,
        says("dispensable=N,retained=N,stability=N,quality_control=N; all dispensable when left out.", "--class"),
    ] = None
    expires_on: Annotated[Expiry | None, says("Its last day; the shelf life when left out.", "--expires-on")] = None
    materials: Annotated[
        Aliases, Station.MATERIAL, says("Material lots used; several.", "--material", metavar="MATERIAL...")
    ] = ()

    @property
    def by_class(self) -> Mapping[StockClass, int]:
        """Vials of each class; all are dispensable where no class is named."""
        return self.classes or {StockClass.DISPENSABLE: self.vials}


class Fill(
    Command,
    verb=Verb.RECORD_FACT,
    happened=True,
    done="lot.filled",
    example="cellbank lot fill C-260002-B --tier product --at 2026-03-23T15:00 --harvested 2.6e8 --viability 96,5 "
    "--vials 22 --viable-per-vial 10M --volume-ml 1 --class dispensable=20,retained=2",
):
    """A lot from a culture's harvest, its vials numbered and coded.

    The harvest is named when it was not recorded before.
    """

    culture_code: Annotated[Code, Station.CULTURE, says("The culture whose harvest is filled.", metavar="CULTURE")]
    filling: Filling
    harvested: Harvesting | None = None


class Attest(Command, verb=Verb.ATTEST_BATCH, signed=True, example="cellbank lot attest L-260001-E"):
    """QA attests batch record and environmental monitoring, and signs the dossier as it stands."""

    number: Annotated[Code, Station.LOT, says("The lot's number.", metavar="LOT")]


class Approve(Command, verb=Verb.PUT_HOLD, signed=True, example="cellbank lot approve L-260002-A"):
    """A signature that the trial file asks of another role than QA or the qualified person."""

    number: Annotated[Code, Station.LOT, says("The lot's number.", metavar="LOT")]


class Release(Command, verb=Verb.RELEASE, signed=True, example="cellbank lot release L-260001-E --as qp"):
    """The qualified person's signature through the whole gate; refused with every finding."""

    number: Annotated[Code, Station.LOT, says("The lot's number.", metavar="LOT")]


class Reject(
    Command,
    verb=Verb.RELEASE,
    signed=True,
    because="because",
    example='cellbank lot reject L-260002-A --because "sterility failed"',
):
    """The qualified person rejects a quarantined lot; final."""

    number: Annotated[Code, Station.LOT, says("The lot's number.", metavar="LOT")]
    because: Annotated[Line, says("Why; it is signed with it.", "--because", "--reason")]


class Recall(
    Command,
    verb=Verb.RELEASE,
    signed=True,
    because="because",
    example='cellbank lot recall L-260001-E --because "late positive of the donor"',
):
    """The qualified person recalls a released lot; it and everything downstream is held."""

    number: Annotated[Code, Station.LOT, says("The lot's number.", metavar="LOT")]
    because: Annotated[Line, says("Why; it is signed with it.", "--because", "--reason")]


class Extend(
    Command,
    verb=Verb.RELEASE,
    signed=True,
    example="cellbank lot extend L-260001-E --until 2032-03 --report STAB-07",
):
    """A later expiry, with its stability report and a signature."""

    number: Annotated[Code, Station.LOT, says("The lot's number.", metavar="LOT")]
    until: Annotated[Expiry, says("The new last day.", "--until")]
    report: Annotated[Line, says("The stability report's reference.", "--report")]


class UseAtRisk(
    Command,
    verb=Verb.ATTEST_BATCH,
    signed=True,
    because="because",
    example='cellbank lot use-at-risk L-260001-E --because "sterility pending, day 10 clear"',
):
    """QA signs beforehand that an unreleased bank may be expanded."""

    number: Annotated[Code, Station.LOT, says("The lot's number.", metavar="LOT")]
    because: Annotated[Line, says("Why; it is signed with it.", "--because", "--reason")]


class GreenLight(
    Command,
    verb=Verb.ATTEST_BATCH,
    done="lot.green_light_recorded",
    example="cellbank lot green-light L-260001-E --reference SPON-44 --given-on 2026-04-20",
):
    """The sponsor's green light for a lot."""

    number: Annotated[Code, Station.LOT, says("The lot's number.", metavar="LOT")]
    reference: Annotated[Line, says("The sponsor's document.", "--reference")]
    given_on: Annotated[Day | None, says("Its day; today when left out.", "--given-on")] = None
