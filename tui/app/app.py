"""The app: who is signed in, the bank's head, scans, and every write, so that leaving a screen loses nothing."""

from collections.abc import Mapping
from typing import ClassVar, cast

from textual import events
from textual.binding import Binding, BindingType
from textual.worker import Worker, WorkerState

from cellbank.bank import Actor, Bank
from cellbank.domain.person import Role, Verb, role_for
from cellbank.errors import CellbankError
from cellbank.printers import Printer, known
from cellbank.settings import Settings
from cellbank.wording import Language, Wording
from tui.app import command_palette, gc_tuning, key_dispatch, routes
from tui.app.idle import Idle, Rest
from tui.app.notifications import NotifyingApp
from tui.app.themes import THEMES
from tui.app.visible_screens import in_sight
from tui.desks.registry import DESKS, desk_of
from tui.screens.base_screen import DEPTH_OF_DESKS, BaseScreen
from tui.screens.help import HelpScreen
from tui.screens.lock import LockScreen
from tui.screens.palette import VerbPalette
from tui.screens.refusal import RefusalScreen
from tui.screens.sign_in import SignInScreen
from tui.screens.trail import TrailScreen
from tui.text.trial_terms import TrialTerms
from tui.widgets.scan_bar import ScanBar
from tui.work import jobs, scan_queue, writer
from tui.work.jobs import Jobs
from tui.work.lookup import Scanned
from tui.work.scan_queue import ScanQueue
from tui.work.write import Write
from tui.work.writer import Writer

POLL_SECONDS = 2.0
_OF_THE_DESK = frozenset({"desk", "do", "verbs", "trail"})
"""What is done only by someone who is signed in and there."""
_KEY_NAMES = ("enter", "escape", "space", "tab")


