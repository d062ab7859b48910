"""Material lots as they arrive."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from cellbank.bank import Deed, Reading
from cellbank.domain.person import Verb
from cellbank.services import material as services
from cellbank.views.wordlist import Words, recorded
from cellbank.wording import Wording
from tui.forms import ask
from tui.forms.ask import Ask, Given
from tui.forms.form import Form


class Receive(Form):
    """A material lot; the form stays for the next one of the same delivery."""

    code: ClassVar[str] = "material.receive"
    verb: ClassVar[Verb] = Verb.RECORD_FACT
    happened: ClassVar[bool] = True
    stays: ClassVar[frozenset[str]] = frozenset({"supplier", "at"})
    done_at: ClassVar[str] = "tui.ask.received_at"

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """What it is, whose lot, until when."""
        return (
            ask.line("item", suggested=recorded(reading, Words.ITEM)),
            ask.line("supplier_lot"),
            ask.line("supplier", suggested=recorded(reading, Words.SUPPLIER)),
            ask.expiry("expires_on"),
        )

    def deed(self, given: Given) -> Deed:
        """The receipt."""
        return partial(
            services.receive_material,
            item=given["item"],
            lot_number=given["supplier_lot"],
            supplier=given["supplier"],
            expires_on=given["expires_on"],
        )


NEW: tuple[type[Form], ...] = (Receive,)
