"""How doses end: the clock, holds at the bedside, late results, and ledgers that balance after every path."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from cellbank.commands.dose import Preparation
from cellbank.domain.visit import DoseStatus
from cellbank.errors import WrongInput
from cellbank.services import dose, hold, protocol, put_back, reservation, vial
from tests import clinic, journey
from tests.banks import ON_SQLITE
from tests.clinic import ANNA, BRUNO, Scene, against, treating, two
from tests.documents import treated
from tests.services.test_dose import STERILITY, limits, thaw, waste

__all__ = ["treating", "two"]


def test_the_clock_over_at_dispensing_refuses_and_at_the_bedside_is_a_deviation(treating: Scene) -> None:
    code = clinic.dispensed(treating, ANNA)
    until = clinic.a_dose(treating, code).usable_until
    assert until is not None
    treating.clock.now = until + timedelta(seconds=1)
    clinic.administer(treating, ANNA)
    assert limits(treating) == ["dose.clock.over"]
    second = clinic.prepared(treating, BRUNO)
    until = clinic.a_dose(treating, second).usable_until
    assert until is not None
    treating.clock.now = until + timedelta(seconds=1)
    assert against(treated.dispensed, treating, BRUNO) == ["dose.clock.over"]
    clinic.assert_balanced(treating)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("held", ["lot", "dose", "subject", "material", "trial"])
@ON_SQLITE
def test_a_hold_after_the_dispensing_reaches_the_bedside(treating: Scene, held: str, known: bool) -> None:
    code = clinic.dispensed(treating, ANNA)
    if held == "trial":
        treating.act("qa", protocol.suspend_trial, "Board")
    else:
        on = {"lot": treating["lot"], "dose": code, "subject": ANNA, "material": treating["Medium MEM-alpha"]}[held]
        treating.act("technician", hold.put_hold, on, "A doubt")
    assert len(clinic.a_dose(treating, code).holds) == 1
    assert against(clinic.administer, treating, ANNA, kind=WrongInput) == ["dose.hold_known.missing"]
    clinic.administer(treating, ANNA, hold_known=known)
    assert clinic.a_dose(treating, code).hold_known is known
    [opened] = treating.open_deviations()
    assert opened.limit_code == "dose.given_under_hold"


def test_a_material_of_the_dose_blocked_before_dispensing_refuses_until_its_use_is_judged(treating: Scene) -> None:
    saline = journey.a_material(treating, "Saline")
    code = clinic.pull(treating, ANNA)
    treated.prepared(treating, ANNA, materials=[saline])
    journey.block(treating, saline)
    [on_saline] = [h.code for h in treating.open_holds() if h.kind.value == "material_blocked"]
    journey.lift(treating, on_saline)
    assert against(treated.dispensed, treating, ANNA) == ["dose.held"]
    [opened] = treating.open_deviations()
    assert (opened.limit_code, opened.subject) == ("material.used.blocked", code)
    journey.close(treating, opened.code)
    treated.dispensed(treating, ANNA)


def test_without_a_hold_nothing_is_said_of_one(treating: Scene) -> None:
    code = clinic.dispensed(treating, ANNA)
    clinic.administer(treating, ANNA, hold_known=True)
    assert (clinic.a_dose(treating, code).hold_known, treating.open_deviations()) == (None, [])


def test_a_late_result_that_passes_ends_the_condition(treating: Scene) -> None:
    code = clinic.injected(treating, ANNA)
    seen = clinic.a_dose(treating, code)
    assert (seen.conditional, seen.awaiting) == (True, (STERILITY,))
    treating.clock.forward(days=14)
    journey.a_result(treating, code, STERILITY, "no growth")
    assert clinic.a_dose(treating, code).awaiting == ()
    assert treating.open_deviations() == []
    clinic.pull(treating, BRUNO)


def test_a_late_result_that_fails_holds_the_lot_until_qa_closes_it(treating: Scene) -> None:
    code = clinic.injected(treating, ANNA)
    clinic.prepared(treating, BRUNO)
    journey.a_result(treating, code, STERILITY, "growth", reviewed=False)
    [opened] = treating.open_deviations()
    assert (opened.limit_code, opened.subject) == ("result.late_failed", treating["lot"])
    assert "lot.deviation.open" in against(treated.dispensed, treating, BRUNO)
    waste(treating, code=BRUNO)
    clinic.assert_balanced(treating)
    journey.close(treating, opened.code)
    clinic.pull(treating, BRUNO, clinic.spare(treating)[:1], replacing=True)


def test_a_result_that_comes_before_dispensing_and_fails_refuses_it(treating: Scene) -> None:
    code = clinic.prepared(treating, ANNA)
    journey.a_result(treating, code, STERILITY, "growth")
    assert {"lot.deviation.open", "lot.test.failed"} <= set(against(treated.dispensed, treating, ANNA))


def returned(scene: Scene) -> None:
    code = clinic.dispensed(scene, ANNA)
    scene.act("pharmacist", dose.return_dose, ANNA, 1, "Subject unwell")
    scene.act("pharmacist", dose.destroy_dose, code, "Came back")


def thawed(scene: Scene) -> None:
    clinic.pull(scene, ANNA)
    scene.clock.forward(minutes=5)
    scene.act("pharmacist", dose.thaw, ANNA, 1, scene.clock.now - timedelta(minutes=3), scene.clock.now)
    waste(scene)


def put_vials_back(scene: Scene) -> None:
    clinic.pull(scene, ANNA)
    scene.act("pharmacist", put_back.put_back, ANNA, 1, "Not today")


def then(begun: Callable[[Scene, str], Any]) -> Callable[[Scene], Any]:
    """A step, then wasted."""

    def both(scene: Scene) -> None:
        begun(scene, ANNA)
        waste(scene)

    return both


PATHS: Mapping[str, tuple[Callable[[Scene], Any], tuple[DoseStatus, str]]] = {
    "pulled and dropped": (then(clinic.pull), (DoseStatus.DISCARDED, "broken")),
    "thawed and dropped": (thawed, (DoseStatus.DISCARDED, "destroyed")),
    "prepared and discarded": (then(clinic.prepared), (DoseStatus.DISCARDED, "consumed_in_dose")),
    "wasted at the bedside": (then(clinic.dispensed), (DoseStatus.WASTED, "consumed_in_dose")),
    "given": (lambda scene: clinic.injected(scene, ANNA), (DoseStatus.ADMINISTERED, "consumed_in_dose")),
    "returned and destroyed": (returned, (DoseStatus.DESTROYED, "consumed_in_dose")),
    "put back": (put_vials_back, (DoseStatus.PUT_BACK, "stored")),
    "at the bedside": (lambda scene: clinic.dispensed(scene, ANNA), (DoseStatus.DISPENSED, "consumed_in_dose")),
    "in hand": (lambda scene: clinic.prepared(scene, ANNA), (DoseStatus.PREPARED, "consumed_in_dose")),
}


@pytest.mark.parametrize("name", PATHS)
def test_both_ledgers_balance_after_every_path(treating: Scene, name: str) -> None:
    walk, ends = PATHS[name]
    [vial] = treated.reserved(treating, ANNA, 1)
    walk(treating)
    [attempt] = clinic.the_visit(treating, ANNA).doses
    assert (attempt.status, clinic.status_of(treating, vial)) == ends
    account = clinic.assert_balanced(treating)
    assert account.vials.received == 23
    assert account.vials.in_stock + account.vials.used_for_doses + account.vials.broken + account.vials.destroyed == 23


@ON_SQLITE
def test_a_vial_dropped_after_the_pull_leaves_the_attempt_and_the_others_go_on(treating: Scene) -> None:
    [first] = treated.reserved(treating, ANNA, 1)
    second = clinic.spare(treating)[0]
    code = clinic.pull(treating, ANNA, [first, second], replacing=True)
    treating.act("technician", vial.discard_vials, [second], "broken", "Dropped")
    clinic.assert_balanced(treating)
    treated.prepared(treating, ANNA)
    assert (clinic.status_of(treating, first), clinic.status_of(treating, second)) == ("consumed_in_dose", "broken")
    treated.dispensed(treating, ANNA)
    clinic.administer(treating, ANNA)
    seen = clinic.a_dose(treating, code)
    assert (seen.status, seen.vials) == (DoseStatus.ADMINISTERED, (first,)), "not the one that was dropped"
    clinic.assert_balanced(treating)


@ON_SQLITE
def test_an_attempt_that_lost_every_vial_can_only_be_wasted_and_the_visit_tries_again(treating: Scene) -> None:
    [only] = treated.reserved(treating, ANNA, 1)
    clinic.pull(treating, ANNA)
    treating.act("technician", vial.discard_vials, [only], "broken", "Dropped")
    assert against(thaw, treating, 0, 0) == ["dose.vials.none_left"]
    assert against(treating.act, "pharmacist", put_back.put_back, ANNA, 1, "Dropped") == ["dose.vials.none_left"]
    waste(treating)
    clinic.pull(treating, ANNA, clinic.spare(treating)[:1], replacing=True)
    clinic.assert_balanced(treating)


@pytest.mark.parametrize("how", ["broken", "missing", "test"])
@ON_SQLITE
def test_a_vial_lost_in_the_tank_is_set_aside_for_nobody(treating: Scene, how: str) -> None:
    [lost] = treated.reserved(treating, ANNA, 1)
    if how == "test":
        treating.act("technician", vial.use_vial, lost, "test", None)
    else:
        treating.act("technician", vial.discard_vials, [lost], how, "Racked badly")
    assert treated.reserved(treating, ANNA, 1) == ()
    treating.act("pharmacist", reservation.reserve_course, ANNA)
    [other] = treated.reserved(treating, ANNA, 1)
    assert other != lost
    clinic.pull(treating, ANNA, [other])


@ON_SQLITE
def test_a_dose_prepared_outside_its_limits_is_recorded_with_a_deviation_and_never_dispensed(treating: Scene) -> None:
    clinic.pull(treating, ANNA)
    treating.clock.forward(minutes=5)
    thaw(treating, -3, 0)
    made = Preparation("washed", 1_000_000, clinic.Decimal("88"), clinic.Decimal("3.5"), "5 mL")
    treating.act("pharmacist", dose.prepare, ANNA, 1, made, witness="technician")
    assert sorted(limits(treating)) == ["dose.cells.low", "dose.volume.high"]
    for opened in treating.open_deviations():
        journey.close(treating, opened.code)
    assert against(treated.dispensed, treating, ANNA) == ["dose.cells.low", "dose.volume.high"]
    waste(treating)
    clinic.pull(treating, ANNA, clinic.spare(treating)[:1], replacing=True)


@ON_SQLITE
def test_vials_thawed_without_the_transfer_that_the_file_asks_are_a_deviation(treating: Scene) -> None:
    apart = treating.trial.text.replace('"pull", "thaw"', '"pull", "transfer", "thaw"')
    journey.approve_trial(treating, journey.version(apart, "2"))
    clinic.prepared(treating, ANNA)
    assert limits(treating) == ["dose.thaw.elsewhere"]
    assert against(treated.dispensed, treating, ANNA) == ["dose.held"]
    sent = clinic.pull(treating, BRUNO)
    treated.send_to_pharmacy(treating, clinic.a_dose(treating, sent).vials)
    treated.prepared(treating, BRUNO)
    assert len(limits(treating)) == 1


@ON_SQLITE
def test_a_dose_of_two_lots_is_held_with_either(two: Scene) -> None:
    mixing = two.trial.text.replace("one_lot_per_dose = true", "one_lot_per_dose = false")
    journey.approve_trial(two, journey.version(mixing, "2"))
    clinic.a_course(two, ANNA)
    clinic.go_to(two, clinic.the_visit(two, ANNA).planned_on)
    treated.confirmed(two, ANNA)
    [first] = treated.reserved(two, ANNA, 1)
    other = clinic.spare(two, "second")[0]
    code = clinic.pull(two, ANNA, [first, other], replacing=True)
    for lot in ("lot", "second"):
        two.act("technician", hold.put_hold, two[lot], "A doubt")
    assert {one.subject for one in clinic.a_dose(two, code).holds} == {two["lot"], two["second"]}
