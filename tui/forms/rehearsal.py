"""What a form tells before it is saved: read in a thread, from the act itself done and undone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from cellbank.bank import Actor, Bank, Outcome, Reading, UnitOfWork
from cellbank.domain.signature import Content
from cellbank.errors import CellbankError
from cellbank.services.acts import is_late
from cellbank.views import hold
from cellbank.views.hold import DeviationView
from tui.forms.ask import Given
from tui.forms.form import Form, SignedForm, Told

AT, BECAUSE = "at", "because_late"
"""When it was done, and why it is recorded late: asked by every form of something that happened."""


@dataclass(frozen=True)
class Rehearsed:
    """What the answers lead to."""

    told: tuple[Told, ...] = ()
    deviations: tuple[DeviationView, ...] = ()
    late: bool = False
    refused: CellbankError | None = None


def rehearse(bank: Bank, actor: Actor, form: Form, given: Given) -> Rehearsed:
    """The numbers that follow, the deviations that will open, or why it will be refused."""
    try:
        if isinstance(form, SignedForm):
            content_of(bank, form, given)
            return Rehearsed()
        return bank.rehearse(actor, form.deed(given), _looking(form, given), performed_at=given.get(AT))
    except CellbankError as error:
        return Rehearsed(refused=error)


def _looking(form: Form, given: Given) -> Callable[[Reading, Outcome], Rehearsed]:
    def look(reading: Reading, outcome: Outcome) -> Rehearsed:
        opened = tuple(hold.deviation(reading, code) for code in outcome.codes("deviation.opened"))
        return Rehearsed(tuple(form.told(reading, outcome, given)), opened, is_late(cast(UnitOfWork, reading)))

    return look


def content_of(bank: Bank, form: SignedForm, given: Given) -> Content:
    """What a signed form's signature will cover, in one snapshot."""
    with bank.read() as reading:
        return form.content(reading, given)
