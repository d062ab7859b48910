"""Transfers: vials between custodians in a sealed shipper, judged by its logger."""

from decimal import Decimal
from typing import Any

import pytest

from cellbank.domain.hold import HoldKind
from cellbank.domain.identifiers import Station
from cellbank.domain.person import Verb
from cellbank.domain.storage import Custodian
from cellbank.domain.vial import Vial, VialStatus
from cellbank.errors import NotAllowed, NotFound, WrongInput
from cellbank.services import movement, relocation, storage, transfer, vial
from cellbank.services.transfer import LoggerFile
from cellbank.store import codes
from cellbank.store.unit_of_work import UnitOfWork
from cellbank.views import storage as storage_view, trace, transfer as view
from cellbank.views.vial import VialLine, vial_view
from tests.banks import ON_SQLITE
from tests.journey import Scene, close, vials_of
from tests.services.shelves import refused

BOX = "TANK1/BOX-1"
OTHER = "TANK2/BOX-1"
PHARMACY = "PH/BOX-1"
COLD = Decimal("-152.4")
FILE = LoggerFile("logger-7.csv", "a" * 64)


@pytest.fixture
def packed(released: Scene) -> Scene:
    """The product lot stored at the production unit, an empty box at the pharmacy."""
    for path in (BOX, OTHER):
        released.act("technician", storage.add_place, path, None, "9x9")
    released.act("pharmacist", storage.add_place, PHARMACY, None, "9x9", Custodian.PHARMACY)
    released.act("technician", storage.fill_boxes, released["lot"], [BOX, OTHER])
    return released


def sent(scene: Scene, *vials: str, to: Custodian = Custodian.PHARMACY, by: str = "technician") -> str:
    return scene.act(by, transfer.send, vials, to, "SEAL-881", "LOG-7").code


def received(scene: Scene, code: str, **named: Any) -> None:
    given: dict[str, Any] = {"accepted": True, "warmest_c": COLD, "temperature_file": FILE, "into": [PHARMACY]} | named
    scene.clock.forward(hours=2)
    scene.act("pharmacist", transfer.receive, code, **given)


def line(scene: Scene, code: str) -> VialLine:
    found: VialLine = scene.read(vial_view, code)
    return found


def pulled(work: UnitOfWork, code: str) -> None:
    """A vial taken out for a visit, without the visit."""
    work.authorise(Verb.RECORD_STORAGE)
    movement.move_vial_status(work, codes.get_by_code(work, Vial, code), VialStatus.PULLED, purpose="pull")


def test_vials_travel_from_the_production_unit_into_the_pharmacys_box(packed: Scene) -> None:
    first, second, third, _ = vials_of(packed, packed["lot"])
    code = sent(packed, first, second)
    assert code.startswith("TR-")
    for one in (first, second):
        assert (line(packed, one).status, line(packed, one).position) == (VialStatus.IN_TRANSIT, None)
        assert packed.read(storage_view.custodian_of, one) is Custodian.PRODUCTION_UNIT
    received(packed, code)
    assert line(packed, first).position == f"{PHARMACY}/A1"
    assert packed.read(storage_view.custodian_of, first) is Custodian.PHARMACY
    assert packed.read(storage_view.custodian_of, third) is Custodian.PRODUCTION_UNIT
    shown = packed.read(view.transfer_view, code)
    assert (shown.sender, shown.recipient) == (Custodian.PRODUCTION_UNIT, Custodian.PHARMACY)
    assert (shown.accepted, shown.warmest_c, shown.temperature_file) == (True, COLD, "logger-7.csv")
    assert [(one.code, one.status, one.position) for one in shown.vials] == [
        (first, VialStatus.STORED, f"{PHARMACY}/A1"),
        (second, VialStatus.STORED, f"{PHARMACY}/A2"),
    ]
    assert packed.open_deviations() == []
    assert packed.bank.verify().intact


@ON_SQLITE
def test_the_ledger_names_the_transfer_and_who_kept_the_vial(packed: Scene) -> None:
    first, *_ = vials_of(packed, packed["lot"])
    code = sent(packed, first)
    received(packed, code)
    last = packed.read(storage_view.movements, first)[-2:]
    assert [(one.purpose, one.place_from, one.place_to, one.custodian) for one in last] == [
        ("send", f"{BOX}/A1", code, Custodian.PRODUCTION_UNIT),
        ("receive", code, f"{PHARMACY}/A1", Custodian.PHARMACY),
    ]


@ON_SQLITE
def test_a_transfer_is_found_by_its_code(packed: Scene) -> None:
    code = sent(packed, vials_of(packed, packed["lot"])[0])
    assert packed.read(lambda reading: codes.resolve(reading, code).code) == code
    with pytest.raises(NotFound):
        packed.read(view.transfer_view, "TR-269999")


