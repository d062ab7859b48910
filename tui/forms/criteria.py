"""The criteria of the trial file as questions: yes or no, a number with its limits, a day with its look-back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from cellbank.bank import Reading
from cellbank.domain import input_parsing
from cellbank.domain.subject import CriterionKind, EventMustBe, SubjectCriterion, look_back_start
from cellbank.errors import Finding
from cellbank.facts.protocol import protocol_in_force
from cellbank.wording import Wording
from tui.forms import ask
from tui.forms.ask import Ask, Choice, Given

_OF = "criterion:"
NEVER, NOT_APPLICABLE = "never", "na"


def questions(reading: Reading, words: Wording, *, at_visit: bool = False) -> Sequence[Ask]:
    """One question a criterion, in the file's order: all at enrolment, at a visit those that are asked again.

    Nothing is answered beforehand: each answer is the investigator's own.
    """
    subject = protocol_in_force(reading).subject
    return [_question(one, words, reading.today) for one in subject.asked(at_visit=at_visit)]


def answered(given: Given) -> Mapping[str, str]:
    """The answers by criterion, as the service takes them."""
    return {name.removeprefix(_OF): value for name, value in given.items() if name.startswith(_OF)}


def concerned(finding: Finding) -> str | None:
    """The question that a finding is about."""
    criterion = finding.params.get("criterion")
    return None if criterion is None else f"{_OF}{criterion}"


def of_criteria(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those findings that are about a criterion."""
    return tuple(found for found in findings if concerned(found) is not None)


def _question(one: SubjectCriterion, words: Wording, today: date) -> Ask:
    name, label = f"{_OF}{one.id}", one.text.said(words.language)
    if one.kind is CriterionKind.YES_NO:
        return ask.one_of(name, _choices(one, words), label=label)
    if one.kind is CriterionKind.NUMBER:
        return Ask(name, _Reads(one, words).number, label=label, hint=_limits(one, words))
    return Ask(name, _Reads(one, words).day, label=label, hint=_look_back(one, words, today))


def _choices(one: SubjectCriterion, words: Wording) -> Sequence[Choice]:
    offered = [Choice("yes", words.say("tui.yes")), Choice("no", words.say("tui.no"))]
    return [*offered, Choice(NOT_APPLICABLE, words.say("tui.criterion.na"))] if one.may_not_apply else offered


class _Reads:
    """Reads what was typed into the form that the record keeps: `4.5`, `2026-03-02`, `never`, `na`."""

    def __init__(self, one: SubjectCriterion, words: Wording) -> None:
        self._may_not_apply = one.may_not_apply
        self._na = {NOT_APPLICABLE, words.say("tui.criterion.na").casefold()}
        self._never = {NEVER, words.say("tui.criterion.never").casefold()}

    def number(self, text: str, zone: ZoneInfo) -> str:
        """A number; what does not apply."""
        if self._not_applicable(text):
            return NOT_APPLICABLE
        return format(input_parsing.typed_decimal(text), "f")

    def day(self, text: str, zone: ZoneInfo) -> str:
        """A day, or never; what does not apply."""
        if self._not_applicable(text):
            return NOT_APPLICABLE
        return NEVER if text.strip().casefold() in self._never else input_parsing.typed_day(text).isoformat()

    def _not_applicable(self, text: str) -> bool:
        return self._may_not_apply and text.strip().casefold() in self._na


def _limits(one: SubjectCriterion, words: Wording) -> str:
    low, high = ("" if bound is None else words.number(bound) for bound in (one.minimum, one.maximum))
    if low and high:
        return words.say("tui.criterion.between", low=low, high=high, unit=one.unit)
    return words.say("tui.criterion.from" if low else "tui.criterion.up_to", bound=low or high, unit=one.unit)


def _look_back(one: SubjectCriterion, words: Wording, today: date) -> str:
    within = one.event_must_be is EventMustBe.WITHIN
    code = "tui.criterion.since" if within else "tui.criterion.before"
    return words.say(code, day=look_back_start(one, today))
