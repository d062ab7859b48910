"""Answers that meet a trial file's criteria, for the story's made-up subjects."""

from datetime import date, timedelta

from cellbank.domain.subject import CriterionKind, EventMustBe, SubjectCriterion, SubjectProtocol


def conforming(protocol: SubjectProtocol, on: date, *, at_visit: bool = False) -> dict[str, str]:
    """An answer to every criterion asked, each meeting it on that day."""
    return {criterion.id: _answer(criterion, on) for criterion in protocol.asked(at_visit=at_visit)}


def _answer(criterion: SubjectCriterion, on: date) -> str:
    if criterion.kind is CriterionKind.YES_NO:
        return "yes" if criterion.required_answer else "no"
    if criterion.kind is CriterionKind.DATE:
        return "never" if criterion.event_must_be is EventMustBe.OUTSIDE else str(on - timedelta(days=20))
    known = [bound for bound in (criterion.minimum, criterion.maximum) if bound is not None]
    return format(sum(known) / len(known), "f")
