"""What waits at the bench: each thing once, with what is said of it, and gone when it is done."""

from decimal import Decimal

from sqlalchemy import event

from cellbank.commands.culture import Harvesting
from cellbank.domain.donor import Eligibility
from cellbank.services import culture, donor, hold
from cellbank.views import worklist
from cellbank.views.worklist import Kind, Task
from tests.banks import ON_SQLITE
from tests.journey import (
    Scene,
    a_donor,
    a_lot,
    a_material,
    a_p0,
    a_result,
    a_tissue,
    close,
    invalidate,
    label_and_verify,
    make_eligible,
    print_labels,
    reject,
    review,
    thaw,
    vials_of,
)

pytestmark = ON_SQLITE
ANOTHER_DONATION = "A9990 25 004272 9"


def waiting(scene: Scene, kind: Kind) -> list[Task]:
    """The tasks of a kind."""
    return [task for task in scene.read(worklist.worklist).tasks if task.kind is kind]


def test_where_all_is_done_nothing_waits(ready: Scene) -> None:
    assert ready.read(worklist.worklist).tasks == ()


def test_a_tissue_waits_with_its_clock_until_cells_are_isolated(banked: Scene) -> None:
    a_donor(banked, "D-0500")
    code = a_tissue(banked, "D-0500", ANOTHER_DONATION, hours=5)
    [task] = waiting(banked, Kind.PROCESS)
    assert (task.code, task.limit_h, task.params["acceptance"].value) == (code, Decimal(24), "accepted")
    assert task.since is not None
    assert (banked.clock.now - task.since).total_seconds() // 3600 == 5
    a_p0(banked, code)
    assert waiting(banked, Kind.PROCESS) == []


def test_a_result_waits_for_its_review_and_no_longer_when_it_is_invalidated(banked: Scene) -> None:
    codes = [a_result(banked, banked["master"], "cfu-f", value, reviewed=False) for value in ("11", "12")]
    found = waiting(banked, Kind.REVIEW)
    assert [(task.code, task.by, task.params["of"], task.params["value"]) for task in found] == [
        (codes[0], "technician", banked["master"], "11 %"),
        (codes[1], "technician", banked["master"], "12 %"),
    ]
    review(banked, codes[0])
    invalidate(banked, codes[1])
    assert waiting(banked, Kind.REVIEW) == []


def test_labels_wait_to_be_printed_then_to_be_scanned_and_not_for_a_lot_that_was_rejected(banked: Scene) -> None:
    grown = thaw(banked, vials_of(banked, banked["master"])[:1])
    number = a_lot(banked, grown, harvested=banked.trial.thawed.harvested)
    [task] = waiting(banked, Kind.PRINT)
    assert (task.code, task.params) == (number, {"count": 4})
    print_labels(banked, number)
    assert waiting(banked, Kind.PRINT) == []
    [task] = waiting(banked, Kind.SCAN_BACK)
    assert (task.code, task.params) == (number, {"count": 4})
    reject(banked, number)
    assert waiting(banked, Kind.SCAN_BACK) == []


def test_labels_that_were_scanned_wait_for_nobody(banked: Scene) -> None:
    grown = thaw(banked, vials_of(banked, banked["master"])[:1])
    label_and_verify(banked, a_lot(banked, grown, harvested=banked.trial.thawed.harvested))
    assert waiting(banked, Kind.SCAN_BACK) + waiting(banked, Kind.PRINT) == []


def test_a_culture_is_listed_while_it_grows(banked: Scene) -> None:
    vials = vials_of(banked, banked["master"])
    kept, lost = thaw(banked, vials[:1]), thaw(banked, vials[1:2])
    assert [task.code for task in waiting(banked, Kind.GROWING)] == [kept, lost]
    banked.clock.forward(days=3)
    banked.act("technician", culture.harvest, [kept], Harvesting(60_000_000, Decimal(95)))
    banked.act("technician", culture.discard, lost, "Cloudy")
    assert waiting(banked, Kind.GROWING) == []


def test_a_donor_waits_with_the_step_that_the_assessment_names_first(banked: Scene) -> None:
    code = a_donor(banked, "D-0500")
    [task] = waiting(banked, Kind.DONOR)
    assert task.step is not None
    assert (task.code, task.params["eligibility"], task.step.code) == (
        code,
        Eligibility.PENDING,
        "donor.next.selection",
    )
    assert task.params["more"] == 1, "the donation is still to come"
    a_tissue(banked, code, ANOTHER_DONATION)
    make_eligible(banked, code)
    assert waiting(banked, Kind.DONOR) == []


def test_a_donor_who_withdrew_waits_for_nothing(banked: Scene) -> None:
    code = a_donor(banked, "D-0500")
    banked.act("technician", donor.withdraw_consent, code, banked.clock.now.date(), "Letter")
    assert waiting(banked, Kind.DONOR) == []


def test_a_material_is_listed_from_thirty_days_before_its_last_day(banked: Scene) -> None:
    soon = a_material(banked, "Trypsin", days=30, lot_number="NEAR")
    later = a_material(banked, "Trypsin", days=31, lot_number="FAR")
    [task] = waiting(banked, Kind.EXPIRING)
    assert (task.code, task.params["days"]) == (soon, 30)
    banked.clock.forward(days=32)
    found = waiting(banked, Kind.EXPIRING)
    assert [(task.code, task.params["days"]) for task in found] == [(soon, -2), (later, -1)]
    banked.clock.forward(days=31)
    assert waiting(banked, Kind.EXPIRING) == [], "what expired long ago is nobody's work today"


def test_a_deviation_is_listed_with_the_limit_that_it_broke_until_it_is_closed(banked: Scene) -> None:
    banked.act("technician", hold.report_deviation, banked["P1"], "Incubator door open")
    [task] = waiting(banked, Kind.DEVIATION)
    assert task.params["of"] == banked["P1"]
    assert task.step is not None
    close(banked, task.code)
    assert waiting(banked, Kind.DEVIATION) == []


def test_the_list_costs_no_more_queries_when_the_bank_is_larger(ready: Scene) -> None:
    def queries() -> int:
        counted: list[str] = []
        with ready.bank.read() as reading:
            connection = reading.connection
            event.listen(connection, "before_cursor_execute", lambda *args: counted.append(str(args[2])))
            worklist.worklist(reading)
        return len(counted)

    few = queries()
    vials = vials_of(ready, ready["master"])
    for code in vials[1:4]:
        thaw(ready, [code])
    for value in ("10", "11", "12"):
        a_result(ready, ready["lot"], "cfu-f", value, reviewed=False)
    assert len(ready.read(worklist.worklist).tasks) == 6
    assert queries() == few
