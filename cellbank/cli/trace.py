"""Trace on the command line."""

from typing import Annotated

from cellbank.cli.run import here
from cellbank.cli.typed import argument
from cellbank.cli.verbs import reads, station

app = station("From any code, everything upstream and downstream.")


@reads(app, "trace", "cellbank trace V-260001-001-K")
def trace(
    code: Annotated[str, argument("CODE", "Any code, pseudonym, donation identifier or supplier's lot.")],
) -> None:
    """From any code, everything upstream and downstream, with vials that reconcile."""
    from cellbank.views import trace as view

    seen = here().read(lambda reading: view.trace(reading, code))
    here().answer(
        seen,
        lambda paper: [
            *paper.sheet(seen, ("subject", "station")),
            paper.heading("upstream") + ":",
            *(f"  {paper.word(node.station)} {node.code}" for node in seen.upstream),
            paper.heading("downstream") + ":",
            *(f"  {paper.word(node.station)} {node.code}" for node in seen.downstream),
            *paper.sheet(seen.reconciliation, ("filled", "by_status", "balanced")),
        ],
    )
