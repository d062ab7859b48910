"""Subjects: every criterion of the trial, and the lumbar puncture contraindications asked again at each visit."""

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

import pytest

from cellbank.domain.subject import Answer, SubjectCriterion, SubjectProtocol, criteria_findings, is_met
from cellbank.errors import WrongInput
from tests.domain.builders import second, shipped

TODAY = date(2026, 3, 31)
CRITERIA = {criterion.id: criterion for criterion in shipped().subject.criteria}
FITTING = {
    "ppms-mcdonald-2017": "yes",
    "age": "44",
    "edss": "4,5",
    "progression": "2025-06-01",
    "oligoclonal-bands": "oui",
    "contraception": "na",
    "informed-consent": "yes",
    "social-security": "yes",
    "inflammatory-activity": "never",
    "disease-modifying-drug": "2024-01-01",
    "high-dose-corticosteroids": "jamais",
    "intracranial-hypertension": "no",
    "puncture-site-infection": "non",
    "platelets": "210",
    "anticoagulant-or-fibrinolytic": "no",
    "other-contraindication": "no",
    "other-trial": "none",
    "legal-protection": "no",
    "deprived-of-liberty": "no",
    "pregnant-or-breastfeeding": "sans objet",
    "minor": "no",
    "unable-to-consent": "no",
}


def found(
    changes: Mapping[str, str | None] = MappingProxyType({}),
    protocol: SubjectProtocol | None = None,
    *,
    at_visit: bool = False,
) -> list[str]:
    said: dict[str, str | None] = {**FITTING, **changes}
    answers = [Answer(criterion, value, TODAY) for criterion, value in said.items() if value is not None]
    return [
        f"{f.code} {f.params['criterion']}"
        for f in criteria_findings(protocol or shipped().subject, "S-1", answers, at_visit=at_visit)
    ]


def met(criterion: str, value: str, on: date = TODAY) -> bool:
    return is_met(CRITERIA[criterion], value, on)


def test_a_subject_who_meets_every_criterion_may_enrol() -> None:
    assert set(FITTING) == set(CRITERIA)
    assert found() == []


def test_every_criterion_of_the_trial_is_a_row() -> None:
    groups = [criterion.group for criterion in CRITERIA.values()]
    assert (groups.count("inclusion"), groups.count("exclusion")) == (8, 14)


@pytest.mark.parametrize("criterion", sorted(CRITERIA))
def test_a_criterion_without_an_answer_refuses(criterion: str) -> None:
    assert found({criterion: None}) == [f"subject.criterion.missing {criterion}"]


@pytest.mark.parametrize(
    ("criterion", "value", "fits"),
    [
        ("age", "17", False), ("age", "18", True), ("age", "55", True), ("age", "56", False),
        ("edss", "2.5", False), ("edss", "3", True), ("edss", "6,0", True), ("edss", "6.5", False),
        ("platelets", "50", True), ("platelets", "49.9", False),
        ("contraception", "yes", True), ("contraception", "no", False), ("contraception", "na", True),
        ("intracranial-hypertension", "yes", False),
        ("informed-consent", "no", False),
        ("progression", "2024-03-31", True), ("progression", "2024-03-30", False), ("progression", "never", False),
        ("inflammatory-activity", "2025-03-31", False), ("inflammatory-activity", "2025-03-30", True),
        ("high-dose-corticosteroids", "2026-03-01", False), ("high-dose-corticosteroids", "2026-02-28", True),
        ("other-trial", "2025-09-30", False), ("other-trial", "2025-09-29", True),
    ],
)  # fmt: skip
def test_limits_and_look_backs_hold_to_the_day(criterion: str, value: str, fits: bool) -> None:
    assert met(criterion, value) is fits
    assert (found({criterion: value}) == []) is fits


@pytest.mark.parametrize(
    ("criterion", "value"),
    [("age", "forty"), ("minor", "perhaps"), ("minor", "na"), ("progression", "last year"), ("edss", "1,234,567")],
)
def test_an_answer_that_cannot_be_read_refuses(criterion: str, value: str) -> None:
    with pytest.raises(WrongInput, match=r"subject\.answer\.unreadable"):
        met(criterion, value)
    assert found({criterion: value}) == [f"subject.answer.unreadable {criterion}"]


def test_an_event_in_the_future_refuses() -> None:
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    assert found({"progression": tomorrow}) == ["subject.answer.future progression"]


def test_at_a_visit_the_contraindications_are_asked_again_and_nothing_else() -> None:
    again = {criterion.id for criterion in shipped().subject.asked(at_visit=True)}
    assert again == {
        "intracranial-hypertension",
        "puncture-site-infection",
        "platelets",
        "anticoagulant-or-fibrinolytic",
        "other-contraindication",
    }
    assert found({"age": "99"}, at_visit=True) == []
    assert found({"platelets": "49"}, at_visit=True) == ["subject.criterion.not_met platelets"]


def test_the_criteria_are_data() -> None:
    assert found(protocol=second().subject) == ["subject.criterion.missing weight", "subject.criterion.missing fever"]


@pytest.mark.parametrize(
    "row",
    [
        {"kind": "yes_no"},
        {"kind": "yes_no", "required_answer": True, "minimum": 3},
        {"kind": "number", "minimum": 3},
        {"kind": "number", "unit": "kg"},
        {"kind": "date", "look_back_days": 30},
        {"kind": "date", "look_back_days": 30, "look_back_months": 1, "event_must_be": "within"},
    ],
)
def test_a_criterion_that_lacks_what_its_kind_needs_is_refused(row: dict[str, object]) -> None:
    text = {"fr": "x", "en": "x"}
    with pytest.raises(ValueError, match=r"protocol\.subject\.criterion"):
        SubjectCriterion.model_validate({"id": "x", "group": "inclusion", "text": text} | row)
