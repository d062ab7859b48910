"""Donors: pseudonyms, their laboratory panel and clinical selection, and what makes them eligible."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from cellbank.domain import record
from cellbank.domain.record import Instant, Line, Record
from cellbank.domain.section import Counted, Name, Percent, Section, Whole, Words, refuse_twice, wrong
from cellbank.domain.terms import Determination as Determination, MarkerOutcome as MarkerOutcome, Sex as Sex
from cellbank.errors import WrongInput
from cellbank.languages import typed


class Eligibility(StrEnum):
    """Where a donor stands (domain.md §3)."""

    PENDING = "pending"
    QUARANTINE = "quarantine"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    RISK_ASSESSMENT = "risk assessment"


class Donor(Record, table=True):
    """A living donor of adipose tissue, known by the clinic's pseudonym only."""

    __tablename__ = "donor"
    __table_args__ = record.strict(
        record.one_of("sex", Sex, "donor"),
        record.one_of("determination", Determination, "donor"),
    )

    code: Line = record.text(unique=True, max_length=20)
    sex: Sex = record.choice(Sex)
    birth_year: int = record.count(ge=1900, le=2200)
    consent: Line = record.text(max_length=80)
    consented_on: date = record.day()
    withdrawn_on: date | None = record.day(default=None)
    withdrawn_because: Line | None = record.text(default=None)
    selection_accepted: bool | None = record.flag(default=None)
    selection_on: date | None = record.day(default=None)
    selection_note: Line | None = record.text(default=None)
    determination: Determination | None = record.choice(Determination, default=None)
    determined_at: Instant | None = record.instant(default=None)
    determination_note: Line | None = record.text(default=None)


class DonorTest(Record, table=True):
    """One laboratory result on one sample of a donor; never overwritten, a later one is another row."""

    __tablename__ = "donor_test"
    __table_args__ = record.strict(record.one_of("outcome", MarkerOutcome, "donor_test"))

    donor_id: str = record.key("donor.id")
    marker: Line = record.text(max_length=40)
    outcome: MarkerOutcome = record.choice(MarkerOutcome)
    sampled_on: date = record.day()
    method: Line | None = record.text(default=None)
    laboratory: Line | None = record.text(default=None)
    recorded_by: Line = record.text()
    recorded_at: Instant = record.instant()


class AnswerKind(StrEnum):
    """What is answered about a donor beside the laboratory's results."""

    AT_RISK = "at_risk"
    HAEMODILUTED = "haemodiluted"
    RISK_ACCEPTED = "risk_accepted"


class DonorAnswer(Record, table=True):
    """One answer about a donor; a later one of the same kind and marker replaces it, both stay.

    `at_risk`: the history puts the donor at risk for a marker. `haemodiluted`: over the limit without a
    pre-transfusion sample. `risk_accepted`: QA signed the risk assessment of a reactive marker.
    """

    __tablename__ = "donor_answer"
    __table_args__ = record.strict(record.one_of("kind", AnswerKind, "donor_answer"))

    donor_id: str = record.key("donor.id")
    kind: AnswerKind = record.choice(AnswerKind)
    marker: Line | None = record.text(default=None, max_length=40)
    answer: bool = record.flag()
    note: Line | None = record.text(default=None)
    recorded_by: Line = record.text()
    recorded_at: Instant = record.instant()


class MarkerKind(StrEnum):
    """How a marker is found: antibodies and antigens, or nucleic acid."""

    SEROLOGY = "serology"
    NAT = "nat"


class Asked(StrEnum):
    """When a marker must have been tested on the donation's sample.

    `unless_repeated`: a nucleic acid test for which a second serology after the quarantine may stand.
    """

    ALWAYS = "always"
    BY_RISK = "by_risk"
    UNLESS_REPEATED = "unless_repeated"
    NEVER = "never"


class WhenReactive(StrEnum):
    """What a reactive marker means once it is confirmed."""

    EXCLUDES = "excludes"
    RISK_ASSESSMENT = "risk_assessment"
    NO_OBSTACLE = "no_obstacle"


