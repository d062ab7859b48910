"""A vial at the bench: used for a test, lost or destroyed, its label spoiled."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from cellbank.bank import Deed, Reading
from cellbank.domain.identifiers import Station
from cellbank.domain.person import Verb
from cellbank.domain.vial import IN_STOCK
from cellbank.services import vial as services
from cellbank.views.vial import VialLine
from cellbank.wording import Wording
from tui.forms import ask
from tui.forms.ask import Ask, Choice, Given
from tui.forms.form import Form


class _InStock(Form):
    """Of a vial that is still in stock."""

    verb: ClassVar[Verb] = Verb.RECORD_STORAGE
    happened: ClassVar[bool] = True

    @classmethod
    def fits(cls, view: object) -> bool:
        """A vial in stock."""
        return isinstance(view, VialLine) and view.status in IN_STOCK


class UseForTest(_InStock):
    """Consumed in a test."""

    code: ClassVar[str] = "vial.use"

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Which test."""
        return (ask.line("which_test", optional=True),)

    def deed(self, given: Given) -> Deed:
        """The use."""
        return partial(services.use_vial, code=self.of, purpose="test", note=given["which_test"])


class Discard(_InStock):
    """Broken, missing or destroyed."""

    code: ClassVar[str] = "vial.discard"

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """How, and why."""
        return (ask.one_of("how_lost", _ways(words)), ask.line("reason"))

    def deed(self, given: Given) -> Deed:
        """The loss."""
        return partial(services.discard_vials, vial_codes=(self.of,), how=given["how_lost"], reason=given["reason"])


class DiscardSeveral(Form):
    """Several vials at once, scanned, or those that a count has not found."""

    code: ClassVar[str] = "vial.discard_several"
    verb: ClassVar[Verb] = Verb.RECORD_STORAGE
    happened: ClassVar[bool] = True

    def __init__(self, of: str = "", vials: Sequence[str] = (), how: str = "", reason: str = "") -> None:
        super().__init__(of)
        self._known = (", ".join(vials), how, reason)

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Which, how, and why."""
        vials, how, reason = self._known
        return (
            ask.codes("vials", Station.VIAL, given=vials),
            ask.one_of("how_lost", _ways(words), given=how),
            ask.line("reason", given=reason),
        )

    def deed(self, given: Given) -> Deed:
        """The loss."""
        return partial(services.discard_vials, vial_codes=given["vials"], how=given["how_lost"], reason=given["reason"])


def _ways(words: Wording) -> list[Choice]:
    return [Choice(how, words.term("vial_status", end)) for how, end in services.ENDS.items() if how != "test"]


class VoidLabel(_InStock):
    """The label is spoiled or lost: the vial needs another."""

    code: ClassVar[str] = "label.void"
    verb: ClassVar[Verb] = Verb.PRINT_LABEL
    happened: ClassVar[bool] = False

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Why."""
        return (ask.line("because"),)

    def deed(self, given: Given) -> Deed:
        """The voiding."""
        return partial(services.void_label, code=self.of, because=given["because"])


OF_VIAL: tuple[type[Form], ...] = (UseForTest, Discard, VoidLabel)
NEW: tuple[type[Form], ...] = (DiscardSeveral,)
