"""The record's head, asked every two seconds: when it has moved, what is in sight reads again."""

from cellbank.errors import CellbankError
from tui.app.visible_screens import in_sight
from tui.host import Host
from tui.screens.base_screen import BaseScreen
from tui.screens.lock import LockScreen
from tui.screens.sign_in import SignInScreen

POLL_SECONDS = 2.0
"""Seconds between two looks at the record's head."""


class PollingApp(Host):
    """An app that follows its bank, whoever writes to it."""

    def on_mount(self) -> None:
        """Watch the head from the first moment."""
        self._poll()
        self.set_interval(POLL_SECONDS, self._poll)

    def _poll(self) -> None:
        self.in_thread(self.bank.head, self._polled, failed=self._unreadable, group="poll", exclusive=True)

    def _polled(self, head: tuple[int, str]) -> None:
        self.fault = None
        self.set_head(head[0])

    def _unreadable(self, error: CellbankError) -> None:
        self.fault = self.wording.error(error)
        self.set_head(self.head)

    def set_head(self, number: int) -> None:
        """The record has this head now, as far as is known here."""
        self.head = max(self.head, number)
        for screen in in_sight(self.screen_stack):
            if isinstance(screen, BaseScreen | SignInScreen | LockScreen):
                screen.head_moved(self.head)
