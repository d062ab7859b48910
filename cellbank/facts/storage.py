"""The holds that reach a vial because of where it stood."""

from collections.abc import Collection

from cellbank.domain.hold import Hold
from cellbank.domain.storage import StoragePlace
from cellbank.store.hold import open_holds_of
from cellbank.store.storage import inside_during
from cellbank.store.unit_of_work import Reading


def held_by_place(reading: Reading, vial_ids: Collection[str]) -> dict[str, list[Hold]]:
    """The open holds on tanks, racks and boxes in which each of these vials was while the hold reaches.

    A vial that has left a held place is still held because of it; one that arrived is held too, unless the hold is of
    an excursion that was over by then.
    """
    found: dict[str, list[Hold]] = {}
    for hold in open_holds_of(reading.session, "storage_place"):
        place = reading.session.get_one(StoragePlace, hold.subject_id)
        since = hold.since or hold.put_at
        for vial_id in inside_during(reading.session, place, hold.subject_code, since, hold.until, vial_ids):
            found.setdefault(vial_id, []).append(hold)
    return found