@ON_SQLITE
def test_vials_go_back_to_the_production_unit(packed: Scene) -> None:
    first, *_ = vials_of(packed, packed["lot"])
    received(packed, sent(packed, first))
    code = sent(packed, first, to=Custodian.PRODUCTION_UNIT, by="pharmacist")
    received(packed, code, into=[OTHER])
    assert packed.read(storage_view.custodian_of, first) is Custodian.PRODUCTION_UNIT


@ON_SQLITE
def test_a_pulled_vial_arrives_pulled_in_the_pharmacists_hands(packed: Scene) -> None:
    first, second, *_ = vials_of(packed, packed["lot"])
    packed.act("technician", pulled, first)
    code = sent(packed, first, second)
    received(packed, code)
    assert line(packed, first).status is VialStatus.PULLED
    assert packed.read(storage_view.custodian_of, first) is Custodian.PHARMACY
    assert line(packed, second).status is VialStatus.STORED


@ON_SQLITE
def test_a_pulled_vial_put_back_in_time_is_stored_without_a_deviation(packed: Scene) -> None:
    first, *_ = vials_of(packed, packed["lot"])
    packed.act("technician", pulled, first)
    packed.clock.forward(seconds=119)
    packed.act("technician", storage.place_vial, first, f"{BOX}/A1")
    assert line(packed, first).status is VialStatus.STORED
    assert packed.open_deviations() == []


@ON_SQLITE
def test_a_pulled_vial_put_back_too_late_is_stored_and_held(packed: Scene) -> None:
    first, *_ = vials_of(packed, packed["lot"])
    packed.act("technician", pulled, first)
    packed.clock.forward(seconds=125)
    packed.act("technician", storage.place_vial, first, f"{BOX}/A1")
    assert [(one.limit_code, one.subject) for one in packed.open_deviations()] == [("storage.put_back.late", first)]
    assert [one.subject for one in packed.open_holds()] == [first]


def test_a_warm_shipper_holds_exactly_the_vials_that_were_in_it(packed: Scene) -> None:
    first, second, *_ = vials_of(packed, packed["lot"])
    code = sent(packed, first, second)
    received(packed, code, warmest_c=Decimal("-139.9"))
    [deviation] = packed.open_deviations()
    assert (deviation.limit_code, deviation.subject) == ("storage.temperature.high", code)
    held = {one.subject for one in packed.open_holds() if one.kind is HoldKind.EXCURSION}
    assert held == {first, second}
    cells = packed.read(storage_view.box_map, PHARMACY).cells.values()
    assert all(cell.held for cell in cells)
    close(packed, deviation.code)
    assert packed.open_holds() == []


@ON_SQLITE
@pytest.mark.parametrize(
    ("named", "limit"),
    [
        ({"warmest_c": None}, "storage.temperature.unknown"),
        ({"accepted": False, "note": "Seal broken"}, "transfer.not_accepted"),
        ({"warmest_c": Decimal(-140)}, None),
    ],
)
def test_what_is_unknown_or_refused_is_held_and_the_limit_itself_is_cold_enough(
    packed: Scene, named: dict[str, Any], limit: str | None
) -> None:
    received(packed, sent(packed, vials_of(packed, packed["lot"])[0]), **named)
    assert [one.limit_code for one in packed.open_deviations()] == ([] if limit is None else [limit])


@ON_SQLITE
def test_a_transfer_is_received_once(packed: Scene) -> None:
    code = sent(packed, vials_of(packed, packed["lot"])[0])
    received(packed, code)
    assert refused(packed, "pharmacist", transfer.receive, code, accepted=True) == ["transfer.received_already"]


@ON_SQLITE
def test_a_vial_lost_on_the_way_does_not_arrive(packed: Scene) -> None:
    first, second, *_ = vials_of(packed, packed["lot"])
    code = sent(packed, first, second)
    packed.act("technician", vial.discard_vials, [first], "missing", "Not in the shipper")
    received(packed, code)
    assert line(packed, first).status is VialStatus.MISSING
    assert line(packed, second).position == f"{PHARMACY}/A1"


@ON_SQLITE
def test_a_vial_in_transit_is_neither_sent_nor_placed_nor_thawed(packed: Scene) -> None:
    first, *_ = vials_of(packed, packed["lot"])
    sent(packed, first)
    args = ([first], Custodian.PHARMACY, "SEAL-2", "LOG-2")
    assert refused(packed, "technician", transfer.send, *args) == ["transfer.vial.not_sendable"]
    assert refused(packed, "technician", storage.place_vial, first, f"{BOX}/A1") == ["storage.vial.in_transit"]
    assert refused(packed, "technician", vial.use_vial, first, "test", None) == ["vial.move"]


