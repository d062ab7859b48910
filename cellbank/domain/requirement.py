"""How a gate is asked: every requirement of a step, all the findings of each, and a step that asks nothing refuses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from cellbank.errors import Finding

Facts = TypeVar("Facts")
Judged = TypeVar("Judged", contravariant=True)


class Requirement(Protocol[Judged]):
    """A pure generator of findings over plain facts; its name is written on every finding of it."""

    __name__: str

    def __call__(self, facts: Judged, /) -> Iterable[Finding]:
        """Each reason why the requirement is not met; none when it is."""
        ...


@dataclass(frozen=True)
class Answer:
    """The findings of one requirement; none when it is satisfied."""

    requirement: str
    findings: tuple[Finding, ...]

    @property
    def satisfied(self) -> bool:
        """Whether the requirement found nothing."""
        return not self.findings


def answers(requirements: Sequence[Requirement[Facts]], facts: Facts, *, subject: str, step: str) -> tuple[Answer, ...]:
    """Every requirement with all its findings; without requirements the gate itself finds that nothing is asked.

    Each finding bears the name of the requirement that found it, the gate's own bears `gate`.
    """

    def found(name: str, findings: Iterable[Finding]) -> Answer:
        return Answer(name, tuple(replace(finding, requirement=name) for finding in findings))

    if not requirements:
        return (found("gate", [Finding("gate.empty", subject, {"step": step})]),)
    return tuple(found(requirement.__name__, requirement(facts)) for requirement in requirements)


def findings_of(answers: Iterable[Answer]) -> tuple[Finding, ...]:
    """All findings of all answers, in the order of the requirements."""
    return tuple(found for answer in answers for found in answer.findings)
