"""A box counted blind: what was scanned in it is compared with the record (rules.md §13)."""

from collections.abc import Sequence

from cellbank.commands import storage as commands
from cellbank.domain.vial import Vial
from cellbank.errors import Finding, Refused
from cellbank.services.acts import does
from cellbank.services.storage import boxes_named
from cellbank.store import codes, storage
from cellbank.store.unit_of_work import UnitOfWork


@does(commands.Count)
def count_box(
    work: UnitOfWork, code: str, scanned: Sequence[str] = (), again: Sequence[str] | None = None, empty: bool = False
) -> None:
    """A blind stock-take of a box: the codes scanned, without having been told what should be there.

    Refused when they differ from the record and were not counted twice, or when the two counts differ. What was
    found is recorded; a missing vial becomes missing only by an act of its own. A box said to be `empty` was looked at
    twice; a code scanned in it says otherwise.
    """
    if empty:
        again = ()
    [box] = boxes_named(work, [code])
    first = {vial.code for vial in (codes.get_by_code(work, Vial, one) for one in scanned)}
    expected = {one.vial.code for one in storage.occupants(work.session, [box.id])}
    if first != expected and again is None:
        raise Refused(Finding("storage.count.again", box.path, {"path": box.path}))
    second = first if again is None else {vial.code for vial in (codes.get_by_code(work, Vial, one) for one in again)}
    if second != first:
        raise Refused(Finding("storage.count.unlike", box.path, {"path": box.path, "codes": sorted(first ^ second)}))
    work.record(
        "storage.counted",
        box,
        counted=len(first),
        missing=sorted(expected - first),
        unexpected=sorted(first - expected),
    )
