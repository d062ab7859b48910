"""Deviations on the command line."""

from typing import Annotated

from cellbank.cli.acting import commands_of
from cellbank.cli.run import here
from cellbank.cli.typed import argument, flag
from cellbank.cli.verbs import reads, station

app = station("Deviations: report, close.")

Id = Annotated[str, argument("DEVIATION", "The deviation's code.")]
LINE = ("code", "kind", "station", "subject", "limit_code", "opened_by", "opened_at", "closed_at", "closed_by")


commands_of(app, "deviation")


@reads(app, "show", "cellbank deviation show D-260001-0")
def show(deviation: Id) -> None:
    """One deviation, with the limit it broke."""
    from cellbank.views import hold

    seen = here().read(lambda reading: hold.deviation(reading, deviation))
    broken = seen.limit
    fields = ("code", "kind", "station", "subject", "opened_by", "opened_at", "closed_at", "closed_by", "conclusion")
    here().answer(seen, lambda paper: [*paper.sheet(seen, fields), *paper.findings([broken])])


@reads(app, "list", "cellbank deviation list --open")
def list_deviations(only_open: Annotated[bool, flag("--open", help="Only those that still block.")] = False) -> None:
    """Every deviation, oldest first."""
    from cellbank.views import hold

    here().listing(here().read(lambda reading: hold.deviations(reading, only_open=only_open)), *LINE)
