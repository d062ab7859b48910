"""Holds and deviations: put, report, lift, close."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from cellbank.bank import Deed, Reading
from cellbank.domain.hold import HoldKind
from cellbank.domain.person import Verb
from cellbank.services import hold as services
from cellbank.views import hold as view
from cellbank.views.hold import HoldView
from cellbank.wording import Wording
from tui.forms import ask
from tui.forms.ask import Ask, Given
from tui.forms.form import Form, SignedForm


class PutHold(Form):
    """Hold this; what lies downstream is held because of it."""

    code: ClassVar[str] = "hold.put"
    verb: ClassVar[Verb] = Verb.PUT_HOLD

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Why."""
        return (ask.line("reason"),)

    def deed(self, given: Given) -> Deed:
        """The hold."""
        return partial(services.put_hold, code=self.of, reason=given["reason"])


class ReportDeviation(Form):
    """Report an unplanned event."""

    code: ClassVar[str] = "deviation.report"
    verb: ClassVar[Verb] = Verb.PUT_HOLD

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """What happened."""
        return (ask.line("description"),)

    def deed(self, given: Given) -> Deed:
        """The deviation."""
        return partial(services.report_deviation, code=self.of, description=given["description"])


class LiftHold(SignedForm):
    """QA lifts a hold."""

    code: ClassVar[str] = "hold.lift"
    verb: ClassVar[Verb] = Verb.LIFT_HOLD

    @classmethod
    def fits(cls, view: object) -> bool:
        """An open hold; one that a deviation put goes when the deviation is closed."""
        return isinstance(view, HoldView) and view.is_open and view.kind is not HoldKind.DEVIATION

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Why it may go."""
        return (ask.line("because"),)

    def deed(self, given: Given) -> Deed:
        """The lifting."""
        return partial(services.lift_hold, code=self.of, because=given["because"])


class CloseDeviation(SignedForm):
    """QA closes a deviation; its holds are lifted with it."""

    code: ClassVar[str] = "deviation.close"
    verb: ClassVar[Verb] = Verb.CLOSE_DEVIATION

    @classmethod
    def fits(cls, view: object) -> bool:
        """An open deviation."""
        return bool(getattr(view, "is_open", False))

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """The conclusion."""
        return (ask.line("conclusion"),)

    def notes(self, reading: Reading, given: Given, words: Wording) -> Sequence[str]:
        """The limit that was broken, as a sentence."""
        seen = view.deviation(reading, self.of)
        return (words.finding(seen.limit),)

    def deed(self, given: Given) -> Deed:
        """The closure."""
        return partial(services.close_deviation, code=self.of, conclusion=given["conclusion"])


OF_ANYTHING: tuple[type[Form], ...] = (PutHold, ReportDeviation)
OF_HOLD: tuple[type[Form], ...] = (LiftHold,)
OF_DEVIATION: tuple[type[Form], ...] = (CloseDeviation,)
