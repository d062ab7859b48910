"""Visits on the command line."""

from datetime import date
from typing import Annotated

from cellbank.cli.answers import ANSWERED_ON, CRITERIA, INVESTIGATOR, given
from cellbank.cli.run import here
from cellbank.cli.typed import argument, count, dated, option
from cellbank.cli.verbs import acts, reads, station

app = station("Visits: plan, move, cancel, confirm.")

Subject = Annotated[str, argument("SUBJECT", "The subject's pseudonym.")]
Number = Annotated[int, argument("N", "The visit's number, from 1.", reads=count)]
LINE = (
    *("subject", "number", "planned_on", "first_on", "last_on", "confirmed", "prescribed_cells", "validated_by"),
    *("reserved", "injected_at", "cancelled_on"),
)


@acts(app, "plan", "cellbank visit plan S-014 --first-on 2026-04-14")
def plan(
    subject: Subject,
    first_on: Annotated[date, dated("--first-on", help="The day of the first injection.")],
) -> None:
    """The whole course from the day of the first injection, by calendar months, each visit with its window."""
    from cellbank.services.visit import plan_visits
    from cellbank.views import visit as view

    here().act(
        lambda work: plan_visits(work, subject, first_on),
        "visit.planned",
        also=lambda reading, outcome: {
            "visits": [
                {name: getattr(visit, name) for name in ("number", "planned_on", "first_on", "last_on")}
                for visit in view.visits(reading, subject)
            ]
        },
    )


@acts(app, "move", 'cellbank visit move S-014 2 --to 2026-07-20 --because "the subject travels"')
def move(
    subject: Subject,
    number: Number,
    to: Annotated[date, dated("--to", help="The new day.")],
    because: Annotated[str, option("--because", "--reason", help="Why.")],
) -> None:
    """Another day for a visit, with its window; what was planned and reserved on it is checked again."""
    from cellbank.services.visit import move_visit

    here().act(lambda work: move_visit(work, subject, number, to, because), "visit.moved")


@acts(app, "cancel", 'cellbank visit cancel S-014 2 --reason "the subject was in hospital"')
def cancel(
    subject: Subject,
    number: Number,
    because: Annotated[str, option("--reason", "--because", help="Why.")],
) -> None:
    """A visit that did not or will not take place: it stays in the record and on the list, its vials are free."""
    from cellbank.services.visit import cancel_visit

    here().act(
        lambda work: cancel_visit(work, subject, number, because),
        "visit.cancelled",
        also=lambda reading, outcome: {"freed": outcome.actions[0].params["freed"]},
    )


@acts(app, "confirm", "cellbank visit confirm S-014 1 --criteria visit-1.toml")
def confirm(
    subject: Subject,
    number: Number,
    criteria: Annotated[str, CRITERIA],
    answered_on: Annotated[date | None, ANSWERED_ON] = None,
    investigator: Annotated[str | None, INVESTIGATOR] = None,
) -> None:
    """The investigator's answers for this visit to what is asked again at each injection."""
    from cellbank.services.visit import confirm_visit

    said = given(criteria, answered_on, investigator)
    here().act(
        lambda work: confirm_visit(work, subject, number, said.answers, said.on(work), said.investigator),
        "visit.confirmed",
    )


@reads(app, "list", "cellbank visit list --subject S-014 --json")
def list_visits(
    subject: Annotated[str | None, option("--subject", help="Of this subject only.", metavar="SUBJECT")] = None,
) -> None:
    """Every visit by day, or a subject's, with what was prescribed, reserved and attempted."""
    from cellbank.views import visit as view

    here().listing(here().read(lambda reading: view.visits(reading, subject)), *LINE)
