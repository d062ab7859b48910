"""Deviations on the command line."""

from typing import Annotated

from cellbank.cli.run import here
from cellbank.cli.typed import argument, flag, option
from cellbank.cli.verbs import acts, reads, station

app = station("Deviations: report, close.")

Id = Annotated[str, argument("DEVIATION", "The deviation's code.")]
LINE = ("code", "kind", "station", "subject", "limit_code", "opened_by", "opened_at", "closed_at", "closed_by")


@acts(app, "report", 'cellbank deviation report C-260001-G --description "incubator open for 20 minutes"')
def report(
    code: Annotated[str, argument("CODE", "What it touches: any code.")],
    because: Annotated[str, option("--description", "--because", "--reason", help="What happened.")],
) -> None:
    """An unplanned event: a deviation with a hold on what it touches."""
    from cellbank.services.hold import report_deviation

    here().act(lambda work: report_deviation(work, code, because), "deviation.opened")


@acts(
    app,
    "close",
    'cellbank deviation close D-260001-0 --conclusion "no effect on identity or purity, CAPA-9"',
    signed=True,
)
def close(
    deviation: Id,
    because: Annotated[str, option("--conclusion", "--because", "--reason", help="The conclusion that is signed.")],
) -> None:
    """QA closes a deviation with a conclusion and a signature; its hold goes with it."""
    from cellbank.services.hold import close_deviation

    here().sign(lambda work: close_deviation(work, deviation, because))


@reads(app, "show", "cellbank deviation show D-260001-0")
def show(deviation: Id) -> None:
    """One deviation, with the limit it broke."""
    from cellbank.views import hold as view

    seen = here().read(lambda reading: view.deviation(reading, deviation))
    broken = seen.limit
    fields = ("code", "kind", "station", "subject", "opened_by", "opened_at", "closed_at", "closed_by", "conclusion")
    here().answer(seen, lambda paper: [*paper.sheet(seen, fields), *paper.findings([broken])])


@reads(app, "list", "cellbank deviation list --open")
def list_deviations(only_open: Annotated[bool, flag("--open", help="Only those that still block.")] = False) -> None:
    """Every deviation, oldest first."""
    from cellbank.views import hold as view

    here().listing(here().read(lambda reading: view.deviations(reading, only_open=only_open)), *LINE)
