"""Results on the command line."""

from typing import TYPE_CHECKING, Annotated

from cellbank.cli.acting import commands_of
from cellbank.cli.run import here
from cellbank.cli.typed import argument
from cellbank.cli.verbs import reads, station

if TYPE_CHECKING:
    from cellbank.bank import Outcome, Reading

app = station("Results: record, review, invalidate.")

Id = Annotated[str, argument("RESULT", "The result's code.")]
LINE = (
    *("code", "subject", "test", "value", "unit", "limit", "outcome"),
    *("performed_on", "recorded_by", "reviewed_by", "invalidated_cause"),
)


def _outcome(reading: "Reading", outcome: "Outcome") -> dict[str, object]:
    """How the result stands against its criterion."""
    from cellbank.views.testing import result_view

    return {"outcome": result_view(reading, outcome.codes("result.recorded")[0]).outcome}


commands_of(app, "result", also={"result.record": _outcome})


@reads(app, "show", "cellbank result show R-260001-7")
def show(result: Id) -> None:
    """One result against its criterion."""
    from cellbank.views.testing import result_view

    here().show(here().read(lambda reading: result_view(reading, result, here().language)))


@reads(app, "list", "cellbank result list L-260001-E")
def list_results(
    code: Annotated[str | None, argument("[CODE]", "Of this thing only; a lot includes its vials.")] = None,
) -> None:
    """Every result, or those of one thing."""
    from cellbank.views import testing

    here().listing(here().read(lambda reading: testing.results(reading, code, here().language)), *LINE)
