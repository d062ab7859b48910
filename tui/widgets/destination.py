"""The destination of a print: a file, or one of the site's printers; without printers there is only the file."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, RadioSet, Static

from tui.host import host_of, say
from tui.text.markup_safe import plain
from tui.widgets.choice import Choice
from tui.work.output import Paper, Printed


class Destination(Vertical):
    """A choice of printer or file, then the file's name where it is the file."""

    def compose(self) -> ComposeResult:
        """The printers first: they are what a bench uses."""
        printers = host_of(self).printers
        if printers:
            yield Static(plain(say(self, "tui.labels.to"), "bold"))
            with RadioSet(id="to"):
                for at, printer in enumerate(printers.values()):
                    words = say(self, "tui.labels.printer", printer=printer.name, form=printer.form.upper())
                    yield Choice(plain(words), value=not at)
                yield Choice(plain(say(self, "tui.labels.to_file")))
        yield Static(plain(say(self, "tui.labels.file"), "bold"), id="file-title")
        yield Input(id="file", compact=True)

    def on_mount(self) -> None:
        """Hide the file's name while a printer is chosen."""
        self._show_file()

    def on_radio_set_changed(self) -> None:
        """Another printer or the file: show or hide the file's name."""
        self._show_file()

    def _show_file(self) -> None:
        for asked in self.query("#file-title, #file"):
            asked.display = self.printer is None

    @property
    def printer(self) -> str | None:
        """The name of the printer chosen; None for the file."""
        for found in self.query("#to").results(RadioSet):
            names = list(host_of(self).printers)
            return names[found.pressed_index] if 0 <= found.pressed_index < len(names) else None
        return None

    @property
    def file(self) -> str:
        """The file's name as typed."""
        return self.query_one("#file", Input).value.strip()

    def propose(self, name: str) -> None:
        """Fill in a name for the file; an empty one clears it."""
        self.query_one("#file", Input).value = name

    def paper(self) -> Paper | None:
        """The file, download or print that the document goes to; None when a file has no name yet."""
        if self.printer is not None:
            return Printed(host_of(self).printers[self.printer])
        return host_of(self).paper_for(self.file) if self.file else None
