"""The scan-back of a lot's or a box's labels: which stand verified on their vials, which still wait."""

from dataclasses import dataclass

from cellbank.domain.lot import Lot
from cellbank.domain.storage import StoragePlace
from cellbank.domain.vial import IN_STOCK, LabelStatus
from cellbank.store import codes, storage
from cellbank.store.unit_of_work import Reading
from cellbank.store.vial import labels_in_force, vials_with_labels


@dataclass(frozen=True)
class Waiting:
    """A vial in stock that bears or awaits a label: `label` is None where none in force was printed."""

    code: str
    number: int
    label: LabelStatus | None
    position: str | None


@dataclass(frozen=True)
class ScanBack:
    """The vials in stock of a lot by number, or of a box by position."""

    of: str
    vials: tuple[Waiting, ...]

    @property
    def verified(self) -> frozenset[str]:
        """The vials whose label was scanned back."""
        return frozenset(one.code for one in self.vials if one.label is LabelStatus.APPLIED)

    @property
    def labelled(self) -> int:
        """How many have a label in force, scanned back or not."""
        return sum(one.label is not None for one in self.vials)


def scan_back(reading: Reading, of: str) -> ScanBack:
    """The scan-back of a lot by its number, or of a box by its path or code; an unknown one is refused."""
    if codes.exists(reading, StoragePlace, of):
        box = codes.get_by_code(reading, StoragePlace, of)
        inside = storage.occupants(reading.session, [box.id])
        inside.sort(key=lambda one: (one.position[0], int(one.position[1:])))
        labels = labels_in_force(reading.session, [one.vial.id for one in inside])
        found = [Waiting(one.vial.code, one.vial.number, labels.get(one.vial.id), one.position) for one in inside]
        return ScanBack(box.path, tuple(found))
    lot = codes.get_by_code(reading, Lot, of)
    rows = [(v, label) for v, label in vials_with_labels(reading.session, lot.id) if v.status in IN_STOCK]
    return ScanBack(lot.number, tuple(Waiting(v.code, v.number, label, None) for v, label in rows))
