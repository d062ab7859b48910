"""What an attempt may come to instead: wasted, returned, put back, sent on; and what can be done to a dose at all."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from cellbank.bank import Deed, Outcome, Reading
from cellbank.commands import dose as commands, transfer
from cellbank.domain.dose import THAWED_BY
from cellbank.domain.person import Verb
from cellbank.domain.storage import Custodian
from cellbank.domain.visit import DoseStatus
from cellbank.facts.protocol import protocol_in_force
from cellbank.views.dose import DoseView, dose_by_code
from cellbank.views.vial import vial_view
from cellbank.wording import Wording
from tui.forms import ask
from tui.forms.ask import Ask, Given
from tui.forms.attempt import AtDose
from tui.forms.command import CommandForm
from tui.forms.dose import Administer, Dispense, Prepare, Thaw
from tui.forms.form import Form, PreviewLine


class Waste(AtDose, of=commands.Waste):
    """The attempt came to nothing; the visit may try again."""

    follows: ClassVar[frozenset[DoseStatus]] = frozenset(
        {DoseStatus.PULLED, DoseStatus.THAWED, DoseStatus.PREPARED, DoseStatus.DISPENSED}
    )

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """What becomes of the dose and of its vials."""
        seen = dose_by_code(reading, outcome.code)
        yield PreviewLine("dose_status", seen.status)
        statuses = {vial_view(reading, code).status for code in seen.vials}
        for status in sorted(statuses):
            yield PreviewLine("vial_status", status)


class ReturnDose(AtDose, of=commands.Return):
    """A dispensed dose came back from the ward unused; it is destroyed next."""

    follows: ClassVar[frozenset[DoseStatus]] = frozenset({DoseStatus.DISPENSED})


class PutBack(AtDose, of=commands.PutBack):
    """The vials go back still frozen, where they came from or into other boxes."""

    follows: ClassVar[frozenset[DoseStatus]] = frozenset({DoseStatus.PULLED})

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """Where each vial goes, and how long it was out of the tank."""
        seen = dose_by_code(reading, outcome.code)
        if seen.ended_at is not None:
            out = int((seen.ended_at - seen.pulled_at).total_seconds())
            yield PreviewLine("out_of_tank_seconds", out)
        for code in seen.vials:
            yield PreviewLine("goes_to", vial_view(reading, code).position, {"vial": code})


class SendVials(AtDose):
    """The vials pulled go to where they are thawed, in a sealed shipper with its logger."""

    code: ClassVar[str] = "dose.send"
    verb: ClassVar[Verb] = Verb.RECORD_STORAGE
    follows: ClassVar[frozenset[DoseStatus]] = frozenset({DoseStatus.PULLED})
    happened: ClassVar[bool] = True
    _vials: tuple[str, ...] = ()
    _to: Custodian = Custodian.PHARMACY

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """The seal and the logger; which vials and where to is known."""
        attempt = self.attempt(reading)
        self._vials = () if attempt is None else attempt.vials
        dose = protocol_in_force(reading).dose
        self._to = THAWED_BY[dose.thaw_place]
        return (ask.line("seal"), ask.line("logger"))

    def deed(self, given: Given) -> Deed:
        """The sending."""
        return transfer.Send(self._vials, self._to, given["seal"], given["logger"])

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """The recipient, and the vials sent."""
        yield PreviewLine("custodian", self._to)
        yield PreviewLine("vials_sent", self._vials)


class Destroy(CommandForm, of=commands.Destroy, here="code"):
    """A returned dose destroyed."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """A dose that came back from the ward."""
        return isinstance(view, DoseView) and view.status is DoseStatus.RETURNED


OF_VISIT: tuple[type[Form], ...] = (
    Thaw,
    Prepare,
    Dispense,
    Administer,
    Waste,
    ReturnDose,
    PutBack,
    SendVials,
)
OF_DOSE: tuple[type[Form], ...] = (*OF_VISIT, Destroy)
"""The destruction too, which is of a dose that came back."""
