"""What becomes of a lot beside its attestation, release and rejection, which have keys of their own on its screen."""

from collections.abc import Mapping, Sequence

from cellbank.bank import Reading
from cellbank.commands import lot as commands
from cellbank.domain.lot import Disposition, Tier
from cellbank.domain.person import Role
from cellbank.views.lot import LotView, lot_view
from cellbank.wording import Wording
from tui.forms.ask import Given
from tui.forms.command import CommandForm, Offer
from tui.forms.form import Form, SignedForm

_BY_KEYS = frozenset({Role.QA, Role.QP})
"""Whose signatures have keys of their own on the lot's screen."""


class Approve(CommandForm, SignedForm, of=commands.Approve, here="number"):
    """Another signature that the trial file asks, by its own role."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """Where the trial file asks one, of a lot that is not at its end."""
        return (
            isinstance(view, LotView)
            and view.disposition in {Disposition.QUARANTINED, Disposition.RELEASED}
            and any(asked.role not in _BY_KEYS for asked in view.asked)
        )

    def notes(self, reading: Reading, given: Given, words: Wording) -> Sequence[str]:
        """Every signature that the trial file asks."""
        asked = lot_view(reading, self.of).asked
        named = (f"{words.term('role', one.role)} ({words.term('meaning', one.meaning)})" for one in asked)
        return (words.say("tui.beside.asked", roles=", ".join(named)),)


class Recall(CommandForm, SignedForm, of=commands.Recall, here="number"):
    """The qualified person recalls a released lot; final."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """A released lot."""
        return isinstance(view, LotView) and view.disposition is Disposition.RELEASED

    def notes(self, reading: Reading, given: Given, words: Wording) -> Sequence[str]:
        """That it is final, and what it holds."""
        return (words.say("tui.beside.recall"),)


class Extend(CommandForm, SignedForm, of=commands.Extend, here="number"):
    """A later expiry, on a stability report."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """A lot neither rejected nor recalled."""
        return isinstance(view, LotView) and view.disposition in {Disposition.QUARANTINED, Disposition.RELEASED}

    def notes(self, reading: Reading, given: Given, words: Wording) -> Sequence[str]:
        """How many labels bear a day already."""
        labels = lot_view(reading, self.of).labels
        count = labels.printed - labels.voided
        return (words.say("tui.beside.labels", count=count),) if count else ()


class UseAtRisk(CommandForm, SignedForm, of=commands.UseAtRisk, here="number"):
    """QA lets an unreleased bank be expanded, beforehand."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """A quarantined master or working bank."""
        banked = isinstance(view, LotView) and view.tier is not Tier.PRODUCT
        return banked and view.disposition is Disposition.QUARANTINED  # type: ignore[attr-defined]


class GreenLight(CommandForm, of=commands.GreenLight, here="number"):
    """The sponsor's green light for a lot."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """A quarantined lot."""
        return isinstance(view, LotView) and view.disposition is Disposition.QUARANTINED

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """The day, today until another is typed."""
        return {"given_on": Offer(given=reading.today.isoformat(), needed=True)}


OF_LOT: tuple[type[Form], ...] = (Approve, GreenLight, UseAtRisk, Extend, Recall)
