"""Testing: a result as reported against its criterion; censored values, units, methods, rounding, texts."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st
from pydantic import ValidationError

from cellbank.domain import specification
from cellbank.domain.section import Words
from cellbank.domain.specification import check_reportable
from cellbank.domain.testing import (
    Comparator,
    Criterion,
    Kind,
    Measured,
    Outcome,
    Rounding,
    Stage,
    evaluate,
    reported_number,
)
from cellbank.errors import WrongInput
from tests.domain.builders import words

PASS, FAIL, INCONCLUSIVE = Outcome.PASS, Outcome.FAIL, Outcome.INCONCLUSIVE
AT_LEAST, AT_MOST, ABOVE, BELOW = Comparator.AT_LEAST, Comparator.AT_MOST, Comparator.ABOVE, Comparator.BELOW


def a_criterion(**changes: Any) -> Criterion:
    given: dict[str, Any] = {
        "test": "viability",
        "name": words(),
        "stages": (Stage.PRODUCT,),
        "kind": Kind.NUMERIC,
        "required": True,
        "comparator": AT_LEAST,
        "limit": Decimal(80),
        "unit": "%",
    }
    return Criterion(**(given | changes))


def a_limit(comparator: Comparator, limit: str, **changes: Any) -> Criterion:
    return a_criterion(comparator=comparator, limit=Decimal(limit), **changes)


def a_text(*conforming: str, **changes: Any) -> Criterion:
    return a_criterion(kind=Kind.TEXT, comparator=None, limit=None, unit=None, **({"conforming": conforming} | changes))


def outcome(criterion: Criterion, value: str, method: str | None = None) -> Outcome:
    return evaluate(criterion, value, criterion.unit, method)


@pytest.mark.parametrize(
    ("comparator", "limit", "value", "expected"),
    [
        (AT_MOST, "2", "2", PASS),
        (AT_MOST, "2", "2.0", PASS),
        (AT_MOST, "2", "2.1", FAIL),
        (BELOW, "2", "2", FAIL),
        (BELOW, "2", "1.99", PASS),
        (AT_LEAST, "95", "95", PASS),
        (AT_LEAST, "95", "94.9", FAIL),
        (ABOVE, "95", "95", FAIL),
        (ABOVE, "95", "95.0001", PASS),
        (AT_LEAST, "20", "1e2", PASS),
        (AT_LEAST, "-5", "-4", PASS),
    ],
)
def test_a_number_is_compared_as_it_was_reported(
    comparator: Comparator, limit: str, value: str, expected: Outcome
) -> None:
    assert outcome(a_limit(comparator, limit), value) == expected


@pytest.mark.parametrize(
    ("comparator", "limit", "value", "expected"),
    [
        (AT_MOST, "4", "< 5", INCONCLUSIVE),
        (AT_MOST, "0.5", "<0.05", PASS),
        (AT_MOST, "5", "< 5", PASS),
        (BELOW, "5", "< 5", PASS),
        (BELOW, "5", "<= 5", INCONCLUSIVE),
        (BELOW, "5", "≤5", INCONCLUSIVE),
        (AT_MOST, "5", "≤ 5", PASS),
        (AT_LEAST, "95", "> 95", PASS),
        (AT_LEAST, "95", "> 90", INCONCLUSIVE),
        (AT_LEAST, "95", ">= 95", PASS),
        (ABOVE, "95", ">= 95", INCONCLUSIVE),
        (ABOVE, "95", "> 95", PASS),
        (AT_LEAST, "95", "< 95", FAIL),
        (AT_LEAST, "95", "<= 95", INCONCLUSIVE),
        (AT_MOST, "2", "> 2", FAIL),
        (AT_MOST, "2", "> 1", INCONCLUSIVE),
        (BELOW, "2", ">= 2", FAIL),
    ],
)
def test_a_censored_value_passes_only_when_it_cannot_fail(
    comparator: Comparator, limit: str, value: str, expected: Outcome
) -> None:
    assert outcome(a_limit(comparator, limit), value) == expected


numbers = st.decimals(-1000, 1000, places=3)
comparators = st.sampled_from(list(Comparator))
signs = st.sampled_from(["<", "<=", ">", ">=", "≤", "≥"])


def satisfies(value: Decimal, comparator: Comparator, limit: Decimal) -> bool:
    return {ABOVE: value > limit, AT_LEAST: value >= limit, BELOW: value < limit, AT_MOST: value <= limit}[comparator]


@given(comparators, numbers, numbers)
def test_an_uncensored_number_passes_or_fails_and_nothing_else(
    comparator: Comparator, limit: Decimal, value: Decimal
) -> None:
    expected = PASS if satisfies(value, comparator, limit) else FAIL
    assert outcome(a_limit(comparator, str(limit)), f"{value:f}") == expected


@given(comparators, numbers, signs, numbers, st.decimals(0, 2000, places=3))
def test_a_censored_value_never_passes_or_fails_wrongly(
    comparator: Comparator, limit: Decimal, sign: str, bound: Decimal, distance: Decimal
) -> None:
    """Whatever the true value behind `< bound` is, a pass means that it satisfies, a fail that it does not."""
    judged = outcome(a_limit(comparator, str(limit)), f"{sign} {bound:f}")
    if distance == 0 and sign in ("<", ">"):
        return
    true_value = bound - distance if sign in ("<", "<=", "≤") else bound + distance
    if judged == PASS:
        assert satisfies(true_value, comparator, limit)
    if judged == FAIL:
        assert not satisfies(true_value, comparator, limit)


@given(numbers, numbers, st.decimals(0, 100, places=3))
def test_a_better_value_never_judges_worse(limit: Decimal, value: Decimal, better: Decimal) -> None:
    criterion = a_limit(AT_LEAST, str(limit))
    if outcome(criterion, f"{value:f}") == PASS:
        assert outcome(criterion, f"{value + better:f}") == PASS


@pytest.mark.parametrize(
    ("value", "expected"),
    [("80", PASS), ("100", PASS), ("79.9", FAIL), ("100.1", FAIL), ("> 90", INCONCLUSIVE), ("> 100", FAIL)],
)
def test_a_range_is_two_comparisons(value: str, expected: Outcome) -> None:
    criterion = a_limit(AT_LEAST, "80", second_comparator=AT_MOST, second_limit=Decimal(100))
    assert outcome(criterion, value) == expected
    assert criterion.limit_text() == ">= 80, <= 100 %"


def test_rounding_to_the_precision_of_the_limit_only_when_the_specification_says_so() -> None:
    rounding = a_limit(AT_MOST, "2", rounding=Rounding.TO_LIMIT_PRECISION)
    assert outcome(a_limit(AT_MOST, "2"), "2.1") == FAIL
    assert outcome(rounding, "2.1") == PASS
    assert outcome(rounding, "2.5") == FAIL, "half away from zero"
    assert outcome(rounding, "< 2.1") == INCONCLUSIVE, "a censored value is not rounded"
    assert outcome(a_limit(AT_MOST, "2.0", rounding=Rounding.TO_LIMIT_PRECISION), "2.1") == FAIL


@pytest.mark.parametrize("value", ["", "pending", "n/a", "NaN", "Infinity", "1,5", "95 %", "~ 95", "<", "1_000", "٩٥"])
def test_what_is_no_number_is_inconclusive(value: str) -> None:
    assert reported_number(value) is None
    assert outcome(a_criterion(), value) == INCONCLUSIVE


def test_another_unit_is_inconclusive_and_refused_at_the_door() -> None:
    endotoxin = a_limit(AT_MOST, "4", unit="EU/mL")
    assert evaluate(endotoxin, "0.1", "EU/kg", None) == INCONCLUSIVE
    assert evaluate(endotoxin, "0.1", None, None) == INCONCLUSIVE
    assert evaluate(endotoxin, "0.1", " eu/ml ", None) == PASS
    with pytest.raises(WrongInput, match=r"result\.unit\.wrong"):
        check_reportable(endotoxin, "0.1", "EU/kg")


def test_without_a_unit_the_specification_s_is_kept() -> None:
    assert check_reportable(a_criterion(), "96.5", None) == "%"
    assert check_reportable(a_text("no growth"), "no growth", None) is None
    with pytest.raises(WrongInput, match=r"result\.unit\.wrong"):
        check_reportable(a_text("no growth"), "no growth", "%")


@pytest.mark.parametrize("value", ["", " ", "96,5", "lots", "NaN"])
def test_a_value_that_cannot_be_read_is_refused_at_the_door(value: str) -> None:
    with pytest.raises(WrongInput, match=r"result\.value\.unreadable"):
        check_reportable(a_criterion(), value, "%")


@pytest.mark.parametrize("value", ["965", "100.1", "> 100"])
def test_more_than_can_be_is_refused_at_the_door_lest_a_slip_pass(value: str) -> None:
    with pytest.raises(WrongInput, match=r"result\.value\.impossible"):
        check_reportable(a_criterion(possible_maximum=Decimal(100)), value, None)


def test_more_than_a_hundred_percent_of_a_reference_is_a_result() -> None:
    assert check_reportable(a_criterion(), "124", None) == "%"


@pytest.mark.parametrize("value", ["100", ">= 100", "> 99", "< 100.5", "0"])
def test_what_a_percentage_can_be_is_taken(value: str) -> None:
    assert check_reportable(a_criterion(possible_maximum=Decimal(100)), value, None) == "%"


def test_below_zero_is_refused_where_it_would_pass_and_is_a_result_where_it_fails() -> None:
    impurity = a_criterion(comparator=AT_MOST, limit=Decimal(2))
    endotoxin = a_criterion(comparator=AT_MOST, limit=None, recipient_limit=True, unit="EU/mL")
    for criterion, value in ((impurity, "-0.4"), (impurity, "< 0"), (endotoxin, "-1")):
        with pytest.raises(WrongInput, match=r"result\.value\.impossible"):
            check_reportable(criterion, value, None)
    assert check_reportable(endotoxin, "2000", None) == "EU/mL"
    inhibition, cold = a_criterion(), a_criterion(comparator=AT_MOST, limit=Decimal(-150), unit="°C")
    assert (check_reportable(inhibition, "-12", None), outcome(inhibition, "-12")) == ("%", FAIL)
    assert check_reportable(cold, "-165", None) == "°C"


def test_another_method_than_specified_is_inconclusive() -> None:
    counted = a_criterion(methods=("NucleoCounter", "NC-200"))
    assert outcome(counted, "96", "nucleocounter ") == PASS
    assert outcome(counted, "96", "trypan blue") == INCONCLUSIVE
    assert outcome(counted, "96", None) == INCONCLUSIVE
    assert outcome(a_criterion(), "96", "trypan blue") == PASS


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("no growth", PASS),
        ("  No  Growth ", PASS),
        ("growth", FAIL),
        ("negative to date", INCONCLUSIVE),
        ("Pending", INCONCLUSIVE),
        ("", INCONCLUSIVE),
    ],
)
def test_texts_are_compared_without_case_and_outer_space(value: str, expected: Outcome) -> None:
    criterion = a_text("no growth", interim=("negative to date", "pending"))
    assert outcome(criterion, value) == expected


def test_a_karyotype_is_one_of_the_normal_ones() -> None:
    karyotype = a_text("46,XX", "46,XY")
    assert outcome(karyotype, "46,xy") == PASS
    assert outcome(karyotype, "47,XY,+8") == FAIL
    assert karyotype.limit_text() == "46,XX | 46,XY"


def test_a_text_criterion_reads_as_the_trial_file_prints_it() -> None:
    printed = Words(fr="absence de croissance", en="no growth")
    criterion = a_text("no growth", "sterile", "absence de croissance", "stérile", printed=printed)
    assert criterion.limit_text() == "no growth"
    assert criterion.limit_text(language="fr") == "absence de croissance"
    assert specification.limit_in_words(criterion, None) == {"limit": "no growth", "limit_fr": "absence de croissance"}
    assert specification.limit_in_words(a_text("no growth", "sterile"), None) == {"limit": "no growth | sterile"}
    assert specification.limit_in_words(a_criterion(printed=printed), None) == {"limit": ">= 80 %"}, (
        "a number is judged by its limit"
    )


def test_an_informative_test_is_never_a_verdict() -> None:
    criterion = a_criterion(kind=Kind.INFORMATIVE, required=False, comparator=None, limit=None)
    assert outcome(criterion, "anything") == Outcome.INFORMATIVE


def test_a_limit_that_depends_on_the_recipient_is_inconclusive_without_them() -> None:
    criterion = a_criterion(test="endotoxin", comparator=AT_MOST, limit=None, recipient_limit=True, unit="EU/mL")
    limit = specification.endotoxin_limit(Decimal("0.2"), Decimal(60), Decimal(3))
    assert limit == 4
    assert outcome(criterion, "0.5") == INCONCLUSIVE
    assert evaluate(criterion, "4", "EU/mL", None, limit) == PASS
    assert evaluate(criterion, "4.1", "EU/mL", None, limit) == FAIL
    assert evaluate(criterion, "< 5", "EU/mL", None, limit) == INCONCLUSIVE
    assert criterion.limit_text(limit) == "<= 4.0 EU/mL"
    assert (
        criterion.limit_text(specification.endotoxin_limit(Decimal("0.2"), Decimal(50), Decimal(3))) == "<= 3.333 EU/mL"
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"stages": ()}, "protocol.criterion.stage"),
        ({"conforming": ("x",)}, "protocol.criterion.texts"),
        ({"kind": Kind.TEXT}, "protocol.criterion.texts"),
        ({"kind": Kind.INFORMATIVE}, "protocol.criterion.informative"),
        ({"unit": None}, "protocol.criterion.unit"),
        ({"unit": "EU/mL", "measured": Measured.VIABILITY_PERCENT}, "protocol.criterion.computed"),
        ({"unit": "IU/mL", "limit": None, "recipient_limit": True}, "protocol.criterion.computed"),
        ({"limit": None}, "protocol.criterion.limit"),
        ({"comparator": None}, "protocol.criterion.limit"),
        ({"recipient_limit": True}, "protocol.criterion.limit"),
        ({"second_limit": Decimal(3)}, "protocol.criterion.second_limit"),
    ],
)
def test_a_criterion_that_contradicts_itself_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        a_criterion(**changes)
    assert refused.value.errors()[0]["type"] == code
