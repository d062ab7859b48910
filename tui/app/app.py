"""The app: one open bank, its keys, and every act and every long work, so that leaving a screen loses nothing."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from cellbank.bank import Actor, Bank
from cellbank.errors import CellbankError
from cellbank.printers import Printer, known
from cellbank.settings import Settings
from cellbank.wording import Language, Wording
from tui.app import gc_tuning, key_dispatch
from tui.app.idle import Idle
from tui.app.jobs import Jobs
from tui.app.notifications import NotifyingApp
from tui.app.polling import PollingApp
from tui.app.session import SessionApp
from tui.app.themes import THEMES
from tui.app.writer import Writer
from tui.text.trial_terms import TrialTerms
from tui.work import output
from tui.work.job import Job
from tui.work.output import Download, OutputFile
from tui.work.write import Write

_KEY_NAMES = ("enter", "escape", "space", "tab")


class CellbankApp(NotifyingApp, SessionApp, PollingApp):
    """The terminal UI on one open bank."""

    CSS_PATH = "cellbank.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "desk('bench')", "tui.key.bench"),
        Binding("f2", "desk('quality')", "tui.key.quality"),
        Binding("f3", "desk('pharmacy')", "tui.key.pharmacy"),
        Binding("f10", "desk('admin')", "tui.key.admin"),
        Binding("question_mark", "help", "tui.key.help"),
        Binding("f4", "do", "tui.key.do_this"),
        Binding("ctrl+p", "verbs", "tui.key.verbs"),
        Binding("ctrl+r", "trail", "tui.key.trail", tooltip="tui.tip.trail"),
        Binding("ctrl+t", "theme", "tui.key.theme"),
        Binding("ctrl+o", "sign_out", "tui.key.sign_out"),
        Binding("ctrl+q", "quit", "tui.key.quit", priority=True),
    ]

    def __init__(
        self, bank: Bank, wording: Wording, idle: Idle | None = None, printers: Mapping[str, Printer] | None = None
    ) -> None:
        super().__init__(idle or Idle())
        self.title = "cellbank"
        self.animation_level = "none"  # Calm, and half the traffic of a terminal far away.
        self.bank = bank
        self.printers = printers or {}
        self.wording = wording
        self.trial_terms = TrialTerms(bank, wording)
        self.key_names = {key: wording.say(f"tui.keyname.{key}") for key in _KEY_NAMES}
        self._writer = Writer(self)
        self._jobs = Jobs(self)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def action_theme(self) -> None:
        """Dark or light."""
        names = [theme.name for theme in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)]

    def action_help_quit(self) -> None:
        """Ctrl+C is not the way out: it may be a copy."""
        self.notify(self.wording.say("tui.quit_hint"), markup=False)

    async def on_event(self, event: events.Event) -> None:
        """Keys and pastes go to the scan bar first, in the order in which they came."""
        if isinstance(event, events.Key | events.MouseDown | events.Paste | events.MouseScrollDown):
            self.idle.touch()
            self.dismiss_read()
        first_hand = self.screen_stack and not event.is_forwarded
        if not (first_hand and key_dispatch.dispatch(self.screen, self.focused, event)):
            await super().on_event(event)

    # What is done.

    def perform(self, write: Write, actor: Actor | None = None) -> None:
        """Perform one act of the person signed in, or of this one; leaving the screen loses nothing."""
        by = actor or self.actor
        if by is not None:
            self._writer.perform(by, write)

    def run_job(self, job: Job) -> None:
        """Run long work that records nothing, whatever else is done meanwhile; the same work is not begun twice."""
        self._jobs.run(job)

    @property
    def jobs_shown(self) -> Sequence[str]:
        """What long work runs, and how far each is."""
        return self._jobs.lines

    def on_jobs_progressed(self, event: Jobs.Progressed) -> None:
        """Long work has come further."""
        self._jobs.progressed(event)

    def show_error(self, error: CellbankError) -> None:
        """What the app itself was refused, it shows as it shows the refusal of an act."""
        self.refuse(error)

    # Where papers go.

    def paper_for(self, where: str) -> OutputFile | Download:
        """The document that someone named: their file, or in a browser a download of that name."""
        return output.paper_for(where, self._deliver if self.is_web else None)

    def _deliver(self, document: bytes, name: str) -> None:
        """Hand a document to the browser, in the app's own thread."""
        self.call_later(self.deliver_binary, BytesIO(document), save_filename=name)

    @property
    def paper_folder(self) -> Path:
        """Where papers go unless told otherwise; a browser has a folder of its own for what it is given."""
        return Path() if self.is_web else output.default_folder(self.bank.place)


def run(place: str, language: Language) -> None:
    """Open the bank at a place and run the terminal UI on it, in one language."""
    printers = known(Settings().printers)
    with Bank.open(place) as bank:
        gc_tuning.tune()
        CellbankApp(bank, Wording(language, bank.zone), printers=printers).run()
