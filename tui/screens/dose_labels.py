"""The labels of a prepared dose: for dispensing and for the syringe, as they will scan, printed within the act."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import RadioSet

from cellbank.bank import Bank, Deed
from cellbank.documents.label_kinds import DISPENSING, FLAG
from cellbank.documents.preview import LabelPreview, preview
from cellbank.errors import Finding
from cellbank.services.dose_label import DosePrint, print_dose_label
from cellbank.views import dose, vial
from tui.screens.printing import PrintScreen
from tui.text.markup_safe import plain
from tui.widgets.choice import Choice
from tui.work.output import Paper

KINDS = (DISPENSING, FLAG)
"""In the order in which they are printed."""


@dataclass(frozen=True)
class DoseLabelsSeen:
    """Both labels as they will be, which were printed already, and what speaks against printing any."""

    previews: dict[str, LabelPreview]
    printed: frozenset[str]
    against: tuple[Finding, ...]


class DoseLabelsScreen(PrintScreen[DoseLabelsSeen]):
    """Choose, look, F8: the label is there; then the other one is chosen."""

    AUTO_FOCUS = "#kind"
    help_code: ClassVar[str] = "tui.help.dose_labels"

    def __init__(self, dose: str, visit: str) -> None:
        super().__init__()
        self.dose = dose
        self.visit = visit
        self._file_for: str | None = None

    def choices(self) -> ComposeResult:
        """The dispensing label or the flag."""
        with RadioSet(id="kind"):
            for kind in KINDS:
                yield Choice(plain(self.say(f"tui.dose_labels.{kind}")), value=kind == DISPENSING)

    def gather(self, bank: Bank) -> DoseLabelsSeen:
        """Both labels and what the gate says, in one snapshot."""
        with bank.read() as reading:
            previews = {kind: preview(reading, kind, self.dose) for kind in KINDS}
            printed = frozenset(run.kind for run in vial.prints_of_dose(reading, self.dose))
            return DoseLabelsSeen(previews, printed, dose.against_labels(reading, self.dose))

    async def show(self, seen: DoseLabelsSeen) -> None:
        """The label chosen; the one not printed yet is chosen first."""
        self.set_heading(plain(self.say("tui.dose_labels.title", dose=self.dose, visit=self.visit), "bold"))
        if self._file_for is None and DISPENSING in seen.printed and FLAG not in seen.printed:
            self._choose(FLAG)
        self._show_kind()

    @property
    def kind(self) -> str:
        """The kind of the label chosen: dispensing or flag."""
        return KINDS[max(0, self.query_one("#kind", RadioSet).pressed_index)]

    def _choose(self, kind: str) -> None:
        list(self.query(Choice))[KINDS.index(kind)].value = True

    def on_radio_set_changed(self) -> None:
        """Show the label chosen."""
        self._show_kind()

    def _show_kind(self) -> None:
        if self.seen is None:
            return
        kind = self.kind
        self.show_label(self.seen.previews[kind], again=kind in self.seen.printed, against=self._against(self.seen))
        if self._file_for != kind:
            self._file_for = kind
            self.propose(f"{self.dose}-{kind}")

    def _against(self, seen: DoseLabelsSeen) -> list[Content]:
        """The findings for which the print would be refused."""
        said = [plain(f"✗ {self.host.wording.finding(one)}", "bold $error") for one in seen.against]
        return [plain(self.say("tui.dose_labels.against"), "bold $error"), *said, plain("")] if said else []

    count = 1

    def job(self, paper: Paper, form: str, reason: str | None) -> Deed:
        """The act that prints the label chosen."""
        subject, _, number = self.visit.rpartition("/")
        job = DosePrint(flag=self.kind == FLAG, form=form, reprint_because=reason)
        return partial(print_dose_label, subject_code=subject, number=int(number), job=job, keep=paper.stage)

    def printed(self) -> None:
        """Choose the label that is not printed yet, if there is one."""
        kind, self._file_for = self.kind, None
        other = KINDS[1 - KINDS.index(kind)]
        self._choose(other if self.seen is not None and other not in self.seen.printed else kind)
        self._show_kind()
