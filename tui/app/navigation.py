"""Navigation: the desks, what a scan or a code opens, the palette, the help, the trail, and back."""

from cellbank.errors import CellbankError
from tui.app import command_palette, routes
from tui.desks.registry import DESKS
from tui.host import Host
from tui.screens.base_screen import DEPTH_OF_DESKS, BaseScreen
from tui.screens.help import HelpModal
from tui.screens.palette import VerbPalette
from tui.screens.trail import TrailScreen
from tui.text import sentences
from tui.widgets.scan_bar import ScanBar
from tui.work.lookup import Scanned, look_up
from tui.work.scan_queue import ScanQueue


class NavigatingApp(Host):
    """An app whose screens stand on a desk."""

    def __init__(self) -> None:
        super().__init__()
        self._scans = ScanQueue(self, self._look_up, self.open, self._refuse_scan)

    def close_all(self) -> None:
        """Every screen goes; the app's own empty one stays."""
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def action_desk(self, name: str) -> None:
        """A desk, in place of everything open."""
        self.close_all()
        self.push_screen(DESKS[name]())

    def go_back(self) -> None:
        """The place before this one; a desk is where it ends."""
        if len(self.screen_stack) > DEPTH_OF_DESKS:
            self.pop_screen()

    # What a code opens.

    def on_scan_bar_scanned(self, event: ScanBar.Scanned) -> None:
        """Look codes up one after another, in the order scanned."""
        self.open_code(event.text)

    def open_code(self, code: str) -> None:
        """Look a code up and open what it stands for, after those that wait already."""
        self._scans.add(code)

    def _look_up(self, code: str) -> Scanned:
        return look_up(self.bank, code)

    def open(self, found: Scanned) -> None:
        """Open a thing, unless the place in front answers it."""
        front = self.screen
        if isinstance(front, BaseScreen) and front.handle_scan(found):
            return
        self.push_screen(routes.screen_for(found))

    def _refuse_scan(self, error: CellbankError) -> None:
        said = " ".join(sentences.refusal(self.wording, error))
        bar = next(iter(self.screen.query(ScanBar)), None)
        if bar is None:
            self.notify(said, severity="error", markup=False)
        else:
            bar.refuse(said)

    def show_in_box(self, box: str, vial: str) -> None:
        """The map of a box with the cursor on a vial."""
        self.push_screen(routes.box_screen(box, vial))

    # What helps on the way.

    def on_scan_bar_help_requested(self) -> None:
        """A question mark alone."""
        self.action_help()

    def action_help(self) -> None:
        """Help about this place."""
        self.push_screen(HelpModal(self.screen))

    def action_verbs(self) -> None:
        """Find any verb by typing."""
        self.push_screen(VerbPalette(command_palette.all_verbs(self, self.screen)))

    def action_do(self) -> None:
        """The verbs for the thing in front."""
        self.push_screen(VerbPalette(command_palette.verbs_for_this(self, self.screen)))

    def action_trail(self) -> None:
        """The record's entries, newest first."""
        if not isinstance(self.screen, TrailScreen):
            self.push_screen(TrailScreen())
