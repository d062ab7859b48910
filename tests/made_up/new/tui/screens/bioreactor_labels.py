"""The label of a bioreactor as it will scan, printed within the act. Made up."""

from functools import partial

from textual.app import ComposeResult

from cellbank.bank import Bank, Deed
from cellbank.documents.preview import LabelPreview, preview
from cellbank.services.label import LabelsPrint, print_labels
from tui.screens.printing import PrintScreen
from tui.text.markup_safe import plain
from tui.work.output import Paper


class BioreactorLabels(PrintScreen[LabelPreview]):
    """Look, F8: the label is there."""

    count = 1

    def __init__(self, of: str) -> None:
        super().__init__()
        self.of = of

    def choices(self) -> ComposeResult:
        """None."""
        yield from ()

    def gather(self, bank: Bank) -> LabelPreview:
        """The label, in one snapshot."""
        with bank.read() as reading:
            return preview(reading, "bioreactor", self.of, self.host.wording.language)

    async def show(self, seen: LabelPreview) -> None:
        """The label."""
        self.set_heading(plain(self.say("tui.bioreactor_labels.title", code=self.of), "bold"))
        self.show_label(seen, again=True)
        self.propose(seen.code)

    def job(self, paper: Paper, form: str, reason: str | None) -> Deed:
        """Its label."""
        job = LabelsPrint(language=self.host.wording.language, form=form, reprint_because=reason)
        return partial(print_labels, kind="bioreactor", named=(self.of,), job=job, keep=paper.stage)

    def printed(self) -> None:
        """Nothing comes next."""
