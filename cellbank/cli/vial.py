"""Vials on the command line."""

from typing import Annotated

from cellbank.cli.run import here
from cellbank.cli.typed import argument, option
from cellbank.cli.verbs import acts, reads, station

app = station("Vials: verify by scan, use, discard.")

Code = Annotated[str, argument("VIAL", "The vial's code, as its symbol holds it.")]
Codes = Annotated[list[str], argument("VIAL...", "Vial codes, as their symbols hold them.")]
LINE = ("code", "lot", "number", "stock_class", "status", "position", "label_verified")


@acts(app, "verify", "cellbank vial verify V-260001-001-K V-260001-002-I")
def verify(vial: Codes) -> None:
    """Labels scanned back from their vials: all of them, or none."""
    from cellbank.services.vial import verify_vial

    here().act(lambda work: [verify_vial(work, code) for code in vial], "vial.verified")


@acts(app, "use", "cellbank vial use V-260001-021-5 --for test")
def use(
    vial: Code,
    purpose: Annotated[str, option("--for", help="test.", metavar="PURPOSE")],
    note: Annotated[str | None, option("--note", help="Which test, which order.")] = None,
) -> None:
    """A vial used for a test: consumed."""
    from cellbank.services.vial import use_vial

    here().act(lambda work: use_vial(work, vial, purpose, note), "vial.used")


@acts(app, "discard", 'cellbank vial discard V-260001-022-3 --how broken --reason "fell when racked"')
def discard(
    vial: Codes,
    because: Annotated[str, option("--reason", "--because", help="Why.")],
    how: Annotated[str, option("--how", help="broken, missing or destroyed.", metavar="HOW")] = "destroyed",
) -> None:
    """Vials broken, missing or destroyed."""
    from cellbank.services.vial import discard_vials

    here().act(lambda work: discard_vials(work, vial, how, because), f"vial.{how}")


@acts(app, "void-label", 'cellbank vial void-label V-260001-003-G --reason "torn when applied"')
def void_label(
    vial: Code,
    because: Annotated[str, option("--reason", "--because", help="Why.")],
) -> None:
    """A label spoiled or lost: void; the vial needs another."""
    from cellbank.services import vial as service

    here().act(lambda work: service.void_label(work, vial, because), "label.voided")


@reads(app, "show", "cellbank vial show V-260001-001-K")
def show(vial: Code) -> None:
    """One vial."""
    from cellbank.views import vial as view

    here().show(here().read(lambda reading: view.vial_view(reading, vial)))


@reads(app, "list", "cellbank vial list --lot L-260001-E --json")
def list_vials(
    lot: Annotated[str | None, option("--lot", help="Of this lot only.", metavar="LOT")] = None,
) -> None:
    """Every vial, or those of a lot."""
    from cellbank.views import vial as view

    here().listing(here().read(lambda reading: view.vials(reading, lot)), *LINE)
