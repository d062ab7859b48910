"""The slim header of every screen: DEMO, which bank, who is signed in, the number of the record's head."""

from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from tui.host import host_of, say
from tui.text.markup_safe import plain, sentence


class Masthead(Horizontal):
    """One line; the app calls `renew` when a person signs in or out and when the head moves."""

    _shown: object = None

    def compose(self) -> ComposeResult:
        """The parts from left to right; a demo bank says so first."""
        if host_of(self).bank.demo:
            yield Static(plain(f" {say(self, 'tui.demo')} "), classes="demo")
        yield Static(classes="bank")
        yield Static(classes="person")
        yield Static(classes="head")

    def on_mount(self) -> None:
        """Show what is known at once."""
        self.renew()

    def renew(self) -> None:
        """Read the app's state again; before it is composed there is nothing to renew."""
        if not self.query(".head"):
            return
        app = host_of(self)
        now = (app.bank.title, place_shown(app.bank.place), app.person_shown, app.head, app.fault)
        if now == self._shown:
            return
        self._shown = now
        bank = sentence(plain(place_shown(app.bank.place), "bold"), plain(f" · {app.bank.title}", "$muted"))
        self.query_one(".bank", Static).update(bank)
        self.query_one(".person", Static).update(plain(app.person_shown))
        self.query_one(".head", Static).update(self._head(app.head, app.fault))

    def _head(self, number: int, fault: str | None) -> Content:
        if fault is not None:
            return plain(f" ✗ {fault}", "bold $error")
        return plain(f" № {number}", "$muted")


def place_shown(place: str) -> str:
    """Where a bank is, short enough for a header: the file with its folder, or the address without secrets."""
    if "://" in place:
        return place.rpartition("@")[2]
    return "/".join(Path(place).parts[-2:])
