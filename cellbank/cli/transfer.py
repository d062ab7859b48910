"""Transfers on the command line."""

from typing import TYPE_CHECKING, Annotated, Any

from cellbank.cli.acting import commands_of
from cellbank.cli.options import argument, flag
from cellbank.cli.run import here
from cellbank.cli.verbs import reads, station

if TYPE_CHECKING:
    from cellbank.bank import Outcome, Reading

app = station("Transfers between custodians: send, receive.")

LINE = ("code", "sender", "recipient", "seal", "logger", "sent_at", "received_at", "accepted", "warmest_c")

Code = Annotated[str, argument("ID", "The transfer's code.")]


def _logged(typed: dict[str, Any]) -> dict[str, Any]:
    """The logger's file read: the warmest that it says, or that was typed where it cannot say it."""
    from cellbank.exchange.logger import logged

    file, warmest = logged(typed["temperature_file"], typed["warmest_c"])
    return {**typed, "temperature_file": file, "warmest_c": warmest}


def _received(reading: "Reading", outcome: "Outcome") -> dict[str, object]:
    """The warmest on the way, and where the vials are."""
    from cellbank.views.transfer import transfer_view

    seen = transfer_view(reading, outcome.code)
    return {"warmest_c": seen.warmest_c, "vials": seen.vials}


commands_of(app, "transfer", also={"transfer.receive": _received}, complete={"transfer.receive": _logged})


@reads(app, "show", "cellbank transfer show TR-260001-4")
def show(code: Code) -> None:
    """One transfer with its vials."""
    from cellbank.views.transfer import transfer_view

    here().show(here().read(lambda reading: transfer_view(reading, code)))


@reads(app, "list", "cellbank transfer list --under-way")
def list_transfers(
    under_way: Annotated[bool, flag("--under-way", help="Only those not yet received.")] = False,
) -> None:
    """Every transfer."""
    from cellbank.views import transfer

    here().listing(here().read(lambda reading: transfer.transfers(reading, only_under_way=under_way)), *LINE)
