"""Material lots on the command line."""

from datetime import date
from typing import Annotated

from cellbank.cli.run import here
from cellbank.cli.typed import argument, expiry, option
from cellbank.cli.verbs import acts, reads, station

app = station("Material lots: receive, accept, block.")

Code = Annotated[str, argument("CODE", "The material's code, its supplier's lot number, or item:lot.")]
LINE = ("code", "item", "lot_number", "supplier", "expires_on", "status", "used_in")


@acts(
    app,
    "receive",
    'cellbank material receive "Platelet lysate" PL-118 --supplier Acme --expires-on 2027-06',
    happened=True,
)
def receive(
    item: Annotated[str, argument("ITEM", "What it is.")],
    lot: Annotated[str, argument("LOT", "The supplier's lot number.")],
    supplier: Annotated[str, option("--supplier", help="Who supplied it.")],
    expires_on: Annotated[
        date, option("--expires-on", help="Its last day; a month means its last day.", reads=expiry, metavar="DATE")
    ],
) -> None:
    """A material lot as it arrived."""
    from cellbank.services.material import receive_material

    here().act(lambda work: receive_material(work, item, lot, supplier, expires_on), "material.received")


@acts(app, "accept", "cellbank material accept M-260001-P", signed=True)
def accept(
    code: Code,
    because: Annotated[str | None, option("--because", "--reason", help="A remark that is signed with it.")] = None,
) -> None:
    """QA accepts a material lot with a signature."""
    from cellbank.services.material import accept_material

    here().sign(lambda work: accept_material(work, code, because))


@acts(app, "block", 'cellbank material block M-260001-P --reason "supplier recall 2026-04"', signed=True)
def block(
    code: Code,
    because: Annotated[str, option("--reason", "--because", help="Why.")],
) -> None:
    """QA blocks a material lot: everything it went into is held, and each use of it gets a deviation."""
    from cellbank.services.material import block_material

    here().sign(lambda work: block_material(work, code, because))


@reads(app, "show", "cellbank material show PL-118")
def show(code: Code) -> None:
    """One material lot."""
    from cellbank.views import material as view

    here().show(here().read(lambda reading: view.material_view(reading, code)))


@reads(app, "list", "cellbank material list")
def list_materials() -> None:
    """Every material lot."""
    from cellbank.views import material as view

    here().listing(here().read(view.materials), *LINE)
