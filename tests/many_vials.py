"""Many vials in a bank: lots of thousands, each vial in its position, written by the sanctioned bulk way."""

from functools import partial

from cellbank.bank import UnitOfWork
from cellbank.domain import record
from cellbank.domain.identifiers import Station, vial_code
from cellbank.domain.lot import Lot
from cellbank.domain.person import Verb
from cellbank.domain.storage import Custodian, Placement, StoragePlace, positions
from cellbank.domain.vial import Movement, StockClass, Vial, VialStatus
from cellbank.services import storage
from cellbank.store import codes, storage as store
from tests.journey import WAY, Scene, Waypoint

ROWS, COLUMNS = 26, 40
LOTS, VIALS = 3, 700
IN_A_BOX = ROWS * COLUMNS


def stock_lots(scene: Scene, lots: int, vials: int) -> list[str]:
    """So many lots like the master bank, each of so many vials, stored from the first box on; their numbers."""
    boxes = [f"HALL/BOX-{n:03d}" for n in range(-(-lots * vials // IN_A_BOX))]
    for path in boxes:
        scene.act("technician", storage.add_place, path, None, f"{ROWS}x{COLUMNS}")
    return [
        scene.act("technician", partial(_stock, like=scene["master"], vials=vials, boxes=boxes, filled=at * vials)).code
        for at in range(lots)
    ]


def fill_hall(scene: Scene) -> Scene:
    """Three lots of seven hundred vials, stored; their numbers are known as `hall 0` to `hall 2`."""
    for at, number in enumerate(stock_lots(scene, LOTS, VIALS)):
        scene.codes[f"hall {at}"] = number
    return scene


WAY["hall"] = Waypoint("banked", fill_hall)


def _stock(work: UnitOfWork, *, like: str, vials: int, boxes: list[str], filled: int) -> None:
    work.authorise(Verb.RECORD_FACT)
    model = codes.get_by_code(work, Lot, like)
    given = {c.name: getattr(model, c.name) for c in record.columns_of(Lot) if c.name not in {"id", "number"}}
    lot = Lot(**{**given, "number": codes.next_code(work, Station.LOT), "vials_filled": vials})
    work.add(lot)
    work.session.flush()
    made = [_vial(lot, number) for number in range(1, vials + 1)]
    work.insert_many(made)
    spots = [(boxes[at // IN_A_BOX], at % IN_A_BOX) for at in range(filled, filled + vials)]
    places = {path: codes.get_by_code(work, StoragePlace, path) for path in dict.fromkeys(path for path, _ in spots)}
    names = positions(ROWS, COLUMNS)
    placed = [
        Placement(vial_id=vial.id, box_id=places[path].id, position=names[at], since=work.act.performed_at)
        for vial, (path, at) in zip(made, spots, strict=True)
    ]
    work.insert_many(placed)
    number = store.next_number(work.session)
    lines = [_line(work, vial, number + n) for n, vial in enumerate(made)]
    work.insert_many(lines)
    work.record("lot.filled", lot, *made, *placed, *lines, vials=vials)


def _vial(lot: Lot, number: int) -> Vial:
    classes = (StockClass.DISPENSABLE,) * 8 + (StockClass.RETAINED, StockClass.QUALITY_CONTROL)
    status = VialStatus.STORED
    code = vial_code(lot.number, number)
    return Vial(code=code, lot_id=lot.id, number=number, stock_class=classes[number % len(classes)], status=status)


def _line(work: UnitOfWork, vial: Vial, number: int) -> Movement:
    return Movement(
        number=number,
        vial_id=vial.id,
        at=work.act.performed_at,
        recorded_at=work.now,
        status_to=vial.status,
        custodian=Custodian.PRODUCTION_UNIT,
        purpose="fill",
        by=work.act.actor.name,
    )
