"""Doses on the command line: set aside, taken, prepared, dispensed, given or not."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from cellbank.cli.acting import commands_of
from cellbank.cli.run import here
from cellbank.cli.typed import argument, choice, flag, option
from cellbank.cli.verbs import reads, station
from cellbank.cli.visit import Number, Subject
from cellbank.commands import dose as commands
from cellbank.commands.command import declared

if TYPE_CHECKING:
    from cellbank.bank import Outcome, Reading
    from cellbank.cli.paper import Paper
    from cellbank.domain.gate import Step
    from cellbank.domain.requirement import Answer
    from cellbank.errors import Finding

app = station("Doses: reserve, pull, thaw, prepare, dispense, administer or waste.")

Code = Annotated[str, argument("DOSE", "The dose's code.")]
LINE = ("code", "subject", "visit", "attempt", "status", "lot", "vials", "pulled_at", "usable_until", "ended_at")
TOLD = ("status", "attempt", "lot", "vials", "viable_cells", "usable_until", "conditional", "awaiting")


def _told(reading: "Reading", outcome: "Outcome") -> dict[str, object]:
    """Where the attempt stands after an act."""
    from cellbank.views.dose import dose_by_code

    seen = dose_by_code(reading, outcome.code)
    return {name: value for name in TOLD if (value := getattr(seen, name)) not in (None, (), False)}


def _reserved(reading: "Reading", outcome: "Outcome") -> dict[str, object]:
    """What is set aside for each visit of the subject after an act."""
    from cellbank.views import visit as view

    return {"reserved": {str(visit.number): visit.reserved for visit in view.visits(reading, outcome.code)}}


commands_of(
    app,
    "dose",
    also={command.about.name: _told for command in declared(commands)}
    | {"dose.reserve": _reserved, "dose.cancel": _reserved},
)


@dataclass(frozen=True)
class _Check:
    visit: str
    step: "Step"
    allowed: bool
    findings: "tuple[Finding, ...]"
    satisfied: tuple[str, ...]


@reads(app, "check", "cellbank dose check S-014 1 --step pull --json")
def check(
    subject: Subject,
    number: Number,
    step: Annotated[str, option("--step", help="reserve, pull or dispense.", metavar="STEP")] = "pull",
) -> None:
    """What stands against a step of a visit now, requirement by requirement; exit 3 when anything does.

    Refused: a step that is none.
    """
    from cellbank.domain import dose_gate
    from cellbank.domain.gate import Step
    from cellbank.errors import WrongInput
    from cellbank.views.visit import visit_check

    asked = choice(Step, step)
    if asked not in dose_gate.GATE:
        raise WrongInput("typed.choice", value=step, expected=", ".join(dose_gate.GATE))
    answers = here().read(lambda reading: visit_check(reading, subject, number, asked))
    findings = tuple(found for answer in answers for found in answer.findings)
    satisfied = tuple(answer.requirement for answer in answers if answer.satisfied)
    seen = _Check(f"{subject.strip().upper()}/{number}", asked, not findings, findings, satisfied)
    here().answer(seen, lambda paper: _board(paper, seen, answers))
    if findings:
        here().exit_code = 3


def _board(paper: "Paper", seen: _Check, answers: "tuple[Answer, ...]") -> Iterator[str]:
    yield from paper.sheet(seen, ("visit", "step"))
    for answer in answers:
        yield f"{'ok ' if answer.satisfied else 'NO '} {paper.wording.term('requirement', answer.requirement)}"
        yield from (f"  {line}" for line in paper.findings(answer.findings))
    yield paper.say(f"cli.dose.check.{'yes' if seen.allowed else 'no'}", visit=seen.visit, step=paper.word(seen.step))


@reads(app, "show", "cellbank dose show DO-260001-D --json")
def show(code: Code) -> None:
    """One attempt, from the pull to its end."""
    from cellbank.views.dose import dose_by_code

    here().show(here().read(lambda reading: dose_by_code(reading, code)))


@reads(app, "list", "cellbank dose list --under-way")
def list_doses(
    under_way: Annotated[bool, flag("--under-way", help="Only those that must still come to an end.")] = False,
    subject: Annotated[str | None, option("--subject", help="Of this subject only.", metavar="SUBJECT")] = None,
) -> None:
    """Every attempt."""
    from cellbank.views import dose

    rows = here().read(lambda reading: dose.doses(reading, only_under_way=under_way))
    of = None if subject is None else subject.strip().upper()
    here().listing([row for row in rows if of in (None, row.subject)], *LINE)
