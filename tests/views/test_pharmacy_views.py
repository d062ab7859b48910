"""The pharmacist's views: the way of a visit and its next act, what waits, the clocks, what would replace a vial."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from cellbank.bank import Reading
from cellbank.domain.dose import VisitStep
from cellbank.domain.gate import Step
from cellbank.domain.storage import Custodian
from cellbank.facts.visit import get_visit
from cellbank.services import dose, hold, put_back, reservation, subject, transfer, visit
from cellbank.views import open_doses, pharmacy_day, pull, reservations, visit_steps
from cellbank.views.pharmacy_day import Chore, PharmacyDay
from cellbank.views.visit import visit_view
from cellbank.views.visit_steps import Act, Way
from tests import clinic, journey
from tests.banks import ON_SQLITE
from tests.clinic import Scene, stocked, treating
from tests.documents import treated
from tests.documents.treated import ANNA, BRUNO

__all__ = ["stocked", "treating"]


def way(scene: Scene, code: str = ANNA, number: int = 1) -> Way:
    """Where a visit stands."""
    found: Way = scene.read(
        lambda reading: visit_steps.way(reading, visit_view(reading, get_visit(reading, code, number)))
    )
    return found


def day(scene: Scene) -> PharmacyDay:
    """The pharmacist's day."""
    found: PharmacyDay = scene.read(pharmacy_day.pharmacy_day)
    return found


def chores(scene: Scene) -> dict[Chore, list[str]]:
    """The codes of what waits, by chore."""
    found: dict[Chore, list[str]] = {}
    for one in day(scene).waiting:
        found.setdefault(one.chore, []).append(one.code)
    return found


def done(found: Way) -> list[VisitStep]:
    """The steps done."""
    return [line.step for line in found.steps if line.done]


def test_each_act_leads_to_the_next_from_the_plan_to_the_injection(stocked: Scene) -> None:
    clinic.enrol(stocked, ANNA)
    assert chores(stocked) == {Chore.PLAN: [ANNA]}
    stocked.act("pharmacist", visit.plan_visits, ANNA, clinic.today(stocked))
    assert way(stocked).next is Act.RESERVE
    clinic.reserve(stocked, ANNA)
    assert way(stocked).next is Act.PRESCRIBE
    treated.confirmed(stocked, ANNA)
    assert (way(stocked).next, way(stocked).gate) == (Act.PULL, Step.PULL)
    clinic.pull(stocked, ANNA)
    assert (way(stocked).next, way(stocked).gate) == (Act.THAW, Step.DISPENSE)
    treated.prepared(stocked, ANNA)
    assert way(stocked).next is Act.DISPENSE
    treated.dispensed(stocked, ANNA)
    assert way(stocked).next is Act.ADMINISTER
    treated.administered(stocked, ANNA)
    found = way(stocked)
    assert found.next is None
    assert done(found) == [line.step for line in found.steps]


def test_a_prescription_waits_for_its_validation_and_then_for_the_contraindications(stocked: Scene) -> None:
    clinic.a_course(stocked, ANNA, first_in=40)
    prescribed = (ANNA, 1, 8_000_000, Decimal(70), "Dr Łukasik", clinic.today(stocked))
    stocked.act("pharmacist", visit.record_prescription, *prescribed)
    assert way(stocked).next is Act.VALIDATE
    assert chores(stocked) == {Chore.VALIDATE: [f"{ANNA}/1"]}
    stocked.sign("pharmacist", visit.validate_prescription, ANNA, 1)
    assert way(stocked).next is Act.CONFIRM
    assert chores(stocked) == {}


def test_a_wasted_attempt_leads_to_a_replacement_of_what_is_missing(treating: Scene) -> None:
    (taken,) = clinic.the_visit(treating, ANNA).reserved
    clinic.pull(treating, ANNA)
    treating.act("pharmacist", dose.waste, ANNA, 1, "dropped")
    assert (way(treating).next, way(treating).needed) == (Act.REPLACE, 1)
    picks = treating.read(lambda reading: pull.pick_lines(reading, ANNA, 1, replacing=True))
    (spare,) = (one.code for one in picks)
    assert spare != taken
    assert spare in clinic.spare(treating)
    answers = treating.read(lambda reading: _check(reading, replacing=True))
    assert all(answer.satisfied for answer in answers)
    assert clinic.pull(treating, ANNA, [spare], replacing=True)


def _check(reading: Reading, *, replacing: bool) -> tuple[Any, ...]:
    seen = visit_view(reading, get_visit(reading, ANNA, 1))
    return pull.check(reading, seen, Step.PULL, replacing=replacing)


def test_no_vial_is_proposed_out_of_a_lot_that_is_held(treating: Scene) -> None:
    clinic.pull(treating, ANNA)
    treating.act("pharmacist", dose.waste, ANNA, 1, "dropped")
    treating.act("qa", hold.put_hold, treating["lot"], "A complaint")
    assert treating.read(lambda reading: pull.pick_lines(reading, ANNA, 1, replacing=True)) == ()


