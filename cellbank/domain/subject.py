"""Subjects: what the trial asks of a participant, at enrolment and again at every injection visit (domain.md §8)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from cellbank.domain import record
from cellbank.domain.dates import months_after
from cellbank.domain.input_parsing import typed_decimal
from cellbank.domain.record import Instant, Line, Record
from cellbank.domain.section import (
    Counted,
    Exact,
    Name,
    Said,
    Section,
    Whole,
    Words,
    refuse_reversed,
    refuse_twice,
    wrong,
)
from cellbank.errors import Finding, WrongInput
from cellbank.languages import typed


class Subject(Record, table=True):
    """A participant: a pseudonym, year and month of birth, never a name (rules.md §10).

    Enrolled by the investigator's dated confirmation of every criterion; `follow_up_until` by the trial file.
    """

    __tablename__ = "subject"
    __table_args__ = record.strict()

    code: Line = record.text(unique=True, max_length=20)
    born: Line = record.text(min_length=7, max_length=7)
    consented_on: date = record.day()
    enrolled_on: date = record.day()
    investigator: Line = record.text(max_length=80)
    follow_up_until: date = record.day()
    withdrawn_on: date | None = record.day(default=None)
    withdrawn_because: Line | None = record.text(default=None)
    trial_version_id: str = record.key("trial_version.id")


class CriterionAnswer(Record, table=True):
    """The investigator's dated answer to one criterion, at enrolment (no visit) or again for a visit; never changed."""

    __tablename__ = "criterion_answer"
    __table_args__ = record.strict()
    code_column = "criterion"

    subject_id: str = record.key("subject.id")
    visit_id: str | None = record.key("visit.id", default=None)
    criterion: Line = record.text(max_length=60)
    value: Line = record.text(max_length=80)
    answered_on: date = record.day()
    investigator: Line = record.text(max_length=80)
    recorded_by: Line = record.text()
    recorded_at: Instant = record.instant()


class CriterionKind(StrEnum):
    """What an answer is."""

    YES_NO = "yes_no"
    NUMBER = "number"
    DATE = "date"


class EventMustBe(StrEnum):
    """Where the last event must lie: within the look-back, or outside it (never counts as outside)."""

    WITHIN = "within"
    OUTSIDE = "outside"


class SubjectCriterion(Section):
    """One inclusion or exclusion criterion as one question.

    yes_no: the `required_answer`; number: `minimum`, `maximum` (both included) and `unit`; date: the day of the last
    event, against a look-back in months or days from the day of the answer. `may_not_apply` accepts "na".
    `each_visit`: asked again at every injection. Refused: what a kind lacks or does not need.
    """

    id: Name
    group: Literal["inclusion", "exclusion"]
    kind: Annotated[CriterionKind, Field(strict=False)]
    text: Words
    required_answer: bool | None = None
    minimum: Exact | None = None
    maximum: Exact | None = None
    unit: Said | None = None
    look_back_months: Counted | None = None
    look_back_days: Counted | None = None
    event_must_be: Annotated[EventMustBe, Field(strict=False)] | None = None
    may_not_apply: bool = False
    each_visit: bool = False

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        refuse_reversed(self.minimum, self.maximum, "minimum")
        one_look_back = (self.look_back_months is None) != (self.look_back_days is None)
        needs: Mapping[CriterionKind, bool] = {
            CriterionKind.YES_NO: self.required_answer is not None,
            CriterionKind.NUMBER: self.unit is not None and not (self.minimum is None and self.maximum is None),
            CriterionKind.DATE: one_look_back and self.event_must_be is not None,
        }
        given: Mapping[CriterionKind, tuple[object, ...]] = {
            CriterionKind.YES_NO: (self.required_answer,),
            CriterionKind.NUMBER: (self.minimum, self.maximum, self.unit),
            CriterionKind.DATE: (self.look_back_months, self.look_back_days, self.event_must_be),
        }
        foreign = [one for kind, values in given.items() if kind != self.kind for one in values if one is not None]
        if not needs[self.kind] or foreign:
            raise wrong("protocol.subject.criterion", key="kind", criterion=self.id, kind=self.kind.value)
        return self


