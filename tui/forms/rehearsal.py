"""Rehearsals: what a form tells before it is saved, read in a thread from the act itself, done and undone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from cellbank.bank import Actor, Bank, Outcome, Reading, UnitOfWork
from cellbank.domain.hold import HoldKind
from cellbank.errors import CellbankError, Finding
from cellbank.services.acts import is_late
from cellbank.views import hold
from cellbank.views.hold import DeviationView, HoldView
from tui.forms.ask import Given
from tui.forms.form import Form, PreviewLine


@dataclass(frozen=True)
class Rehearsed:
    """What the answers lead to."""

    preview: tuple[PreviewLine, ...] = ()
    deviations: tuple[DeviationView, ...] = ()
    holds: tuple[HoldView, ...] = ()
    """Those that the act puts by itself, beside those of its deviations."""
    warnings: tuple[Finding, ...] = ()
    """What is recorded all the same, and stands against a later step."""
    late: bool = False
    refused: CellbankError | None = None
    calm: str = "tui.form.within"
    """The code of what is said when nothing is announced."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that stands against the act now, and against a later step."""
        return (*(() if self.refused is None else self.refused.findings), *self.warnings)


def rehearse(bank: Bank, actor: Actor, form: Form, given: Given) -> Rehearsed:
    """The numbers that follow, the deviations that will open, or why it will be refused."""
    try:
        return bank.rehearse(actor, form.deed(given), _looking(form, given), performed_at=given.get(form.when))
    except CellbankError as error:
        return Rehearsed(refused=error)


def _looking(form: Form, given: Given) -> Callable[[Reading, Outcome], Rehearsed]:
    def look(reading: Reading, outcome: Outcome) -> Rehearsed:
        opened = tuple(hold.deviation(reading, code) for code in outcome.codes("deviation.opened"))
        put = (hold.hold(reading, code) for code in outcome.codes("hold.put"))
        of_itself = tuple(one for one in put if one.kind not in _SAID_OTHERWISE)
        told = tuple(form.preview(reading, outcome, given))
        warned, late = tuple(form.warnings(reading, outcome, given)), is_late(cast(UnitOfWork, reading))
        return Rehearsed(told, opened, of_itself, warned, late)

    return look


_SAID_OTHERWISE = frozenset({HoldKind.MANUAL, HoldKind.DEVIATION})
"""Holds that the form itself is about, or that the announcement of their deviation names."""
