"""Cultures on the command line."""

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from cellbank.cli.run import here
from cellbank.cli.typed import argument, counted, listed, measured, option
from cellbank.cli.verbs import acts, reads, station

if TYPE_CHECKING:
    from cellbank.services.culture import Harvesting, Seeding

app = station("Cultures: isolate, harvest, seed, passage, thaw, discard.")

Code = Annotated[str, argument("CULTURE", "The culture's code.")]
Codes = Annotated[list[str], argument("CULTURE...", "Culture codes; several are taken together.")]
Viable = Annotated[int, counted("--viable", help="Viable cells plated.")]
Surface = Annotated[Decimal, measured("--surface-cm2", help="Surface in cm².")]
Materials = Annotated[
    list[str] | None, option("--material", help="Material lots used: code, supplier's lot, or item:lot; several.")
]
Total = Annotated[int, counted("--total", help="Total cells harvested.")]
Viability = Annotated[Decimal, measured("--viability", help="Percent viable.")]
Method = Annotated[str | None, option("--method", help="How it was counted.")]
LINE = ("code", "passage", "parents", "seeded_at", "harvested_at", "population_doublings", "cumulative_doublings")


def _seeding(viable: int, surface_cm2: Decimal, material: list[str] | None) -> "Seeding":
    from cellbank.services.culture import Seeding

    return Seeding(viable, surface_cm2, tuple(listed(material)))


def _harvesting(total: int, viability: Decimal, method: str | None) -> "Harvesting":
    from cellbank.services.culture import Harvesting

    return Harvesting(total, viability, method)


@acts(
    app,
    "isolate",
    "cellbank culture isolate T-260001-B --at 2026-03-02T14:00 --cells 2e7 --viability 92,5 --viable-seeded 1.8e7 "
    "--surface-cm2 450 --material M-260001-P",
    happened=True,
)
def isolate(
    tissue: Annotated[str, argument("TISSUE", "The tissue's code or donation identifier.")],
    cells: Annotated[int, counted("--cells", help="Total cells isolated.")],
    viability: Viability,
    viable_seeded: Annotated[int, counted("--viable-seeded", "--viable", help="Viable cells plated.")],
    surface_cm2: Surface,
    material: Materials = None,
) -> None:
    """A P0 culture: the fresh isolate of a tissue, and what of it was plated."""
    from cellbank.services import culture as service

    seeding = _seeding(viable_seeded, surface_cm2, material)
    here().act(lambda work: service.isolate(work, tissue, cells, viability, seeding), "culture.isolated")


@acts(
    app,
    "harvest",
    "cellbank culture harvest C-260001-G --at 2026-03-09T09:30 --total 4.2e7 --viability 96,5",
    happened=True,
)
def harvest(culture: Codes, total: Total, viability: Viability, method: Method = None) -> None:
    """One harvest of a culture, or of several together into one suspension."""
    from cellbank.services import culture as service

    harvested = _harvesting(total, viability, method)
    here().act(lambda work: service.harvest(work, culture, harvested), "culture.harvested")


@acts(
    app,
    "seed",
    "cellbank culture seed --from C-260001-G --at 2026-03-09T10:00 --viable 2e6 --surface-cm2 525 --material PL-118",
    happened=True,
)
def seed(
    source: Annotated[
        list[str], option("--from", help="Harvested cultures; several are pooled.", metavar="CULTURE...")
    ],
    viable: Viable,
    surface_cm2: Surface,
    material: Materials = None,
) -> None:
    """A new culture from the harvest of one, or pooled from several."""
    from cellbank.services import culture as service

    seeding = _seeding(viable, surface_cm2, material)
    here().act(lambda work: service.seed(work, listed(source), seeding), "culture.seeded")


@acts(
    app,
    "passage",
    "cellbank culture passage C-260002-B --at 2026-03-16T09:30 --total 3e7 --viability 95 --viable 2e6 "
    "--surface-cm2 525 --material PL-118",
    happened=True,
)
def passage(
    culture: Codes,
    total: Total,
    viability: Viability,
    viable: Viable,
    surface_cm2: Surface,
    method: Method = None,
    material: Materials = None,
) -> None:
    """Harvest and seed in one act; several cultures are harvested together and pooled."""
    from cellbank.services import culture as service

    harvested = _harvesting(total, viability, method)
    seeding = _seeding(viable, surface_cm2, material)
    here().act(lambda work: service.passage(work, culture, harvested, seeding), "culture.seeded")


@acts(
    app,
    "thaw",
    "cellbank culture thaw V-260001-001-K --at 2026-05-04T09:00 --viable 9e6 --surface-cm2 2100 --material PL-118",
    happened=True,
)
def thaw(
    vial: Annotated[list[str], argument("VIAL...", "The bank vials thawed.")],
    viable: Viable,
    surface_cm2: Surface,
    material: Materials = None,
) -> None:
    """A culture from thawed bank vials, continuing their doublings."""
    from cellbank.services import culture as service

    seeding = _seeding(viable, surface_cm2, material)
    here().act(lambda work: service.thaw(work, vial, seeding), "culture.thawed")


@acts(app, "discard", "cellbank culture discard C-260003-6 --reason contaminated", happened=True)
def discard(
    culture: Code,
    because: Annotated[str, option("--reason", "--because", help="Why it was thrown away.")],
) -> None:
    """A culture was thrown away; what was made from it before stays."""
    from cellbank.services import culture as service

    here().act(lambda work: service.discard(work, culture, because), "culture.discarded")


@reads(app, "show", "cellbank culture show C-260002-B --json")
def show(culture: Code) -> None:
    """One culture: passage, parents, doublings; what is undefined is none, never 0."""
    from cellbank.views import culture as view

    here().show(here().read(lambda reading: view.culture_view(reading, culture)))


@reads(app, "list", "cellbank culture list")
def list_cultures() -> None:
    """Every culture."""
    from cellbank.views import culture as view

    here().listing(here().read(view.cultures), *LINE)
