"""Material lots on the command line."""

from typing import Annotated

from cellbank.cli.acting import commands_of
from cellbank.cli.run import here
from cellbank.cli.typed import argument
from cellbank.cli.verbs import reads, station

app = station("Material lots: receive, accept, block.")

Code = Annotated[str, argument("CODE", "The material's code, its supplier's lot number, or item:lot.")]
LINE = ("code", "item", "lot_number", "supplier", "expires_on", "status", "used_in")


commands_of(app, "material")


@reads(app, "show", "cellbank material show PL-118")
def show(code: Code) -> None:
    """One material lot."""
    from cellbank.views.material import material_view

    here().show(here().read(lambda reading: material_view(reading, code)))


@reads(app, "list", "cellbank material list")
def list_materials() -> None:
    """Every material lot."""
    from cellbank.views import material

    here().listing(here().read(material.materials), *LINE)
