"""Lots on the command line."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from cellbank.cli.outcome import code_of
from cellbank.cli.run import here
from cellbank.cli.typed import argument, choice, classes, counted, dated, expiry, listed, measured, option
from cellbank.cli.verbs import acts, reads, station

if TYPE_CHECKING:
    from cellbank.commands.culture import Harvesting

app = station("Lots: fill, check, attest, release, reject, recall, extend.")

Number = Annotated[str, argument("LOT", "The lot's number.")]
Because = Annotated[str, option("--because", "--reason", help="Why; it is signed with it.")]
LINE = ("number", "tier", "disposition", "held", "expires_on", "vials")
SHEET = (
    *("number", "tier", "disposition", "held", "culture", "donor", "passage", "cumulative_doublings", "filled_at"),
    *("filled_by", "viable_per_vial", "volume_ml", "expires_on", "vials_filled", "vials", "trial"),
    *("specification_version", "decided_at", "decided_because", "green_light"),
)


def _harvesting(total: int | None, viability: Decimal | None, method: str | None) -> "Harvesting | None":
    from cellbank.commands.culture import Harvesting
    from cellbank.errors import WrongInput

    if total is None and viability is None:
        return None
    if total is None or viability is None:
        raise WrongInput("cli.lot.harvest_half")
    return Harvesting(total, viability, method)


@acts(
    app,
    "fill",
    "cellbank lot fill C-260002-B --tier product --at 2026-03-23T15:00 --harvested 2.6e8 --viability 96,5 "
    "--vials 22 --viable-per-vial 10M --volume-ml 1 --class dispensable=20,retained=2",
    happened=True,
)
def fill(
    culture: Annotated[str, argument("CULTURE", "The culture whose harvest is filled.")],
    tier: Annotated[str, option("--tier", help="master, working or product.")],
    vials: Annotated[int, counted("--vials", help="Vials filled.")],
    viable_per_vial: Annotated[int, counted("--viable-per-vial", help="Viable cells in each.")],
    volume_ml: Annotated[Decimal, measured("--volume-ml", help="Millilitres in each.")],
    harvested: Annotated[
        int | None, counted("--harvested", "--total", help="Total cells harvested, when not recorded before.")
    ] = None,
    viability: Annotated[Decimal | None, measured("--viability", help="Percent viable at harvest.")] = None,
    method: Annotated[str | None, option("--method", help="How it was counted.")] = None,
    stock_class: Annotated[
        list[str] | None,
        option(
            "--class", help="dispensable=N,retained=N,stability=N,quality_control=N; all dispensable when left out."
        ),
    ] = None,
    expires_on: Annotated[
        date | None,
        option("--expires-on", help="Its last day; the shelf life when left out.", reads=expiry, metavar="DATE"),
    ] = None,
    material: Annotated[list[str] | None, option("--material", help="Material lots used; several.")] = None,
) -> None:
    """A lot from a culture's harvest, its vials numbered and coded."""
    from cellbank.domain.lot import Tier
    from cellbank.services.lot import Filling, fill_lot
    from cellbank.views import vial as view_vial

    by_class = classes(stock_class, vials)
    filling = Filling(
        choice(Tier, tier), vials, viable_per_vial, volume_ml, by_class, expires_on, tuple(listed(material))
    )
    harvesting = _harvesting(harvested, viability, method)
    here().act(
        lambda work: fill_lot(work, culture, filling, harvesting),
        "lot.filled",
        also=lambda reading, outcome: {
            "vials": [vial.code for vial in view_vial.vials(reading, code_of(outcome, "lot.filled"))]
        },
    )


@reads(app, "check", "cellbank lot check L-260001-E")
def check(
    number: Number,
    step: Annotated[
        str | None, option("--step", "--stage", help="release, or fit once released; the lot's own when left out.")
    ] = None,
) -> None:
    """What stands against a lot's release, or once released, whether it is still fit; exit 3 when anything does."""
    from cellbank.domain.gate import GATE
    from cellbank.views import lot as view

    asked = None if step is None else choice(GATE, step)
    seen = here().read(lambda reading: view.lot_check(reading, number, asked))
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


@acts(app, "attest", "cellbank lot attest L-260001-E", signed=True)
def attest(number: Number) -> None:
    """QA attests batch record and environmental monitoring, and signs the dossier as it stands."""
    from cellbank.services.lot import attest_lot

    here().sign(lambda work: attest_lot(work, number))


@acts(app, "approve", "cellbank lot approve L-260002-A", signed=True)
def approve(number: Number) -> None:
    """A signature that the trial file asks of another role than QA or the qualified person."""
    from cellbank.services.lot import approve_lot

    here().sign(lambda work: approve_lot(work, number))


@acts(app, "release", "cellbank lot release L-260001-E --as qp", signed=True)
def release(number: Number) -> None:
    """The qualified person's signature through the whole gate; refused with every finding."""
    from cellbank.services.lot import release_lot

    here().sign(lambda work: release_lot(work, number))


@acts(app, "reject", 'cellbank lot reject L-260002-A --because "sterility failed"', signed=True)
def reject(number: Number, because: Because) -> None:
    """The qualified person rejects a quarantined lot; final."""
    from cellbank.services.lot import reject_lot

    here().sign(lambda work: reject_lot(work, number, because))


@acts(app, "recall", 'cellbank lot recall L-260001-E --because "late positive of the donor"', signed=True)
def recall(number: Number, because: Because) -> None:
    """The qualified person recalls a released lot; it and everything downstream is held."""
    from cellbank.services.lot import recall_lot

    here().sign(lambda work: recall_lot(work, number, because))


@acts(app, "extend", "cellbank lot extend L-260001-E --until 2032-03 --report STAB-07", signed=True)
def extend(
    number: Number,
    until: Annotated[date, option("--until", help="The new last day.", reads=expiry, metavar="DATE")],
    report: Annotated[str, option("--report", help="The stability report's reference.")],
) -> None:
    """A later expiry, with its stability report and a signature."""
    from cellbank.services.lot import extend_lot

    here().sign(lambda work: extend_lot(work, number, until, report))


@acts(
    app, "use-at-risk", 'cellbank lot use-at-risk L-260001-E --because "sterility pending, day 10 clear"', signed=True
)
def use_at_risk(number: Number, because: Because) -> None:
    """QA signs beforehand that an unreleased bank may be expanded."""
    from cellbank.services.lot import sign_use_at_risk

    here().sign(lambda work: sign_use_at_risk(work, number, because))


@acts(app, "green-light", "cellbank lot green-light L-260001-E --reference SPON-44 --given-on 2026-04-20")
def green_light(
    number: Number,
    reference: Annotated[str, option("--reference", help="The sponsor's document.")],
    given_on: Annotated[date | None, dated("--given-on", help="Its day; today when left out.")] = None,
) -> None:
    """The sponsor's green light for a lot."""
    from cellbank.services.lot import record_green_light

    here().act(
        lambda work: record_green_light(work, number, reference, given_on or work.today),
        "lot.green_light_recorded",
    )


@reads(app, "show", "cellbank lot show L-260001-E --json")
def show(number: Number) -> None:
    """One lot: where it stands, its results, who signed."""
    from cellbank.views import lot as view

    seen = here().read(lambda reading: view.lot_view(reading, number, here().language))
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
    from cellbank.views import lot as view

    here().listing(here().read(view.lots), *LINE)
