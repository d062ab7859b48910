"""Bioreactors on the command line. Made up."""

from typing import Annotated

from cellbank.cli.acting import commands_of
from cellbank.cli.run import here
from cellbank.cli.typed import argument
from cellbank.cli.verbs import reads, station

app = station("Bioreactors: start, stop.")
commands_of(app, "bioreactor")


@reads(app, "show", "cellbank bioreactor show B-260001-1")
def show(code: Annotated[str, argument("BIOREACTOR", "The bioreactor's code.")]) -> None:
    """One bioreactor."""
    from cellbank.views import bioreactor as view

    here().show(here().read(lambda reading: view.bioreactor_view(reading, code)))
