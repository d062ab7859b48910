"""What becomes of a lot beside its attestation, release and rejection, which have keys of their own on its screen."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from cellbank.bank import Deed, Reading
from cellbank.domain.lot import Disposition, Tier
from cellbank.domain.person import Role, Verb
from cellbank.services import lot as services
from cellbank.views import lot as view
from cellbank.views.lot import LotView
from cellbank.wording import Wording
from tui.forms import ask
from tui.forms.ask import Ask, Given
from tui.forms.form import Form, SignedForm

_BY_KEYS = frozenset({Role.QA, Role.QP})
"""Whose signatures have keys of their own on the lot's screen."""


class Approve(SignedForm):
    """Another signature that the trial file asks, by its own role."""

    code: ClassVar[str] = "lot.approve"
    verb: ClassVar[Verb] = Verb.PUT_HOLD

    @classmethod
    def fits(cls, view: object) -> bool:
        """Where the trial file asks one, of a lot that is not at its end."""
        return (
            isinstance(view, LotView)
            and view.disposition in {Disposition.QUARANTINED, Disposition.RELEASED}
            and any(asked.role not in _BY_KEYS for asked in view.asked)
        )

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Nothing: the dossier as it stands is what is signed."""
        return ()

    def notes(self, reading: Reading, given: Given, words: Wording) -> Sequence[str]:
        """Every signature that the trial file asks."""
        asked = view.lot_view(reading, self.of).asked
        named = (f"{words.term('role', one.role)} ({words.term('meaning', one.meaning)})" for one in asked)
        return (words.say("tui.beside.asked", roles=", ".join(named)),)

    def deed(self, given: Given) -> Deed:
        """The signature."""
        return partial(services.approve_lot, number=self.of)


class Recall(SignedForm):
    """The qualified person recalls a released lot; final."""

    code: ClassVar[str] = "lot.recall"
    verb: ClassVar[Verb] = Verb.RELEASE

    @classmethod
    def fits(cls, view: object) -> bool:
        """Once it is released."""
        return isinstance(view, LotView) and view.disposition is Disposition.RELEASED

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Why."""
        return (ask.line("because"),)

    def notes(self, reading: Reading, given: Given, words: Wording) -> Sequence[str]:
        """That it is final, and what it holds."""
        return (words.say("tui.beside.recall"),)

    def deed(self, given: Given) -> Deed:
        """The recall."""
        return partial(services.recall_lot, number=self.of, because=given["because"])


class Extend(SignedForm):
    """A later expiry, on a stability report."""

    code: ClassVar[str] = "lot.extend"
    verb: ClassVar[Verb] = Verb.RELEASE

    @classmethod
    def fits(cls, view: object) -> bool:
        """A lot that is not at its end."""
        return isinstance(view, LotView) and view.disposition in {Disposition.QUARANTINED, Disposition.RELEASED}

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Until when, and on which report."""
        return (ask.expiry("until"), ask.line("stability_report"))

    def notes(self, reading: Reading, given: Given, words: Wording) -> Sequence[str]:
        """How many labels bear a day already."""
        labels = view.lot_view(reading, self.of).labels
        count = labels.printed - labels.voided
        return (words.say("tui.beside.labels", count=count),) if count else ()

    def deed(self, given: Given) -> Deed:
        """The extension."""
        until, report = given["until"], given["stability_report"]
        return partial(services.extend_lot, number=self.of, until=until, report=report)


class UseAtRisk(SignedForm):
    """QA lets an unreleased bank be expanded, beforehand."""

    code: ClassVar[str] = "lot.use_at_risk"
    verb: ClassVar[Verb] = Verb.ATTEST_BATCH

    @classmethod
    def fits(cls, view: object) -> bool:
        """A bank that waits for its release."""
        banked = isinstance(view, LotView) and view.tier is not Tier.PRODUCT
        return banked and view.disposition is Disposition.QUARANTINED  # type: ignore[attr-defined]

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Why."""
        return (ask.line("because"),)

    def deed(self, given: Given) -> Deed:
        """The use at risk."""
        return partial(services.sign_use_at_risk, number=self.of, because=given["because"])


class GreenLight(Form):
    """The sponsor's green light for a lot."""

    code: ClassVar[str] = "lot.green_light"
    verb: ClassVar[Verb] = Verb.ATTEST_BATCH

    @classmethod
    def fits(cls, view: object) -> bool:
        """Before the decision."""
        return isinstance(view, LotView) and view.disposition is Disposition.QUARANTINED

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """The sponsor's document, and its day."""
        return (ask.line("sponsor_document"), ask.day("given_on", given=reading.today.isoformat()))

    def deed(self, given: Given) -> Deed:
        """The green light."""
        reference, given_on = given["sponsor_document"], given["given_on"]
        return partial(services.record_green_light, number=self.of, reference=reference, given_on=given_on)


OF_LOT: tuple[type[Form], ...] = (Approve, GreenLight, UseAtRisk, Extend, Recall)
