"""Routes: which screen a scanned thing opens; the plain record for every station that has none of its own."""

from collections.abc import Callable, Mapping

from textual.screen import Screen

from cellbank.domain.identifiers import Station
from cellbank.domain.storage import PlaceKind
from tui.screens.box import BoxScreen
from tui.screens.lot import LotScreen
from tui.screens.record import RecordScreen
from tui.screens.storage import StorageScreen
from tui.screens.subject import SubjectScreen
from tui.screens.transfer import TransferScreen
from tui.screens.visit import VisitScreen
from tui.work.lookup import Scanned


def _lot(found: Scanned) -> Screen[None]:
    """The board of a lot; a vial is chosen among its lot's."""
    if found.lot is None:
        return RecordScreen(found.code)
    return LotScreen(found.lot, found.code if found.station is Station.VIAL else None)


def _place(found: Scanned) -> Screen[None]:
    """The map of a box, the overview of a tank or rack."""
    return BoxScreen(found.code) if found.kind is PlaceKind.BOX else StorageScreen(found.code)


def box_screen(box: str, vial: str) -> Screen[None]:
    """The map of a box, the cursor on a vial."""
    return BoxScreen(box, vial)


def _visit(found: Scanned) -> Screen[None]:
    """A visit on its way."""
    subject, _, number = found.code.rpartition("/")
    return VisitScreen(subject, int(number))


ROUTES: Mapping[Station, Callable[[Scanned], Screen[None]]] = {
    Station.LOT: _lot,
    Station.VIAL: _lot,
    Station.PLACE: _place,
    Station.SUBJECT: lambda found: SubjectScreen(found.code),
    Station.VISIT: _visit,
    Station.TRANSFER: lambda found: TransferScreen(found.code),
}


def screen_for(found: Scanned) -> Screen[None]:
    """The screen of a thing."""
    route = ROUTES.get(found.station)
    return RecordScreen(found.code) if route is None else route(found)
