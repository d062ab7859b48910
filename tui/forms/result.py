"""Results: recorded against the criterion that is shown, reviewed by another, invalidated by QA."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from cellbank.bank import Outcome, Reading
from cellbank.commands import result as commands
from cellbank.languages import BASE
from cellbank.views.testing import ResultView, TestAsked, result_view, tests_for
from cellbank.views.wordlist import Words, recorded
from cellbank.wording import Wording
from tui.forms.ask import Choice, Given
from tui.forms.command import CommandForm, Offer
from tui.forms.form import Form, PreviewLine, SignedForm


def _choice(one: TestAsked) -> Choice:
    """A test with a mark when it has a result; its limit and unit are told once it is chosen."""
    return Choice(one.test, f"{one.name} ✓" if one.results else one.name, f"· {one.limit}" if one.limit else "")


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


class Record(CommandForm, of=commands.Record, here="code", without=("unit",)):
    """A result as reported, in the unit of the specification; the form stays for the next test of the same report."""

    stays: ClassVar[frozenset[str]] = frozenset({"performed_on", "laboratory"})
    _language = BASE

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """The tests, what the specification lacks first; their words, methods and laboratories; today."""
        self._language = words.language
        tests = tests_for(reading, self.of, self._language)
        texts = _distinct(text for one in tests for text in one.texts)
        methods = _distinct((*(m for one in tests for m in one.methods), *recorded(reading, Words.TEST_METHOD)))
        return {
            "test": Offer(choices=tuple(map(_choice, tests)), listed=True),
            "value": Offer(suggested=texts),
            "performed_on": Offer(given=reading.today.isoformat(), needed=True),
            "method": Offer(suggested=methods),
            "laboratory": Offer(suggested=recorded(reading, Words.TEST_LABORATORY)),
        }

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """The limit, and how the result stands against it."""
        seen = result_view(reading, outcome.codes("result.recorded")[0], self._language)
        yield PreviewLine("limit", seen.limit or None)
        yield PreviewLine("outcome", seen.outcome)


class Review(CommandForm, SignedForm, of=commands.Review, here="code"):
    """The second person's review: nothing is asked, what was entered is shown whole."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """A result neither reviewed nor invalidated."""
        return isinstance(view, ResultView) and view.reviewed_by is None and view.invalidated_by is None

    def notes(self, reading: Reading, given: Given, words: Wording) -> Iterable[str]:
        """The criterion, and how the result stands against it."""
        seen = result_view(reading, self.of, words.language)
        yield words.say("tui.review.beside", limit=seen.limit or "–", outcome=seen.outcome)


class Invalidate(CommandForm, SignedForm, of=commands.Invalidate, here="code"):
    """QA invalidates a result with an assignable cause."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """A result that is not invalidated."""
        return isinstance(view, ResultView) and view.invalidated_by is None


OF_TESTED: tuple[type[Form], ...] = (Record,)
"""Of everything on which a result can be recorded."""
OF_RESULT: tuple[type[Form], ...] = (Review, Invalidate)
