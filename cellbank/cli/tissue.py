"""Tissue on the command line."""

from typing import Annotated

from cellbank.cli.acting import commands_of
from cellbank.cli.run import here
from cellbank.cli.typed import argument
from cellbank.cli.verbs import reads, station

app = station("Tissue: receive, accept, reject.")

Code = Annotated[str, argument("CODE", "The tissue's code or donation identifier.")]
LINE = ("code", "donor", "donation_id", "procured_at", "received_at", "acceptance", "cultures")


commands_of(app, "tissue")


@reads(app, "show", "cellbank tissue show T-260001-B")
def show(code: Code) -> None:
    """One tissue."""
    from cellbank.views.tissue import tissue_view

    here().show(here().read(lambda reading: tissue_view(reading, code)))


@reads(app, "list", "cellbank tissue list")
def list_tissues() -> None:
    """Every tissue."""
    from cellbank.views import tissue

    here().listing(here().read(tissue.tissues), *LINE)
