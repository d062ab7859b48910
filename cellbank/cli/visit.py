"""Visits on the command line."""

from typing import TYPE_CHECKING, Annotated

from cellbank.cli.acting import commands_of
from cellbank.cli.answers import completed
from cellbank.cli.run import here
from cellbank.cli.typed import argument, count, option
from cellbank.cli.verbs import reads, station

if TYPE_CHECKING:
    from cellbank.bank import Outcome, Reading

app = station("Visits: plan, move, cancel, confirm.")

Subject = Annotated[str, argument("SUBJECT", "The subject's pseudonym.")]
Number = Annotated[int, argument("N", "The visit's number, from 1.", reads=count)]
LINE = (
    *("subject", "number", "planned_on", "first_on", "last_on", "confirmed", "prescribed_cells", "validated_by"),
    *("reserved", "injected_at", "cancelled_on"),
)


def _planned(reading: "Reading", outcome: "Outcome") -> dict[str, object]:
    """Each visit of the subject with its window."""
    from cellbank.views import visit

    names = ("number", "planned_on", "first_on", "last_on")
    return {"visits": [{name: getattr(one, name) for name in names} for one in visit.visits(reading, outcome.code)]}


def _freed(reading: "Reading", outcome: "Outcome") -> dict[str, object]:
    """How many vials are free again."""
    return {"freed": outcome.actions[0].params["freed"]}


commands_of(app, "visit", also={"visit.plan": _planned, "visit.cancel": _freed}, complete={"visit.confirm": completed})


@reads(app, "list", "cellbank visit list --subject S-014 --json")
def list_visits(
    subject: Annotated[str | None, option("--subject", help="Of this subject only.", metavar="SUBJECT")] = None,
) -> None:
    """Every visit by day, or a subject's, with what was prescribed, reserved and attempted."""
    from cellbank.views import visit

    here().listing(here().read(lambda reading: visit.visits(reading, subject)), *LINE)
