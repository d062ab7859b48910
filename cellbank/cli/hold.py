"""Holds on the command line."""

from typing import Annotated

from cellbank.cli.acting import commands_of
from cellbank.cli.run import here
from cellbank.cli.typed import flag
from cellbank.cli.verbs import reads, station

app = station("Holds: put, lift.")

LINE = ("code", "kind", "station", "subject", "reason", "put_by", "put_at", "lifted_at")


commands_of(app, "hold")


@reads(app, "list", "cellbank hold list --open")
def list_holds(only_open: Annotated[bool, flag("--open", help="Only those that still block.")] = False) -> None:
    """Every hold, oldest first."""
    from cellbank.views import hold

    here().listing(here().read(lambda reading: hold.holds(reading, only_open=only_open)), *LINE)
