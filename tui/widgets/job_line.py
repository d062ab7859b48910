"""The line of long work under way, and how far it is; hidden while there is none."""

from textual.widgets import Static

from tui.host import host_of
from tui.text.markup_safe import lines, plain


class JobLine(Static):
    """One line for each job of the app."""

    def on_mount(self) -> None:
        """Show the jobs that run already."""
        self.renew()

    def renew(self) -> None:
        """Ask the app again."""
        running = host_of(self).jobs_shown
        self.display = bool(running)
        self.update(lines(plain(f"◔ {said}", "$primary") for said in running))
