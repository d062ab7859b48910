"""Donors: register, test, panel, answer, select, accept risk, determine, withdraw."""

from typing import Annotated

from cellbank.commands.command import Command, says
from cellbank.commands.kinds import OUTCOME, Code, Count, Day, Flag, Line, Lines, Outcomes, YesNo, by_initial
from cellbank.domain import terms
from cellbank.domain.terms import Determination, MarkerOutcome, Station, Verb

Donor = Annotated[Code, Station.DONOR, says("The donor's pseudonym.", metavar="CODE")]
Note = Annotated[Line | None, says("A note that is signed with it.", "--note")]
SampledOn = Annotated[Day, says("The day of the sample.", "--sampled-on")]
Method = Annotated[Line | None, says("How it was tested.", "--method")]
Laboratory = Annotated[Line | None, says("Who tested it.", "--laboratory")]
Sex = Annotated[terms.Sex, by_initial(*terms.Sex), says("female, male or unknown.", "--sex")]


class Register(
    Command,
    verb=Verb.RECORD_FACT,
    done="donor.registered",
    example="cellbank donor register D-017 --sex female --birth-year 1988 --consent ICF-3 --consented-on 2026-01-12",
):
    """A donor under the clinic's pseudonym; names are refused."""

    code: Annotated[Line, says("The donor's pseudonym.", metavar="CODE")]
    sex: Sex
    birth_year: Annotated[Count, says("Year of birth.", "--birth-year")]
    consent: Annotated[Line, says("The consent form's reference.", "--consent")]
    consented_on: Annotated[Day, says("The day of consent.", "--consented-on")]


class Test(
    Command,
    verb=Verb.RECORD_FACT,
    done="donor.tested",
    example="cellbank donor test D-017 HBsAg negative --sampled-on 2026-01-12 --method CLIA --laboratory EFS",
):
    """A laboratory result; a reactive one holds everything downstream at once."""

    code: Donor
    marker: Annotated[Line, says("The marker, as the trial file or its synonyms name it.", metavar="MARKER")]
    outcome: Annotated[
        MarkerOutcome, OUTCOME, says("negative, reactive, confirmed, not confirmed, indeterminate.", metavar="OUTCOME")
    ]
    sampled_on: SampledOn
    method: Method = None
    laboratory: Laboratory = None


class Panel(
    Command,
    verb=Verb.RECORD_FACT,
    done="donor.tested",
    example="cellbank donor panel D-017 --outcome hbsag=negative,anti-hcv=negative --sampled-on 2026-01-12",
):
    """The laboratory's report on one sample, marker by marker, in one act."""

    code: Donor
    outcomes: Annotated[Outcomes, says("A marker with what was reported; several.", "--outcome")]
    sampled_on: SampledOn
    method: Method = None
    laboratory: Laboratory = None


class Answer(
    Command,
    verb=Verb.RECORD_FACT,
    done="donor.answered",
    example="cellbank donor answer D-017 --not-at-risk htlv --not-haemodiluted",
):
    """What the history says: risks, haemodilution."""

    code: Donor
    at_risk: Annotated[Lines, says("At risk for this marker; repeatable.", "--at-risk")] = ()
    not_at_risk: Annotated[Lines, says("Not at risk; repeatable.", "--not-at-risk")] = ()
    haemodiluted: Annotated[
        YesNo | None, says("Over the limit without an earlier sample.", "--haemodiluted/--not-haemodiluted")
    ] = None


class Select(
    Command,
    verb=Verb.DETERMINE_DONOR,
    signed=True,
    example="cellbank donor select D-017 --accepted --on 2026-01-12",
):
    """The clinical selection (history, interview, exclusions): QA signs it."""

    code: Donor
    accepted: Annotated[Flag, says("Accepted (the default) or refused.", "--accepted/--refused")] = True
    selected_on: Annotated[Day | None, says("The day of the interview; today when left out.", "--on")] = None
    note: Note = None


class AcceptRisk(
    Command,
    verb=Verb.DETERMINE_DONOR,
    signed=True,
    example='cellbank donor accept-risk D-017 anti-hbc --note "anti-HBs over 100 IU/L"',
):
    """QA's signed risk assessment of a reactive marker."""

    code: Donor
    marker: Annotated[Line, says("The reactive marker.", metavar="MARKER")]
    note: Annotated[Line, says("Why the risk is acceptable.", "--note")]


class Determine(Command, verb=Verb.DETERMINE_DONOR, signed=True, example="cellbank donor determine D-017"):
    """QA's signed determination: eligible, unless told otherwise."""

    code: Donor
    determination: Annotated[
        Determination, says("Eligible (the default) or not eligible.", "--eligible/--ineligible")
    ] = Determination.ELIGIBLE
    note: Note = None


class Withdraw(
    Command,
    verb=Verb.RECORD_FACT,
    because="because",
    done="donor.withdrawn",
    example='cellbank donor withdraw D-017 --reason "letter of 2 March" --on 2026-03-02',
):
    """The donor withdrew: everything downstream is held at once."""

    code: Donor
    withdrawn_on: Annotated[Day | None, says("The day of the withdrawal; today when left out.", "--on")]
    because: Annotated[Line, says("What the donor said, or how.", "--reason", "--because")]
