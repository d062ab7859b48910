"""Holds on the command line."""

from typing import Annotated

from cellbank.cli.run import here
from cellbank.cli.typed import argument, flag, option
from cellbank.cli.verbs import acts, reads, station

app = station("Holds: put, lift.")

LINE = ("code", "kind", "station", "subject", "reason", "put_by", "put_at", "lifted_at")


@acts(app, "put", 'cellbank hold put L-260001-E --reason "label question"')
def put(
    code: Annotated[str, argument("CODE", "What is held: any code.")],
    because: Annotated[str, option("--reason", "--because", help="Why.")],
) -> None:
    """Hold anything, at any hour; what lies downstream is held because of it."""
    from cellbank.services.hold import put_hold

    here().act(lambda work: put_hold(work, code, because), "hold.put")


@acts(app, "lift", 'cellbank hold lift H-260001-F --because "labels compared, none wrong"', signed=True)
def lift(
    hold: Annotated[str, argument("HOLD", "The hold's code.")],
    because: Annotated[str, option("--because", "--reason", help="Why it may go.")],
) -> None:
    """QA lifts a hold with a signature."""
    from cellbank.services.hold import lift_hold

    here().sign(lambda work: lift_hold(work, hold, because))


@reads(app, "list", "cellbank hold list --open")
def list_holds(only_open: Annotated[bool, flag("--open", help="Only those that still block.")] = False) -> None:
    """Every hold, oldest first."""
    from cellbank.views import hold as view

    here().listing(here().read(lambda reading: view.holds(reading, only_open=only_open)), *LINE)
