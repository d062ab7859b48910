"""The tasks of the bench in words: what is said of each, which form does it, which comes first."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from cellbank.errors import Finding
from cellbank.views.worklist import Kind, Task
from cellbank.wording import Wording
from tui.forms import culture, donor, result, tissue
from tui.forms.form import Form

_BETWEEN = " :\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
"""What stands between a subject and what is said of it, in either language."""
LITTLE_H = Decimal(4)
"""Hours of cold ischaemia left from which a tissue is marked."""
_ORDER = tuple(Kind)
_JOBS: Mapping[Kind, type[Form]] = {
    Kind.PROCESS: culture.Isolate,
    Kind.REVIEW: result.Review,
    Kind.GROWING: culture.Passage,
}
_DONOR_JOBS: Mapping[str, type[Form]] = {
    "donor.next.selection": donor.Select,
    "donor.next.donation": tissue.Receive,
    "donor.next.confirm": donor.RecordTest,
    "donor.next.retest": donor.RecordTest,
    "donor.next.test": donor.Panel,
    "donor.next.sample": donor.Panel,
    "donor.next.nat": donor.Panel,
    "donor.next.repeat": donor.Panel,
    "donor.next.risk": donor.AnswerRisks,
}
"""What does the next step that the assessment names."""


def rank(task: Task, *, mine: bool) -> tuple[int, int]:
    """Reviews that are this person's come first, those of others last; between them the order of the kinds."""
    if task.kind is Kind.REVIEW:
        return (0, 0) if mine else (2, 0)
    return 1, _ORDER.index(task.kind)


def job(task: Task) -> type[Form] | None:
    """The form that does a task, none where its record must be opened."""
    if task.kind is Kind.DONOR:
        return None if task.step is None else _DONOR_JOBS.get(task.step.code)
    return _JOBS.get(task.kind)


def detail(words: Wording, task: Task, now: datetime) -> str:
    """The sentence of a task beside its code."""
    params = dict(task.params)
    if task.kind is Kind.PROCESS and task.since is not None and task.limit_h is not None:
        params |= {"clock": _ischaemia(words, now - task.since, task.limit_h)}
    if task.kind is Kind.GROWING and task.since is not None:
        params |= {"days": (now - task.since).days}
    if task.step is not None:
        params |= {"step": without_subject(words, task.step)}
    return words.say(f"tui.task.{task.kind}.{_which(task)}", **params)


def _which(task: Task) -> str:
    """The last part of the code of a task's sentence."""
    if task.kind is Kind.EXPIRING and task.params["days"] < 0:
        return "over"
    return "more" if task.params.get("more") else "detail"


def _ischaemia(words: Wording, span: timedelta, limit_h: Decimal) -> str:
    """`▶ 5:12 of 24 h`: hours and minutes since procurement; a mark and a word when little or nothing is left."""
    minutes = int(span.total_seconds()) // 60
    left = limit_h - Decimal(minutes) / 60
    state = "over" if left < 0 else "little" if left < LITTLE_H else "runs"
    return words.say(f"tui.ischaemia.{state}", clock=f"{minutes // 60}:{minutes % 60:02}", limit=limit_h)


def without_subject(words: Wording, finding: Finding) -> str:
    """A finding's sentence where its subject stands beside it already."""
    bare = replace(finding, params=dict(finding.params) | {"subject": ""})
    return words.finding(bare).lstrip(_BETWEEN).rstrip(".")
