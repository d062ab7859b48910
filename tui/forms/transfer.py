"""Transfers between custodians: sent in a sealed shipper with its logger, received with the logger's file."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from cellbank.bank import Outcome, Reading
from cellbank.commands import transfer as commands
from cellbank.domain.storage import Custodian
from cellbank.domain.vial import VialStatus
from cellbank.exchange import logger
from cellbank.views.storage import custodian_of
from cellbank.views.transfer import TransferView, transfer_view
from cellbank.views.vial import VialLine
from cellbank.wording import Wording
from tui.forms.ask import Choice, Given
from tui.forms.command import CommandForm, Offer
from tui.forms.form import Form, PreviewLine

_OTHER = {Custodian.PHARMACY: Custodian.PRODUCTION_UNIT, Custodian.PRODUCTION_UNIT: Custodian.PHARMACY}


class Send(CommandForm, of=commands.Send):
    """Vials on their way to the other custodian."""

    opens: ClassVar[str | None] = "transfer.sent"

    @classmethod
    def fits(cls, view: object) -> bool:
        """While it can be sent."""
        return isinstance(view, VialLine) and view.status in {VialStatus.STORED, VialStatus.PULLED}

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """The vial in front, to the custodian who does not keep it."""
        to = _OTHER[custodian_of(reading, self.of)] if self.of else Custodian.PHARMACY
        return {"vial_codes": Offer(given=self.of), "to": Offer(given=to.value)}

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """How many vials go."""
        yield PreviewLine("vials_moved", len(transfer_view(reading, outcome.code).vials))


class Receive(CommandForm, of=commands.Receive, here="code"):
    """A transfer arrived: logger read, seal judged, vials put into the recipient's boxes."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """Until it is received."""
        return isinstance(view, TransferView) and view.under_way

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """The judgement of seal and shipper, which nobody gives beforehand."""
        ways = (Choice(True, words.say("tui.choice.accepted")), Choice(False, words.say("tui.choice.refused")))
        return {"accepted": Offer(choices=ways, needed=True)}

    def answered(self, given: Given) -> Mapping[str, Any]:
        """The answers, the logger's file read when the act is."""
        file, warmest = logger.logged(given["temperature_file"], given["warmest_c"])
        return {**super().answered(given), "temperature_file": file, "warmest_c": warmest}

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """The warmest that the file says, and where the vials will stand."""
        seen = transfer_view(reading, outcome.code)
        yield PreviewLine("warmest_c", seen.warmest_c)
        for one in seen.vials:
            yield PreviewLine("position", f"{one.code}  {one.position or '–'}")


OF_VIAL: tuple[type[Form], ...] = (Send,)
OF_TRANSFER: tuple[type[Form], ...] = (Receive,)
NEW: tuple[type[Form], ...] = (Send, Receive)
