"""Results: recorded against the criterion that is shown, reviewed by another, invalidated by QA."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar

from cellbank.bank import Deed, Outcome, Reading
from cellbank.domain.person import Verb
from cellbank.languages import BASE
from cellbank.services import testing as services
from cellbank.views import testing as view
from cellbank.views.testing import ResultView, TestAsked
from cellbank.views.wordlist import Words, recorded
from cellbank.wording import Wording
from tui.forms import ask
from tui.forms.ask import Ask, Choice, Given
from tui.forms.form import Form, PreviewLine, SignedForm


def _choice(one: TestAsked) -> Choice:
    """A test with a mark when it has a result; its limit and unit are told once it is chosen."""
    return Choice(one.test, f"{one.name} ✓" if one.results else one.name, f"· {one.limit}" if one.limit else "")


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


class Record(Form):
    """A result as reported; the form stays for the next test of the same report."""

    code: ClassVar[str] = "result.record"
    verb: ClassVar[Verb] = Verb.RECORD_FACT
    stays: ClassVar[frozenset[str]] = frozenset({"performed_on", "laboratory"})
    _language = BASE

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Which test, what was found, when, how, by whom; what the specification lacks comes first."""
        self._language = words.language
        tests = view.tests_for(reading, self.of, self._language)
        texts = _distinct(text for one in tests for text in one.texts)
        methods = _distinct((*(m for one in tests for m in one.methods), *recorded(reading, Words.TEST_METHOD)))
        laboratories = recorded(reading, Words.TEST_LABORATORY)
        return (
            ask.one_of("test", map(_choice, tests), listed=True),
            ask.reported("value", suggested=texts),
            ask.day("performed_on", given=reading.today.isoformat()),
            ask.line("test_method", optional=True, suggested=methods),
            ask.line("laboratory", optional=True, suggested=laboratories),
        )

    def deed(self, given: Given) -> Deed:
        """The result, in the unit of the specification."""
        return partial(
            services.record_result,
            code=self.of,
            test=given["test"],
            value=given["value"],
            performed_on=given["performed_on"],
            unit=None,
            method=given["test_method"],
            laboratory=given["laboratory"],
        )

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """The limit, and how the result stands against it."""
        seen = view.result_view(reading, outcome.codes("result.recorded")[0], self._language)
        yield PreviewLine("limit", seen.limit or None)
        yield PreviewLine("outcome", seen.outcome)


class Review(SignedForm):
    """The second person's review: nothing is asked, what was entered is shown whole."""

    code: ClassVar[str] = "result.review"
    verb: ClassVar[Verb] = Verb.REVIEW_RESULT

    @classmethod
    def fits(cls, view: object) -> bool:
        """A result neither reviewed nor invalidated."""
        return isinstance(view, ResultView) and view.reviewed_by is None and view.invalidated_by is None

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """No question: the result as it was entered is what is reviewed."""
        return ()

    def notes(self, reading: Reading, given: Given, words: Wording) -> Iterable[str]:
        """The criterion, and how the result stands against it."""
        seen = view.result_view(reading, self.of, words.language)
        yield words.say("tui.review.beside", limit=seen.limit or "–", outcome=seen.outcome)

    def deed(self, given: Given) -> Deed:
        """The review."""
        return partial(services.review_result, code=self.of)


class Invalidate(SignedForm):
    """QA invalidates a result with an assignable cause."""

    code: ClassVar[str] = "result.invalidate"
    verb: ClassVar[Verb] = Verb.INVALIDATE_RESULT

    @classmethod
    def fits(cls, view: object) -> bool:
        """A result that is not invalidated."""
        return isinstance(view, ResultView) and view.invalidated_by is None

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """The cause."""
        return (ask.line("cause"),)

    def deed(self, given: Given) -> Deed:
        """The invalidation."""
        return partial(services.invalidate_result, code=self.of, cause=given["cause"])


OF_TESTED: tuple[type[Form], ...] = (Record,)
"""Of everything on which a result can be recorded."""
OF_RESULT: tuple[type[Form], ...] = (Review, Invalidate)
