"""Lots on the command line: what is read; what is done is declared in `cellbank.commands.lot`."""

from typing import TYPE_CHECKING, Annotated

from cellbank.cli.acting import commands_of
from cellbank.cli.outcome import code_of
from cellbank.cli.run import here
from cellbank.cli.typed import argument, choice, option
from cellbank.cli.verbs import reads, station

if TYPE_CHECKING:
    from cellbank.bank import Outcome, Reading

app = station("Lots: fill, check, attest, release, reject, recall, extend.")

Number = Annotated[str, argument("LOT", "The lot's number.")]
LINE = ("number", "tier", "disposition", "held", "expires_on", "vials")
SHEET = (
    *("number", "tier", "disposition", "held", "culture", "donor", "passage", "cumulative_doublings", "filled_at"),
    *("filled_by", "viable_per_vial", "volume_ml", "expires_on", "vials_filled", "vials", "trial"),
    *("specification_version", "decided_at", "decided_because", "green_light"),
)


def _vials(reading: "Reading", outcome: "Outcome") -> dict[str, object]:
    from cellbank.views import vial as view

    return {"vials": [vial.code for vial in view.vials(reading, code_of(outcome, "lot.filled"))]}


commands_of(app, "lot", also={"lot.fill": _vials})


@reads(app, "check", "cellbank lot check L-260001-E")
def check(
    number: Number,
    step: Annotated[
        str | None, option("--step", "--stage", help="release, or fit once released; the lot's own when left out.")
    ] = None,
) -> None:
    """What stands against a lot's release, or once released, whether it is still fit; exit 3 when anything does."""
    from cellbank.domain.gate import GATE
    from cellbank.views.lot import lot_check

    asked = None if step is None else choice(GATE, step)
    seen = here().read(lambda reading: lot_check(reading, number, asked))
    data = {
        "lot": seen.lot,
        "disposition": seen.disposition,
        "step": seen.step,
        "releasable": seen.releasable,
        "findings": seen.findings,
        "satisfied": seen.satisfied,
        "digest": seen.digest,
    }
    here().answer(data, lambda paper: paper.board(seen))
    if not seen.releasable:
        here().exit_code = 3


@reads(app, "show", "cellbank lot show L-260001-E --json")
def show(number: Number) -> None:
    """One lot: where it stands, its results, who signed."""
    from cellbank.views.lot import lot_view

    seen = here().read(lambda reading: lot_view(reading, number, here().language))
    results = ("code", "name", "value", "unit", "limit", "outcome", "reviewed_by", "invalidated")
    signatures = ("printed_name", "role", "meaning", "signed_at")
    here().answer(
        seen,
        lambda paper: [
            *paper.sheet(seen, SHEET),
            "",
            *paper.table(seen.results, results),
            "",
            *paper.table(seen.signatures, signatures),
        ],
    )


@reads(app, "list", "cellbank lot list")
def list_lots() -> None:
    """Every lot, with its vials by status."""
    from cellbank.views import lot

    here().listing(here().read(lot.lots), *LINE)