def test_before_it_is_prepared_no_dose_is_blamed_for_not_being_so(treating: Scene) -> None:
    clinic.pull(treating, ANNA)
    seen = clinic.the_visit(treating, ANNA)
    asked = treating.read(lambda reading: pull.check(reading, seen, Step.DISPENSE))
    assert all(answer.satisfied for answer in asked)
    assert pull.PREPARED not in {answer.requirement for answer in asked}
    treated.prepared(treating, ANNA)
    seen = clinic.the_visit(treating, ANNA)
    asked = treating.read(lambda reading: pull.check(reading, seen, Step.DISPENSE))
    assert pull.PREPARED in {answer.requirement for answer in asked}


def test_the_clock_that_ends_first_is_at_the_head_and_says_what_holds_its_dose(treating: Scene) -> None:
    later = clinic.pull(treating, BRUNO)
    first = clinic.prepared(treating, ANNA)
    found = treating.read(open_doses.running)
    assert [one.code for one in found] == [first, later]
    assert found[0].usable_until is not None
    assert found[0].put_back_until is None
    assert found[1].put_back_until == found[1].pulled_at + timedelta(seconds=120)
    assert found[0].held_by == ()
    code = treating.act("qa", hold.put_hold, treating["lot"], "A complaint").code
    assert {one.held_by for one in treating.read(open_doses.running)} == {(code,)}
    treating.act("pharmacist", put_back.put_back, BRUNO, 1, "fever")
    assert [one.code for one in treating.read(open_doses.running)] == [first]


def test_the_day_lists_visits_of_the_week_and_what_is_under_way_whatever_its_day(treating: Scene) -> None:
    assert [(one.visit.code, one.next) for one in day(treating).due] == [
        (f"{ANNA}/1", Act.PULL),
        (f"{BRUNO}/1", Act.PULL),
    ]
    clinic.pull(treating, ANNA)
    treating.clock.forward(days=30)
    assert [(one.visit.code, one.next) for one in day(treating).due] == [(f"{ANNA}/1", Act.THAW)]
    assert chores(treating) == {Chore.MISSED: [f"{BRUNO}/1"]}


def test_a_withdrawn_subject_waits_for_nothing(treating: Scene) -> None:
    clinic.withdraw(treating, ANNA)
    treating.clock.forward(days=30)
    assert chores(treating) == {Chore.MISSED: [f"{BRUNO}/1"]}


def test_a_course_without_vials_waits_to_be_reserved(treating: Scene) -> None:
    treating.act("pharmacist", reservation.cancel_reservation, ANNA, None, "other lot")
    assert way(treating).next is Act.RESERVE
    (found,) = (one for one in day(treating).waiting if one.chore is Chore.RESERVE)
    assert (found.code, found.what) == (ANNA, ("1", "2", "3"))


def test_a_dose_waits_for_its_late_result_until_that_is_reviewed(treating: Scene) -> None:
    code = clinic.injected(treating, ANNA)
    assert chores(treating) == {Chore.RESULT: [code]}
    journey.a_result(treating, code, "sterility-after-thaw", "no growth")
    assert chores(treating) == {}


def test_a_returned_dose_waits_to_be_destroyed(treating: Scene) -> None:
    code = clinic.dispensed(treating, ANNA)
    treating.act("pharmacist", dose.return_dose, ANNA, 1, "refused")
    assert chores(treating)[Chore.DESTROY] == [code]


def test_the_end_of_a_follow_up_is_named_a_month_before_and_a_month_after(treating: Scene) -> None:
    clinic.go_to(treating, clinic.today(treating) + timedelta(days=340))
    assert chores(treating)[Chore.FOLLOW_UP] == [ANNA, BRUNO]
    treating.clock.forward(days=90)
    assert Chore.FOLLOW_UP not in chores(treating)


def test_what_is_set_aside_is_told_with_how_long_it_keeps_and_what_an_act_sets_free(treating: Scene) -> None:
    found = treating.read(reservations.course, ANNA)
    assert [len(one.vials) for one in found.visits] == [1, 1, 1]
    assert found.last_day == clinic.the_visit(treating, ANNA, 3).last_on
    ((lot, expires_on),) = ((one.lot, one.expires_on) for one in found.lots)
    assert lot == treating["lot"]
    assert expires_on > found.last_day
    freed = treating.bank.rehearse(
        treating.people["pharmacist"],
        lambda work: subject.withdraw_subject(work, ANNA, clinic.today(treating), "moves"),
        lambda reading, _: reservations.set_free(reading, ANNA),
    )
    assert [(one.number, one.vials) for one in freed] == [(one.number, one.vials) for one in found.visits]
    assert treating.read(reservations.set_free, ANNA) == ()


@ON_SQLITE
def test_where_production_and_pharmacy_are_apart_the_vials_are_sent_and_received_before_the_thaw(
    treating: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic.transferred(monkeypatch)
    vials = clinic.the_visit(treating, ANNA).reserved
    assert VisitStep.TRANSFER not in done(way(treating))
    clinic.pull(treating, ANNA)
    assert way(treating).next is Act.SEND
    sent = treating.act("technician", transfer.send, list(vials), Custodian.PHARMACY, "SEAL", "LOG").code
    found = way(treating)
    assert (found.next, found.transfer) == (Act.RECEIVE, sent)
    assert chores(treating)[Chore.RECEIVE] == [sent]
    treating.act("pharmacist", transfer.receive, sent, accepted=True, warmest_c=Decimal(-160))
    assert way(treating).next is Act.THAW
    assert VisitStep.TRANSFER in done(way(treating))
