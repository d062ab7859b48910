"""Documents on the command line."""

from typing import Annotated

from cellbank.cli.output import FORCE, OUTPUT, STDOUT, sheet
from cellbank.cli.run import here
from cellbank.cli.typed import argument
from cellbank.cli.verbs import reads, station

app = station("Documents on paper: the certificate of analysis.")


@app.callback()
def documents() -> None:
    """Documents on paper: the certificate of analysis."""


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
    if document.target != STDOUT:
        data = {"lot": lot.strip().upper(), **document.data}
        here().answer(data, lambda paper: [paper.say("cli.document.written", path=document.target)])
