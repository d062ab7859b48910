"""Cultures: isolate, harvest, seed, passage, thaw, discard."""

from typing import Annotated

from cellbank.commands.command import Command, Part, says
from cellbank.commands.kinds import Aliases, Code, Codes, Count, Line, Quantity
from cellbank.domain.terms import Station, Verb


class Harvesting(Part):
    """What was harvested: total cells, viability in percent, how it was counted."""

    total: Annotated[Count, says("Total cells harvested.", "--total", "--harvested")]
    viability_percent: Annotated[Quantity, says("Percent viable.", "--viability")]
    method: Annotated[Line | None, says("How it was counted.", "--method")] = None


class Seeding(Part):
    """What was plated: viable cells, on how many cm², with which material lots."""

    viable: Annotated[Count, says("Viable cells plated.", "--viable", "--viable-seeded")]
    surface_cm2: Annotated[Quantity, says("Surface in cm².", "--surface-cm2")]
    materials: Annotated[
        Aliases,
        Station.MATERIAL,
        says("Material lots used: code, supplier's lot, or item:lot; several.", "--material", metavar="MATERIAL..."),
    ] = ()


class Isolate(
    Command,
    verb=Verb.RECORD_FACT,
    happened=True,
    done="culture.isolated",
    example="cellbank culture isolate T-260001-B --at 2026-03-02T14:00 --cells 2e7 --viability 92,5 "
    "--viable-seeded 1.8e7 --surface-cm2 450 --material M-260001-P",
):
    """A P0 culture: the fresh isolate of a tissue, and what of it was plated."""

    tissue_code: Annotated[Code, Station.TISSUE, says("The tissue's code or donation identifier.", metavar="TISSUE")]
    total: Annotated[Count, says("Total cells isolated.", "--cells", "--total")]
    viability_percent: Annotated[Quantity, says("Percent viable.", "--viability")]
    seeding: Seeding


class Harvest(
    Command,
    verb=Verb.RECORD_FACT,
    happened=True,
    done="culture.harvested",
    example="cellbank culture harvest C-260001-G --at 2026-03-09T09:30 --total 4.2e7 --viability 96,5",
):
    """One harvest of a culture, or of several together into one suspension."""

    culture_codes: Annotated[
        Codes, Station.CULTURE, says("Culture codes; several are taken together.", metavar="CULTURE...")
    ]
    harvested: Harvesting


class Seed(
    Command,
    verb=Verb.RECORD_FACT,
    happened=True,
    done="culture.seeded",
    example="cellbank culture seed --from C-260001-G --at 2026-03-09T10:00 --viable 2e6 --surface-cm2 525 "
    "--material PL-118",
):
    """A new culture from the harvest of one, or pooled from several."""

    from_codes: Annotated[
        Codes, Station.CULTURE, says("Harvested cultures; several are pooled.", "--from", metavar="CULTURE...")
    ]
    seeding: Seeding


class Passage(
    Command,
    verb=Verb.RECORD_FACT,
    happened=True,
    done="culture.seeded",
    example="cellbank culture passage C-260002-B --at 2026-03-16T09:30 --total 3e7 --viability 95 --viable 2e6 "
    "--surface-cm2 525 --material PL-118",
):
    """Harvest and seed in one act; several cultures are harvested together and pooled."""

    culture_codes: Annotated[
        Codes, Station.CULTURE, says("Culture codes; several are taken together.", metavar="CULTURE...")
    ]
    harvested: Harvesting
    seeding: Seeding


class Thaw(
    Command,
    verb=Verb.RECORD_FACT,
    happened=True,
    done="culture.thawed",
    example="cellbank culture thaw V-260001-001-K --at 2026-05-04T09:00 --viable 9e6 --surface-cm2 2100 "
    "--material PL-118",
):
    """A culture from thawed bank vials, continuing their doublings."""

    vial_codes: Annotated[Codes, Station.VIAL, says("The bank vials thawed.", metavar="VIAL...")]
    seeding: Seeding


class Discard(
    Command,
    verb=Verb.RECORD_FACT,
    happened=True,
    because="because",
    done="culture.discarded",
    example="cellbank culture discard C-260003-6 --reason contaminated",
):
    """A culture was thrown away; what was made from it before stays."""

    code: Annotated[Code, Station.CULTURE, says("The culture's code.", metavar="CULTURE")]
    because: Annotated[Line, says("Why it was thrown away.", "--reason", "--because")]