class MarkerRule(Section):
    """One line of the panel: a marker, the names people type for it, when it is asked and what it means."""

    marker: Name
    name: Words
    kind: Annotated[MarkerKind, Field(strict=False)]
    asked: Annotated[Asked, Field(strict=False)]
    when_reactive: Annotated[WhenReactive, Field(strict=False)]
    synonyms: tuple[Name, ...] = ()


class SelectionQuestion(Section):
    """One question of the clinical selection, which is accepted or refused as a whole and signed."""

    id: Name
    text: Words


class DonorProtocol(Section):
    """How donors are tested and selected (Directive 2006/17/EC, Annexes I and II; data, because it will change).

    Days count from the donation. `sample_days_after`: latest sample of a living donor (Annex II, 4.2).
    `repeat_after_days` and `repeat_sample_days_before` serve only when `repeat_allowed`: serology repeated after
    so many days stands for the nucleic acid tests asked `unless_repeated`, and the donation's sample may then be
    older. Refused: a panel without serology or without nucleic acid tests, a marker or synonym that stands twice,
    `unless_repeated` without `repeat_allowed` or for serology, no question about haemodilution.
    """

    sample_days_after: Whole
    repeat_allowed: bool
    repeat_after_days: Counted
    repeat_sample_days_before: Whole
    haemodilution_limit_percent: Percent
    markers: tuple[MarkerRule, ...]
    selection: tuple[SelectionQuestion, ...]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        refuse_twice((name for rule in self.markers for name in (rule.marker, *rule.synonyms)), "markers")
        refuse_twice((question.id for question in self.selection), "selection")
        for kind in MarkerKind:
            enough = (Asked.ALWAYS, Asked.UNLESS_REPEATED)
            if not any(rule.kind == kind and rule.asked in enough for rule in self.markers):
                raise wrong("protocol.donor.panel", key="markers", expected=kind.value)
        for rule in self.markers:
            if rule.asked == Asked.UNLESS_REPEATED and not (self.repeat_allowed and rule.kind == MarkerKind.NAT):
                raise wrong("protocol.donor.unless_repeated", key="markers", marker=rule.marker)
        if not any(question.id == "haemodilution" for question in self.selection):
            raise wrong("protocol.donor.haemodilution", key="selection")
        return self

    def rule(self, marker: str) -> MarkerRule | None:
        """The panel's line for a canonical marker name; None when the panel has none."""
        return next((rule for rule in self.markers if rule.marker == marker), None)


def marker_name(protocol: DonorProtocol, text: str) -> str:
    """The canonical name of a marker as typed (`HIV`, `anti-HIV-1/2`, `hbc`); what the panel has not is refused."""
    typed = "-".join(text.strip().lower().replace("/", " ").replace("_", " ").replace("-", " ").split())
    for rule in protocol.markers:
        if typed in (rule.marker, *rule.synonyms):
            return rule.marker
    raise WrongInput("donor.marker.unknown", value=text, expected=", ".join(rule.marker for rule in protocol.markers))


def marker_outcome(text: str) -> MarkerOutcome:
    """What the laboratory reported, as typed. `reactive` awaits its confirmation; `positive` is confirmed.

    The words of every language of the bank, any case; anything else is refused with what was expected.
    """
    wanted = "-".join(text.strip().lower().replace("_", " ").replace("-", " ").split())
    for outcome in MarkerOutcome:
        if wanted in typed(f"outcome.{outcome.name.lower()}"):
            return outcome
    raise WrongInput("donor.outcome.unknown", value=text, expected=", ".join(MarkerOutcome))


def marker_outcomes(text: str) -> Mapping[str, MarkerOutcome]:
    """What the laboratory reported of several markers, as typed: `hbsag=negative,anti-hcv=reactive`.

    Refused: a marker without an outcome, a marker twice, an outcome that is none.
    """
    found: dict[str, MarkerOutcome] = {}
    for part in (part for part in text.split(",") if part.strip()):
        marker, separator, outcome = (one.strip() for one in part.partition("="))
        if not separator or not marker or marker in found:
            raise WrongInput("donor.outcome.form", value=part.strip())
        found[marker] = marker_outcome(outcome)
    return found
