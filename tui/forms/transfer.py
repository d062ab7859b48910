"""Transfers between custodians: sent in a sealed shipper with its logger, received with the logger's file."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar

from cellbank.bank import Deed, Outcome, Reading, UnitOfWork
from cellbank.domain.identifiers import Station
from cellbank.domain.person import Verb
from cellbank.domain.storage import Custodian
from cellbank.domain.vial import VialStatus
from cellbank.exchange import logger
from cellbank.services import transfer as services
from cellbank.views import storage as view_storage, transfer as view
from cellbank.views.transfer import TransferView
from cellbank.views.vial import VialLine
from cellbank.wording import Wording
from tui.forms import ask
from tui.forms.ask import Ask, Given
from tui.forms.form import Form, PreviewLine
from tui.forms.storage import custodians

_OTHER = {Custodian.PHARMACY: Custodian.PRODUCTION_UNIT, Custodian.PRODUCTION_UNIT: Custodian.PHARMACY}


class Send(Form):
    """Vials on their way to the other custodian."""

    code: ClassVar[str] = "transfer.send"
    verb: ClassVar[Verb] = Verb.RECORD_STORAGE
    happened: ClassVar[bool] = True
    opens: ClassVar[str | None] = "transfer.sent"

    @classmethod
    def fits(cls, view: object) -> bool:
        """While it can be sent."""
        return isinstance(view, VialLine) and view.status in {VialStatus.STORED, VialStatus.PULLED}

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Which vials, to whom, in what."""
        to = _OTHER[view_storage.custodian_of(reading, self.of)] if self.of else Custodian.PHARMACY
        return (
            ask.codes("vials", Station.VIAL, given=self.of),
            ask.one_of("recipient", custodians(words), given=to.value),
            ask.line("seal"),
            ask.line("logger"),
        )

    def deed(self, given: Given) -> Deed:
        """The sending."""
        return partial(
            services.send,
            vial_codes=given["vials"],
            to=given["recipient"],
            seal=given["seal"],
            logger=given["logger"],
        )

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """How many vials go."""
        yield PreviewLine("vials_moved", len(view.transfer_view(reading, outcome.code).vials))


class Receive(Form):
    """A transfer arrived: logger read, seal judged, vials put into the recipient's boxes."""

    code: ClassVar[str] = "transfer.receive"
    verb: ClassVar[Verb] = Verb.RECORD_STORAGE
    happened: ClassVar[bool] = True

    @classmethod
    def fits(cls, view: object) -> bool:
        """Until it is received."""
        return isinstance(view, TransferView) and view.under_way

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """The logger's file or what it showed, the judgement, where the vials go."""
        which = () if self.of else (ask.code("transfer", Station.TRANSFER),)
        return (
            *which,
            ask.yes_no("shipper_accepted", words.say("tui.choice.accepted"), words.say("tui.choice.refused")),
            ask.line("logger_file", optional=True),
            ask.decimal("logger_warmest", optional=True),
            ask.codes("into_boxes", Station.PLACE, optional=True),
            ask.line("arrival_note", optional=True),
        )

    def deed(self, given: Given) -> Deed:
        """The receipt; the file is read when the act is."""

        def receive(work: UnitOfWork) -> None:
            file, warmest = logger.logged(given["logger_file"], given["logger_warmest"])
            services.receive(
                work,
                self.of or given["transfer"],
                accepted=given["shipper_accepted"],
                warmest_c=warmest,
                temperature_file=file,
                into=given["into_boxes"] or (),
                note=given["arrival_note"],
            )

        return receive

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """The warmest that the file says, and where the vials will stand."""
        seen = view.transfer_view(reading, outcome.code)
        yield PreviewLine("warmest_c", seen.warmest_c)
        for one in seen.vials:
            yield PreviewLine("position", f"{one.code}  {one.position or '–'}")


OF_VIAL: tuple[type[Form], ...] = (Send,)
OF_TRANSFER: tuple[type[Form], ...] = (Receive,)
NEW: tuple[type[Form], ...] = (Send, Receive)
