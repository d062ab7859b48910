"""Material lots as they arrive."""

from collections.abc import Mapping
from typing import ClassVar

from cellbank.bank import Reading
from cellbank.commands import material as commands
from cellbank.views.wordlist import Words, recorded
from cellbank.wording import Wording
from tui.forms.command import CommandForm, Offer
from tui.forms.form import Form


class Receive(CommandForm, of=commands.Receive):
    """A material lot; the form stays for the next one of the same delivery."""

    stays: ClassVar[frozenset[str]] = frozenset({"supplier", "at"})
    done_at: ClassVar[str] = "tui.ask.received_at"

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """The items and suppliers typed before."""
        return {
            "item": Offer(suggested=recorded(reading, Words.ITEM)),
            "supplier": Offer(suggested=recorded(reading, Words.SUPPLIER)),
        }


NEW: tuple[type[Form], ...] = (Receive,)
