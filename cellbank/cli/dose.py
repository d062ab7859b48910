"""Doses on the command line: set aside, taken, prepared, dispensed, given or not."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from cellbank.cli.run import here
from cellbank.cli.typed import argument, choice, count, counted, flag, instant, listed, measured, option, timed
from cellbank.cli.verbs import acts, reads, station
from cellbank.cli.visit import Number, Subject

if TYPE_CHECKING:
    from cellbank.bank import Outcome, Reading
    from cellbank.cli.paper import Paper
    from cellbank.domain.gate import Step
    from cellbank.domain.requirement import Answer
    from cellbank.errors import Finding

app = station("Doses: reserve, pull, thaw, prepare, dispense, administer or waste.")

Reason = Annotated[str, option("--reason", "--because", help="Why.")]
Code = Annotated[str, argument("DOSE", "The dose's code.")]
LINE = ("code", "subject", "visit", "attempt", "status", "lot", "vials", "pulled_at", "usable_until", "ended_at")
TOLD = ("status", "attempt", "lot", "vials", "viable_cells", "usable_until", "conditional", "awaiting")


def _told(reading: "Reading", outcome: "Outcome") -> dict[str, object]:
    """Where the attempt stands after an act."""
    from cellbank.views import dose as view

    seen = view.dose_by_code(reading, outcome.code)
    return {name: value for name in TOLD if (value := getattr(seen, name)) not in (None, (), False)}


def _reserved(subject: str) -> Any:
    def told(reading: "Reading", outcome: "Outcome") -> dict[str, object]:
        from cellbank.views import visit as view

        return {"reserved": {str(visit.number): visit.reserved for visit in view.visits(reading, subject)}}

    return told


@acts(app, "reserve", "cellbank dose reserve S-014")
def reserve(subject: Subject) -> None:
    """The vials of every visit to come, all or none; short stock says what is missing and by when."""
    from cellbank.services.reservation import reserve_course

    here().act(lambda work: reserve_course(work, subject), "dose.reserved", also=_reserved(subject))


@acts(app, "cancel", 'cellbank dose cancel S-014 3 --reason "visit given up"')
def cancel(
    subject: Subject,
    because: Reason,
    number: Annotated[int | None, argument("[N]", "One visit; the whole course when left out.", reads=count)] = None,
) -> None:
    """What was set aside for a visit, or for the whole course, is free again."""
    from cellbank.services.reservation import cancel_reservation

    here().act(
        lambda work: cancel_reservation(work, subject, number, because),
        "dose.reservation_cancelled",
        also=_reserved(subject),
    )


@acts(
    app,
    "pull",
    "cellbank dose pull S-014 1 --vial V-260001-001-K V-260001-002-I --checked-by technician",
    happened=True,
)
def pull(
    subject: Subject,
    number: Number,
    vial: Annotated[list[str], option("--vial", help="The vials scanned; several.", metavar="CODE")],
    replacement: Annotated[
        bool, flag("--replacement", help="From unreserved stock: what was reserved broke or failed.")
    ] = False,
) -> None:
    """Vials out of the tank for a visit: scanned, through the whole gate, checked by a second person."""
    from cellbank.services.dose import pull as pull_vials

    here().act(
        lambda work: pull_vials(work, subject, number, listed(vial), replacing=replacement), "dose.pulled", also=_told
    )


@acts(app, "put-back", 'cellbank dose put-back S-014 1 --reason "the subject has a fever"', happened=True)
def put_back(
    subject: Subject,
    number: Number,
    because: Reason,
    into: Annotated[
        list[str] | None, option("--into", help="Boxes; where they came from when left out.", metavar="BOX")
    ] = None,
) -> None:
    """The vials pulled go back, still frozen; later than the trial file allows, a deviation on each."""
    from cellbank.services.put_back import put_back as put_vials_back

    here().act(lambda work: put_vials_back(work, subject, number, because, into or ()), "dose.put_back", also=_told)


@acts(app, "thaw", "cellbank dose thaw S-014 1 --started-at 2026-04-14T09:02 --ended-at 2026-04-14T09:05")
def thaw(
    subject: Subject,
    number: Number,
    started_at: Annotated[str, timed("--started-at", help="When the thaw began.")],
    ended_at: Annotated[str, timed("--ended-at", help="When it was over.")],
) -> None:
    """The vials thawed; the clock runs from the moment that the trial file names."""
    from cellbank.services.dose import thaw as thaw_vials

    zone = here().bank.zone
    started, ended = instant(started_at, zone), instant(ended_at, zone)
    here().act(lambda work: thaw_vials(work, subject, number, started, ended), "dose.thawed", also=_told, at=ended)


@acts(
    app,
    "prepare",
    "cellbank dose prepare S-014 1 --total 34.8M --viability 88,4 --volume-ml 2.4 --syringe SYR-2210 "
    '--preparation "washed, in saline" --material SAL-77 --checked-by technician',
    happened=True,
)
def prepare(
    subject: Subject,
    number: Number,
    total: Annotated[int, counted("--total", help="Total cells counted.")],
    viability: Annotated[Decimal, measured("--viability", help="Percent viable.")],
    volume_ml: Annotated[Decimal, measured("--volume-ml", help="Millilitres drawn.")],
    syringe: Annotated[str, option("--syringe", help="Its size and lot.")],
    preparation: Annotated[str, option("--preparation", help="How: wash, dilution.")],
    material: Annotated[list[str] | None, option("--material", help="Material lots used; several.")] = None,
    method: Annotated[str | None, option("--method", help="How it was counted.")] = None,
) -> None:
    """The dose prepared and measured, checked by a second person; usable until the earliest limit of all."""
    from cellbank.services.dose import Preparation, prepare as prepare_dose

    made = Preparation(preparation, total, viability, volume_ml, syringe, listed(material), method)
    here().act(lambda work: prepare_dose(work, subject, number, made), "dose.prepared", also=_told)


@acts(app, "dispense", "cellbank dose dispense S-014 1 --checked-by technician", happened=True)
def dispense(subject: Subject, number: Number) -> None:
    """The dose leaves the pharmacy: the whole gate again, a second person, late results named as a condition."""
    from cellbank.services.dose import dispense as dispense_dose

    here().act(lambda work: dispense_dose(work, subject, number), "dose.dispensed", also=_told)


@acts(
    app,
    "administer",
    'cellbank dose administer S-014 1 --volume-ml 2,4 --investigator "Dr A. Blanc" --at 2026-04-14T09:40',
    happened=True,
)
def administer(
    subject: Subject,
    number: Number,
    volume_ml: Annotated[Decimal, measured("--volume-ml", help="Millilitres given.")],
    investigator: Annotated[str, option("--investigator", help="Who gave it.", metavar="NAME")],
    hold_known: Annotated[
        str | None, option("--hold-known", help="Under a hold: was it known at the bedside?", metavar="yes|no")
    ] = None,
) -> None:
    """The injection, as the investigator reports it; a limit it broke opens a deviation."""
    from cellbank.services.dose import administer as administer_dose

    known = _yes_or_no(hold_known)
    here().act(
        lambda work: administer_dose(work, subject, number, volume_ml, investigator, known),
        "dose.administered",
        also=_told,
    )


def _yes_or_no(text: str | None) -> bool | None:
    from cellbank.errors import WrongInput

    if text is None:
        return None
    said = text.strip().lower()
    if said not in {"yes", "y", "oui", "o", "no", "n", "non"}:
        raise WrongInput("typed.choice", value=text, expected="yes, no")
    return said[0] in "yo"


@acts(app, "waste", 'cellbank dose waste S-014 1 --reason "puncture failed"', happened=True)
def waste(subject: Subject, number: Number, because: Reason) -> None:
    """An attempt that came to nothing: discarded before dispensing, wasted after it. The visit may try again."""
    from cellbank.services.dose import waste as waste_dose

    here().act(lambda work: waste_dose(work, subject, number, because), also=_told)


@acts(app, "return", 'cellbank dose return S-014 1 --reason "the subject refused"', happened=True)
def return_dose(subject: Subject, number: Number, because: Reason) -> None:
    """A dispensed dose came back from the ward unused; it is destroyed next."""
    from cellbank.services.dose import return_dose as take_back

    here().act(lambda work: take_back(work, subject, number, because), "dose.returned", also=_told)


@acts(app, "destroy", 'cellbank dose destroy DO-260001-D --reason "returned from the ward"', happened=True)
def destroy(code: Code, because: Reason) -> None:
    """A returned dose destroyed."""
    from cellbank.services.dose import destroy_dose

    here().act(lambda work: destroy_dose(work, code, because), "dose.destroyed", also=_told)


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
    """What stands against a step of a visit now, requirement by requirement; exit 3 when anything does."""
    from cellbank.domain import dose_gate
    from cellbank.domain.gate import Step
    from cellbank.errors import WrongInput
    from cellbank.views import visit as view

    asked = choice(Step, step)
    if asked not in dose_gate.GATE:
        raise WrongInput("typed.choice", value=step, expected=", ".join(dose_gate.GATE))
    answers = here().read(lambda reading: view.visit_check(reading, subject, number, asked))
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
    from cellbank.views import dose as view

    here().show(here().read(lambda reading: view.dose_by_code(reading, code)))


@reads(app, "list", "cellbank dose list --under-way")
def list_doses(
    under_way: Annotated[bool, flag("--under-way", help="Only those that must still come to an end.")] = False,
    subject: Annotated[str | None, option("--subject", help="Of this subject only.", metavar="SUBJECT")] = None,
) -> None:
    """Every attempt."""
    from cellbank.views import dose as view

    rows = here().read(lambda reading: view.doses(reading, only_under_way=under_way))
    of = None if subject is None else subject.strip().upper()
    here().listing([row for row in rows if of in (None, row.subject)], *LINE)
