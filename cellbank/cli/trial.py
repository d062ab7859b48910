"""The trial file on the command line: loaded, read; what else is done is declared in `cellbank.commands.trial`."""

from typing import Annotated

from cellbank.cli.acting import commands_of
from cellbank.cli.run import here
from cellbank.cli.typed import argument, text_of
from cellbank.cli.verbs import acts, reads, station

app = station("The trial file: load, approve, suspend, resume.")

LINE = ("trial", "version", "state", "effective_on", "in_force", "title")


@acts(app, "load", "cellbank trial load nct06592703.toml")
def load(file: Annotated[str, argument("FILE", "The trial file (TOML).")]) -> None:
    """A trial file as a new version, read whole and checked; it counts for nothing until approved."""
    from cellbank.services.protocol import load_trial

    content = text_of(file)
    here().act(lambda work: load_trial(work, content), "trial.loaded")


commands_of(app, "trial")


@reads(app, "show", "cellbank trial show")
def show(
    version: Annotated[str | None, argument("[VERSION]", "A version; the one in force when left out.")] = None,
) -> None:
    """One version of the trial file, with what in it is not the sponsor's."""
    from cellbank.errors import NotFound
    from cellbank.views import protocol

    known = here().read(protocol.versions)
    found = [one for one in known if (one.in_force if version is None else one.version == version.strip())]
    if not found:
        raise (
            NotFound("trial.none_in_force") if version is None else NotFound("trial.version.not_found", version=version)
        )
    here().show(found[0])


@reads(app, "list", "cellbank trial list")
def list_versions() -> None:
    """Every version ever loaded."""
    from cellbank.views import protocol

    here().listing(here().read(protocol.versions), *LINE)
