"""The app as seen from inside it: what a screen, a widget or a piece of work may ask of the app it lives in.

`CellbankApp` fulfils it. Whatever stands inside the app names this class and never that one, so that imports run one
way: the app knows its screens, they do not know the app.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

from textual.app import App
from textual.dom import DOMNode

from cellbank.bank import Actor, Bank
from cellbank.domain.person import Role, Verb
from cellbank.errors import CellbankError
from cellbank.printers import Printer
from cellbank.wording import Wording
from tui.text.trial_terms import TrialTerms
from tui.work.job import Job
from tui.work.lookup import Scanned
from tui.work.output import Download, OutputFile
from tui.work.threads import ThreadRunner
from tui.work.write import Write


class Host(App[None], ThreadRunner):
    """What may be asked of the app, beside what Textual's own gives: it notifies, pushes screens, rings the bell."""

    bank: Bank
    wording: Wording
    trial_terms: TrialTerms
    printers: Mapping[str, Printer]
    key_names: Mapping[str, str]
    """How special keys are called in the language of the app."""
    actor: Actor | None = None
    """Who is signed in."""
    roles: tuple[Role, ...] = ()
    head: int = 0
    """The number of the record's last entry, as far as is known here."""
    fault: str | None = None
    """Why the bank cannot be read now, in words."""

    # Who is here.

    @property
    @abstractmethod
    def person_shown(self) -> str:
        """Who is signed in, with their roles."""

    @property
    @abstractmethod
    def locked(self) -> bool:
        """Whether the screen is locked."""

    @abstractmethod
    def may(self, verb: Verb) -> bool:
        """Whether a role of the person signed in may do this; the bank asks again when it is done."""

    @abstractmethod
    def signed_in(self, actor: Actor, roles: tuple[Role, ...]) -> None:
        """Open the desk of this person's role."""

    @abstractmethod
    def action_sign_out(self) -> None:
        """Nobody is signed in any more; every screen closes. Writes in hand go on."""

    @abstractmethod
    def unlock(self) -> None:
        """The same person is back: everything is where it was; what was refused meanwhile is shown now."""

    # What is done.

    @abstractmethod
    def perform(self, write: Write, actor: Actor | None = None) -> None:
        """Perform one act of the person signed in, or of this one; leaving the screen loses nothing."""

    @abstractmethod
    def run_job(self, job: Job) -> None:
        """Run long work that records nothing, whatever else is done meanwhile; the same work is not begun twice."""

    @property
    @abstractmethod
    def jobs_shown(self) -> Sequence[str]:
        """What long work runs, and how far each is."""

    @abstractmethod
    def refuse(self, error: CellbankError) -> None:
        """Show why something was refused; behind a locked screen, once it is open again."""

    # Where papers go.

    @abstractmethod
    def paper_for(self, where: str) -> OutputFile | Download:
        """The document that someone named: their file, or in a browser a download of that name."""

    @property
    @abstractmethod
    def paper_folder(self) -> Path:
        """Where papers go unless told otherwise."""

    # Where to go.

    @abstractmethod
    def open(self, found: Scanned) -> None:
        """Open a thing, unless the place in front answers it."""

    @abstractmethod
    def open_code(self, code: str) -> None:
        """Look a code up and open what it stands for, after those that wait already."""

    @abstractmethod
    def show_in_box(self, box: str, vial: str) -> None:
        """The map of a box with the cursor on a vial."""

    @abstractmethod
    def go_back(self) -> None:
        """The place before this one; a desk is where it ends."""


def host_of(node: DOMNode) -> Host:
    """The app that a node lives in."""
    app = node.app
    assert isinstance(app, Host)  # noqa: S101 — nothing of ours is mounted in another app; tells the type checker
    return app


def say(node: DOMNode, code: str, /, **params: object) -> str:
    """A sentence in the language of the app."""
    return host_of(node).wording.say(code, **params)


class Hosted(ThreadRunner):
    """A screen or a modal of the app: what it may ask of the app is its `host`."""

    @property
    def host(self) -> Host:
        """The app."""
        return host_of(self)

    def say(self, code: str, /, **params: object) -> str:
        """A sentence in the language of the app."""
        return say(self, code, **params)

    def show_error(self, error: CellbankError) -> None:
        """Say on a card of its own why work was refused."""
        self.host.refuse(error)
