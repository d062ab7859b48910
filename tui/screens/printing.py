"""A label as it will scan beside what can be chosen about it; F8 prints it within the act, to a file or a printer."""

from abc import abstractmethod
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from cellbank.bank import Deed
from cellbank.documents.preview import LabelPreview
from cellbank.domain.person import Verb
from tui.screens.base_screen import BaseScreen
from tui.text.markup_safe import lines, plain
from tui.widgets.destination import Destination
from tui.widgets.scan_bar import ScanBar
from tui.work.output import Paper
from tui.work.write import Answer, Write

S = TypeVar("S")


class PrintScreen(BaseScreen[S]):
    """Choose, look, F8."""

    verbs: ClassVar[dict[str, Verb]] = {"print": Verb.PRINT_LABEL}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f8", "print", "tui.key.print", tooltip="tui.tip.print_label"),
        Binding("tab", "app.focus_next", "tui.key.next"),
    ]

    reason_code: ClassVar[str] = "tui.print.reason"
    """The placeholder of the field for the reason to print again."""

    def __init__(self) -> None:
        super().__init__()
        self.writing = False

    @abstractmethod
    def choices(self) -> ComposeResult:
        """The labels to choose from, at the top of the left side."""

    @property
    @abstractmethod
    def count(self) -> int:
        """How many labels are chosen."""

    @abstractmethod
    def job(self, paper: Paper, form: str, reason: str | None) -> Deed:
        """The act that prints what is chosen."""

    @abstractmethod
    def printed(self) -> None:
        """The print is kept: choose the label that comes next."""

    def body(self) -> ComposeResult:
        """The choices on the left, the label on the right."""
        with Horizontal(id="labels"):
            with VerticalScroll(id="choices", can_focus=False):
                yield from self.choices()
                yield Input(placeholder=self.say(self.reason_code), id="reason", compact=True, max_length=200)
                yield Destination()
                yield Static(id="label-words")
            with Vertical(id="preview"):
                yield Static(id="symbol")
                yield Static(id="symbol-code")

    def show_label(self, preview: LabelPreview, *, again: bool, against: Sequence[Content] = ()) -> None:
        """The label, after what speaks against printing it; a reason is asked for where it is printed again."""
        self.query_one("#reason", Input).display = again
        self.query_one("#symbol", Static).update(lines(plain(line) for line in preview.symbol))
        self.query_one("#symbol-code", Static).update(plain(preview.code, "bold"))
        words = (plain(word, "$muted") for word in preview.words)
        self.query_one("#label-words", Static).update(lines([*against, *words]))

    def propose(self, name: str) -> None:
        """A file of this name, or the first after it that no file has yet."""
        folder = self.host.paper_folder
        names = (f"{name}{'' if run == 1 else f'-{run}'}.pdf" for run in range(1, 1000))
        free: Path = next(folder / one for one in names if not (folder / one).exists())
        self.query_one(Destination).propose(str(free))

    def action_print(self) -> None:
        """Hand the print to the app, once."""
        bar, to = self.query_one(ScanBar), self.query_one(Destination)
        if self.writing or self.seen is None:
            return
        count, paper = self.count, to.paper()
        if not count or paper is None:
            bar.refuse(self.say("tui.labels.none_chosen" if not count else "tui.labels.no_file"))
            return
        reason = self.query_one("#reason", Input).value.strip() or None
        self.writing = True
        bar.say(self.say("tui.labels.printing", count=count))
        deed = self.job(paper, "zpl" if paper.path.suffix == ".zpl" else "pdf", reason)
        told: dict[str, object] = {"count": count, "file": str(paper.path), "printer": to.printer or ""}
        said = "tui.labels.done" if to.printer is None else "tui.labels.sent"
        then = partial(self._printed, said, told)
        self.host.perform(Write(deed, said, told, on_commit=paper.commit, on_rollback=paper.rollback, on_answer=then))

    def _printed(self, said: str, told: dict[str, object], answer: Answer) -> bool:
        self.writing = False
        if not self.is_attached:
            return False
        bar = self.query_one(ScanBar)
        if answer.error is not None:
            bar.answer = None
            return False
        self.query_one("#reason", Input).value = ""
        bar.say(self.say(said, **told))
        self.printed()
        return True
