"""The label of a tank, a rack or a box as it will scan, and those of what stands in it; printed within the act."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input, RadioSet, Static

from cellbank.bank import Bank, Deed
from cellbank.documents.preview import LabelPreview, place_preview
from cellbank.domain.person import Verb
from cellbank.services import place_label as services
from cellbank.services.place_label import PlacePrint
from cellbank.views import storage as view
from tui.paper_file import default_folder
from tui.screens.place import Place
from tui.widgets.choice import Choice
from tui.widgets.destination import Destination
from tui.widgets.plain import lines, plain
from tui.widgets.scan_bar import ScanBar
from tui.writing import Answer, Write


@dataclass(frozen=True)
class PlaceLabelsSeen:
    """The place's own label as it will be, whether it was printed, and what inside has none yet, by path."""

    preview: LabelPreview
    path: str
    printed: bool
    without: tuple[str, ...]


class PlaceLabelsScreen(Place[PlaceLabelsSeen]):
    """Choose, look, F8: the labels are there."""

    AUTO_FOCUS = "#which"
    help_code: ClassVar[str] = "tui.help.place_labels"
    verbs: ClassVar[dict[str, Verb]] = {"print": Verb.PRINT_LABEL}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f8", "print", "tui.key.print", tooltip="tui.tip.print_place"),
        Binding("tab", "app.focus_next", "tui.key.next"),
    ]

    def __init__(self, of: str) -> None:
        super().__init__()
        self.of = of
        self.writing = False

    def body(self) -> ComposeResult:
        """The choices on the left, the label on the right."""
        with Horizontal(id="labels"):
            with VerticalScroll(id="choices", can_focus=False):
                with RadioSet(id="which"):
                    yield Choice(plain(self.of), value=True, id="this")
                    yield Choice("", id="inside")
                yield Input(placeholder=self.say("tui.dose_labels.reason"), id="reason", compact=True, max_length=200)
                yield Destination()
                yield Static(id="label-words")
            with Vertical(id="preview"):
                yield Static(id="symbol")
                yield Static(id="symbol-code")

    def gather(self, bank: Bank) -> PlaceLabelsSeen:
        """The label, and what stands without one, in one snapshot."""
        with bank.read() as reading:
            place = view.place_view(reading, self.of)
            without = view.without_label(reading, self.of)
            preview = place_preview(reading, self.of, self.cellbank.wording.language)
            return PlaceLabelsSeen(preview, place.path, place.path not in without, without)

    async def show(self, seen: PlaceLabelsSeen) -> None:
        """The label; a reason is asked for where it was printed already."""
        self.where(plain(self.say("tui.place_labels.title", place=seen.path), "bold"))
        inside = self.query_one("#inside", Choice)
        inside.label = plain(self.say("tui.place_labels.inside", count=len(seen.without)))
        inside.display = bool(set(seen.without) - {seen.path})
        self.query_one("#symbol", Static).update(lines(plain(line) for line in seen.preview.symbol))
        self.query_one("#symbol-code", Static).update(plain(seen.preview.code, "bold"))
        self.query_one("#label-words", Static).update(lines(plain(word, "$muted") for word in seen.preview.words))
        self._show_reason()
        if not self.query_one(Destination).file:
            self.query_one(Destination).propose(str(_free(default_folder(self.cellbank), seen.preview.code)))

    def on_radio_set_changed(self) -> None:
        """Only a label printed again needs a reason."""
        self._show_reason()

    def _show_reason(self) -> None:
        if self.seen is not None:
            self.query_one("#reason", Input).display = self.seen.printed and not self.query_one("#inside", Choice).value

    def _chosen(self, seen: PlaceLabelsSeen) -> Sequence[str]:
        return seen.without if self.query_one("#inside", Choice).value else (seen.path,)

    def action_print(self) -> None:
        """Hand the print to the app, once."""
        bar, to = self.query_one(ScanBar), self.query_one(Destination)
        if self.writing or self.seen is None:
            return
        paper = to.paper()
        if paper is None:
            bar.refuse(self.say("tui.labels.no_file"))
            return
        self.writing = True
        chosen = self._chosen(self.seen)
        reason = self.query_one("#reason", Input).value.strip() or None
        form = "zpl" if paper.path.suffix == ".zpl" else "pdf"
        job = PlacePrint(self.cellbank.wording.language, form=form, reprint_because=reason)
        deed: Deed = partial(services.print_place_labels, place_codes=chosen, job=job, keep=paper.keep)
        told: dict[str, object] = {"count": len(chosen), "file": str(paper.path), "printer": to.printer or ""}
        said = "tui.labels.done" if to.printer is None else "tui.labels.sent"
        then = partial(self._printed, said, told)
        self.cellbank.perform(Write(deed, said, told, after=paper.done, undone=paper.gone, then=then))

    def _printed(self, said: str, told: dict[str, object], answer: Answer) -> bool:
        self.writing = False
        if not self.is_attached or answer.error is not None:
            return False
        self.query_one("#reason", Input).value = ""
        self.query_one("#this", Choice).value = True
        self.query_one(Destination).propose("")
        self.query_one(ScanBar).say(self.say(said, **told))
        return True


def _free(folder: Path, code: str) -> Path:
    """A name in the folder that no file has yet."""
    names = (f"{code}{'' if run == 1 else f'-{run}'}.pdf" for run in range(1, 1000))
    return next(folder / name for name in names if not (folder / name).exists())
