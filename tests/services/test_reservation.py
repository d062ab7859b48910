"""Reservations: the whole course at once or nothing, through the gate, freed when not needed any more."""

from datetime import timedelta
from decimal import Decimal

import pytest

from cellbank.errors import WrongInput
from cellbank.services import hold, reservation, visit
from cellbank.views import trace
from cellbank.views.vial import vial_view
from tests import clinic, journey
from tests.banks import ON_SQLITE
from tests.clinic import ANNA, BRUNO, CLARA, Scene, against, stocked, today, treating, two
from tests.documents import treated

__all__ = ["stocked", "treating", "two"]


def planned(scene: Scene, code: str = CLARA, first_in: int = 1) -> None:
    clinic.enrol(scene, code)
    scene.act("pharmacist", visit.plan_visits, code, today(scene) + timedelta(days=first_in))


def set_aside(scene: Scene, code: str) -> list[str]:
    return [vial for number in (1, 2, 3) for vial in treated.reserved(scene, code, number)]


def cancel(scene: Scene, code: str, number: int | None = None, reason: str = "Moved") -> int:
    outcome = scene.act("pharmacist", reservation.cancel_reservation, code, number, reason)
    return int(str(outcome.actions[0].params["freed"]))


def boxes_of(scene: Scene, vials: list[str]) -> set[str]:
    return {str(scene.read(vial_view, one).position).rpartition("/")[0] for one in vials}


def test_a_course_takes_three_vials_of_one_lot_out_of_one_box(stocked: Scene) -> None:
    clinic.a_course(stocked, CLARA)
    vials = set_aside(stocked, CLARA)
    assert len(set(vials)) == 3
    assert len(boxes_of(stocked, vials)) == 1
    assert against(clinic.reserve, stocked, CLARA) == ["dose.reserved_already"]


def test_the_lot_that_expires_first_is_taken_as_long_as_it_keeps(two: Scene) -> None:
    clinic.a_course(two, ANNA)
    clinic.a_course(two, BRUNO, first_in=180)
    lots = {code: {two.read(vial_view, v).lot for v in set_aside(two, code)} for code in (ANNA, BRUNO)}
    assert lots == {ANNA: {two["lot"]}, BRUNO: {two["second"]}}


def test_a_course_that_no_lot_keeps_through_is_refused(two: Scene) -> None:
    planned(two, first_in=400)
    assert against(clinic.reserve, two, CLARA) == ["dose.lot.expires_in_course"]


def test_short_stock_says_what_is_missing_by_when_and_takes_nothing(stocked: Scene) -> None:
    for n in range(6):
        clinic.a_course(stocked, f"36-00{n}")
    planned(stocked)
    with pytest.raises(clinic.Refused) as caught:
        clinic.reserve(stocked, CLARA)
    [finding] = caught.value.findings
    third = clinic.the_visit(stocked, CLARA, 3)
    assert (finding.code, finding.params["visit"], finding.params["missing"]) == ("dose.stock.short", 3, 1)
    assert finding.params["by"] == third.first_on
    assert len(clinic.spare(stocked)) == 2
    assert cancel(stocked, "36-000", 3) == 1
    clinic.reserve(stocked, CLARA)


def test_a_larger_prescription_reserves_more_vials(stocked: Scene) -> None:
    planned(stocked)
    prescription = (CLARA, 1, 12_000_000, Decimal("68.5"), "Dr P", today(stocked))
    stocked.act("pharmacist", visit.record_prescription, *prescription)
    clinic.reserve(stocked, CLARA)
    assert len(set_aside(stocked, CLARA)) == 6


@pytest.mark.parametrize(
    ("what", "code"), [("lot", "lot.held"), ("donor", "lot.held"), ("subject", "dose.held"), ("visit", "dose.held")]
)
@ON_SQLITE
def test_nothing_is_reserved_under_a_hold(stocked: Scene, what: str, code: str) -> None:
    planned(stocked)
    held = {"subject": CLARA, "visit": f"{CLARA}/3"}.get(what) or stocked[what]
    stocked.act("technician", hold.put_hold, held, "A doubt")
    assert against(clinic.reserve, stocked, CLARA) == [code]
    journey.lift(stocked, stocked.open_holds()[0].code)
    clinic.reserve(stocked, CLARA)


def test_what_stands_in_a_held_box_is_passed_over_and_the_other_tank_serves(stocked: Scene) -> None:
    planned(stocked)
    stocked.act("technician", hold.put_hold, treated.BOXES[0], "Lid open")
    clinic.reserve(stocked, CLARA)
    assert boxes_of(stocked, set_aside(stocked, CLARA)) == {treated.BOXES[1]}


def test_a_held_vial_is_passed_over(stocked: Scene) -> None:
    planned(stocked)
    first = clinic.spare(stocked)[0]
    stocked.act("technician", hold.put_hold, first, "Label torn")
    clinic.reserve(stocked, CLARA)
    assert first not in set_aside(stocked, CLARA)


def test_a_cancelled_visit_or_course_is_free_again_and_is_reserved_again(treating: Scene) -> None:
    free = len(clinic.spare(treating))
    assert (cancel(treating, ANNA, 2), len(clinic.spare(treating))) == (1, free + 1)
    assert (cancel(treating, ANNA), len(clinic.spare(treating))) == (2, free + 3)
    assert against(cancel, treating, ANNA) == ["dose.not_reserved"]
    assert against(cancel, treating, BRUNO, None, " ", kind=WrongInput) == ["dose.reason.missing"]
    clinic.reserve(treating, ANNA)
    assert len(clinic.spare(treating)) == free


def test_visits_injected_keep_what_they_had(treating: Scene) -> None:
    clinic.injected(treating, ANNA)
    cancel(treating, ANNA)
    clinic.reserve(treating, ANNA)
    assert [len(treated.reserved(treating, ANNA, number)) for number in (1, 2, 3)] == [0, 1, 1]
    assert treating.read(trace.trace, treating["lot"]).reconciliation.balanced


def test_a_visit_whose_window_is_over_gets_nothing_and_the_others_their_vials(treating: Scene) -> None:
    cancel(treating, ANNA)
    clinic.go_to(treating, clinic.the_visit(treating, ANNA).last_on + timedelta(days=1))
    clinic.reserve(treating, ANNA)
    assert [len(treated.reserved(treating, ANNA, number)) for number in (1, 2, 3)] == [0, 1, 1]
    cancel(treating, ANNA)
    clinic.go_to(treating, clinic.the_visit(treating, ANNA, 3).last_on + timedelta(days=1))
    assert against(clinic.reserve, treating, ANNA) == ["dose.visit.outside_window"]


def test_a_visit_too_soon_after_the_last_actual_injection_is_moved_before_it_is_reserved(treating: Scene) -> None:
    """A trial file that asks 110 days between injections, approved after the course was planned."""
    clinic.injected(treating, ANNA)
    cancel(treating, ANNA)
    later = treating.trial.text.replace("minimum_interval_days = 70", "minimum_interval_days = 110")
    journey.approve_trial(treating, journey.version(later, "2"))
    assert against(clinic.reserve, treating, ANNA) == ["dose.interval.short"]


def test_nothing_is_reserved_without_a_plan_or_from_a_recalled_lot(stocked: Scene) -> None:
    clinic.enrol(stocked, CLARA)
    assert against(clinic.reserve, stocked, CLARA) == ["visit.none_planned"]
    stocked.act("pharmacist", visit.plan_visits, CLARA, today(stocked))
    journey.recall(stocked, stocked["lot"])
    assert against(clinic.reserve, stocked, CLARA) == ["dose.stock.none"]
