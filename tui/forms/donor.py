"""Donors: register, a sample's panel, one marker, the history, the clinical selection, a withdrawal."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import ClassVar

from cellbank.bank import Deed, Outcome, Reading, UnitOfWork
from cellbank.domain.donor import Asked, DonorProtocol, MarkerOutcome, MarkerRule, Sex
from cellbank.domain.identifiers import Station
from cellbank.domain.person import Verb
from cellbank.errors import WrongInput
from cellbank.facts.protocol import protocol_in_force
from cellbank.services import donor as services
from cellbank.views import donor as view, trace as view_trace
from cellbank.views.donor import DonorView
from cellbank.views.wordlist import Words, recorded
from cellbank.wording import Wording
from tui.forms import ask
from tui.forms.ask import Ask, Choice, Given
from tui.forms.form import Form, PreviewLine, SignedForm

FIRST_OUTCOMES = (MarkerOutcome.NEGATIVE, MarkerOutcome.REACTIVE, MarkerOutcome.INDETERMINATE)
"""What a first test reports; what confirms it or does not comes later, marker by marker."""


def _panel(reading: Reading) -> DonorProtocol:
    return protocol_in_force(reading).donor


def _outcomes(words: Wording, outcomes: Iterable[MarkerOutcome]) -> tuple[Choice, ...]:
    return tuple(Choice(one, words.term("marker_outcome", one)) for one in outcomes)


class Register(Form):
    """A donor under the clinic's pseudonym."""

    code: ClassVar[str] = "donor.register"
    verb: ClassVar[Verb] = Verb.RECORD_FACT
    opens: ClassVar[str | None] = "donor.registered"

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Who, as far as the bank may know, and the consent."""
        sexes = [Choice(one, words.term("sex", one)) for one in Sex]
        return (
            ask.line("pseudonym"),
            ask.one_of("sex", sexes),
            ask.count("birth_year"),
            ask.line("consent"),
            ask.day("consented_on", given=reading.today.isoformat()),
        )

    def deed(self, given: Given) -> Deed:
        """The registration."""
        return partial(
            services.register_donor,
            code=given["pseudonym"],
            sex=given["sex"],
            birth_year=given["birth_year"],
            consent=given["consent"],
            consented_on=given["consented_on"],
        )


class OfDonor(Form):
    """What every act on a donor tells: where they stand with it, and what comes next."""

    verb: ClassVar[Verb] = Verb.RECORD_FACT

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """Eligibility, and the first step that would move them on."""
        seen = view.donor_view(reading, self.of)
        yield PreviewLine("eligibility", seen.eligibility)
        for step in seen.next_steps[:1]:
            yield PreviewLine("next_step", step)


def _sample(reading: Reading, code: str) -> tuple[Ask, ...]:
    """The day, the laboratory and the method of a sample; those of the last one are filled in."""
    last = next(iter(reversed(view.donor_view(reading, code).tests)), None)
    laboratories, methods = (recorded(reading, one) for one in (Words.DONOR_LABORATORY, Words.DONOR_METHOD))
    laboratory, method = ("", "") if last is None else (last.laboratory or "", last.method or "")
    return (
        ask.day("sampled_on", given="" if last is None else last.sampled_on.isoformat()),
        ask.line("laboratory", optional=True, given=laboratory, suggested=laboratories),
        ask.line("test_method", optional=True, given=method, suggested=methods),
    )


def _test(work: UnitOfWork, code: str, marker: str, outcome: MarkerOutcome, given: Given) -> None:
    services.record_test(
        work, code, marker, outcome.value, given["sampled_on"], given["test_method"], given["laboratory"]
    )


class Panel(OfDonor):
    """The laboratory's report on one sample: every marker of the panel that is still asked, one beneath another."""

    code: ClassVar[str] = "donor.panel"

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """The sample once, then each marker."""
        tested = {test.marker for test in view.donor_view(reading, self.of).tests}
        rules = [rule for rule in _panel(reading).markers if rule.asked is not Asked.NEVER]
        lacking = [rule for rule in rules if rule.marker not in tested] or rules
        return (*_sample(reading, self.of), *(_marker(rule, words) for rule in lacking))

    def deed(self, given: Given) -> Deed:
        """Every marker that was answered, in one act."""
        answered = {name.removeprefix(_MARKER): value for name, value in given.items() if name.startswith(_MARKER)}
        return partial(_record_panel, code=self.of, answered=answered, given=given)


_MARKER = "marker:"


