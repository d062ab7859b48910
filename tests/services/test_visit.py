"""Visits: the course planned by calendar months, moved with a re-check, confirmed; prescriptions."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cellbank.errors import NotFound, WrongInput
from cellbank.services import dose, visit
from cellbank.views import visit as visit_view
from cellbank.views.pharmacy_day import Chore, pharmacy_day
from tests import clinic
from tests.banks import ON_SQLITE, PASSWORD
from tests.clinic import ANNA, BRUNO, CLARA, Scene, against, stocked, today, treating
from tests.documents import treated
from tests.journey import Outcome

__all__ = ["stocked", "treating"]
DAY = timedelta(days=1)
EIGHT_MILLION = 8_000_000


def plan(scene: Scene, code: str, first_on: date) -> Outcome:
    return scene.act("pharmacist", visit.plan_visits, code, first_on)


def move(scene: Scene, number: int, days: int, because: str = "Holidays", code: str = ANNA) -> Outcome:
    """A visit moved by so many days."""
    to = clinic.the_visit(scene, code, number).planned_on + days * DAY
    return scene.act("pharmacist", visit.move_visit, code, number, to, because)


def prescribe(scene: Scene, cells: int = EIGHT_MILLION, number: int = 1, on: date | None = None) -> Outcome:
    args = (ANNA, number, cells, Decimal("68.5"), "Dr Prescriber", on or today(scene))
    return scene.act("pharmacist", visit.record_prescription, *args)


def validate(scene: Scene, number: int = 1) -> Outcome:
    return scene.sign("pharmacist", visit.validate_prescription, ANNA, number)


def cancel(scene: Scene, number: int, reason: str = "In hospital", code: str = ANNA) -> Outcome:
    return scene.act("pharmacist", visit.cancel_visit, code, number, reason)


@ON_SQLITE
@pytest.mark.parametrize(
    ("first", "days"),
    [
        (date(2026, 11, 30), [date(2026, 11, 30), date(2027, 2, 28), date(2027, 5, 30)]),
        (date(2027, 11, 30), [date(2027, 11, 30), date(2028, 2, 29), date(2028, 5, 30)]),
        (date(2026, 8, 31), [date(2026, 8, 31), date(2026, 11, 30), date(2027, 2, 28)]),
        (date(2028, 2, 29), [date(2028, 2, 29), date(2028, 5, 29), date(2028, 8, 29)]),
    ],
)
def test_months_end_when_they_end(stocked: Scene, first: date, days: list[date]) -> None:
    clinic.enrol(stocked, CLARA)
    plan(stocked, CLARA, first)
    planned = stocked.read(visit_view.visits, CLARA)
    assert [one.planned_on for one in planned] == days
    assert {one.planned_on - one.first_on for one in planned} == {7 * DAY}
    assert {one.last_on - one.planned_on for one in planned} == {14 * DAY}


def test_a_course_is_planned_once_and_not_in_the_past(stocked: Scene) -> None:
    clinic.enrol(stocked, CLARA)
    assert against(plan, stocked, CLARA, today(stocked) - DAY) == ["visit.past"]
    plan(stocked, CLARA, today(stocked))
    assert against(plan, stocked, CLARA, today(stocked)) == ["visit.planned_already"]


def test_a_visit_is_moved_with_its_window_and_a_reason(treating: Scene) -> None:
    before = clinic.the_visit(treating, ANNA, 2)
    move(treating, 2, 5)
    after = clinic.the_visit(treating, ANNA, 2)
    assert (after.planned_on, after.first_on, after.last_on) == tuple(
        day + 5 * DAY for day in (before.planned_on, before.first_on, before.last_on)
    )
    assert against(move, treating, 2, 1, " ", kind=WrongInput) == ["visit.reason.missing"]


@pytest.mark.parametrize(
    ("number", "days", "codes"),
    [
        (1, -1, []),
        (1, -2, ["visit.past"]),
        (2, -22, ["visit.too_near"]),
        (2, 25, ["visit.too_near"]),
        (2, -95, ["visit.order", "visit.past", "visit.too_near"]),
        (2, 150, ["visit.order", "visit.too_near"]),
        (1, 200, ["visit.order", "visit.too_near"]),
    ],
)
@ON_SQLITE
def test_a_move_is_checked_against_today_and_the_other_visits(
    treating: Scene, number: int, days: int, codes: list[str]
) -> None:
    """Visits are three months apart, at least seventy days; the first was moved to tomorrow."""
    move(treating, 1, 1)
    if not codes:
        move(treating, number, days)
        return
    assert against(move, treating, number, days) == codes


def test_a_visit_that_was_injected_stays_where_it_is(treating: Scene) -> None:
    clinic.injected(treating, ANNA)
    assert against(move, treating, 1, 2) == ["dose.visit.injected"]


def test_a_move_past_the_expiry_of_what_is_set_aside_is_refused_whole(treating: Scene) -> None:
    """The lot keeps fourteen months; the last visit lies in the seventh."""
    before = clinic.the_visit(treating, ANNA, 3)
    assert against(move, treating, 3, 260) == ["dose.lot.expires_in_course"]
    assert clinic.the_visit(treating, ANNA, 3) == before
    clinic.assert_balanced(treating)


@ON_SQLITE
def test_a_visit_of_someone_unknown_or_with_another_number_is_not_found(treating: Scene) -> None:
    for code, number in (("35-999", 1), (ANNA, 4)):
        args = (visit.move_visit, code, number, today(treating), "x")
        against(treating.act, "pharmacist", *args, kind=NotFound)


def test_an_answer_that_does_not_meet_its_criterion_is_recorded_and_the_pull_refused(treating: Scene) -> None:
    low = clinic.answers(treating, at_visit=True, platelets="49")
    confirm = (visit.confirm_visit, ANNA, 1, low, today(treating), "Dr X")
    outcome = treating.act("pharmacist", *confirm)
    assert outcome.codes("visit.confirmed") == (f"{ANNA}/1",)
    assert against(clinic.pull, treating, ANNA) == ["subject.criterion.not_met"]
    well = clinic.answers(treating, at_visit=True)
    treating.act("pharmacist", visit.confirm_visit, ANNA, 1, well, today(treating), "Dr X")
    clinic.pull(treating, ANNA)


@ON_SQLITE
@pytest.mark.parametrize(
    ("given", "days", "codes"),
    [
        ({}, 0, ["visit.answers.none"]),
        ({"shoe-size": "42"}, 0, ["subject.criterion.unknown"]),
        ({"platelets": "210"}, 1, ["subject.future"]),
        ({"platelets": "plenty"}, 0, ["subject.answer.unreadable"]),
    ],
)
def test_answers_for_a_visit_must_be_readable_and_given(
    treating: Scene, given: dict[str, str], days: int, codes: list[str]
) -> None:
    kind: Any = WrongInput if codes[0] in ("visit.answers.none", "subject.criterion.unknown") else clinic.Refused
    confirm = (visit.confirm_visit, ANNA, 1, given, today(treating) + days * DAY, "Dr X")
    assert against(treating.act, "pharmacist", *confirm, kind=kind) == codes


def test_an_answer_given_before_the_window_must_be_asked_again(treating: Scene) -> None:
    clinic.go_to(treating, today(treating) + 12 * DAY)
    move(treating, 1, 19)
    treated.confirmed(treating, BRUNO)  # of another subject: it answers nothing here
    assert against(clinic.pull, treating, ANNA) == ["subject.criterion.elsewhen"]


def test_a_later_prescription_supersedes_and_must_be_validated_again(treating: Scene) -> None:
    prescribe(treating, 7_000_000)
    seen = clinic.the_visit(treating, ANNA)
    assert (seen.prescribed_cells, seen.validated_by) == (7_000_000, None)
    assert against(clinic.pull, treating, ANNA) == ["dose.prescription.unvalidated"]
    validate(treating)
    assert against(validate, treating) == ["prescription.validated_already"]
    clinic.pull(treating, ANNA)


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        (5_999_999, ["dose.cells.low"]),
        (12_000_001, ["dose.cells.high"]),
        (6_000_000, []),
        (12_000_000, []),
    ],
)
@ON_SQLITE
def test_a_prescription_beyond_the_limits_is_recorded_and_not_validated(
    treating: Scene, cells: int, codes: list[str]
) -> None:
    prescribe(treating, cells, 2)
    if codes:
        assert against(validate, treating, 2) == codes
    else:
        validate(treating, 2)
    assert (clinic.the_visit(treating, ANNA, 2).validated_by is None) == bool(codes)


@ON_SQLITE
def test_a_prescription_is_not_of_tomorrow_and_must_be_there_to_be_validated(treating: Scene) -> None:
    assert against(prescribe, treating, on=today(treating) + DAY) == ["prescription.future"]
    assert against(validate, treating, 3, kind=NotFound) == ["prescription.not_found"]


def test_the_prescription_shown_is_the_one_signed(treating: Scene) -> None:
    prescribe(treating, 8_000_000)
    sign = (visit.validate_prescription, ANNA, 1)
    shown = treating.to_sign("pharmacist", *sign)
    prescribe(treating, 9_000_000)
    with pytest.raises(clinic.Refused):
        treating.act("pharmacist", *sign, to_sign=shown, password=PASSWORD)
    assert clinic.the_visit(treating, ANNA).validated_by is None


def test_the_minimum_interval_counts_from_the_last_actual_injection(treating: Scene) -> None:
    """The first injection two weeks late, within its window: seventy days from then, not from the day planned."""
    planned = clinic.the_visit(treating, ANNA).planned_on
    clinic.go_to(treating, planned + 14 * DAY)
    clinic.injected(treating, ANNA)
    given = today(treating)
    assert against(move, treating, 2, -20) == ["visit.too_near"]
    move(treating, 2, -7)
    clinic.go_to(treating, clinic.the_visit(treating, ANNA, 2).first_on)
    assert (today(treating) - given).days < 70 <= (today(treating) - planned).days + 8
    treated.confirmed(treating, ANNA, 2)
    assert against(clinic.pull, treating, ANNA, number=2) == ["dose.interval.short"]
    clinic.go_to(treating, given + 70 * DAY)
    clinic.pull(treating, ANNA, number=2)


def test_a_missed_visit_is_given_up_its_vials_are_free_and_the_later_visits_are_held(treating: Scene) -> None:
    [vial], [later] = treated.reserved(treating, ANNA, 1), treated.reserved(treating, ANNA, 2)
    clinic.go_to(treating, clinic.the_visit(treating, ANNA).last_on + DAY)
    missed = {one.code for one in treating.read(pharmacy_day).waiting if one.chore is Chore.MISSED}
    assert missed == {f"{ANNA}/1", f"{BRUNO}/1"}
    cancel(treating, 1)
    seen = clinic.the_visit(treating, ANNA)
    assert (seen.cancelled_on, seen.cancelled_because, seen.reserved) == (today(treating), "In hospital", ())
    assert vial in clinic.spare(treating)
    still = {one.code for one in treating.read(pharmacy_day).waiting if one.chore is Chore.MISSED}
    assert still == {f"{BRUNO}/1"}
    assert [one.number for one in treating.read(visit_view.visits, ANNA)] == [1, 2, 3]
    clinic.go_to(treating, clinic.the_visit(treating, ANNA, 2).planned_on)
    treated.confirmed(treating, ANNA, 2)
    assert clinic.injected(treating, ANNA, 2)
    assert later not in clinic.spare(treating)
    clinic.assert_balanced(treating)


def test_nothing_is_set_aside_pulled_or_validated_for_a_cancelled_visit_until_it_is_planned_again(
    treating: Scene,
) -> None:
    cancel(treating, 1)
    free = clinic.spare(treating)
    assert against(clinic.pull, treating, ANNA, free[:1], replacing=True) == ["dose.visit.cancelled"]
    prescribe(treating)
    assert against(validate, treating) == ["dose.visit.cancelled"]
    assert against(cancel, treating, 1) == ["dose.visit.cancelled"]
    assert against(clinic.reserve, treating, ANNA) == ["dose.reserved_already"]
    move(treating, 1, 0, "Discharged early")
    assert clinic.the_visit(treating, ANNA).cancelled_on is None
    validate(treating)
    treated.confirmed(treating, ANNA)
    clinic.reserve(treating, ANNA)
    assert clinic.injected(treating, ANNA)


@ON_SQLITE
def test_only_a_visit_without_an_injection_and_without_an_attempt_under_way_is_cancelled_for_a_reason(
    treating: Scene,
) -> None:
    assert against(cancel, treating, 1, " ", kind=WrongInput) == ["visit.reason.missing"]
    clinic.pull(treating, ANNA)
    assert against(cancel, treating, 1) == ["dose.under_way"]
    treated.prepared(treating, ANNA)
    treated.dispensed(treating, ANNA)
    treated.administered(treating, ANNA)
    assert against(cancel, treating, 1) == ["dose.visit.injected"]
    clinic.pull(treating, BRUNO)
    treating.act("pharmacist", dose.waste, BRUNO, 1, "Dropped")
    cancel(treating, 1, code=BRUNO)
    assert [one.status for one in clinic.the_visit(treating, BRUNO).doses] == ["discarded"]


@ON_SQLITE
def test_a_course_whose_last_visit_is_given_up_need_not_keep_until_it(stocked: Scene) -> None:
    clinic.enrol(stocked, CLARA)
    plan(stocked, CLARA, today(stocked) + 250 * DAY)
    assert against(clinic.reserve, stocked, CLARA) == ["dose.lot.expires_in_course"]
    cancel(stocked, 3, "The sponsor ends the trial early", CLARA)
    clinic.reserve(stocked, CLARA)
    assert [len(treated.reserved(stocked, CLARA, number)) for number in (1, 2, 3)] == [1, 1, 0]


@ON_SQLITE
def test_a_visit_may_be_moved_near_one_that_is_given_up(treating: Scene) -> None:
    assert against(move, treating, 2, -80) == ["visit.too_near"]
    cancel(treating, 1)
    move(treating, 2, -80)
