"""Subjects: enrolled when nothing stands against it, withdrawn at any time."""

from datetime import timedelta
from typing import Any

import pytest

from cellbank.domain.dates import months_after
from cellbank.domain.subject import CriterionKind, EventMustBe, SubjectCriterion, look_back_start
from cellbank.errors import NotAllowed, WrongInput
from cellbank.services import dose, protocol, put_back, subject, visit
from cellbank.views import visit as visit_view
from tests import clinic, journey
from tests.banks import ON_SQLITE
from tests.clinic import ANNA, CLARA, Scene, against, stocked, today, treating
from tests.documents import treated
from tests.journey import Stages

__all__ = ["stocked", "treating"]


def seen(scene: Scene, code: str) -> visit_view.SubjectView:
    found: visit_view.SubjectView = scene.read(visit_view.subject_view, code)
    return found


def unmet(criterion: SubjectCriterion, scene: Scene) -> str:
    """The nearest answer that does not meet a criterion."""
    if criterion.kind is CriterionKind.YES_NO:
        return "no" if criterion.required_answer else "yes"
    if criterion.kind is CriterionKind.NUMBER:
        return str((criterion.minimum or 0) - 1)
    first = look_back_start(criterion, today(scene))
    return str(first - timedelta(days=1) if criterion.event_must_be is EventMustBe.WITHIN else first)


def test_a_subject_is_enrolled_by_the_investigator_s_answers(stocked: Scene) -> None:
    outcome = clinic.enrol(stocked, CLARA.lower())
    found = seen(stocked, CLARA)
    assert [action.action for action in outcome.actions] == ["subject.enrolled"]
    assert dict(found.answers) == clinic.answers(stocked)
    assert (found.born, found.investigator, found.withdrawn_on) == ("1982-05", clinic.INVESTIGATOR, None)
    assert found.follow_up_until == months_after(today(stocked), clinic.criteria(stocked).follow_up_months)


@ON_SQLITE
def test_each_criterion_refuses_by_itself_and_all_reasons_come_at_once(stocked: Scene) -> None:
    asked = clinic.criteria(stocked).criteria
    assert {one.kind for one in asked} == set(CriterionKind)
    met = clinic.answers(stocked)
    for one in asked:
        screened = stocked.read(
            visit_view.screening, CLARA, today(stocked), met | {one.id: unmet(one, stocked)}, today(stocked)
        )
        assert [(f.code, f.params["criterion"]) for f in screened.findings] == [("subject.criterion.not_met", one.id)]
    wrong = {one.id: unmet(one, stocked) for one in asked}
    del wrong["edss"]
    wrong["age"] = "grown up"
    with journey.refused("subject.criterion.not_met"):
        clinic.enrol(stocked, CLARA, wrong)
    [kept] = clinic.refusals(stocked)
    assert kept.findings == ("subject.answer.unreadable", "subject.criterion.missing", "subject.criterion.not_met")
    said = stocked.read(visit_view.screening, CLARA, today(stocked), wrong, today(stocked))
    assert {finding.params["criterion"] for finding in said.findings} == {one.id for one in asked}
    assert said.satisfied == ()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"consented_on": 1, "answered_on": 1}, "subject.future"),
        ({"consented_on": 0, "answered_on": -1}, "subject.answered_before_consent"),
    ],
)
def test_the_days_of_consent_and_answers_must_be_possible(stocked: Scene, changed: dict[str, int], code: str) -> None:
    days: dict[str, Any] = {name: today(stocked) + timedelta(days=days) for name, days in changed.items()}
    assert against(clinic.enrol, stocked, CLARA, **days) == [code]


def test_a_pseudonym_is_used_once(stocked: Scene) -> None:
    clinic.enrol(stocked, CLARA)
    assert against(clinic.enrol, stocked, CLARA) == ["subject.code.taken"]


@ON_SQLITE
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"born": "1982"}, "subject.born.form"),
        ({"born": "1982-13"}, "subject.born.form"),
        ({"given": {"shoe-size": "42"}}, "subject.criterion.unknown"),
    ],
)
def test_what_cannot_be_read_is_wrong_input(stocked: Scene, changed: dict[str, Any], code: str) -> None:
    assert against(clinic.enrol, stocked, CLARA, kind=WrongInput, **changed) == [code]


