"""Lots: dates, what a filling may break, what it cannot be, and who must sign a release."""

from datetime import date

import pytest
from hypothesis import given, strategies as st
from pydantic import ValidationError

from cellbank.domain.dates import month_end, months_after
from cellbank.domain.lot import (
    LotProtocol,
    ReleaseSignature,
    fill_limit_findings,
    fill_refusals,
    is_in_date,
)
from cellbank.domain.person import Role
from cellbank.domain.signature import Meaning
from tests.domain.builders import second, shipped

LIMITS = shipped().lot
FILLED = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 1, 15), 12, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_end_where_the_month_ends(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 600))
def test_months_never_leave_their_month(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day


def test_a_lot_is_usable_through_its_last_day() -> None:
    assert is_in_date(date(2031, 4, 30), date(2031, 4, 30))
    assert not is_in_date(date(2031, 4, 30), date(2031, 5, 1))
    assert month_end(date(2031, 4, 2)) == date(2031, 4, 30)


def test_an_expiry_past_the_shelf_life_and_too_few_retained_vials_are_limits() -> None:
    assert list(fill_limit_findings(LIMITS, "L-1", FILLED, date(2031, 3, 31), 0)) == []
    found = fill_limit_findings(second().lot, "L-1", FILLED, date(2028, 4, 1), 2)
    assert [finding.code for finding in found] == ["lot.expiry.beyond_shelf_life", "lot.retained.few"]


def test_classes_that_do_not_add_up_and_an_expiry_before_the_filling_are_impossible() -> None:
    days = (FILLED, date(2026, 3, 30))
    found = fill_refusals(second().lot, "L-1", 10, {"dispensable": 6, "stability": 3}, days)
    assert [finding.code for finding in found] == ["lot.classes.sum", "lot.class.unknown", "lot.expiry.before_filling"]
    assert list(fill_refusals(LIMITS, "L-1", 9, {"dispensable": 6, "stability": 3}, (FILLED, FILLED))) == []


def signatures(*asked: tuple[Role, Meaning]) -> LotProtocol:
    rows = tuple(ReleaseSignature(role=role, meaning=meaning) for role, meaning in asked)
    return LotProtocol.model_validate(dict(LIMITS) | {"release_signatures": rows})


def test_by_default_qa_approves_and_the_qualified_person_releases() -> None:
    asked = [(one.role, one.meaning) for one in LIMITS.release_signatures]
    assert asked == [(Role.QA, Meaning.APPROVED), (Role.QP, Meaning.RELEASED)]


def test_a_file_may_ask_for_more_signatures_never_for_less() -> None:
    assert len(signatures((Role.REVIEWER, Meaning.REVIEWED), (Role.QP, Meaning.RELEASED)).release_signatures) == 2
    for asked in ([], [(Role.QA, Meaning.RELEASED)], [(Role.QP, Meaning.RELEASED), (Role.QA, Meaning.APPROVED)]):
        with pytest.raises(ValidationError, match=r"protocol\.lot\.last_signature"):
            signatures(*asked)
    with pytest.raises(ValidationError, match=r"protocol\.lot\.signing_role"):
        signatures((Role.ADMIN, Meaning.APPROVED), (Role.QP, Meaning.RELEASED))
