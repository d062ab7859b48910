"""Donors on the command line."""

from datetime import date
from typing import Annotated

from cellbank.cli.run import here
from cellbank.cli.typed import argument, choice, counted, dated, flag, listed, option
from cellbank.cli.verbs import acts, reads, station

app = station("Donors: register, test, select, determine, withdraw.")

Code = Annotated[str, argument("CODE", "The donor's pseudonym.")]
Note = Annotated[str | None, option("--note", help="A note that is signed with it.")]
LINE = ("code", "sex", "birth_year", "eligibility", "determination", "tissues")


@acts(
    app,
    "register",
    "cellbank donor register D-017 --sex female --birth-year 1988 --consent ICF-3 --consented-on 2026-01-12",
)
def register(
    code: Code,
    sex: Annotated[str, option("--sex", help="female, male or unknown.")],
    birth_year: Annotated[int, counted("--birth-year", help="Year of birth.")],
    consent: Annotated[str, option("--consent", help="The consent form's reference.")],
    consented_on: Annotated[date, dated("--consented-on", help="The day of consent.")],
) -> None:
    """A donor under the clinic's pseudonym; names are refused."""
    from cellbank.domain.donor import Sex
    from cellbank.services.donor import register_donor

    which = choice(Sex, {"f": "female", "m": "male", "u": "unknown"}.get(sex.strip().lower(), sex))
    here().act(lambda work: register_donor(work, code, which, birth_year, consent, consented_on), "donor.registered")


@acts(
    app,
    "test",
    "cellbank donor test D-017 HBsAg negative --sampled-on 2026-01-12 --method CLIA --laboratory EFS",
)
def record(
    code: Code,
    marker: Annotated[str, argument("MARKER", "The marker, as the trial file or its synonyms name it.")],
    outcome: Annotated[str, argument("OUTCOME", "negative, reactive, confirmed, not confirmed, indeterminate.")],
    sampled_on: Annotated[date, dated("--sampled-on", help="The day of the sample.")],
    method: Annotated[str | None, option("--method", help="How it was tested.")] = None,
    laboratory: Annotated[str | None, option("--laboratory", help="Who tested it.")] = None,
) -> None:
    """A laboratory result; a reactive one holds everything downstream at once."""
    from cellbank.services.donor import record_test

    here().act(lambda work: record_test(work, code, marker, outcome, sampled_on, method, laboratory), "donor.tested")


@acts(app, "answer", "cellbank donor answer D-017 --not-at-risk htlv --not-haemodiluted")
def answer(
    code: Code,
    at_risk: Annotated[list[str] | None, option("--at-risk", help="At risk for this marker; repeatable.")] = None,
    not_at_risk: Annotated[list[str] | None, option("--not-at-risk", help="Not at risk; repeatable.")] = None,
    haemodiluted: Annotated[
        bool | None, flag("--haemodiluted/--not-haemodiluted", help="Over the limit without an earlier sample.")
    ] = None,
) -> None:
    """What the history says: risks, haemodilution."""
    from cellbank.services.donor import answer_risks

    risks = dict.fromkeys(listed(at_risk), True) | dict.fromkeys(listed(not_at_risk), False)
    here().act(lambda work: answer_risks(work, code, risks, haemodiluted), "donor.answered")


@acts(app, "select", "cellbank donor select D-017 --accepted --on 2026-01-12", signed=True)
def select(
    code: Code,
    accepted: Annotated[bool, flag("--accepted/--refused", help="Accepted (the default) or refused.")] = True,
    on: Annotated[date | None, dated("--on", help="The day of the interview; today when left out.")] = None,
    note: Note = None,
) -> None:
    """The clinical selection (history, interview, exclusions): QA signs it."""
    from cellbank.services.donor import select_donor

    here().sign(lambda work: select_donor(work, code, accepted, on or work.today, note))


@acts(app, "accept-risk", 'cellbank donor accept-risk D-017 anti-hbc --note "anti-HBs over 100 IU/L"', signed=True)
def accept_risk(
    code: Code,
    marker: Annotated[str, argument("MARKER", "The reactive marker.")],
    note: Annotated[str, option("--note", help="Why the risk is acceptable.")],
) -> None:
    """QA's signed risk assessment of a reactive marker."""
    from cellbank.services import donor as service

    here().sign(lambda work: service.accept_risk(work, code, marker, note))


@reads(app, "assess", "cellbank donor assess D-017")
def assess(code: Code) -> None:
    """Where a donor stands: eligibility, every reason, what comes next."""
    from cellbank.views import donor as view

    seen = here().read(lambda reading: view.donor_view(reading, code))
    data = {
        "code": seen.code,
        "eligibility": seen.eligibility,
        "determination": seen.determination,
        "determined": seen.determination is not None,
        "findings": seen.findings,
        "next": seen.next_steps,
    }
    here().answer(
        data,
        lambda paper: [
            *paper.sheet(seen, ("code", "eligibility", "determination")),
            *([paper.heading("findings") + ":"] if seen.findings else []),
            *paper.findings(seen.findings),
            *([paper.heading("next") + ":"] if seen.next_steps else []),
            *paper.findings(seen.next_steps),
        ],
    )


@acts(app, "determine", "cellbank donor determine D-017", signed=True)
def determine(
    code: Code,
    ineligible: Annotated[bool, flag("--ineligible", help="Not eligible.")] = False,
    note: Note = None,
) -> None:
    """QA's signed determination: eligible, unless told otherwise."""
    from cellbank.domain.donor import Determination
    from cellbank.services.donor import determine_donor

    determination = Determination.INELIGIBLE if ineligible else Determination.ELIGIBLE
    here().sign(lambda work: determine_donor(work, code, determination, note))


@acts(app, "withdraw", 'cellbank donor withdraw D-017 --reason "letter of 2 March" --on 2026-03-02')
def withdraw(
    code: Code,
    because: Annotated[str, option("--reason", "--because", help="What the donor said, or how.")],
    on: Annotated[date | None, dated("--on", help="The day of the withdrawal; today when left out.")] = None,
) -> None:
    """The donor withdrew: everything downstream is held at once."""
    from cellbank.services.donor import withdraw_consent

    here().act(lambda work: withdraw_consent(work, code, on or work.today, because), "donor.withdrawn")


@reads(app, "show", "cellbank donor show D-017 --json")
def show(code: Code) -> None:
    """One donor."""
    from cellbank.views import donor as view

    here().show(here().read(lambda reading: view.donor_view(reading, code)))


@reads(app, "list", "cellbank donor list")
def list_donors() -> None:
    """Every donor."""
    from cellbank.views import donor as view

    here().listing(here().read(view.donors), *LINE)
