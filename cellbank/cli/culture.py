"""Cultures on the command line: what is read; what is done is declared in `cellbank.commands.culture`."""

from typing import Annotated

from cellbank.cli.acting import commands_of
from cellbank.cli.run import here
from cellbank.cli.typed import argument
from cellbank.cli.verbs import reads, station

app = station("Cultures: isolate, harvest, seed, passage, thaw, discard.")
commands_of(app, "culture")

Code = Annotated[str, argument("CULTURE", "The culture's code.")]
LINE = ("code", "passage", "parents", "seeded_at", "harvested_at", "population_doublings", "cumulative_doublings")


@reads(app, "show", "cellbank culture show C-260002-B --json")
def show(culture: Code) -> None:
    """One culture: passage, parents, doublings; what is undefined is none, never 0."""
    from cellbank.views.culture import culture_view

    here().show(here().read(lambda reading: culture_view(reading, culture)))


@reads(app, "list", "cellbank culture list")
def list_cultures() -> None:
    """Every culture."""
    from cellbank.views import culture

    here().listing(here().read(culture.cultures), *LINE)
