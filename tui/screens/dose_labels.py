"""The labels of a prepared dose: for dispensing and for the syringe, as they will scan, to a file, within the act."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, RadioSet, Static

from cellbank.bank import Bank, Deed
from cellbank.documents.preview import LabelPreview, dispensing_preview, flag_preview
from cellbank.domain.person import Verb
from cellbank.errors import Finding
from cellbank.services import dose_label as services
from cellbank.services.dose_label import DISPENSING, FLAG, DosePrint
from cellbank.views import dose, vial
from tui.paper_file import default_folder
from tui.screens.place import Place
from tui.widgets.choice import Choice
from tui.widgets.destination import Destination
from tui.widgets.plain import lines, plain
from tui.widgets.scan_bar import ScanBar
from tui.writing import Answer, Write

KINDS = (DISPENSING, FLAG)
"""In the order in which they are printed."""


@dataclass(frozen=True)
class DoseLabelsSeen:
    """Both labels as they will be, which were printed already, and what speaks against printing any."""

    previews: dict[str, LabelPreview]
    printed: frozenset[str]
    against: tuple[Finding, ...]


class DoseLabelsScreen(Place[DoseLabelsSeen]):
    """Choose, look, F8: the file is there; then the other one is chosen."""

    AUTO_FOCUS = "#kind"
    help_code: ClassVar[str] = "tui.help.dose_labels"
    verbs: ClassVar[dict[str, Verb]] = {"print": Verb.PRINT_LABEL}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f8", "print", "tui.key.print", tooltip="tui.tip.print_dose"),
        Binding("tab", "app.focus_next", "tui.key.next"),
    ]

    def __init__(self, dose: str, visit: str) -> None:
        super().__init__()
        self.dose = dose
        self.visit = visit
        self.writing = False
        self._file_for: str | None = None

    def body(self) -> ComposeResult:
        """The choices on the left, the label on the right."""
        with Horizontal(id="labels"):
            with VerticalScroll(id="choices", can_focus=False):
                with RadioSet(id="kind"):
                    for kind in KINDS:
                        yield Choice(plain(self.say(f"tui.dose_labels.{kind}")), value=kind == DISPENSING)
                yield Input(placeholder=self.say("tui.dose_labels.reason"), id="reason", compact=True, max_length=200)
                yield Destination()
                yield Static(id="label-words")
            with Vertical(id="preview"):
                yield Static(id="symbol")
                yield Static(id="symbol-code")

    def gather(self, bank: Bank) -> DoseLabelsSeen:
        """Both labels and what the gate says, in one snapshot."""
        with bank.read() as reading:
            previews = {DISPENSING: dispensing_preview(reading, self.dose), FLAG: flag_preview(reading, self.dose)}
            printed = frozenset(run.kind for run in vial.prints_of_dose(reading, self.dose))
            return DoseLabelsSeen(previews, printed, dose.against_labels(reading, self.dose))

    async def show(self, seen: DoseLabelsSeen) -> None:
        """The label chosen; the one not printed yet is chosen first."""
        self.where(plain(self.say("tui.dose_labels.title", dose=self.dose, visit=self.visit), "bold"))
        if self._file_for is None and DISPENSING in seen.printed and FLAG not in seen.printed:
            self._choose(FLAG)
        self._show_kind()

    @property
    def kind(self) -> str:
        """Which label is chosen."""
        return KINDS[max(0, self.query_one("#kind", RadioSet).pressed_index)]

    def _choose(self, kind: str) -> None:
        list(self.query(Choice))[KINDS.index(kind)].value = True

    def on_radio_set_changed(self) -> None:
        """The other label."""
        self._show_kind()

    def _show_kind(self) -> None:
        if self.seen is None:
            return
        kind, preview = self.kind, self.seen.previews[self.kind]
        self.query_one("#reason", Input).display = kind in self.seen.printed
        self.query_one("#symbol", Static).update(lines(plain(line) for line in preview.symbol))
        self.query_one("#symbol-code", Static).update(plain(preview.code, "bold"))
        self.query_one("#label-words", Static).update(lines([*self._against(), *_words(preview)]))
        if self._file_for != kind:
            self._file_for = kind
            self.query_one(Destination).propose(str(_free(default_folder(self.cellbank), kind, self.dose)))

    def _against(self) -> list[Content]:
        """What the print would be refused for."""
        found = () if self.seen is None else self.seen.against
        said = [plain(f"✗ {self.cellbank.wording.finding(one)}", "bold $error") for one in found]
        return [plain(self.say("tui.dose_labels.against"), "bold $error"), *said, plain("")] if said else []

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
        kind = self.kind
        reason = self.query_one("#reason", Input).value.strip() or None
        form = "zpl" if paper.path.suffix == ".zpl" else "pdf"
        job = DosePrint(flag=kind == FLAG, form=form, reprint_because=reason)
        subject, _, number = self.visit.rpartition("/")
        deed: Deed = partial(
            services.print_dose_label, subject_code=subject, number=int(number), job=job, keep=paper.keep
        )
        told: dict[str, object] = {"count": 1, "file": str(paper.path), "printer": to.printer or ""}
        said = "tui.labels.done" if to.printer is None else "tui.labels.sent"
        then = partial(self._printed, kind, said, told)
        self.cellbank.perform(Write(deed, said, told, after=paper.done, undone=paper.gone, then=then))

    def _printed(self, kind: str, said: str, told: dict[str, object], answer: Answer) -> bool:
        self.writing = False
        if not self.is_attached or answer.error is not None:
            return False
        self.query_one("#reason", Input).value = ""
        self.query_one(ScanBar).say(self.say(said, **told))
        self._file_for = None
        other = KINDS[1 - KINDS.index(kind)]
        self._choose(other if self.seen is not None and other not in self.seen.printed else kind)
        self._show_kind()
        return True


def _words(preview: LabelPreview) -> list[Content]:
    return [plain(word, "$muted") for word in preview.words]


def _free(folder: Path, kind: str, dose: str) -> Path:
    """A name in the folder that no file has yet."""
    names = (f"{dose}-{kind}{'' if run == 1 else f'-{run}'}.pdf" for run in range(1, 1000))
    return next(folder / name for name in names if not (folder / name).exists())
