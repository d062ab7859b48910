"""The specification of a stage: what results let pass, and that nothing else does."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from cellbank.domain import specification
from cellbank.domain.specification import Specification
from cellbank.domain.testing import Criterion, Kind, ResultFacts, Stage
from cellbank.errors import Finding, WrongInput
from cellbank.wording import Language, Wording
from tests.domain.builders import shipped
from tests.domain.test_testing import AT_LEAST, AT_MOST, a_criterion, a_limit, a_text

PRODUCT, DOSE = Stage.PRODUCT, Stage.DOSE


def a_specification(*criteria: Criterion) -> Specification:
    return Specification(endotoxin_k_eu_per_kg=Decimal("0.2"), criteria=criteria)


def a_result(test: str = "viability", value: str = "96.5", code: str = "R-1", **changes: Any) -> ResultFacts:
    given: dict[str, Any] = {"unit": "%", "method": None, "reviewed": True, "invalidated": False}
    return ResultFacts(code=code, test=test, value=value, performed_on=date(2026, 3, 1), **(given | changes))


def findings(spec: Specification, *results: ResultFacts, stage: Stage = PRODUCT, **more: Any) -> list[Finding]:
    given = {"subject": "L-1", "recipient": None} | more
    return list(specification.test_findings(spec, stage, results, **given))


def codes(spec: Specification, *results: ResultFacts, **more: Any) -> list[str]:
    return [finding.code for finding in findings(spec, *results, **more)]


ONE = a_specification(a_criterion())


def test_a_reviewed_pass_lets_pass() -> None:
    assert codes(ONE, a_result()) == []


def test_an_empty_specification_is_itself_a_finding() -> None:
    informative = a_criterion(kind=Kind.INFORMATIVE, required=False, comparator=None, limit=None)
    for nothing_asked in (
        a_specification(),
        a_specification(a_criterion(required=False)),
        a_specification(informative),
    ):
        assert codes(nothing_asked, a_result()) == ["lot.specification.empty"]
    assert codes(ONE, stage=Stage.MASTER) == ["lot.specification.empty"], "empty at that stage"


def test_a_missing_test_is_named() -> None:
    [finding] = findings(ONE)
    assert finding == Finding("lot.test.missing", "L-1", {"test": "viability", "stage": "product"})


def test_a_result_not_reviewed_does_not_pass() -> None:
    assert codes(ONE, a_result(reviewed=False)) == ["lot.test.unreviewed"]


def test_a_second_result_in_force_must_be_reviewed_too() -> None:
    assert codes(ONE, a_result(), a_result(code="R-2", reviewed=False)) == ["lot.test.unreviewed"]


def test_a_failure_stands_whatever_passes_later() -> None:
    found = findings(ONE, a_result(value="79"), a_result(value="99", code="R-2"))
    assert [finding.code for finding in found] == ["lot.test.failed"]
    assert found[0].params == {"test": "viability", "result": "R-1", "value": "79 %", "limit": ">= 80 %"}


def test_a_failure_stands_before_it_is_reviewed() -> None:
    assert codes(ONE, a_result(value="79", reviewed=False)) == ["lot.test.failed", "lot.test.unreviewed"]


def test_an_invalidated_failure_stands_no_longer_and_is_no_result() -> None:
    invalidated = a_result(value="79", invalidated=True)
    assert codes(ONE, invalidated) == ["lot.test.missing"]
    assert codes(ONE, invalidated, a_result(code="R-2")) == []


def test_an_inconclusive_result_is_not_a_pass() -> None:
    assert codes(ONE, a_result(value="> 70")) == ["lot.test.inconclusive"]
    assert codes(ONE, a_result(value="> 70"), a_result(code="R-2")) == []


def test_a_result_by_another_method_is_named_with_the_one_asked_for() -> None:
    spec = a_specification(a_criterion(methods=("NucleoCounter",)))
    [finding] = findings(spec, a_result(method="trypan blue"))
    assert finding.code == "lot.test.method"
    assert finding.params["expected"] == "NucleoCounter"
    assert codes(spec, a_result(method="trypan blue"), a_result(code="R-2", method="NucleoCounter")) == []


EITHER = a_specification(
    a_limit(AT_MOST, "2", test="cd14", group="monocyte"), a_limit(AT_MOST, "2", test="cd11b", group="monocyte")
)


def test_any_test_of_a_group_will_do() -> None:
    assert codes(EITHER, a_result("cd14", "1")) == []
    assert codes(EITHER, a_result("cd11b", "1")) == []
    assert codes(EITHER, a_result("cd14", "< 5"), a_result("cd11b", "1", "R-2")) == []


def test_a_group_not_met_is_named_once() -> None:
    [finding] = findings(EITHER)
    assert finding.params["test"] == "cd11b | cd14"


def test_in_a_group_a_failure_stands_all_the_same() -> None:
    assert codes(EITHER, a_result("cd14", "5"), a_result("cd11b", "1", "R-2")) == ["lot.test.failed"]


COCKTAIL = a_specification(
    a_limit(AT_MOST, "2", test="cd45"),
    a_limit(AT_MOST, "2", test="cd34"),
    a_limit(AT_MOST, "2", test="cocktail", required=False, covers=("cd45", "cd34")),
)


def test_a_cocktail_stands_for_the_tests_it_covers() -> None:
    assert codes(COCKTAIL, a_result("cocktail", "1.2")) == []
    assert codes(COCKTAIL, a_result("cd45", "1"), a_result("cd34", "1", "R-2")) == []
    assert codes(COCKTAIL) == ["lot.test.missing", "lot.test.missing"], "the cocktail itself is not asked for"


def test_a_failed_cocktail_or_a_failed_single_test_stands() -> None:
    single = (a_result("cd45", "1"), a_result("cd34", "1", "R-2"))
    assert codes(COCKTAIL, *single, a_result("cocktail", "3", "R-3")) == ["lot.test.failed"]
    assert codes(COCKTAIL, a_result("cocktail", "1"), a_result("cd45", "3", "R-2")) == ["lot.test.failed"]


def test_a_criterion_not_required_that_fails_stands() -> None:
    spec = a_specification(a_criterion(), a_limit(AT_LEAST, "20", test="potency", required=False))
    assert codes(spec, a_result(), a_result("potency", "10", "R-2")) == ["lot.test.failed"]
    assert codes(spec, a_result()) == []


@pytest.mark.parametrize(("language", "limit"), [("en", "no growth"), ("fr", "absence de croissance")])
@pytest.mark.parametrize("value", ["pending", "growth"])
def test_a_finding_of_a_text_says_the_limit_as_printed_and_no_synonym(
    value: str, language: Language, limit: str
) -> None:
    sterility = next(c for c in shipped().specification.at(PRODUCT) if c.test == "sterility")
    result = a_result("sterility", value, unit=None)
    [finding] = findings(a_specification(sterility), result)
    said = Wording(language).finding(finding)
    assert limit in said
    assert not any(other in said for other in sterility.conforming if other != limit)
    assert "{" not in said


LATE = a_specification(a_criterion(stages=(DOSE,)), a_text("no growth", test="sterility", stages=(DOSE,), late=True))


def test_a_late_result_is_asked_for_only_late_but_counts_when_it_is_there() -> None:
    growth = a_result("sterility", "growth", "R-2", unit=None)
    assert codes(LATE, a_result(), stage=DOSE) == []
    assert codes(LATE, a_result(), stage=DOSE, late=True) == ["lot.test.missing"]
    assert codes(LATE, a_result(), growth, stage=DOSE) == ["lot.test.failed"]


def test_the_recipient_s_limit_is_unknown_until_it_is_given() -> None:
    spec = a_specification(
        a_criterion(test="endotoxin", comparator=AT_MOST, limit=None, recipient_limit=True, unit="EU/mL")
    )
    result = a_result("endotoxin", "0.5", unit="EU/mL")
    assert codes(spec, result) == ["lot.test.inconclusive"]
    assert codes(spec, result, recipient=Decimal(3)) == []


def test_a_test_is_found_as_typed_at_its_stage_and_refused_with_the_nearest_otherwise() -> None:
    spec = shipped().specification
    assert spec.criterion(" HLA DR", PRODUCT).test == "hla-dr"
    with pytest.raises(WrongInput, match=r"result\.test\.unknown") as refused:
        spec.criterion("sterilty", PRODUCT)
    assert refused.value.params["expected"] == "sterility"
    with pytest.raises(WrongInput, match=r"result\.test\.unknown"):
        spec.criterion("adventitious-viruses", PRODUCT)


def test_the_shipped_specification_asks_for_tests_at_every_stage() -> None:
    spec = shipped().specification
    for stage in Stage:
        assert "lot.specification.empty" not in codes(spec, stage=stage)
        assert codes(spec, stage=stage)


def test_one_test_may_not_stand_twice_at_a_stage_nor_a_cocktail_cover_nothing() -> None:
    with pytest.raises(ValidationError) as twice:
        a_specification(a_criterion(), a_criterion())
    assert twice.value.errors()[0]["type"] == "protocol.row.twice"
    with pytest.raises(ValidationError) as covers:
        a_specification(a_criterion(covers=("cd99",)))
    assert covers.value.errors()[0]["type"] == "protocol.criterion.covers"
    assert a_specification(a_criterion(), a_criterion(stages=(DOSE,)))
