"""A document on the screen: what it is asked of, what stands against it, the file; F5 writes it."""

from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType

from cellbank.bank import Bank
from cellbank.errors import CannotWrite, CellbankError
from tui.forms import ask
from tui.forms.ask import Ask, Given
from tui.forms.form import Form, PaperForm, PreviewLine
from tui.forms.rehearsal import Rehearsed
from tui.screens.form import FormScreen
from tui.widgets.scan_bar import ScanBar

FILE = "paper_file"


class PaperScreen(FormScreen):
    """One document; it is made while its questions are answered, so that it is told at once when it cannot be."""

    help_code: ClassVar[str] = "tui.help.paper"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "record", "tui.key.write_file", tooltip="tui.tip.write_file"),
    ]

    def __init__(self, form: PaperForm) -> None:
        super().__init__(form)
        self.paper = form

    def gather(self, bank: Bank) -> tuple[Ask, ...]:
        """The questions, then the file."""
        return (*super().gather(bank), ask.line(FILE, optional=True, hint=str(self._folder)))

    @property
    def _folder(self) -> Path:
        labels = self.host.paper_folder
        return labels if self.host.is_web else labels.with_name("documents")

    def _file(self, given: Given) -> Path:
        """Where it goes: the name given, in the folder unless it says another; a name that no file has."""
        said = given.get(FILE)
        if said:
            return self._folder / Path(said).expanduser()
        wanted = self._folder / self.paper.file_name(given)
        again = (wanted.with_stem(f"{wanted.stem}-{run}") for run in range(2, 1000))
        return wanted if not wanted.exists() else next(path for path in again if not path.exists())

    def work_of(self, given: Given) -> Rehearsed:
        """Make it, and tell how large it is; or why it cannot be made."""
        try:
            size = PreviewLine("document_bytes", len(self._made(given)))
            return Rehearsed(preview=(size,), calm="tui.form.no_change")
        except CellbankError as error:
            return Rehearsed(refused=error)

    def _made(self, given: Given) -> bytes:
        with self.host.bank.read() as reading:
            return self.paper.paper(reading, given, self.host.wording)

    def action_record(self) -> None:
        """Write the file, in a thread."""
        found = self.answers()
        if self.writing or self.seen is None:
            return
        if not found.whole:
            self.point_at(found)
            return
        self.writing = True
        work = partial(self._write_file, found.given)
        self.in_thread(work, self._written, failed=self._unwritten, group="paper")

    def _write_file(self, given: Given) -> Path:
        file = self.host.paper_for(str(self._file(given)))
        try:
            file.stage(self._made(given))
            file.commit()
        except OSError as error:
            file.rollback()
            raise CannotWrite("tui.file.unwritable", why=error.strerror or str(error)) from error
        return file.path

    def _written(self, path: Path) -> None:
        self.writing = False
        said = self.say("tui.paper.done", file=str(path))
        self.host.notify(said, markup=False)
        self.query_one(ScanBar).say(said)

    def _unwritten(self, error: CellbankError) -> None:
        self.writing = False
        self.show_error(error)


def form_screen(form: Form) -> FormScreen:
    """The screen of a form, or of a document."""
    return PaperScreen(form) if isinstance(form, PaperForm) else FormScreen(form)
