"""The trial file on the command line."""

from datetime import date
from typing import Annotated

from cellbank.cli.run import here
from cellbank.cli.typed import argument, dated, option, text_of
from cellbank.cli.verbs import acts, reads, station

app = station("The trial file: load, approve, suspend, resume.")

LINE = ("trial", "version", "state", "effective_on", "in_force", "title")


@acts(app, "load", "cellbank trial load nct06592703.toml")
def load(file: Annotated[str, argument("FILE", "The trial file (TOML).")]) -> None:
    """A trial file as a new version, read whole and checked; it counts for nothing until approved."""
    from cellbank.services.protocol import load_trial

    content = text_of(file)
    here().act(lambda work: load_trial(work, content), "trial.loaded")


@acts(app, "approve", "cellbank trial approve 1 --as qa", signed=True)
def approve(
    version: Annotated[str, argument("VERSION", "The version, as the file names it.")],
    effective_on: Annotated[
        date | None, dated("--effective-on", help="From which day it is in force; today when left out.")
    ] = None,
) -> None:
    """QA approves a version with a signature."""
    from cellbank.services.protocol import approve_trial

    here().sign(lambda work: approve_trial(work, version, effective_on))


@acts(app, "suspend", 'cellbank trial suspend --reason "request of the authority, letter of 4 May"')
def suspend(because: Annotated[str, option("--reason", "--because", help="Why.")]) -> None:
    """Nothing is reserved, pulled or dispensed until QA resumes the trial."""
    from cellbank.services.protocol import suspend_trial

    here().act(lambda work: suspend_trial(work, because), "hold.put")


@acts(app, "resume", 'cellbank trial resume --because "authority informed, letter of 20 May" --as qa', signed=True)
def resume(because: Annotated[str, option("--because", "--reason", help="Why it may go on.")]) -> None:
    """QA ends the suspension with a signature."""
    from cellbank.services.protocol import resume_trial

    here().sign(lambda work: resume_trial(work, because))


@reads(app, "show", "cellbank trial show")
def show(
    version: Annotated[str | None, argument("[VERSION]", "A version; the one in force when left out.")] = None,
) -> None:
    """One version of the trial file, with what in it is not the sponsor's."""
    from cellbank.errors import NotFound
    from cellbank.views import protocol as view

    known = here().read(view.versions)
    found = [one for one in known if (one.in_force if version is None else one.version == version.strip())]
    if not found:
        raise (
            NotFound("trial.none_in_force") if version is None else NotFound("trial.version.not_found", version=version)
        )
    here().show(found[0])


@reads(app, "list", "cellbank trial list")
def list_versions() -> None:
    """Every version ever loaded."""
    from cellbank.views import protocol as view

    here().listing(here().read(view.versions), *LINE)
