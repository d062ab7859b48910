"""A document on the screen: what it is asked of, what stands against it, the file; F5 writes it."""

from functools import partial
from pathlib import Path
from typing import ClassVar, cast

from textual.binding import Binding, BindingType
from textual.worker import Worker, WorkerState

from cellbank.bank import Bank
from cellbank.errors import CannotWrite, CellbankError
from tui.forms import ask as asking
from tui.forms.ask import Ask, Given
from tui.forms.form import Form, PaperForm, PreviewLine
from tui.forms.rehearsal import Rehearsed
from tui.screens.form import FormScreen
from tui.widgets.scan_bar import ScanBar
from tui.work.output import default_folder, paper_for

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
        return (*super().gather(bank), asking.line(FILE, optional=True, hint=str(self._folder)))

    @property
    def _folder(self) -> Path:
        labels = default_folder(self.cellbank)
        return labels if self.cellbank.is_web else labels.with_name("documents")

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
        with self.cellbank.bank.read() as reading:
            return self.paper.paper(reading, given, self.cellbank.wording)

    def action_record(self) -> None:
        """Write the file, in a thread."""
        found = self.answers()
        if self.writing or self.seen is None:
            return
        if not found.whole:
            self.point_at(found)
            return
        self.writing = True
        self.run_worker(partial(self._write_file, found.given), thread=True, group="paper", exit_on_error=False)

    def _write_file(self, given: Given) -> Path:
        file = paper_for(self.cellbank, str(self._file(given)))
        try:
            file.stage(self._made(given))
            file.commit()
        except OSError as error:
            file.rollback()
            raise CannotWrite("tui.file.unwritable", why=error.strerror or str(error)) from error
        return file.path

    async def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """The file is there, or why it is not."""
        if event.worker.group != "paper":
            await super().on_worker_state_changed(event)
        elif event.worker.is_finished and self.is_attached:
            self.writing = False
            if event.state is WorkerState.SUCCESS:
                path = cast(Path, event.worker.result)
                self.cellbank.notify(self.say("tui.paper.done", file=str(path)), markup=False)
                self.query_one(ScanBar).say(self.say("tui.paper.done", file=str(path)))
            else:
                self._say_unreadable(event.worker.error)


def screen_of(form: Form) -> FormScreen:
    """The screen of a form, or of a document."""
    return PaperScreen(form) if isinstance(form, PaperForm) else FormScreen(form)
