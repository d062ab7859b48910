"""`audit verify` from the desk: the whole record replayed in a thread, with progress, its outcome shown at the end."""

from functools import partial
from typing import cast

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from cellbank.bank import Bank
from cellbank.errors import Finding
from tui.host import Host
from tui.screens.modal import Modal
from tui.text.markup_safe import lines, plain, sentence
from tui.widgets.key_bar import KeyBar
from tui.work.job import Job, Progress

Verified = tuple[int, str, tuple[Finding, ...]]
"""Entries, the head, every difference."""


class VerifiedModal(Modal[None]):
    """Intact, or every difference; and the head to keep outside the bank."""

    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, found: Verified) -> None:
        super().__init__()
        self.found = found

    def compose(self) -> ComposeResult:
        """The outcome, then the head, then what was found."""
        number, head, findings = self.found
        words = self.host.wording
        intact = not findings
        told = (
            sentence(plain(f"{words.say('tui.verified.entries')}  ", "$muted"), plain(words.number(number))),
            sentence(plain(f"{words.say('tui.verified.head')}  ", "$muted"), plain(f"{number}:{head}")),
        )
        said = words.say("tui.verified.intact" if intact else "tui.verified.not_intact", count=len(findings))
        with Vertical(classes="card wide"):
            style = "bold $success" if intact else "bold $error"
            yield Static(plain(f"{'✓' if intact else '✗'} {said}", style), classes="title")
            with VerticalScroll():
                yield Static(lines([*told, *(plain(f"• {words.finding(one)}") for one in findings)]))
            yield KeyBar()


def start_verification(app: Host) -> None:
    """Verify the record, whatever else is done meanwhile."""
    job = Job("tui.verified.running", partial(_verify, app.bank), partial(_done, app), total=app.head)
    app.run_job(job)


def _verify(bank: Bank, progress: Progress) -> Verified:
    found = bank.verify(told=progress)
    return found.entries, found.head, tuple(found.findings)


def _done(app: Host, answer: object) -> None:
    found = cast(Verified, answer)
    code = "tui.verified.not_intact" if found[2] else "tui.verified.intact"
    severity = "error" if found[2] else "information"
    app.notify(app.wording.say(code, count=len(found[2])), severity=severity, markup=False)  # type: ignore[arg-type]
    if app.actor is not None and not app.locked:
        app.push_screen(VerifiedModal(found))