def _marker(rule: MarkerRule, words: Wording) -> Ask:
    label = rule.name.said(words.language)
    return ask.one_of(f"{_MARKER}{rule.marker}", _outcomes(words, FIRST_OUTCOMES), optional=True, label=label)


def _record_panel(work: UnitOfWork, code: str, answered: Mapping[str, MarkerOutcome | None], given: Given) -> None:
    found = {marker: outcome for marker, outcome in answered.items() if outcome is not None}
    if not found:
        raise WrongInput("donor.answer.none", code=code)
    for marker, outcome in found.items():
        _test(work, code, marker, outcome, given)


class RecordTest(OfDonor):
    """One marker of the panel, or what confirms it."""

    code: ClassVar[str] = "donor.test"
    stays: ClassVar[frozenset[str]] = frozenset({"sampled_on", "test_method", "laboratory"})

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Marker, outcome, sample."""
        markers = [Choice(rule.marker, rule.name.said(words.language)) for rule in _panel(reading).markers]
        return (
            ask.one_of("marker", markers),
            ask.one_of("marker_outcome", _outcomes(words, MarkerOutcome)),
            *_sample(reading, self.of),
        )

    def deed(self, given: Given) -> Deed:
        """The result."""
        return partial(_test, code=self.of, marker=given["marker"], outcome=given["marker_outcome"], given=given)


class AnswerRisks(OfDonor):
    """What the history says."""

    code: ClassVar[str] = "donor.answer"

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """A yes or no for each marker that is asked by risk, and for haemodilution."""
        yes, no = words.say("tui.yes"), words.say("tui.no")
        by_risk = [rule for rule in _panel(reading).markers if rule.asked is Asked.BY_RISK]
        risks = (
            ask.yes_no(
                f"{_MARKER}{rule.marker}",
                yes,
                no,
                optional=True,
                label=words.say("tui.ask.at_risk", marker=rule.name.said(words.language)),
            )
            for rule in by_risk
        )
        return (*risks, ask.yes_no("haemodiluted", yes, no, optional=True))

    def deed(self, given: Given) -> Deed:
        """The answers that were given."""
        at_risk = {
            name.removeprefix(_MARKER): value
            for name, value in given.items()
            if name.startswith(_MARKER) and value is not None
        }
        return partial(services.answer_risks, code=self.of, at_risk=at_risk, haemodiluted=given["haemodiluted"])


class Select(SignedForm):
    """The clinical selection as a whole, signed by QA."""

    code: ClassVar[str] = "donor.select"
    verb: ClassVar[Verb] = Verb.DETERMINE_DONOR

    @classmethod
    def fits(cls, view: object) -> bool:
        """While the donor has not withdrawn."""
        return isinstance(view, DonorView) and view.withdrawn_on is None

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Accepted or refused, when, and a note."""
        return (
            ask.yes_no("accepted", words.say("tui.choice.accepted"), words.say("tui.choice.refused")),
            ask.day("selected_on", given=reading.today.isoformat()),
            ask.line("note", optional=True),
        )

    def notes(self, reading: Reading, given: Given, words: Wording) -> Iterable[str]:
        """The questions that the selection answers as a whole."""
        for question in _panel(reading).selection:
            yield f"• {question.text.said(words.language)}"

    def deed(self, given: Given) -> Deed:
        """The selection."""
        return partial(
            services.select_donor,
            code=self.of,
            accepted=given["accepted"],
            on=given["selected_on"],
            note=given["note"],
        )


class Withdraw(Form):
    """The donor withdrew."""

    code: ClassVar[str] = "donor.withdraw"
    verb: ClassVar[Verb] = Verb.RECORD_FACT

    @classmethod
    def fits(cls, view: object) -> bool:
        """A donor who has not withdrawn."""
        return isinstance(view, DonorView) and view.withdrawn_on is None

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """When, and what the donor said."""
        return (ask.line("reason"), ask.day("withdrawn_on", given=reading.today.isoformat()))

    def deed(self, given: Given) -> Deed:
        """The withdrawal."""
        return partial(services.withdraw_consent, code=self.of, on=given["withdrawn_on"], reason=given["reason"])

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """The lots that it holds."""
        down = view_trace.trace(reading, self.of).downstream
        lots = [node.code for node in down if node.station is Station.LOT]
        yield PreviewLine("lots_held", ", ".join(lots) or None)


OF_DONOR: tuple[type[Form], ...] = (Panel, RecordTest, Select, AnswerRisks, Withdraw)
NEW: tuple[type[Form], ...] = (Register,)
