"""Holds and deviations: put, report, lift, close."""

from collections.abc import Sequence

from cellbank.bank import Reading
from cellbank.commands import deviation, hold as commands
from cellbank.domain.hold import HoldKind
from cellbank.views import hold
from cellbank.views.hold import HoldView
from cellbank.wording import Wording
from tui.forms.ask import Given
from tui.forms.command import CommandForm
from tui.forms.form import Form, SignedForm


class PutHold(CommandForm, of=commands.Put, here="code"):
    """Hold this; what lies downstream is held because of it."""


class ReportDeviation(CommandForm, of=deviation.Report, here="code"):
    """Report an unplanned event."""


class LiftHold(CommandForm, SignedForm, of=commands.Lift, here="code"):
    """QA lifts a hold."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """An open hold; one that a deviation put goes when the deviation is closed."""
        return isinstance(view, HoldView) and view.is_open and view.kind is not HoldKind.DEVIATION


class CloseDeviation(CommandForm, SignedForm, of=deviation.Close, here="code"):
    """QA closes a deviation; its holds are lifted with it."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """An open deviation."""
        return bool(getattr(view, "is_open", False))

    def notes(self, reading: Reading, given: Given, words: Wording) -> Sequence[str]:
        """The limit that was broken, as a sentence."""
        seen = hold.deviation(reading, self.of)
        return (words.finding(seen.limit),)


OF_ANYTHING: tuple[type[Form], ...] = (PutHold, ReportDeviation)
OF_HOLD: tuple[type[Form], ...] = (LiftHold,)
OF_DEVIATION: tuple[type[Form], ...] = (CloseDeviation,)
