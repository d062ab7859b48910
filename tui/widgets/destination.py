"""Where a print goes: a file, or one of the site's printers; without printers there is only the file."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, RadioSet, Static

from tui.host import app_of, say
from tui.text.markup_safe import plain
from tui.widgets.choice import Choice
from tui.work.output import Paper, Printed, paper_for


class Destination(Vertical):
    """A choice of printer or file, then the file's name where it is the file."""

    def compose(self) -> ComposeResult:
        """The printers first: they are what a bench uses."""
        printers = app_of(self).printers
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
        """No file is asked for where a printer is chosen."""
        self._show_file()

    def on_radio_set_changed(self) -> None:
        """Another place; which vials are chosen does not depend on it."""
        self._show_file()

    def _show_file(self) -> None:
        for asked in self.query("#file-title, #file"):
            asked.display = self.printer is None

    @property
    def printer(self) -> str | None:
        """The printer chosen by its name; None for the file."""
        for found in self.query("#to").results(RadioSet):
            names = list(app_of(self).printers)
            return names[found.pressed_index] if 0 <= found.pressed_index < len(names) else None
        return None

    @property
    def file(self) -> str:
        """The file's name."""
        return self.query_one("#file", Input).value.strip()

    def propose(self, name: str) -> None:
        """A name for the file, or none."""
        self.query_one("#file", Input).value = name

    def paper(self) -> Paper | None:
        """Where the document goes; None when a file is meant and has no name."""
        if self.printer is not None:
            return Printed(app_of(self).printers[self.printer])
        return paper_for(app_of(self), self.file) if self.file else None
