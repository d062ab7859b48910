"""Subjects on the command line."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated

from cellbank.cli.acting import commands_of
from cellbank.cli.answers import ANSWERED_ON, CRITERIA, completed, given
from cellbank.cli.run import here
from cellbank.cli.typed import argument, dated
from cellbank.cli.verbs import reads, station

if TYPE_CHECKING:
    from cellbank.bank import Outcome, Reading
    from cellbank.cli.paper import Paper
    from cellbank.views.visit import SubjectView

app = station("Subjects: screen, enrol, withdraw.")

Code = Annotated[str, argument("CODE", "The subject's pseudonym.")]
LINE = ("code", "born", "enrolled_on", "investigator", "follow_up_until", "withdrawn_on")
SHEET = (
    *("code", "born", "consented_on", "enrolled_on", "investigator", "follow_up_until"),
    *("withdrawn_on", "withdrawn_because"),
)
VISIT = (
    "number",
    "planned_on",
    "first_on",
    "last_on",
    "confirmed",
    "validated_by",
    "reserved",
    "injected_at",
    "cancelled_on",
)


def _followed_up(reading: "Reading", outcome: "Outcome") -> dict[str, object]:
    """Until when the subject is followed up."""
    from cellbank.views.visit import subject_view

    return {"follow_up_until": subject_view(reading, outcome.code).follow_up_until}


commands_of(app, "subject", also={"subject.enrol": _followed_up}, complete={"subject.enrol": completed})


@reads(app, "screen", "cellbank subject screen --criteria s-014.toml --consented-on 2026-03-02")
def screen(
    criteria: Annotated[str, CRITERIA],
    code: Annotated[str, argument("[CODE]", "The pseudonym, when there is one already.")] = "",
    consented_on: Annotated[date | None, dated("--consented-on", help="The day the consent was signed.")] = None,
    answered_on: Annotated[date | None, ANSWERED_ON] = None,
) -> None:
    """What would stand against the enrolment, criterion by criterion, without recording anything; exit 3 when any."""
    from cellbank.views import visit

    said = given(criteria, answered_on, named=False)
    seen = here().read(
        lambda reading: visit.screening(reading, code.strip().upper(), consented_on, said.answers, said.on(reading))
    )
    here().answer(
        seen,
        lambda paper: [
            *paper.findings(seen.findings),
            paper.say(f"cli.subject.enrollable.{'yes' if seen.enrollable else 'no'}", criteria=len(seen.satisfied)),
        ],
    )
    if not seen.enrollable:
        here().exit_code = 3


@reads(app, "show", "cellbank subject show S-014 --json")
def show(code: Code) -> None:
    """One subject: the answers, every visit, every attempt."""
    from cellbank.views.visit import subject_view

    seen = here().read(lambda reading: subject_view(reading, code))
    here().answer(seen, lambda paper: _sheet(paper, seen))


def _sheet(paper: "Paper", seen: "SubjectView") -> Iterator[str]:
    yield from paper.sheet(seen, SHEET)
    yield ""
    yield from (f"{criterion}: {paper.word(value)}" for criterion, value in seen.answers)
    yield ""
    yield from paper.table(seen.visits, VISIT)


@reads(app, "list", "cellbank subject list")
def list_subjects() -> None:
    """Every subject."""
    from cellbank.views import visit

    here().listing(here().read(visit.subjects), *LINE)
