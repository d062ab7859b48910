"""Tissue as it arrives: its donation identifier is checked while it is typed, its cold ischaemia is told."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import partial
from typing import ClassVar

from cellbank.bank import Deed, Outcome, Reading, UnitOfWork
from cellbank.domain.identifiers import Station, donation_id
from cellbank.domain.person import Verb
from cellbank.services import tissue as services
from cellbank.views import tissue as view
from cellbank.views.donor import DonorView
from cellbank.views.wordlist import Words, recorded
from cellbank.wording import Wording
from tui.forms import ask
from tui.forms.ask import Ask, Given
from tui.forms.form import Form, PreviewLine


class Receive(Form):
    """A tissue of this donor, or of the one named."""

    code: ClassVar[str] = "tissue.receive"
    verb: ClassVar[Verb] = Verb.RECORD_FACT
    happened: ClassVar[bool] = True
    opens: ClassVar[str | None] = "tissue.received"
    done_at: ClassVar[str] = "tui.ask.received_at"

    @classmethod
    def fits(cls, view: object) -> bool:
        """Of a donor who has not withdrawn."""
        return isinstance(view, DonorView) and view.withdrawn_on is None

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """The donor unless one is in front, the donation, the procurement, how it arrived."""
        donor = () if self.of else (ask.code("donor", Station.DONOR),)
        procedures = recorded(reading, Words.PROCEDURE)
        return (
            *donor,
            Ask("donation", lambda text, _: donation_id(text)),
            ask.instant("procured_at"),
            ask.line("procedure", suggested=procedures),
            ask.decimal("volume_ml", optional=True),
            ask.decimal("mass_g", optional=True),
            ask.decimal("temperature_c", optional=True),
        )

    def deed(self, given: Given) -> Deed:
        """The receipt, at the moment when it was done."""
        return partial(_receive, donor=self.of or given["donor"], given=given)

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """The hours since the procurement, against the limit of cold ischaemia."""
        found = view.ischaemia(reading, outcome.code)
        yield PreviewLine("cold_ischaemia_h", found.hours)
        yield PreviewLine("hours_left", max(found.limit_h - found.hours, Decimal(0)))


def _receive(work: UnitOfWork, donor: str, given: Given) -> None:
    services.receive_tissue(
        work,
        donor,
        given["donation"],
        given["procured_at"],
        work.act.performed_at,
        given["procedure"],
        given["mass_g"],
        given["volume_ml"],
        given["temperature_c"],
    )


OF_DONOR: tuple[type[Form], ...] = (Receive,)
NEW: tuple[type[Form], ...] = (Receive,)
