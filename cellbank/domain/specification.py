"""The specification of a stage, and what its results say to the gate: any failure stands, only a pass is a pass."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Self

from pydantic import model_validator

from cellbank.domain.section import Positive, Section, refuse_twice, wrong
from cellbank.domain.testing import (
    Comparator,
    Criterion,
    Kind,
    Outcome,
    Reported,
    ResultFacts,
    Stage,
    evaluate,
    folded,
    method_counts,
    reported_number,
)
from cellbank.errors import Finding, WrongInput


class Specification(Section):
    """The criteria of all stages. `endotoxin_k_eu_per_kg`: 0.2 for the intrathecal route (Ph. Eur. 5.1.10).

    An empty list can be loaded, and refuses every release. Refused: one test twice at one stage, a cocktail that
    covers a test nowhere specified.
    """

    endotoxin_k_eu_per_kg: Positive
    criteria: tuple[Criterion, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        refuse_twice((f"{one.test} ({stage.value})" for one in self.criteria for stage in one.stages), "criteria")
        tests = {criterion.test for criterion in self.criteria}
        for criterion in self.criteria:
            for covered in criterion.covers:
                if covered not in tests:
                    raise wrong("protocol.criterion.covers", key="criteria", test=criterion.test, covers=covered)
        return self

    def at(self, stage: Stage) -> tuple[Criterion, ...]:
        """The criteria of one stage, in the order of the file."""
        return tuple(criterion for criterion in self.criteria if stage in criterion.stages)

    def criterion(self, test: str, stage: Stage) -> Criterion:
        """The criterion of a test at a stage, as typed (any case); a test that is not specified is refused."""
        known = {criterion.test: criterion for criterion in self.at(stage)}
        typed = folded(test).replace(" ", "-").replace("_", "-")
        if typed not in known:
            near = get_close_matches(typed, known, n=1) or list(known)
            raise WrongInput("result.test.unknown", test=test, stage=stage.value, expected=", ".join(near))
        return known[typed]


def check_reportable(criterion: Criterion, value: str, unit: str | None) -> str | None:
    """Refuse at the door a value that cannot be read or be true, or that bears another unit; the unit to keep is
    returned.

    Without a unit, the specification's is kept. Another method than specified is no refusal: it is a finding later.
    """
    said = unit.strip() if unit else ""
    if said and folded(said) != folded(criterion.unit or ""):
        raise WrongInput("result.unit.wrong", test=criterion.test, unit=said, expected=criterion.unit or "–")
    reported = reported_number(value)
    readable = reported is not None or folded(value) in map(folded, criterion.interim)
    if not value.strip() or (criterion.kind == Kind.NUMERIC and not readable):
        raise WrongInput("result.value.unreadable", test=criterion.test, value=value)
    if criterion.kind == Kind.NUMERIC and reported is not None and _is_impossible(criterion, reported):
        raise WrongInput("result.value.impossible", test=criterion.test, value=f"{value} {criterion.unit}")
    return criterion.unit


def _is_impossible(criterion: Criterion, reported: Reported) -> bool:
    """Whether a number cannot be true: surely more than the trial file's possible maximum, or surely below zero against
    an upper limit.

    A slip of the decimal point would otherwise pass: 965 % is at least 80 %, -0.4 % at most 2 %. Below zero against
    a lower limit only (an inhibition that turned out a stimulation) is a result, and fails.
    """
    low, high, most = reported.low, reported.high, criterion.possible_maximum
    over = low is not None and most is not None and (low > most or (low == most and reported.open_low))
    under = high is not None and (high < 0 or (high == 0 and reported.open_high))
    limits = criterion.limits(recipient=Decimal(0))
    from_zero = any(how in (Comparator.BELOW, Comparator.AT_MOST) and limit >= 0 for how, limit in limits)
    return over or (under and from_zero)


@dataclass(frozen=True)
class _Judged:
    result: ResultFacts
    criterion: Criterion
    outcome: Outcome

    @property
    def passes(self) -> bool:
        return self.outcome == Outcome.PASS and self.result.reviewed


def test_findings(
    specification: Specification,
    stage: Stage,
    results: Iterable[ResultFacts],
    *,
    subject: str,
    recipient: Decimal | None,
    late: bool = False,  # noqa: PT028 — these are findings about tests, not a test
) -> Iterator[Finding]:
    """Every reason for which the stage's tests do not let pass; none only when each required one is met.

    Every result in force must be reviewed; one that fails stands, whatever passes later; a group is met by any of
    its tests, a test by the cocktail that covers it. Results that come late are asked for only with `late`, but when
    they are there they count. A specification without a required test is itself a finding.
    """
    criteria = specification.at(stage)
    judged = [
        _Judged(result, criterion, evaluate(criterion, result.value, result.unit, result.method, recipient))
        for criterion in criteria
        for result in results_of(results, criterion.test)
    ]
    required = _required_groups(criteria, late)
    if not required:
        yield Finding("lot.specification.empty", subject, {"stage": stage.value})
    for one in judged:
        yield from _of_a_result(one, subject, recipient)
    for tests in required:
        pool = [one for one in judged if one.criterion.test in tests or tests & set(one.criterion.covers)]
        if not any(one.passes for one in pool):
            yield from _unmet(tests, stage, pool, subject, recipient)


def results_of(results: Iterable[ResultFacts], test: str) -> Sequence[ResultFacts]:
    """The results of one test that QA has not invalidated."""
    return [result for result in results if result.test == test and not result.invalidated]


def _required_groups(criteria: Sequence[Criterion], late: bool) -> list[frozenset[str]]:
    """What must be met: single tests, and groups of which any test will do."""
    members: dict[str, set[str]] = {}
    asked: list[str] = []
    for criterion in criteria:
        if criterion.kind == Kind.INFORMATIVE:
            continue
        name = f"group {criterion.group}" if criterion.group else criterion.test
        members.setdefault(name, set()).add(criterion.test)
        if criterion.required and (late or not criterion.late) and name not in asked:
            asked.append(name)
    return [frozenset(members[name]) for name in asked]


def limit_in_words(criterion: Criterion, recipient: Decimal | None) -> Mapping[str, str]:
    """A limit as a sentence takes it: `limit`, and `limit_fr` (`limit_de` …) where a language has its own words."""
    said = {"limit": criterion.limit_text(recipient)}
    for language in () if criterion.printed is None else criterion.printed.languages:
        own = criterion.limit_text(recipient, language)
        if own != said["limit"]:
            said[f"limit_{language}"] = own
    return said


def _params(one: _Judged, recipient: Decimal | None) -> Mapping[str, object]:
    unit = one.result.unit if one.result.unit != "1" else None
    return {
        "test": one.criterion.test,
        "result": one.result.code,
        "value": f"{one.result.value} {unit or ''}".strip(),
        **limit_in_words(one.criterion, recipient),
    }


def _of_a_result(one: _Judged, subject: str, recipient: Decimal | None) -> Iterator[Finding]:
    """What one result in force says by itself: it failed, or nobody has reviewed it."""
    if one.outcome == Outcome.FAIL:
        yield Finding("lot.test.failed", subject, _params(one, recipient))
    if one.outcome != Outcome.INFORMATIVE and not one.result.reviewed:
        yield Finding("lot.test.unreviewed", subject, {"test": one.criterion.test, "result": one.result.code})


def _unmet(
    tests: frozenset[str], stage: Stage, pool: Sequence[_Judged], subject: str, recipient: Decimal | None
) -> Iterator[Finding]:
    """Why a required test, or none of a group, is met: nothing recorded, another method, or inconclusive."""
    if not pool:
        yield Finding("lot.test.missing", subject, {"test": " | ".join(sorted(tests)), "stage": stage.value})
    for one in pool:
        if not method_counts(one.criterion, one.result.method):
            params = {
                "test": one.criterion.test,
                "result": one.result.code,
                "method": one.result.method or "–",
                "expected": ", ".join(one.criterion.methods),
            }
            yield Finding("lot.test.method", subject, params)
        elif one.outcome == Outcome.INCONCLUSIVE:
            yield Finding("lot.test.inconclusive", subject, _params(one, recipient))


def endotoxin_limit(k: Decimal, weight_kg: Decimal, volume_ml: Decimal) -> Decimal:
    """EU/mL: K × weight / volume, given within an hour (Ph. Eur. 2.6.14, 5.1.10).

    >>> endotoxin_limit(Decimal("0.2"), Decimal(60), Decimal(3))
    Decimal('4.0')
    """
    return k * weight_kg / volume_ml
