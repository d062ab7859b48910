"""Documents on the command line."""

from datetime import date
from typing import Annotated

from cellbank.cli.output import FORCE, OUTPUT, STDOUT, Sheet, sheet
from cellbank.cli.run import here
from cellbank.cli.typed import argument, day as read_day, option
from cellbank.cli.verbs import reads, station

app = station("Documents on paper: certificate of analysis, pick list, accountability log.")


@reads(app, "certificate", "cellbank document certificate L-260001-E --lang fr --output coa.pdf")
def certificate(
    lot: Annotated[str, argument("LOT", "A released lot.")],
    output: Annotated[str | None, OUTPUT] = None,
    force: Annotated[bool, FORCE] = False,
) -> None:
    """The certificate of analysis of a released lot, as PDF, in the language asked."""
    from cellbank.documents.lot import certificate as render

    with sheet(output, f"certificate-{lot.strip().upper()}.pdf", force) as document:
        document.keep(here().read(lambda reading: render(reading, lot, here().wording)))
        data = {"lot": lot.strip().upper(), **document.settled()}
    _tell(document, data)


def _tell(document: Sheet, data: dict[str, object]) -> None:
    if document.target != STDOUT:
        here().answer(data, lambda paper: [paper.say("cli.document.written", path=document.target)])


@reads(app, "pick-list", "cellbank document pick-list 2026-04-14 --output pick.pdf")
def pick_list(
    day: Annotated[date, argument("DATE", "The day of the visits.", reads=read_day)],
    output: Annotated[str | None, OUTPUT] = None,
    force: Annotated[bool, FORCE] = False,
) -> None:
    """The vials of every visit that may be served on a day, with maps of the boxes to open, as PDF."""
    from cellbank.documents.visit import pick_list as render

    with sheet(output, f"pick-list-{day.isoformat()}.pdf", force) as document:
        document.keep(here().read(lambda reading: render(reading, day, here().wording)))
        data = {"day": day, **document.settled()}
    _tell(document, data)


@reads(app, "accountability", "cellbank document accountability --lot L-260001-E --format csv --output log.csv")
def accountability(
    lot: Annotated[
        str | None, option("--lot", help="One lot; every lot in scope when left out.", metavar="LOT")
    ] = None,
    form: Annotated[str, option("--format", help="pdf or csv.", metavar="pdf|csv")] = "pdf",
    output: Annotated[str | None, OUTPUT] = None,
    force: Annotated[bool, FORCE] = False,
) -> None:
    """The accountability log with its running balance and identities, as PDF, or its lines as CSV.

    Refused: an unknown lot, another format.
    """
    from cellbank.documents.accountability import accountability_csv, accountability_log
    from cellbank.errors import WrongInput
    from cellbank.views import accountability as view

    if form not in {"pdf", "csv"}:
        raise WrongInput("typed.choice", value=form, expected="pdf, csv")
    name = f"accountability-{lot.strip().upper()}" if lot else "accountability"
    with sheet(output, f"{name}.{form}", force) as document:
        if form == "csv":
            document.keep(here().read(lambda reading: accountability_csv(reading, lot)))
        else:
            document.keep(here().read(lambda reading: accountability_log(reading, lot, here().wording)))
        settled = document.settled()
    seen = here().read(lambda reading: view.accountability(reading, lot))
    told = {name: getattr(seen, name) for name in ("scope", "lots", "balanced", "vials", "doses")}
    _tell(document, {**told, "lines": len(seen.lines), **settled})
