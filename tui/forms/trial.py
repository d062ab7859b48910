"""The trial file: loaded, approved, suspended, resumed."""

import stat
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

from cellbank.bank import Deed, Outcome, Reading
from cellbank.commands import trial as commands
from cellbank.domain.person import Verb
from cellbank.domain.protocol import TrialState
from cellbank.errors import WrongInput
from cellbank.services.protocol import load_trial
from cellbank.views import protocol
from cellbank.wording import Wording
from tui.forms.ask import Ask, Choice, Given
from tui.forms.command import CommandForm, Offer
from tui.forms.form import Form, PreviewLine, SignedForm

LARGEST = 1_000_000
"""Bytes of a trial file; the one that is shipped has some forty thousand."""


def trial_text(text: str, zone: ZoneInfo) -> str:
    """The text of a trial file; refused when there is none, or what is there is no file of that kind."""
    path = Path(text.strip()).expanduser()
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
            raise WrongInput("tui.file.not_text", path=str(path))
        return path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, ValueError) as error:
        raise WrongInput("tui.file.not_text", path=str(path)) from error
    except OSError as error:
        raise WrongInput("tui.file.unreadable", path=str(path), why=error.strerror or "") from error


class LoadTrial(Form):
    """A trial file as a new version."""

    code: ClassVar[str] = "trial.load"
    verb: ClassVar[Verb] = Verb.PUT_HOLD
    reads_here: ClassVar[bool] = True

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Which file."""
        return (Ask("trial_file", trial_text),)

    def deed(self, given: Given) -> Deed:
        """The loading."""
        return partial(load_trial, content=given["trial_file"])

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Sequence[PreviewLine]:
        """Which trial and version it is, and what in it is not the sponsor's."""
        loaded = next(one for one in protocol.versions(reading) if one.version == outcome.code)
        return (
            PreviewLine("trial", loaded.trial),
            PreviewLine("trial_version", loaded.version),
            PreviewLine("trial_title", loaded.title),
            PreviewLine("illustrative", len(loaded.illustrative)),
        )


class ApproveTrial(CommandForm, SignedForm, of=commands.Approve):
    """QA approves a version."""

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """The versions loaded and not yet approved, the newest first; from today until another day is typed."""
        loaded = [one for one in protocol.versions(reading) if one.state is TrialState.LOADED]
        choices = tuple(Choice(one.version, one.version) for one in reversed(loaded))
        given = self.of or next((one.key for one in choices), "")
        return {
            "version": Offer(given=given, choices=choices),
            "effective_on": Offer(given=reading.today.isoformat(), needed=True),
        }


class SuspendTrial(CommandForm, of=commands.Suspend):
    """Nothing is reserved, pulled or dispensed until QA resumes the trial."""


class ResumeTrial(CommandForm, SignedForm, of=commands.Resume):
    """QA ends the suspension."""


NEW: tuple[type[Form], ...] = (LoadTrial, ApproveTrial, SuspendTrial, ResumeTrial)
