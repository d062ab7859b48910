"""A vial at the bench: used for a test, lost or destroyed, its label spoiled."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from cellbank.bank import Reading
from cellbank.commands import vial as commands
from cellbank.domain.vial import IN_STOCK
from cellbank.views.vial import VialLine
from cellbank.wording import Wording
from tui.forms.ask import Given
from tui.forms.command import CommandForm, Offer
from tui.forms.form import Form


class _InStock(CommandForm):
    """Of a vial that is still in stock."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """A vial in stock."""
        return isinstance(view, VialLine) and view.status in IN_STOCK


class UseForTest(_InStock, of=commands.Use, here="code", without=("purpose",)):
    """Consumed in a test."""

    def answered(self, given: Given) -> Mapping[str, Any]:
        """The use for a test: the others have acts of their own."""
        return {**super().answered(given), "purpose": "test"}


class Discard(_InStock, of=commands.Discard, without=("vial_codes",)):
    """Broken, missing or destroyed."""

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """How it was lost is always said."""
        return {"how": Offer(needed=True)}

    def answered(self, given: Given) -> Mapping[str, Any]:
        """The loss of this vial."""
        return {**given, "vial_codes": (self.of,)}


class DiscardSeveral(CommandForm, of=commands.Discard):
    """Several vials at once, scanned, or those that a count has not found."""

    code: ClassVar[str] = "vial.discard_several"

    def __init__(self, of: str = "", vials: Sequence[str] = (), how: str = "", because: str = "") -> None:
        super().__init__(of)
        self._known = {"vial_codes": ", ".join(vials), "how": how, "because": because}

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """What the count knows; how they were lost is always said."""
        return {name: Offer(given=text, needed=True) for name, text in self._known.items()}


class VoidLabel(_InStock, of=commands.VoidLabel, here="code"):
    """The label is spoiled or lost: the vial needs another."""


OF_VIAL: tuple[type[Form], ...] = (UseForTest, Discard, VoidLabel)
NEW: tuple[type[Form], ...] = (DiscardSeveral,)
