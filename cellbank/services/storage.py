"""Storage: places made, a lot put into boxes, vials placed, moved and put back, boxes counted (rules.md §1, §3)."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from cellbank.commands import storage as commands
from cellbank.domain.deviation import DeviationKind
from cellbank.domain.identifiers import Station, has_own_form, normalised
from cellbank.domain.lot import Lot
from cellbank.domain.record import Record
from cellbank.domain.storage import (
    Custodian,
    PlaceKind,
    StoragePlace,
    grid_size,
    kind_in_path,
    path_parts,
    positions,
    put_back_findings,
    spread,
    tank_findings,
)
from cellbank.domain.vial import StockClass, Vial, VialStatus
from cellbank.domain.visit import UNDER_WAY, Dose
from cellbank.errors import Finding, NotFound, Refused, WrongInput, refuse
from cellbank.facts.protocol import protocol_by_id, protocol_in_force
from cellbank.services.acts import does
from cellbank.services.hold import open_deviation
from cellbank.services.movement import Move, Spot, Why, move_vials
from cellbank.store import codes, storage
from cellbank.store.dose import doses_of_vials
from cellbank.store.lot import lots_by_id, vials_by_status
from cellbank.store.unit_of_work import UnitOfWork
from cellbank.store.vial import vials_of


@does(commands.Add)
def add_place(
    work: UnitOfWork,
    path: str,
    kind: PlaceKind | None = None,
    grid: str | None = None,
    custodian: Custodian | None = None,
) -> None:
    """A tank `TANK1`, a rack `TANK1/R02`, or with a grid a box `TANK1/R02/BOX-A` or `TANK1/BOX-A`.

    What is missing on the way is made too, and each place gets a code of its own to scan. A tank is the production
    unit's unless told otherwise; what stands in it has its custodian. Refused: a path that exists, a place in a
    box, another custodian than the tank's, a kind that the path and grid do not make.
    """
    parts = path_parts(path)
    size = grid_size(grid) if grid else (None, None)
    made = kind_in_path(parts, gridded=grid is not None)
    if kind is not None and kind is not made:
        raise WrongInput("storage.kind.wrong", path="/".join(parts), kind=kind, made=made)
    if any(has_own_form(part) for part in parts):
        raise WrongInput("storage.path.own", value=path)
    if codes.exists(work, StoragePlace, "/".join(parts)):
        raise Refused(Finding("storage.place.exists", "/".join(parts), {"path": "/".join(parts)}))
    parent: StoragePlace | None = None
    for depth in range(1, len(parts)):
        here = "/".join(parts[:depth])
        known = codes.exists(work, StoragePlace, here)
        kind_here = (PlaceKind.TANK, PlaceKind.RACK)[depth - 1]
        parent = (
            codes.get_by_code(work, StoragePlace, here) if known else _made(work, here, kind_here, parent, custodian)
        )
    place = _made(work, "/".join(parts), made, parent, custodian, size)
    work.actions.insert(0, work.actions.pop())  # The act is called by the place asked for, not by one made on the way.
    if custodian is not None and place.custodian is not custodian:
        params = {"code": place.path, "place": place.path.split("/")[0], "custodian": custodian}
        raise Refused(Finding("storage.custodian.differs", place.path, params | {"other": place.custodian}))


def _made(
    work: UnitOfWork,
    path: str,
    kind: PlaceKind,
    parent: StoragePlace | None,
    custodian: Custodian | None,
    size: tuple[int | None, int | None] = (None, None),
) -> StoragePlace:
    if parent is not None:
        _refuse_no_room_for(parent, kind)
    place = StoragePlace(
        code=codes.next_code(work, Station.PLACE),
        path=path,
        kind=kind,
        parent_id=None if parent is None else parent.id,
        custodian=parent.custodian if parent is not None else custodian or Custodian.PRODUCTION_UNIT,
        rows=size[0],
        columns=size[1],
    )
    work.add(place)
    work.session.flush()
    work.record("storage.added", place, kind=kind, code=place.code, custodian=place.custodian)
    return place


_HOLDS = {PlaceKind.TANK: {PlaceKind.RACK, PlaceKind.BOX}, PlaceKind.RACK: {PlaceKind.BOX}}


def _refuse_no_room_for(parent: StoragePlace, kind: PlaceKind) -> None:
    if kind not in _HOLDS.get(parent.kind, set()):
        params = {"path": parent.path, "kind": parent.kind, "other": kind}
        raise Refused(Finding("storage.place.not_in", parent.path, params))


def boxes_named(work: UnitOfWork, box_codes: Sequence[str]) -> list[StoragePlace]:
    """These boxes, each once, in the order given; refused when none is named or one is not a box."""
    boxes = list({box.id: box for box in (codes.get_by_code(work, StoragePlace, code) for code in box_codes)}.values())
    if not boxes:
        raise WrongInput("storage.box.none_named")
    refuse(
        Finding("storage.place.not_box", place.path, {"path": place.path, "kind": place.kind})
        for place in boxes
        if place.kind is not PlaceKind.BOX
    )
    return boxes


def positions_in(box: StoragePlace) -> list[str]:
    """Every position of a box, in order."""
    return positions(box.rows or 0, box.columns or 0)


def free_spots(work: UnitOfWork, boxes: Sequence[StoragePlace], needed: int, subject: str) -> list[Spot]:
    """Every free position, box after box; refused, saying how many are missing, when fewer than needed."""
    taken = storage.taken(work.session, [box.id for box in boxes])
    free = [Spot(box, here) for box in boxes for here in positions_in(box) if (box.id, here) not in taken]
    if len(free) < needed:
        params = {"needed": needed, "free": len(free), "missing": needed - len(free)}
        raise Refused(Finding("storage.room.missing", subject, params))
    return free


@does(commands.Fill)
def fill_boxes(work: UnitOfWork, number: str, box_codes: Sequence[str], split: bool = True) -> None:
    """Every vial of a lot that is not yet stored, into free positions of these boxes, in one act.

    With `split`, and boxes in several tanks, each stock class is shared evenly over the tanks; else box after box.
    Refused: no vial to store, too few positions. Recorded with a deviation on the lot: too few tanks.
    """
    lot = codes.get_by_code(work, Lot, number)
    boxes = boxes_named(work, box_codes)
    vials = [vial for vial in vials_of(work.session, lot.id) if vial.status is VialStatus.FILLED]
    if not vials:
        raise Refused(Finding("storage.fill.nothing", lot.number, {"lot": lot.number}))
    free = free_spots(work, boxes, len(vials), lot.number)
    moves = _spread_over_tanks(vials, free) if split else _in_order(vials, free)
    used = list(dict.fromkeys(move.spot.box.path for move in moves if move.spot is not None))
    work.record("storage.filled", lot, vials=len(vials), boxes=used)
    move_vials(work, moves, Why("store"), on=lot)
    open_few_tanks(work, [lot], frozenset())


def _in_order(vials: Sequence[Vial], spots: Sequence[Spot]) -> list[Move]:
    return [Move(vial, VialStatus.STORED, spot) for vial, spot in zip(vials, spots, strict=False)]


def _spread_over_tanks(vials: Sequence[Vial], free: Sequence[Spot]) -> list[Move]:
    """Contiguous parts of each stock class, one a tank."""
    tanks: dict[str, list[Spot]] = {}
    for spot in free:
        tanks.setdefault(spot.box.path.split("/")[0], []).append(spot)
    classes = [group for c in StockClass if (group := [vial for vial in vials if vial.stock_class is c])]
    shares = spread([len(group) for group in classes], [len(spots) for spots in tanks.values()])
    rest = {tank: iter(spots) for tank, spots in tanks.items()}
    moves: list[Move] = []
    for group, share in zip(classes, shares, strict=True):
        waiting = iter(group)
        for tank, many in zip(tanks, share, strict=True):
            moves.extend(Move(next(waiting), VialStatus.STORED, next(rest[tank])) for _ in range(many))
    return moves


def lots_in_few_tanks(work: UnitOfWork, lots: Iterable[Lot]) -> frozenset[str]:
    """The numbers of the lots that stand, all their vials stored, in fewer tanks than they could and should."""
    return frozenset(lot.number for lot in lots if any(_few_tanks(work, lot)))


def _few_tanks(work: UnitOfWork, lot: Lot) -> Iterator[Finding]:
    counts = vials_by_status(work.session, lot.id)
    limits = protocol_by_id(work, lot.trial_version_id).storage
    if counts.get(VialStatus.FILLED) or counts.get(VialStatus.STORED, 0) < limits.minimum_tanks:
        return
    yield from tank_findings(limits, lot.number, storage.tanks_of_lot(work.session, lot.id))


def open_few_tanks(work: UnitOfWork, lots: Iterable[Lot], before: Collection[str]) -> None:
    """A deviation on each lot that stands in too few tanks and did not before."""
    for lot in lots:
        for found in _few_tanks(work, lot) if lot.number not in before else ():
            open_deviation(work, DeviationKind.LIMIT, lot, found)


def spot_named(work: UnitOfWork, text: str) -> Spot:
    """A position `TANK1/R02/BOX-A/C4`, or `S-260001-X/C4` by its box's code; of a box alone the first free one.
    Refused: an unknown box, a position outside of it, a full box.
    """
    whole = normalised(text)
    path, _, position = whole.rpartition("/")
    if codes.exists(work, StoragePlace, whole):
        [box] = boxes_named(work, [whole])
        return free_spots(work, [box], 1, box.path)[0]
    if not path:
        raise NotFound("storage_place.not_found", code=whole)
    [box] = boxes_named(work, [path])
    if position not in positions_in(box):
        params = {"position": position, "path": box.path, "rows": box.rows, "columns": box.columns}
        raise Refused(Finding("storage.position.outside", box.path, params))
    return Spot(box, position)


def refuse_taken(work: UnitOfWork, spots: Sequence[Spot]) -> None:
    """Refuse positions in which another vial sits, naming it."""
    taken = storage.taken(work.session, {spot.box.id for spot in spots})
    refuse(
        Finding("storage.position.taken", spot.path, {"position": spot.path, "vial": taken[spot.box.id, spot.position]})
        for spot in spots
        if (spot.box.id, spot.position) in taken
    )


@does(commands.Place)
def place_vial(work: UnitOfWork, code: str, position: str) -> None:
    """A vial put into a position: one not yet stored, one pulled and still frozen, one found again, one moved.

    Recorded with a deviation: put back later than the trial file's seconds after its pull. Refused: a taken
    position, a box of another custodian, a vial in transit or in a dose under way.
    """
    vial = codes.get_by_code(work, Vial, code)
    refuse(_not_placeable(work, vial))
    spot = spot_named(work, position)
    put_into(work, [vial], [spot], on=vial, action="vial.placed")


def _not_placeable(work: UnitOfWork, vial: Vial) -> Iterator[Finding]:
    if vial.status is VialStatus.IN_TRANSIT:
        yield Finding("storage.vial.in_transit", vial.code, {"code": vial.code})
    for dose_id in doses_of_vials(work.session, [vial.id]):
        dose = work.session.get_one(Dose, dose_id)
        if dose.status in UNDER_WAY:
            yield Finding("storage.vial.in_dose", vial.code, {"code": vial.code, "dose": dose.code})


def put_into(
    work: UnitOfWork, vials: Sequence[Vial], spots: Sequence[Spot], *, on: Record, action: str, why: Why | None = None
) -> None:
    """Put vials into positions, one each; a taken one is refused. Part of the act at hand. A late return opens a
    deviation.

    `why` is what the ledger's lines say beside the purpose, which follows from where the vials were.
    """
    refuse_taken(work, spots)
    late = list(_late_returns(work, vials))
    lots = lots_by_id(work.session, {vial.lot_id for vial in vials})
    before = lots_in_few_tanks(work, lots)
    work.record(action, on, vials=[vial.code for vial in vials], positions=[spot.path for spot in spots])
    purposes = {VialStatus.FILLED: "store", VialStatus.PULLED: "put_back", VialStatus.MISSING: "found"}
    purpose = purposes.get(vials[0].status, "move")
    move_vials(work, _in_order(vials, spots), replace(why or Why(purpose), purpose=purpose), on=on)
    for vial, found in late:
        open_deviation(work, DeviationKind.LIMIT, vial, found)
    open_few_tanks(work, lots, before)


def _late_returns(work: UnitOfWork, vials: Sequence[Vial]) -> Iterator[tuple[Vial, Finding]]:
    last = storage.last_moves(work.session, [vial.id for vial in vials if vial.status is VialStatus.PULLED])
    for vial in vials:
        if vial.id in last:
            seconds = int((work.act.performed_at - last[vial.id].at).total_seconds())
            limits = protocol_in_force(work).storage
            for found in put_back_findings(limits, vial.code, seconds):
                yield vial, found
