"""How a gate is asked: all findings of all requirements, each with its name, and a table that asks nothing refuses."""

from collections.abc import Iterator

from cellbank.domain.requirement import Answer, answers, findings_of
from cellbank.errors import Finding


def is_even(number: int) -> Iterator[Finding]:
    if number % 2:
        yield Finding("number.odd", str(number), {"rest": number % 2})


def is_small_and_positive(number: int) -> Iterator[Finding]:
    if number > 9:
        yield Finding("number.large", str(number))
    if abs(number) > 9:
        yield Finding("number.far", str(number), requirement="another")


def test_every_requirement_answers_with_all_its_findings_under_its_own_name() -> None:
    given = answers((is_even, is_small_and_positive), 11, subject="eleven", step="count")
    assert given == (
        Answer("is_even", (Finding("number.odd", "11", {"rest": 1}, "is_even"),)),
        Answer(
            "is_small_and_positive",
            (
                Finding("number.large", "11", requirement="is_small_and_positive"),
                Finding("number.far", "11", requirement="is_small_and_positive"),
            ),
        ),
    )
    assert [found.code for found in findings_of(given)] == ["number.odd", "number.large", "number.far"]
    assert not any(answer.satisfied for answer in given)


def test_a_requirement_that_finds_nothing_is_satisfied_and_named() -> None:
    given = answers((is_small_and_positive, is_even), 4, subject="four", step="count")
    assert given == (Answer("is_small_and_positive", ()), Answer("is_even", ()))
    assert all(answer.satisfied for answer in given)
    assert findings_of(given) == ()


def test_where_nothing_is_asked_the_gate_itself_refuses() -> None:
    given = answers((), 4, subject="four", step="count")
    assert given == (Answer("gate", (Finding("gate.empty", "four", {"step": "count"}, "gate"),)),)
    assert not given[0].satisfied
