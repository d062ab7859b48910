"""Donors on the command line."""

from typing import Annotated

from cellbank.cli.acting import commands_of
from cellbank.cli.run import here
from cellbank.cli.typed import argument
from cellbank.cli.verbs import reads, station

app = station("Donors: register, test, answer, select, determine, withdraw.")

Code = Annotated[str, argument("CODE", "The donor's pseudonym.")]
LINE = ("code", "sex", "birth_year", "eligibility", "determination", "tissues")


commands_of(app, "donor")


@reads(app, "assess", "cellbank donor assess D-017")
def assess(code: Code) -> None:
    """Where a donor stands: eligibility, every reason, what comes next."""
    from cellbank.views.donor import donor_view

    seen = here().read(lambda reading: donor_view(reading, code))
    data = {
        "code": seen.code,
        "eligibility": seen.eligibility,
        "determination": seen.determination,
        "determined": seen.determination is not None,
        "findings": seen.findings,
        "next": seen.next_steps,
    }
    here().answer(
        data,
        lambda paper: [
            *paper.sheet(seen, ("code", "eligibility", "determination")),
            *([paper.heading("findings") + ":"] if seen.findings else []),
            *paper.findings(seen.findings),
            *([paper.heading("next") + ":"] if seen.next_steps else []),
            *paper.findings(seen.next_steps),
        ],
    )


@reads(app, "show", "cellbank donor show D-017 --json")
def show(code: Code) -> None:
    """One donor."""
    from cellbank.views.donor import donor_view

    here().show(here().read(lambda reading: donor_view(reading, code)))


@reads(app, "list", "cellbank donor list")
def list_donors() -> None:
    """Every donor."""
    from cellbank.views import donor

    here().listing(here().read(donor.donors), *LINE)
