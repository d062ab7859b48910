"""Notifications beside the work: each goes with the next key, so that it never covers what the hands are at.

A success is gone at once. A warning or a refusal stays for the eyes a moment at least, since a scanner types its next
code before anyone has read the answer to the last; after that a key takes it too. Without a key it goes by itself.
"""

from time import monotonic

from textual.notifications import SeverityLevel

from tui.host import Host

LEAST_SECONDS = 3.0
"""How long a warning or a refusal stays at least."""


class NotifyingApp(Host):
    """An app whose notices give way to the work."""

    _has_notices = False
    _least_until = 0.0

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Tell something beside the work; whatever is asked for, never as markup."""
        self._has_notices = True
        if severity != "information":
            self._least_until = monotonic() + LEAST_SECONDS
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=False)

    def dismiss_read(self) -> None:
        """Somebody goes on working: what was told, and has had time to be read, gives way."""
        if self._has_notices and monotonic() >= self._least_until:
            self._has_notices = False
            self.clear_notifications()
