"""A recall tried on the command line."""

from types import SimpleNamespace
from typing import Annotated

from cellbank.cli.run import here
from cellbank.cli.typed import argument, flag
from cellbank.cli.verbs import reads, station

app = station("A recall, tried: what would be fetched, who got a dose of it.")

LOTS = ("number", "tier", "disposition", "filled", "vials")
FETCH = ("code", "lot", "status", "position", "custodian", "reserved_for")
DOSES = ("code", "subject", "visit", "status", "dispensed_at", "administered_at")


@reads(app, "recall", "cellbank recall M-260001-P --drill")
def recall(
    code: Annotated[str, argument("CODE", "Any code: a donor, a material lot, a culture, a lot, a vial, a tank …")],
    drill: Annotated[bool, flag("--drill", help="Try it: read everything, record nothing.")] = False,
) -> None:
    """A recall, tried: every vial to fetch with its place, every dose and subject. For a real one: lot recall.

    Refused without --drill, and for an unknown code.
    """
    from cellbank.errors import WrongInput
    from cellbank.views import recall as view

    if not drill:
        raise WrongInput("recall.drill_only")
    seen = here().read(lambda reading: view.drill(reading, code))
    told = SimpleNamespace(
        subject=seen.subject,
        station=seen.station,
        vials_to_fetch=len(seen.to_fetch),
        used_or_gone=seen.used_or_gone,
        doses_made=len(seen.doses),
        subjects=seen.subjects,
        balanced=seen.balanced,
    )
    here().answer(
        seen,
        lambda paper: [
            *paper.sheet(told, tuple(vars(told))),
            paper.heading("lots") + ":",
            *paper.table(seen.lots, LOTS),
            paper.heading("vials_to_fetch") + ":",
            *paper.table(seen.to_fetch, FETCH),
            paper.heading("doses_made") + ":",
            *paper.table(seen.doses, DOSES),
        ],
    )