class CellbankApp(NotifyingApp):
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
        super().__init__()
        self.animation_level = "none"  # Calm, and half the traffic of a terminal far away.
        self.idle = idle or Idle()
        self.bank = bank
        self.printers = printers or {}
        self.wording = wording
        self.trial_terms = TrialTerms(bank, wording)
        self.actor: Actor | None = None
        self.roles: tuple[Role, ...] = ()
        self.head = 0
        self.fault: str | None = None
        self.key_names = {key: wording.say(f"tui.keyname.{key}") for key in _KEY_NAMES}
        self._scans = ScanQueue(self)
        self._writes = Writer(self)
        self.jobs = Jobs(self)
        self._unseen: list[CellbankError] = []
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def on_mount(self) -> None:
        """Begin at the sign-in; watch the head from the first moment."""
        self.title = "cellbank"
        self._poll()
        self.set_interval(POLL_SECONDS, self._poll)
        self.set_interval(1.0, self._rest)
        self.push_screen(SignInScreen())

    # Who is here.

    @property
    def person_shown(self) -> str:
        """Who is signed in, with their roles."""
        if self.actor is None:
            return self.wording.say("tui.nobody")
        roles = ", ".join(self.wording.term("role", role) for role in self.roles)
        return f"{self.actor.printed_name} · {roles}"

    def may(self, verb: Verb) -> bool:
        """Whether a role of the person signed in may do this; the bank asks again when it is done."""
        return role_for(verb, frozenset(self.roles)) is not None

    def signed_in(self, actor: Actor, roles: tuple[Role, ...]) -> None:
        """Open the desk of this person's role."""
        self.actor, self.roles = actor, roles
        self.action_desk(desk_of(frozenset(roles)))

    def action_sign_out(self) -> None:
        """Nobody is signed in any more; every screen closes. Writes in hand go on."""
        self.actor, self.roles = None, ()
        self._unseen.clear()
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.push_screen(SignInScreen())

    # Nobody at the keyboard.

    @property
    def locked(self) -> bool:
        """Whether the screen is locked."""
        return any(isinstance(screen, LockScreen) for screen in self.screen_stack)

    def _rest(self) -> None:
        if self.actor is None:
            return
        match self.idle.calls_for():
            case Rest.SIGN_OUT:
                self.action_sign_out()
            case Rest.LOCK if not self.locked:
                self.push_screen(LockScreen())

    def unlock(self) -> None:
        """The same person is back: everything is where it was; what was refused meanwhile is shown now."""
        if self.locked:
            self.pop_screen()
        while self._unseen:
            self.push_screen(RefusalScreen(self._unseen.pop()))

    def refuse(self, error: CellbankError) -> None:
        """Show why an act was refused; behind a locked screen, once it is open again."""
        if self.locked:
            self._unseen.append(error)
        else:
            self.push_screen(RefusalScreen(error))

    # Where they go.

    def action_desk(self, name: str) -> None:
        """A desk, in place of everything open."""
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.push_screen(DESKS[name]())

    def go_back(self) -> None:
        """The place before this one; a desk is where it ends."""
        if len(self.screen_stack) > DEPTH_OF_DESKS:
            self.pop_screen()

    def open(self, found: Scanned) -> None:
        """Open a thing, unless the place in front answers it."""
        front = self.screen
        if isinstance(front, BaseScreen) and front.takes(found):
            return
        self.push_screen(routes.screen_for(found))

    def show_in_box(self, box: str, vial: str) -> None:
        """The map of a box with the cursor on a vial."""
        self.push_screen(routes.box_screen(box, vial))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Before the sign-in there is nothing but the help, the theme and the way out."""
        if action == "desk" and parameters == ("admin",) and not self.may(Verb.ADMINISTER_BANK):
            return False
        if self.locked:
            return action not in _OF_THE_DESK
        return self.actor is not None or action not in _OF_THE_DESK | {"sign_out"}

    def action_help(self) -> None:
        """Help about this place."""
        self.push_screen(HelpScreen(self.screen))

    def action_verbs(self) -> None:
        """Find any verb by typing."""
        self.push_screen(VerbPalette(command_palette.everything(self, self.screen)))

    def action_do(self) -> None:
        """The verbs for the thing in front."""
        self.push_screen(VerbPalette(command_palette.for_this(self, self.screen)))

    def action_trail(self) -> None:
        """The record's entries, newest first."""
        if not isinstance(self.screen, TrailScreen):
            self.push_screen(TrailScreen())

    def action_theme(self) -> None:
        """Dark or light."""
        names = [theme.name for theme in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)]

    def action_help_quit(self) -> None:
        """Ctrl+C is not the way out: it may be a copy."""
        self.notify(self.wording.say("tui.quit_hint"), markup=False)

    # The scan bar listens wherever no input has the keyboard.

    async def on_event(self, event: events.Event) -> None:
        """Keys and pastes go to the scan bar first, in the order in which they came."""
        if isinstance(event, events.Key | events.MouseDown | events.Paste | events.MouseScrollDown):
            self.idle.touch()
            self.go_on()
        if isinstance(event, events.Key) and not event.is_forwarded and self.screen_stack:
            key_dispatch.goes_on(self.screen, event)
        if (
            isinstance(event, events.Key)
            and not event.is_forwarded
            and key_dispatch.moves_on(self.screen, self.focused, event.key)
        ):
            return
        bar = self._listening()
        if bar is not None and isinstance(event, events.Key) and not event.is_forwarded and bar.takes_key(event):
            return
        if bar is not None and isinstance(event, events.Paste) and not event.is_forwarded:
            bar.type(event.text.splitlines()[0] if event.text else "")
            return
        await super().on_event(event)

    def _listening(self) -> ScanBar | None:
        return key_dispatch.listening(self.screen, self.focused) if self.screen_stack else None

    def on_scan_bar_asked(self) -> None:
        """A question mark alone."""
        self.action_help()

    def on_scan_bar_scanned(self, event: ScanBar.Scanned) -> None:
        """Look codes up one after another, in the order scanned."""
        self.open_code(event.text)

    def open_code(self, code: str) -> None:
        """Look a code up and open what it stands for, after those that wait already."""
        self._scans.take(code)

    def perform(self, write: Write, actor: Actor | None = None) -> None:
        """Perform one act of the person signed in, or of this one; leaving the screen loses nothing."""
        by = actor or self.actor
        if by is not None:
            self._writes.perform(by, write)

    # The head.

    def _poll(self) -> None:
        self.run_worker(self.bank.head, thread=True, exclusive=True, group="poll", exit_on_error=False)

    def _polled(self, worker: Worker[object], state: WorkerState) -> None:
        if state is WorkerState.SUCCESS:
            self.fault = None
            self.head_is(cast("tuple[int, str]", worker.result)[0])
        elif isinstance(worker.error, CellbankError):
            self.fault = self.wording.error(worker.error)
            self.head_is(self.head)

    def head_is(self, number: int) -> None:
        """The record has this head now, as far as is known here."""
        self.head = max(self.head, number)
        for screen in in_sight(self.screen_stack):
            if isinstance(screen, BaseScreen | SignInScreen | LockScreen):
                screen.head_moved(self.head)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A poll, a scan or a write has ended."""
        if event.state not in {WorkerState.SUCCESS, WorkerState.ERROR}:
            return
        match event.worker.group:
            case "poll":
                self._polled(event.worker, event.state)
            case scan_queue.GROUP:
                self._scans.answered(event.worker, event.state)
            case writer.GROUP:
                self._writes.written(event.worker, event.state)
            case jobs.GROUP:
                self.jobs.ended(event.worker, event.state)

    def on_progressed(self, event: jobs.Progressed) -> None:
        """Long work has come further."""
        self.jobs.progressed(event)


def run(place: str, language: Language) -> None:
    """Open the bank at a place and run the terminal UI on it, in one language."""
    printers = known(Settings().printers)
    with Bank.open(place) as bank:
        gc_tuning.begin()
        CellbankApp(bank, Wording(language, bank.zone), printers=printers).run()
