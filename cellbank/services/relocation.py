"""Relocation: a vial to another position, a box or rack carried elsewhere, a dead tank emptied (rules.md §2, §8).

Holds do not stand in the way: what is held may have to be saved. Positions stay what they were.
"""

from collections.abc import Iterable, Iterator, Sequence

from cellbank.commands import storage as commands
from cellbank.domain.identifiers import normalised
from cellbank.domain.lot import Lot
from cellbank.domain.person import Verb
from cellbank.domain.storage import PlaceKind, StoragePlace
from cellbank.domain.vial import Vial
from cellbank.errors import Finding, Refused, refuse
from cellbank.services import storage
from cellbank.services.acts import does
from cellbank.services.movement import Spot, write_carried
from cellbank.store import codes, storage as store
from cellbank.store.unit_of_work import UnitOfWork


@does(commands.Move)
def move(work: UnitOfWork, what: str, to: str) -> None:
    """Move something stored: a vial (by its code or its position) to a position; all vials of a box to the same
    positions of another; a box to a rack or tank; a rack to a tank; everything in a tank to another tank.

    A vial is moved by whoever records storage; a whole place by anyone at work, because it may be an emergency.
    Refused: a taken position, a name that is there already, another custodian, a place into itself.
    """
    source = _place_or_none(work, what)
    if source is None:
        work.authorise(Verb.RECORD_STORAGE)
        _move_vial(work, what, to)
        return
    target = codes.get_by_code(work, StoragePlace, to)
    refuse(_impossible(source, target))
    if source.kind is PlaceKind.BOX and target.kind is PlaceKind.BOX:
        _empty_into(work, source, target)
        return
    inside = store.children_of(work.session, source.id) if source.kind is PlaceKind.TANK else [source]
    if not inside:
        raise Refused(Finding("storage.place.empty", source.path, {"path": source.path}))
    _carry(work, source, inside, target)


def _place_or_none(work: UnitOfWork, text: str) -> StoragePlace | None:
    return codes.get_by_code(work, StoragePlace, text) if codes.exists(work, StoragePlace, normalised(text)) else None


def _move_vial(work: UnitOfWork, what: str, to: str) -> None:
    vial = _vial_named(work, what)
    if not store.open_placements(work.session, [vial.id]):
        raise Refused(Finding("storage.vial.not_stored", vial.code, {"code": vial.code, "status": vial.status}))
    storage.put_into(work, [vial], [storage.spot_named(work, to)], on=vial, action="vial.relocated")


def _vial_named(work: UnitOfWork, text: str) -> Vial:
    """A vial by its code, or by the position it sits in."""
    if "/" not in text:
        return codes.get_by_code(work, Vial, text)
    spot = storage.spot_named(work, text)
    code = store.taken(work.session, [spot.box.id]).get((spot.box.id, spot.position))
    if code is None:
        raise Refused(Finding("storage.position.empty", spot.path, {"position": spot.path}))
    return codes.get_by_code(work, Vial, code)


_INTO = {
    PlaceKind.TANK: {PlaceKind.TANK},
    PlaceKind.RACK: {PlaceKind.TANK},
    PlaceKind.BOX: {PlaceKind.BOX, PlaceKind.RACK, PlaceKind.TANK},
}


def _impossible(source: StoragePlace, target: StoragePlace) -> Iterator[Finding]:
    if source.id == target.id or (source.parent_id == target.id):
        yield Finding("storage.place.there_already", source.path, {"path": source.path, "to": target.path})
    elif target.kind not in _INTO[source.kind]:
        params = {"path": target.path, "kind": target.kind, "other": source.kind}
        yield Finding("storage.place.not_in", source.path, params)
    if source.custodian is not target.custodian:
        params = {"code": source.path, "place": target.path, "custodian": source.custodian}
        yield Finding("storage.custodian.differs", source.path, params | {"other": target.custodian})


def _empty_into(work: UnitOfWork, source: StoragePlace, target: StoragePlace) -> None:
    """Every vial of a box to the same position of another box."""
    inside = store.occupants(work.session, [source.id])
    if not inside:
        raise Refused(Finding("storage.place.empty", source.path, {"path": source.path}))
    has = set(storage.positions_in(target))
    outside = [one.position for one in inside if one.position not in has]
    refuse(
        Finding(
            "storage.position.outside",
            target.path,
            {"position": position, "path": target.path, "rows": target.rows, "columns": target.columns},
        )
        for position in outside
    )
    spots = [Spot(target, one.position) for one in inside]
    storage.put_into(work, [one.vial for one in inside], spots, on=source, action="storage.emptied")


def _carry(work: UnitOfWork, source: StoragePlace, carried: Sequence[StoragePlace], target: StoragePlace) -> None:
    """Racks and boxes carried whole under another place: new paths, the same positions, a line for each vial."""
    refuse(_collisions(work, target, carried))
    parts = {root.id: store.within(work.session, root) for root in carried}
    places = [place for part in parts.values() for place in part]
    occupants = store.occupants(work.session, [p.id for p in places if p.kind is PlaceKind.BOX])
    lots: dict[str, Lot] = {one.lot.id: one.lot for one in occupants}
    before = storage.lots_in_few_tanks(work, lots.values())
    old = {place.id: place.path for place in places}
    for root in carried:
        _rename(parts[root.id], root.path, _path_under(target, root))
        root.parent_id = target.id
    renamed = {old[place.id]: place.path for place in places}
    work.session.flush()
    lines = write_carried(work, occupants, renamed, "move", source.custodian)
    work.record(
        "storage.moved", source, target, *places, *lines, to=target.path, places=len(carried), vials=len(occupants)
    )
    storage.open_few_tanks(work, lots.values(), before)


def _path_under(target: StoragePlace, place: StoragePlace) -> str:
    return f"{target.path}/{place.path.rpartition('/')[2]}"


def _rename(places: Iterable[StoragePlace], old: str, new: str) -> None:
    for place in places:
        place.path = f"{new}{place.path.removeprefix(old)}"


def _collisions(work: UnitOfWork, target: StoragePlace, carried: Sequence[StoragePlace]) -> Iterator[Finding]:
    there = {place.path for place in store.children_of(work.session, target.id)}
    for place in carried:
        if (path := _path_under(target, place)) in there:
            yield Finding("storage.place.exists", path, {"path": path})
