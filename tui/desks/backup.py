"""A copy of the bank from the admin's desk: made while it is in use, verified, and only then under its name."""

from functools import partial
from pathlib import Path

from cellbank.bank import Bank
from cellbank.errors import NotIntact
from tui.host import Host
from tui.work.job import Job, Progress


def start_backup(app: Host, where: str | None) -> None:
    """Copy and verify, whatever else is done meanwhile."""
    if where is not None:
        path = str(Path(where).expanduser())
        work = partial(_copy, app.bank.place, path)
        app.run_job(Job("tui.backup.running", work, partial(_done, app, path), total=app.head))


def _copy(place: str, path: str, progress: Progress) -> None:
    def verified(copy: str) -> None:
        with Bank.open(copy) as bank:
            found = bank.verify(told=progress)
        if not found.intact:
            raise NotIntact("bank.backup.not_intact", place=place)

    Bank.copy(place, path, verified)


def _done(app: Host, path: str, answer: object) -> None:
    app.notify(app.wording.say("tui.backup.done", path=path), timeout=20, markup=False)
