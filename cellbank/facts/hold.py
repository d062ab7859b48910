"""Holds as the gate sees them, and what QA signs to end a hold or a deviation."""

import json
from collections.abc import Iterable, Iterator

from cellbank.domain.deviation import Deviation
from cellbank.domain.facts import Blocked
from cellbank.domain.hold import Hold
from cellbank.domain.signature import Content
from cellbank.store.hold import open_holds_on
from cellbank.store.unit_of_work import Reading, content


def open_holds(reading: Reading, ids: Iterable[str]) -> Iterator[Blocked]:
    """The open holds on these rows."""
    yield from map(blocked, open_holds_on(reading.session, sorted(set(ids))))


def blocked(hold: Hold) -> Blocked:
    """A hold as the gate sees it."""
    return Blocked(hold.code, hold.kind, hold.subject_code, hold.reason, hold.deviation_id is not None)


def lift_content(hold: Hold, because: str) -> Content:
    """What QA signs to lift a hold."""
    return content(
        {
            "hold": hold.code,
            "kind": hold.kind,
            "subject": hold.subject_code,
            "reason": hold.reason,
            "put_by": hold.put_by,
            "put_at": hold.put_at,
            "because": because,
        }
    )


def closure_content(deviation: Deviation, conclusion: str) -> Content:
    """What QA signs to close a deviation."""
    return content(
        {
            "deviation": deviation.code,
            "kind": deviation.kind,
            "subject": deviation.subject_code,
            "limit": deviation.limit_code,
            "params": json.loads(deviation.limit_params),
            "opened_by": deviation.opened_by,
            "opened_at": deviation.opened_at,
            "conclusion": conclusion.strip(),
        }
    )
