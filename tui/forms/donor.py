"""Donors: register, a sample's panel, one marker, the history, the clinical selection, a withdrawal."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from cellbank.bank import Outcome, Reading
from cellbank.commands import donor as commands
from cellbank.domain.donor import Asked, DonorProtocol, MarkerOutcome, MarkerRule
from cellbank.domain.identifiers import Station
from cellbank.facts.protocol import protocol_in_force
from cellbank.views import trace
from cellbank.views.donor import DonorView, donor_view
from cellbank.views.wordlist import Words, recorded
from cellbank.wording import Wording
from tui.forms import ask
from tui.forms.ask import Ask, Choice, Given
from tui.forms.command import CommandForm, Offer
from tui.forms.form import Form, PreviewLine, SignedForm

FIRST_OUTCOMES = (MarkerOutcome.NEGATIVE, MarkerOutcome.REACTIVE, MarkerOutcome.INDETERMINATE)
"""What a first test reports; what confirms it or does not comes later, marker by marker."""
_MARKER = "marker:"


def _panel(reading: Reading) -> DonorProtocol:
    return protocol_in_force(reading).donor


def _outcomes(words: Wording, outcomes: Iterable[MarkerOutcome]) -> tuple[Choice, ...]:
    return tuple(Choice(one, words.term("marker_outcome", one)) for one in outcomes)


def _by_marker(given: Given) -> Mapping[str, Any]:
    """What was answered marker by marker."""
    answered = {name.removeprefix(_MARKER): value for name, value in given.items() if name.startswith(_MARKER)}
    return {marker: value for marker, value in answered.items() if value is not None}


class Register(CommandForm, of=commands.Register):
    """A donor under the clinic's pseudonym."""

    opens: ClassVar[str | None] = "donor.registered"

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """The consent of today."""
        return {"consented_on": Offer(given=reading.today.isoformat())}


class OfDonor(CommandForm):
    """What every act on a donor tells: where they stand with it, and what comes next."""

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """Eligibility, and the first step that would move them on."""
        seen = donor_view(reading, self.of)
        yield PreviewLine("eligibility", seen.eligibility)
        for step in seen.next_steps[:1]:
            yield PreviewLine("next_step", step)


def _sample(reading: Reading, code: str) -> Mapping[str, Offer]:
    """The day, the laboratory and the method of a sample; those of the last one are filled in."""
    last = next(iter(reversed(donor_view(reading, code).tests)), None)
    laboratories, methods = (recorded(reading, one) for one in (Words.DONOR_LABORATORY, Words.DONOR_METHOD))
    laboratory, method = ("", "") if last is None else (last.laboratory or "", last.method or "")
    return {
        "sampled_on": Offer(given="" if last is None else last.sampled_on.isoformat()),
        "laboratory": Offer(given=laboratory, suggested=laboratories),
        "method": Offer(given=method, suggested=methods),
    }


class Panel(OfDonor, of=commands.Panel, here="code", order=(..., "laboratory", "method"), without=("outcomes",)):
    """The laboratory's report on one sample: every marker of the panel that is still asked, one beneath another."""

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """The sample."""
        return _sample(reading, self.of)

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """The sample once, then each marker."""
        tested = {test.marker for test in donor_view(reading, self.of).tests}
        rules = [rule for rule in _panel(reading).markers if rule.asked is not Asked.NEVER]
        lacking = [rule for rule in rules if rule.marker not in tested] or rules
        return (*super().asks(reading, words), *(_marker(rule, words) for rule in lacking))

    def answered(self, given: Given) -> Mapping[str, Any]:
        """Every marker that was answered."""
        return {**super().answered(given), "outcomes": _by_marker(given)}


def _marker(rule: MarkerRule, words: Wording) -> Ask:
    label = rule.name.said(words.language)
    return ask.one_of(f"{_MARKER}{rule.marker}", _outcomes(words, FIRST_OUTCOMES), optional=True, label=label)


class RecordTest(OfDonor, of=commands.Test, here="code", order=(..., "laboratory", "method")):
    """One marker of the panel, or what confirms it."""

    stays: ClassVar[frozenset[str]] = frozenset({"sampled_on", "method", "laboratory"})

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """The markers of the panel, every outcome, the sample."""
        markers = tuple(Choice(rule.marker, rule.name.said(words.language)) for rule in _panel(reading).markers)
        outcomes = _outcomes(words, MarkerOutcome)
        return {"marker": Offer(choices=markers), "outcome": Offer(choices=outcomes), **_sample(reading, self.of)}


class AnswerRisks(OfDonor, of=commands.Answer, here="code", without=("at_risk", "not_at_risk")):
    """What the history says."""

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """A yes or no for each marker that is asked by risk, and for haemodilution."""
        by_risk = (rule for rule in _panel(reading).markers if rule.asked is Asked.BY_RISK)
        return (*(_risk(rule, words) for rule in by_risk), *super().asks(reading, words))

    def answered(self, given: Given) -> Mapping[str, Any]:
        """The answers that were given, yes and no apart."""
        risks = _by_marker(given)
        at_risk, not_at_risk = ([one for one, risk in risks.items() if risk is said] for said in (True, False))
        return {**super().answered(given), "at_risk": at_risk, "not_at_risk": not_at_risk}


def _risk(rule: MarkerRule, words: Wording) -> Ask:
    label = words.say("tui.ask.at_risk", marker=rule.name.said(words.language))
    yes, no = words.say("tui.yes"), words.say("tui.no")
    return ask.yes_no(f"{_MARKER}{rule.marker}", yes, no, optional=True, label=label)


class Select(CommandForm, SignedForm, of=commands.Select, here="code"):
    """The clinical selection as a whole, signed by QA."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """While the donor has not withdrawn."""
        return isinstance(view, DonorView) and view.withdrawn_on is None

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """Accepted or refused, neither beforehand; today."""
        verdicts = (Choice(True, words.say("tui.choice.accepted")), Choice(False, words.say("tui.choice.refused")))
        return {
            "accepted": Offer(choices=verdicts, needed=True),
            "selected_on": Offer(given=reading.today.isoformat(), needed=True),
        }

    def notes(self, reading: Reading, given: Given, words: Wording) -> Iterable[str]:
        """The questions that the selection answers as a whole."""
        for question in _panel(reading).selection:
            yield f"• {question.text.said(words.language)}"


class Withdraw(CommandForm, of=commands.Withdraw, here="code", order=("because", "withdrawn_on")):
    """The donor withdrew."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """A donor who has not withdrawn."""
        return isinstance(view, DonorView) and view.withdrawn_on is None

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """Since today, unless another day is typed."""
        return {"withdrawn_on": Offer(given=reading.today.isoformat(), needed=True)}

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """The lots that it holds."""
        down = trace.trace(reading, self.of).downstream
        lots = [node.code for node in down if node.station is Station.LOT]
        yield PreviewLine("lots_held", ", ".join(lots) or None)


OF_DONOR: tuple[type[Form], ...] = (Panel, RecordTest, Select, AnswerRisks, Withdraw)
NEW: tuple[type[Form], ...] = (Register,)
