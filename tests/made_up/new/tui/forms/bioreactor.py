"""Bioreactors: start, stop. Made up."""

from typing import ClassVar

from cellbank.views.bioreactor import BioreactorView

from cellbank.commands import bioreactor as commands
from tui.forms.command import CommandForm
from tui.forms.form import Form


class Start(CommandForm, of=commands.Start):
    """A bioreactor begins to run."""

    opens: ClassVar[str | None] = "bioreactor.started"


class Stop(CommandForm, of=commands.Stop, here="code"):
    """This bioreactor is stopped."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """One that runs."""
        return isinstance(view, BioreactorView) and view.stopped_at is None


NEW: tuple[type[Form], ...] = (Start,)
OF_BIOREACTOR: tuple[type[Form], ...] = (Stop,)
