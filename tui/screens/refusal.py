"""A refusal that no screen is left to show: every finding as a sentence."""

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from cellbank.errors import CannotPrint, CellbankError
from tui.screens.modal import Modal
from tui.text import sentences
from tui.text.markup_safe import lines, plain
from tui.widgets.key_bar import KeyBar


class RefusalModal(Modal[None]):
    """A refusal: its sentence, and every finding."""

    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, error: CellbankError) -> None:
        super().__init__()
        self.error = error

    def compose(self) -> ComposeResult:
        """A title, the sentences, the way out."""
        words = self.host.wording
        found = sentences.refusal(words, self.error)
        with Vertical(classes="card"):
            yield Static(plain(f"✗ {self._title(len(found))}", "bold $error"), classes="title")
            with VerticalScroll():
                yield Static(lines(plain(f"• {sentence}") for sentence in found), classes="findings")
            yield KeyBar()

    def _title(self, count: int) -> str:
        """That nothing was kept; or, of a printer that failed, that the record is as it was meant to be."""
        if isinstance(self.error, CannotPrint):
            return self.say("tui.printer.failed")
        return self.say("tui.refused.count", count=count)
