"""The label of a tank, a rack or a box as it will scan, and those of what stands in it; printed within the act."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import RadioSet

from cellbank.bank import Bank, Deed
from cellbank.documents.label_kinds import PLACE
from cellbank.documents.preview import LabelPreview, preview
from cellbank.services.label import LabelsPrint, print_labels
from cellbank.views.storage import place_view, without_label
from tui.screens.printing import PrintScreen
from tui.text.markup_safe import plain
from tui.widgets.choice import Choice
from tui.widgets.destination import Destination
from tui.work.output import Paper


@dataclass(frozen=True)
class PlaceLabelsSeen:
    """The place's own label as it will be, whether it was printed, and what inside has none yet, by path."""

    preview: LabelPreview
    path: str
    printed: bool
    without: tuple[str, ...]


class PlaceLabelsScreen(PrintScreen[PlaceLabelsSeen]):
    """Choose, look, F8: the labels are there."""

    AUTO_FOCUS = "#which"
    help_code: ClassVar[str] = "tui.help.place_labels"

    def __init__(self, of: str) -> None:
        super().__init__()
        self.of = of

    def choices(self) -> ComposeResult:
        """The label of this place, or of every place inside that has none yet."""
        with RadioSet(id="which"):
            yield Choice(plain(self.of), value=True, id="this")
            yield Choice("", id="inside")

    def gather(self, bank: Bank) -> PlaceLabelsSeen:
        """The label, and what stands without one, in one snapshot."""
        with bank.read() as reading:
            place = place_view(reading, self.of)
            without = without_label(reading, self.of)
            label = preview(reading, PLACE, self.of, self.host.wording.language)
            return PlaceLabelsSeen(label, place.path, place.path not in without, without)

    async def show(self, seen: PlaceLabelsSeen) -> None:
        """The label, and how many places inside have none."""
        self.set_heading(plain(self.say("tui.place_labels.title", place=seen.path), "bold"))
        inside = self.query_one("#inside", Choice)
        inside.label = plain(self.say("tui.place_labels.inside", count=len(seen.without)))
        inside.display = bool(set(seen.without) - {seen.path})
        self._show_chosen()
        if not self.query_one(Destination).file:
            self.propose(seen.preview.code)

    def on_radio_set_changed(self) -> None:
        """Ask for a reason only where a label is printed again."""
        self._show_chosen()

    def _show_chosen(self) -> None:
        if self.seen is not None:
            self.show_label(self.seen.preview, again=self.seen.printed and not self._inside)

    @property
    def _inside(self) -> bool:
        return self.query_one("#inside", Choice).value

    @property
    def _chosen(self) -> Sequence[str]:
        return self.seen.without if self._inside and self.seen is not None else (self.of,)

    @property
    def count(self) -> int:
        """One for this place, or how many inside it have none."""
        return len(self._chosen)

    def job(self, paper: Paper, form: str, reason: str | None) -> Deed:
        """The labels chosen."""
        job = LabelsPrint(language=self.host.wording.language, form=form, reprint_because=reason)
        return partial(print_labels, kind=PLACE, named=self._chosen, job=job, keep=paper.stage)

    def printed(self) -> None:
        """Choose this place again, and clear the file's name."""
        self.query_one("#this", Choice).value = True
        self.query_one(Destination).propose("")