class SubjectProtocol(Section):
    """Whom the trial treats. Refused: no criterion, or none that is asked again at each visit."""

    expected_subjects: Counted
    follow_up_months: Whole
    criteria: tuple[SubjectCriterion, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        refuse_twice((criterion.id for criterion in self.criteria), "criteria")
        if not any(criterion.each_visit for criterion in self.criteria):
            raise wrong("protocol.subject.each_visit", key="criteria")
        return self

    def asked(self, *, at_visit: bool) -> tuple[SubjectCriterion, ...]:
        """All criteria at enrolment; at a visit, those that are asked again."""
        return tuple(criterion for criterion in self.criteria if criterion.each_visit or not at_visit)


@dataclass(frozen=True)
class Answer:
    """The investigator's dated answer to one criterion, as given: `yes`, `4.5`, `2024-03-01`, `never`, `na`."""

    criterion: str
    value: str
    answered_on: date


def is_met(criterion: SubjectCriterion, value: str, on: date) -> bool:
    """Whether an answer given on a day meets the criterion; one that cannot be read is refused."""
    said = value.strip().casefold()
    if said in typed("not_applicable") and criterion.may_not_apply:
        return True
    if criterion.kind == CriterionKind.YES_NO:
        if said not in typed("yes") | typed("no"):
            raise _unreadable(criterion, value)
        return (said in typed("yes")) is criterion.required_answer
    if criterion.kind == CriterionKind.NUMBER:
        return _is_between(criterion, value)
    return _is_placed(criterion, said, on)


def _unreadable(criterion: SubjectCriterion, value: str) -> WrongInput:
    return WrongInput("subject.answer.unreadable", criterion=criterion.id, value=value, kind=criterion.kind.value)


def _is_between(criterion: SubjectCriterion, value: str) -> bool:
    try:
        number: Decimal = typed_decimal(value)
    except WrongInput as error:
        raise _unreadable(criterion, value) from error
    above = criterion.minimum is None or number >= criterion.minimum
    return above and (criterion.maximum is None or number <= criterion.maximum)


def look_back_start(criterion: SubjectCriterion, on: date) -> date:
    """The first day of the look-back that ends on a day."""
    if criterion.look_back_months is not None:
        return months_after(on, -criterion.look_back_months)
    return on - timedelta(days=criterion.look_back_days or 0)


def _is_placed(criterion: SubjectCriterion, said: str, on: date) -> bool:
    """An event on the first day of the look-back lies within it."""
    if said in typed("never"):
        return criterion.event_must_be == EventMustBe.OUTSIDE
    try:
        event = date.fromisoformat(said)
    except ValueError as error:
        raise _unreadable(criterion, said) from error
    if event > on:
        raise WrongInput("subject.answer.future", criterion=criterion.id, value=said)
    within = event >= look_back_start(criterion, on)
    return within == (criterion.event_must_be == EventMustBe.WITHIN)


def checked_answers(protocol: SubjectProtocol, answers: Mapping[str, str], on: date) -> list[Answer]:
    """The answers as given on a day; one to a criterion that the trial file has not is refused."""
    known = {criterion.id for criterion in protocol.criteria}
    unknown = sorted(set(answers) - known)
    if unknown:
        raise WrongInput("subject.criterion.unknown", value=", ".join(unknown), expected=", ".join(sorted(known)))
    return [Answer(criterion, str(value), on) for criterion, value in answers.items()]


def criteria_findings(
    protocol: SubjectProtocol, subject: str, answers: Iterable[Answer], *, at_visit: bool = False
) -> Iterator[Finding]:
    """The criteria that are not answered, not readable, or not met; at a visit, of those asked again."""
    given = {answer.criterion: answer for answer in answers}
    for criterion in protocol.asked(at_visit=at_visit):
        answer = given.get(criterion.id)
        if answer is None:
            yield Finding("subject.criterion.missing", subject, {"criterion": criterion.id})
            continue
        try:
            met = is_met(criterion, answer.value, answer.answered_on)
        except WrongInput as error:
            yield Finding(error.code, subject, error.params)
            continue
        if not met:
            params = {"criterion": criterion.id, "value": answer.value, "group": criterion.group}
            yield Finding("subject.criterion.not_met", subject, params)
