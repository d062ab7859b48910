"""Vials on the command line."""

from typing import Annotated

from cellbank.cli.acting import commands_of
from cellbank.cli.run import here
from cellbank.cli.typed import argument, option
from cellbank.cli.verbs import reads, station

app = station("Vials: verify by scan, use, discard.")

Code = Annotated[str, argument("VIAL", "The vial's code, as its symbol holds it.")]
LINE = ("code", "lot", "number", "stock_class", "status", "position", "label_verified")


commands_of(app, "vial")


@reads(app, "show", "cellbank vial show V-260001-001-K")
def show(vial: Code) -> None:
    """One vial."""
    from cellbank.views.vial import vial_view

    here().show(here().read(lambda reading: vial_view(reading, vial)))


@reads(app, "list", "cellbank vial list --lot L-260001-E --json")
def list_vials(
    lot: Annotated[str | None, option("--lot", help="Of this lot only.", metavar="LOT")] = None,
) -> None:
    """Every vial, or those of a lot."""
    from cellbank.views import vial

    here().listing(here().read(lambda reading: vial.vials(reading, lot)), *LINE)
