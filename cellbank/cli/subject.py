"""Subjects on the command line."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated

from cellbank.cli.answers import ANSWERED_ON, CRITERIA, INVESTIGATOR, given
from cellbank.cli.run import here
from cellbank.cli.typed import argument, dated, option
from cellbank.cli.verbs import acts, reads, station

if TYPE_CHECKING:
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


@acts(
    app,
    "enrol",
    "cellbank subject enrol S-014 --born 1981-07 --consented-on 2026-03-02 --criteria s-014.toml "
    '--investigator "Dr A. Blanc"',
)
def enrol(
    code: Code,
    born: Annotated[str, option("--born", help="Year and month of birth.", metavar="YYYY-MM")],
    consented_on: Annotated[date, dated("--consented-on", help="The day the consent was signed.")],
    criteria: Annotated[str, CRITERIA],
    answered_on: Annotated[date | None, ANSWERED_ON] = None,
    investigator: Annotated[str | None, INVESTIGATOR] = None,
) -> None:
    """A subject takes part: every criterion answered by the investigator, and met; else every reason why not."""
    from cellbank.services.subject import enrol_subject
    from cellbank.views import visit as view

    said = given(criteria, answered_on, investigator)
    here().act(
        lambda work: enrol_subject(work, code, born, consented_on, said.answers, said.on(work), said.investigator),
        "subject.enrolled",
        also=lambda reading, outcome: {"follow_up_until": view.subject_view(reading, outcome.code).follow_up_until},
    )


@reads(app, "screen", "cellbank subject screen --criteria s-014.toml --consented-on 2026-03-02")
def screen(
    criteria: Annotated[str, CRITERIA],
    code: Annotated[str, argument("[CODE]", "The pseudonym, when there is one already.")] = "",
    consented_on: Annotated[date | None, dated("--consented-on", help="The day the consent was signed.")] = None,
    answered_on: Annotated[date | None, ANSWERED_ON] = None,
) -> None:
    """What would stand against the enrolment, criterion by criterion, without recording anything; exit 3 when any."""
    from cellbank.views import visit as view

    said = given(criteria, answered_on, named=False)
    seen = here().read(
        lambda reading: view.screening(reading, code.strip().upper(), consented_on, said.answers, said.on(reading))
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


@acts(app, "withdraw", 'cellbank subject withdraw S-014 --on 2026-05-04 --reason "consent withdrawn"')
def withdraw(
    code: Code,
    because: Annotated[str, option("--reason", "--because", help="Why.")],
    on: Annotated[date | None, dated("--on", help="The day; today when left out.")] = None,
) -> None:
    """The subject leaves the trial: nothing more is given, what was set aside is free again."""
    from cellbank.services.subject import withdraw_subject

    here().act(lambda work: withdraw_subject(work, code, on or work.today, because), "subject.withdrawn")


@reads(app, "show", "cellbank subject show S-014 --json")
def show(code: Code) -> None:
    """One subject: the answers, every visit, every attempt."""
    from cellbank.views import visit as view

    seen = here().read(lambda reading: view.subject_view(reading, code))
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
    from cellbank.views import visit as view

    here().listing(here().read(view.subjects), *LINE)
