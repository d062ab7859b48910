"""Tissue as it arrives: its donation identifier is checked while it is typed, its cold ischaemia is told."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import ClassVar

from cellbank.bank import Outcome, Reading
from cellbank.commands import tissue as commands
from cellbank.views import tissue
from cellbank.views.donor import DonorView
from cellbank.views.wordlist import Words, recorded
from cellbank.wording import Wording
from tui.forms.ask import Given
from tui.forms.command import CommandForm, Offer
from tui.forms.form import Form, PreviewLine

_ORDER = ("donor_code", "donation", "procured_at", "procedure", "volume_ml", "mass_g", "temperature_c", "received_at")


class Receive(CommandForm, of=commands.Receive, here="donor_code", order=_ORDER):
    """A tissue of this donor, or of the one named."""

    opens: ClassVar[str | None] = "tissue.received"

    @classmethod
    def fits(cls, view: object) -> bool:
        """Of a donor who has not withdrawn."""
        return isinstance(view, DonorView) and view.withdrawn_on is None

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """The procedures typed before."""
        return {"procedure": Offer(suggested=recorded(reading, Words.PROCEDURE))}

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """The hours since the procurement, against the limit of cold ischaemia."""
        found = tissue.ischaemia(reading, outcome.code)
        yield PreviewLine("cold_ischaemia_h", found.hours)
        yield PreviewLine("hours_left", max(found.limit_h - found.hours, Decimal(0)))


OF_DONOR: tuple[type[Form], ...] = (Receive,)
NEW: tuple[type[Form], ...] = (Receive,)
