"""What waits for quality: each kind of thing once, by what it needs; and who is held, told from the holds down."""

from datetime import timedelta

from cellbank.domain.person import Role
from cellbank.domain.vial import StockClass
from cellbank.errors import Finding
from cellbank.facts.lot import holds_upstream
from cellbank.services import protocol
from cellbank.services.hold import put_hold, report_deviation
from cellbank.store import codes
from cellbank.views import lot, quality
from cellbank.views.quality import Kind, QualityDay
from tests.banks import ON_SQLITE
from tests.journey import (
    Scene,
    a_donor,
    a_material,
    a_result,
    a_tissue,
    attest,
    invalidate,
    lift,
    release,
    thaw,
    version,
    vials_of,
)

pytestmark = ON_SQLITE


def the_day(scene: Scene) -> QualityDay:
    found: QualityDay = scene.read(quality.day)
    return found


def kinds(scene: Scene) -> list[tuple[Kind, str]]:
    return [(task.kind, task.code) for task in the_day(scene).tasks]


def test_a_lot_is_ready_once_only_the_qualified_person_is_missing(ready: Scene) -> None:
    assert the_day(ready).quarantined == (ready["lot"],)
    at_gate = ready.read(quality.at_gate, ready["lot"])
    assert (at_gate.findings, at_gate.signers) == (0, (Role.QP,))
    assert quality.of_lot(at_gate).kind is Kind.RELEASE
    release(ready, ready["lot"])
    assert the_day(ready).quarantined == ()


def test_a_lot_that_lacks_only_signatures_says_whose(ready: Scene) -> None:
    a_result(ready, ready["lot"], "cfu-f", "12")
    at_gate = ready.read(quality.at_gate, ready["lot"])
    assert at_gate.signers == (Role.QA,)
    task = quality.of_lot(at_gate)
    assert (task.kind, task.params["roles"]) == (Kind.SIGN, (Role.QA,))
    attest(ready, ready["lot"])
    assert quality.of_lot(ready.read(quality.at_gate, ready["lot"])).kind is Kind.RELEASE


def test_a_lot_with_anything_else_against_it_waits_with_its_count(ready: Scene) -> None:
    ready.act("technician", put_hold, ready["lot"], "A doubt")
    at_gate = ready.read(quality.at_gate, ready["lot"])
    assert at_gate.signers == ()
    assert (quality.of_lot(at_gate).kind, quality.of_lot(at_gate).params) == (Kind.WAITING, {"count": 1})


def test_every_requirement_but_the_signatures_keeps_a_lot_waiting(backend: str) -> None:
    only = [Finding(code, "L") for code in sorted(quality.TO_SIGN)]
    assert quality.signers_of(only) == (Role.QA,)
    assert quality.signers_of([*only, Finding("lot.test.missing", "L")]) == ()


def test_what_comes_in_waits_until_qa_has_decided(banked: Scene) -> None:
    assert kinds(banked) == []
    donor = a_donor(banked, "D-0428")
    tissue = a_tissue(banked, donor, "A9990 25 004272 9", accepted=False)
    material = a_material(banked, "Trypsin", accepted=False)
    loaded = banked.act("qa", protocol.load_trial, version(banked.trial.text, "2")).code
    assert kinds(banked) == [
        (Kind.TISSUE, tissue),
        (Kind.MATERIAL, material),
        (Kind.DONOR, donor),
        (Kind.TRIAL, loaded),
    ]


def test_holds_wait_but_not_those_of_a_deviation(banked: Scene) -> None:
    put = banked.act("technician", put_hold, banked["master"], "A doubt").code
    deviation = banked.act("technician", report_deviation, banked["P1"], "Door open").codes("deviation.opened")
    banked.act("qa", protocol.suspend_trial, "Letter of the authority")
    assert [kind for kind, _ in kinds(banked)] == [Kind.HOLD, Kind.SUSPENDED, Kind.DEVIATION]
    assert {put, *deviation} <= {code for _, code in kinds(banked)}
    lift(banked, put)
    assert put not in {code for _, code in kinds(banked)}


def test_a_released_lot_whose_signed_content_changed_asks_to_be_reaffirmed(released: Scene) -> None:
    assert kinds(released) == []
    invalidate(released, released["sterility"])
    assert (Kind.REAFFIRM, released["lot"]) in kinds(released)


def test_a_failed_result_is_out_of_specification(ready: Scene) -> None:
    a_result(ready, ready["lot"], "viability", "40")
    assert [kind for kind, _ in kinds(ready)] == [Kind.OUT_OF_SPECIFICATION]


def test_lots_expire_soon_only_while_of_use_and_in_stock(banked: Scene) -> None:
    until = banked.read(lot.lots)[0].expires_on
    banked.clock.now += (until - banked.clock.now.date()) - timedelta(days=91)
    assert kinds(banked) == []
    banked.clock.forward(days=1)
    [task] = the_day(banked).tasks
    assert (task.kind, task.code, task.params) == (
        Kind.EXPIRING,
        banked["master"],
        {"on": until, "days": 90, "count": 5},
    )


def test_a_lot_is_held_by_whatever_lies_upstream_and_by_nothing_else(ready: Scene) -> None:
    """The list walks down from the holds, the gate up from the lot: both must say the same, for every station."""
    thaw(ready, vials_of(ready, ready["lot"], StockClass.DISPENSABLE)[:1])
    places = ["donor", "tissue", "Medium MEM-alpha", "P0", "P1", "P2", "master", "lot", "thawed vial"]
    of_lot = vials_of(ready, ready["lot"])[-1]
    for code in (*(ready[name] for name in places), of_lot):
        put = ready.act("technician", put_hold, code, "A doubt").code
        assert _as_listed(ready) == _as_gathered(ready), code
        lift(ready, put)
    assert not any(_as_listed(ready).values())


def _as_listed(scene: Scene) -> dict[str, bool]:
    return {line.number: line.held for line in scene.read(lot.lots)}


def _as_gathered(scene: Scene) -> dict[str, bool]:
    with scene.bank.read() as reading:
        rows = [codes.get_by_code(reading, lot.Lot, line.number) for line in lot.lots(reading)]
        return {row.number: bool(holds_upstream(reading, row)) for row in rows}