@ON_SQLITE
def test_nobody_is_enrolled_before_a_product_lot_is_released(
    stages: Stages, backend: str, tmp_path: Any, request: pytest.FixtureRequest
) -> None:
    with clinic.at_station(stages, "ready", backend, tmp_path, request) as scene:
        assert against(clinic.enrol, scene, CLARA) == ["subject.no_released_lot"]
        journey.release(scene, scene["lot"])
        clinic.enrol(scene, CLARA)
        journey.recall(scene, scene["lot"])
        assert against(clinic.enrol, scene, ANNA) == ["subject.no_released_lot"]


def test_nobody_is_enrolled_or_treated_while_the_trial_is_suspended(treating: Scene) -> None:
    treating.act("technician", protocol.suspend_trial, "Safety board")
    assert against(clinic.enrol, treating, CLARA) == ["dose.trial.suspended"]
    assert against(clinic.pull, treating, ANNA) == ["dose.trial.suspended"]
    with journey.refused("person.role.missing", NotAllowed):
        treating.sign("pharmacist", protocol.resume_trial, "Cleared")
    treating.sign("qa", protocol.resume_trial, "Cleared")
    clinic.pull(treating, ANNA)
    clinic.enrol(treating, CLARA)


def test_only_the_pharmacist_enrols(stocked: Scene) -> None:
    day = today(stocked)
    args = (CLARA, "1982-05", day, clinic.answers(stocked), day, "Dr X")
    with pytest.raises(NotAllowed):
        stocked.act("technician", subject.enrol_subject, *args)


def test_a_withdrawal_frees_what_was_set_aside_and_refuses_everything_after(treating: Scene) -> None:
    before = len(clinic.spare(treating))
    outcome = clinic.withdraw(treating, ANNA)
    assert [a.params["freed"] for a in outcome.actions] == [3]
    assert len(clinic.spare(treating)) == before + 3
    found = seen(treating, ANNA)
    assert (found.withdrawn_on, found.withdrawn_because) == (today(treating), "Moves away")
    assert against(clinic.reserve, treating, ANNA) == ["dose.subject.withdrawn"]
    vials = clinic.spare(treating)[:1]
    assert against(clinic.pull, treating, ANNA, vials, replacing=True) == ["dose.subject.withdrawn"]
    later = today(treating) + timedelta(days=2)
    move = (visit.move_visit, ANNA, 1, later, "Away")
    assert against(treating.act, "pharmacist", *move) == ["dose.subject.withdrawn"]
    assert against(treating.act, "pharmacist", visit.plan_visits, ANNA, later) == ["dose.subject.withdrawn"]
    assert against(clinic.withdraw, treating, ANNA) == ["subject.already_withdrawn"]
    assert not [one for one in treating.read(visit_view.due) if one.subject == ANNA]


@ON_SQLITE
def test_a_withdrawal_lies_between_the_enrolment_and_today_and_has_a_reason(treating: Scene) -> None:
    for days in (-30, 1):
        on = today(treating) + timedelta(days=days)
        args = (subject.withdraw_subject, ANNA, on, "Moves away")
        assert against(treating.act, "pharmacist", *args) == ["subject.withdrawal.date"]
    args = (subject.withdraw_subject, ANNA, today(treating), " ")
    assert against(treating.act, "pharmacist", *args, kind=WrongInput) == ["subject.reason.missing"]


def test_after_a_withdrawal_a_prepared_dose_stays_and_is_discarded(treating: Scene) -> None:
    clinic.prepared(treating, ANNA)
    clinic.withdraw(treating, ANNA)
    assert against(treated.dispensed, treating, ANNA) == ["dose.subject.withdrawn"]
    treating.act("pharmacist", dose.waste, ANNA, 1, "Withdrawn")
    clinic.assert_balanced(treating)


def test_vials_put_back_after_a_withdrawal_are_nobody_s(treating: Scene) -> None:
    [vial] = treated.reserved(treating, ANNA, 1)
    clinic.pull(treating, ANNA)
    clinic.withdraw(treating, ANNA)
    treating.act("pharmacist", put_back.put_back, ANNA, 1, "Withdrawn")
    assert clinic.the_visit(treating, ANNA).reserved == ()
    assert vial in clinic.spare(treating)


def test_an_injection_of_somebody_withdrawn_is_a_fact_with_a_deviation(treating: Scene) -> None:
    clinic.dispensed(treating, ANNA)
    clinic.withdraw(treating, ANNA)
    clinic.administer(treating, ANNA)
    assert [one.limit_code for one in treating.open_deviations()] == ["dose.subject.withdrawn"]
