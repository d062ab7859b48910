"""Tissue on the command line."""

from decimal import Decimal
from typing import Annotated

from cellbank.cli.run import here
from cellbank.cli.typed import argument, instant, measured, option, timed
from cellbank.cli.verbs import acts, reads, station

app = station("Tissue: receive, accept, reject.")

Code = Annotated[str, argument("CODE", "The tissue's code or donation identifier.")]
LINE = ("code", "donor", "donation_id", "procured_at", "received_at", "acceptance", "cultures")


@acts(
    app,
    "receive",
    "cellbank tissue receive D-017 --donation-id A9990261234565 --procured-at 2026-03-02T08:10 "
    "--received-at 2026-03-02T10:40 --procedure liposuction --volume-ml 120 --temperature-c 8,5",
)
def receive(
    donor: Annotated[str, argument("DONOR", "The donor's pseudonym.")],
    donation_id: Annotated[str, option("--donation-id", help="SEC donation sequence, or ISBT 128 number with check.")],
    procured_at: Annotated[str, timed("--procured-at", help="The end of procurement.")],
    procedure: Annotated[str, option("--procedure", help="How it was procured: liposuction, lipectomy …")],
    received_at: Annotated[str | None, timed("--received-at", help="When it arrived; now when left out.")] = None,
    mass_g: Annotated[Decimal | None, measured("--mass-g", help="Grams.")] = None,
    volume_ml: Annotated[Decimal | None, measured("--volume-ml", help="Millilitres.")] = None,
    temperature_c: Annotated[Decimal | None, measured("--temperature-c", help="°C on arrival.")] = None,
) -> None:
    """A tissue as it arrived; a broken limit is recorded and opens a deviation."""
    from cellbank.services.tissue import receive_tissue

    procured = instant(procured_at, here().bank.zone)
    received = instant(received_at, here().bank.zone) if received_at else None
    here().act(
        lambda work: receive_tissue(
            work,
            donor,
            donation_id,
            procured,
            work.act.performed_at,
            procedure,
            mass_g,
            volume_ml,
            temperature_c,
        ),
        "tissue.received",
        at=received,
    )


@acts(app, "accept", "cellbank tissue accept T-260001-B", signed=True)
def accept(
    code: Code,
    because: Annotated[str | None, option("--because", "--reason", help="A remark that is signed with it.")] = None,
) -> None:
    """QA accepts a tissue with a signature."""
    from cellbank.services.tissue import accept_tissue

    here().sign(lambda work: accept_tissue(work, code, because))


@acts(app, "reject", 'cellbank tissue reject T-260001-B --because "container open on arrival"', signed=True)
def reject(
    code: Code,
    because: Annotated[str, option("--because", "--reason", help="Why.")],
) -> None:
    """QA rejects a tissue with a signature; final."""
    from cellbank.services.tissue import reject_tissue

    here().sign(lambda work: reject_tissue(work, code, because))


@reads(app, "show", "cellbank tissue show T-260001-B")
def show(code: Code) -> None:
    """One tissue."""
    from cellbank.views import tissue as view

    here().show(here().read(lambda reading: view.tissue_view(reading, code)))


@reads(app, "list", "cellbank tissue list")
def list_tissues() -> None:
    """Every tissue."""
    from cellbank.views import tissue as view

    here().listing(here().read(view.tissues), *LINE)