@ON_SQLITE
def test_vials_of_two_custodians_or_of_the_recipient_are_not_sent(packed: Scene) -> None:
    first, second, *_ = vials_of(packed, packed["lot"])
    received(packed, sent(packed, first))
    args = (Custodian.PHARMACY, "SEAL-2", "LOG-2")
    assert refused(packed, "technician", transfer.send, [first], *args) == ["transfer.vial.there_already"]
    assert refused(packed, "technician", transfer.send, [second, first], *args) == ["transfer.vial.there_already"]
    back = (Custodian.PRODUCTION_UNIT, "SEAL-2", "LOG-2")
    assert set(refused(packed, "technician", transfer.send, [first, second], *back)) == {"transfer.vial.there_already"}


@ON_SQLITE
def test_a_vial_not_yet_stored_is_not_sent(packed: Scene) -> None:
    unstored = vials_of(packed, packed["master"])[1]
    args = ([unstored], Custodian.PHARMACY, "SEAL-2", "LOG-2")
    assert refused(packed, "technician", transfer.send, *args) == ["transfer.vial.not_sendable"]


@ON_SQLITE
def test_what_arrives_needs_a_box_of_the_recipients_with_room(packed: Scene) -> None:
    first, second, *_ = vials_of(packed, packed["lot"])
    packed.act("pharmacist", storage.add_place, "PH/SMALL", None, "1x1")
    code = sent(packed, first, second)
    for into, found in (
        ([], "transfer.box.missing"),
        ([BOX], "storage.custodian.differs"),
        (["PH/SMALL"], "storage.room.missing"),
    ):
        assert refused(packed, "pharmacist", transfer.receive, code, accepted=True, into=into) == [found]
    received(packed, code, into=["PH/SMALL", PHARMACY])
    assert line(packed, second).position == f"{PHARMACY}/A1"


@ON_SQLITE
@pytest.mark.parametrize(
    ("vials", "seal", "logger", "code"),
    [
        (False, "S", "L", "transfer.vials.missing"),
        (True, " ", "L", "transfer.seal.missing"),
        (True, "S", "", "transfer.logger.missing"),
    ],
)
def test_a_transfer_names_its_vials_seal_and_logger(
    packed: Scene, vials: bool, seal: str, logger: str, code: str
) -> None:
    some = vials_of(packed, packed["lot"])[:1] if vials else []
    with pytest.raises(WrongInput) as caught:
        packed.act("technician", transfer.send, some, Custodian.PHARMACY, seal, logger)
    assert caught.value.code == code


@ON_SQLITE
def test_quality_assurance_neither_sends_nor_receives(packed: Scene) -> None:
    some = vials_of(packed, packed["lot"])[:1]
    with pytest.raises(NotAllowed):
        packed.act("qa", transfer.send, some, Custodian.PHARMACY, "S", "L")


@ON_SQLITE
def test_transfers_are_listed_with_those_under_way(packed: Scene) -> None:
    first, second, *_ = vials_of(packed, packed["lot"])
    one = sent(packed, first)
    received(packed, one)
    other = sent(packed, second)
    assert [found.code for found in packed.read(view.transfers)] == [one, other]
    under_way = packed.read(lambda reading: view.transfers(reading, only_under_way=True))
    assert [found.code for found in under_way] == [other]


def test_a_transfer_is_traced_through_the_vials_it_carried(packed: Scene) -> None:
    first, second, third, _ = vials_of(packed, packed["lot"])
    code = sent(packed, first, second)
    found = packed.read(trace.trace, code)
    assert found.subject == code
    assert {node.code for node in found.upstream} >= {packed["donor"], packed["lot"], first, second}
    assert third not in {node.code for node in (*found.upstream, *found.downstream)}
    assert (found.reconciliation.filled, found.reconciliation.by_status[VialStatus.IN_TRANSIT]) == (4, 2)


def test_a_place_is_traced_through_what_sits_or_sat_there(packed: Scene) -> None:
    first, *_ = vials_of(packed, packed["lot"])
    there = {one.code for one in packed.read(storage_view.box_map, BOX).cells.values()}
    assert first in there
    packed.act("technician", relocation.move, first, f"{OTHER}/I9")
    for place, expected in (
        (BOX, there),
        (OTHER, {*vials_of(packed, packed["lot"])} - there | {first}),
        (PHARMACY, set()),
    ):
        found = packed.read(trace.trace, place)
        assert {node.code for node in found.downstream if node.station is Station.VIAL} == expected, place
        assert (packed["donor"] in {node.code for node in found.upstream}) is bool(expected)
