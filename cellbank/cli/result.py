"""Results on the command line."""

from typing import Annotated

from cellbank.cli.run import here
from cellbank.cli.typed import argument, day_of, option, reported
from cellbank.cli.verbs import acts, reads, station

app = station("Results: record, review, invalidate.")

Id = Annotated[str, argument("RESULT", "The result's code.")]
LINE = (
    *("code", "subject", "test", "value", "unit", "limit", "outcome"),
    *("performed_on", "recorded_by", "reviewed_by", "invalidated_cause"),
)


@acts(
    app,
    "record",
    "cellbank result record L-260001-E viability 96,5 --performed-at 2026-03-24 --method NucleoCounter --unit %",
)
def record(
    code: Annotated[str, argument("CODE", "What was tested: a lot, vial, culture or tissue.")],
    test: Annotated[str, argument("TEST", "The test, as the trial file names it.")],
    value: Annotated[
        str, argument("VALUE", "As the laboratory reported it: 96,5 or '< 0.05' or 'no growth'.", reported)
    ],
    performed_at: Annotated[
        str | None,
        option("--performed-at", "--performed-on", help="The day it was done; today when left out.", metavar="DATE"),
    ] = None,
    method: Annotated[str | None, option("--method", help="The method.")] = None,
    unit: Annotated[str | None, option("--unit", help="The unit; the specification's when left out.")] = None,
    laboratory: Annotated[str | None, option("--laboratory", help="The laboratory.")] = None,
) -> None:
    """A result as reported; one that fails opens an out-of-specification at once, and stands."""
    from cellbank.cli.outcome import code_of
    from cellbank.services.testing import record_result
    from cellbank.views import testing as view

    on = day_of(performed_at, here().bank.zone) if performed_at else None
    here().act(
        lambda work: record_result(work, code, test, value, on or work.today, unit, method, laboratory),
        "result.recorded",
        also=lambda reading, outcome: {
            "outcome": view.result_view(reading, code_of(outcome, "result.recorded")).outcome,
        },
    )


@acts(app, "review", "cellbank result review R-260001-7 --as reviewer", signed=True)
def review(result: Id) -> None:
    """The second person's signed review; never by who entered it."""
    from cellbank.services.testing import review_result

    here().sign(lambda work: review_result(work, result))


@acts(
    app,
    "invalidate",
    'cellbank result invalidate R-260001-7 --cause "analyser out of calibration, DEV-12"',
    signed=True,
)
def invalidate(
    result: Id,
    because: Annotated[str, option("--cause", "--because", "--reason", help="The assignable cause.")],
) -> None:
    """QA invalidates a result with an assignable cause; the first value stays for ever."""
    from cellbank.services.testing import invalidate_result

    here().sign(lambda work: invalidate_result(work, result, because))


@reads(app, "show", "cellbank result show R-260001-7")
def show(result: Id) -> None:
    """One result against its criterion."""
    from cellbank.views import testing as view

    here().show(here().read(lambda reading: view.result_view(reading, result, here().language)))


@reads(app, "list", "cellbank result list L-260001-E")
def list_results(
    code: Annotated[str | None, argument("[CODE]", "Of this thing only; a lot includes its vials.")] = None,
) -> None:
    """Every result, or those of one thing."""
    from cellbank.views import testing as view

    here().listing(here().read(lambda reading: view.results(reading, code, here().language)), *LINE)
