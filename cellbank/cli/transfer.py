"""Transfers on the command line."""

from decimal import Decimal
from typing import Annotated

from cellbank.cli.run import here
from cellbank.cli.typed import argument, choice, flag, measured, option
from cellbank.cli.verbs import acts, reads, station

app = station("Transfers between custodians: send, receive.")

LINE = ("code", "sender", "recipient", "seal", "logger", "sent_at", "received_at", "accepted", "warmest_c")

Code = Annotated[str, argument("ID", "The transfer's code.")]


@acts(
    app,
    "send",
    "cellbank transfer send V-260001-001-K V-260001-002-I --to pharmacy --seal 44871 --logger TT-09",
    happened=True,
)
def send(
    vial: Annotated[list[str], argument("VIAL...", "Stored or pulled vials, by code.")],
    to: Annotated[str, option("--to", help="pharmacy or production_unit.", metavar="CUSTODIAN")],
    seal: Annotated[str, option("--seal", help="The shipper's seal.")],
    logger: Annotated[str, option("--logger", help="The temperature logger in it.")],
) -> None:
    """Vials on their way to the other custodian, in a sealed shipper with its logger."""
    from cellbank.domain.storage import Custodian
    from cellbank.services.transfer import send as send_vials

    custodian = choice(Custodian, to)
    here().act(lambda work: send_vials(work, vial, custodian, seal, logger), "transfer.sent")


@acts(
    app,
    "receive",
    "cellbank transfer receive TR-260001-4 --temperature-file TT-09.csv --into PHARMACY/BOX-1",
    happened=True,
)
def receive(
    code: Code,
    temperature_file: Annotated[
        str | None, option("--temperature-file", help="The logger's file; its warmest reading counts.", metavar="FILE")
    ] = None,
    warmest_c: Annotated[
        Decimal | None, measured("--warmest-c", help="The warmest on the way, °C, when the file cannot say it.")
    ] = None,
    accepted: Annotated[bool, flag("--accepted/--refused", help="Seal and shipper accepted, or not.")] = True,
    into: Annotated[
        list[str] | None, option("--into", help="The boxes for what is stored; several.", metavar="BOX")
    ] = None,
    note: Annotated[str | None, option("--note", help="What was seen on arrival.")] = None,
) -> None:
    """A transfer arrived: logger read, seal judged, vials stored. Too warm, refused, or no temperature: a deviation."""
    from cellbank.exchange.logger import logged
    from cellbank.services.transfer import receive as receive_vials
    from cellbank.views import transfer as view

    file, warmest = logged(temperature_file, warmest_c)
    here().act(
        lambda work: receive_vials(
            work, code, accepted=accepted, warmest_c=warmest, temperature_file=file, into=into or (), note=note
        ),
        "transfer.received",
        also=lambda reading, outcome: {
            "warmest_c": warmest,
            "vials": view.transfer_view(reading, outcome.code).vials,
        },
    )


@reads(app, "show", "cellbank transfer show TR-260001-4")
def show(code: Code) -> None:
    """One transfer with its vials."""
    from cellbank.views import transfer as view

    here().show(here().read(lambda reading: view.transfer_view(reading, code)))


@reads(app, "list", "cellbank transfer list --under-way")
def list_transfers(
    under_way: Annotated[bool, flag("--under-way", help="Only those not yet received.")] = False,
) -> None:
    """Every transfer."""
    from cellbank.views import transfer as view

    here().listing(here().read(lambda reading: view.transfers(reading, only_under_way=under_way)), *LINE)
