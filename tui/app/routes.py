"""Routes: which screen a scanned thing opens, in one table."""

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
        return _record(found)
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


def _record(found: Scanned) -> Screen[None]:
    """The plain record of a thing of any station."""
    return RecordScreen(found.code)


ROUTES: Mapping[Station, Callable[[Scanned], Screen[None]]] = {
    Station.DONOR: _record,
    Station.TISSUE: _record,
    Station.MATERIAL: _record,
    Station.CULTURE: _record,
    Station.LOT: _lot,
    Station.VIAL: _lot,
    Station.RESULT: _record,
    Station.HOLD: _record,
    Station.DEVIATION: _record,
    Station.SUBJECT: lambda found: SubjectScreen(found.code),
    Station.VISIT: _visit,
    Station.DOSE: _record,
    Station.PLACE: _place,
    Station.TRANSFER: lambda found: TransferScreen(found.code),
}


def screen_for(found: Scanned) -> Screen[None]:
    """The screen of a thing."""
    return ROUTES[found.station](found)
