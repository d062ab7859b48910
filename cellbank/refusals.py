"""Refusal entries: what was refused, to whom, why; and the first outcome of an act when its id comes again."""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from cellbank import errors
from cellbank.domain.entry import Action
from cellbank.errors import CellbankError, Finding, NotAllowed
from cellbank.store import act as store_act
from cellbank.store.act import Act, Outcome, plain

REFUSED = "act.refused"


def append(connection: sa.Connection, act: Act, refusal: CellbankError) -> Outcome:
    """Append the entry of a refused act; its act id is the act's own, so that a repetition is refused alike."""
    params = {
        "error": type(refusal).__name__,
        "code": refusal.code,
        "params": plain(dict(refusal.params)),
        "findings": [
            {
                "code": finding.code,
                "subject": finding.subject,
                "requirement": finding.requirement,
                "params": plain(dict(finding.params)),
            }
            for finding in refusal.findings
        ],
    }
    subject = next((finding.subject for finding in refusal.findings if finding.subject), "")
    action = Action(REFUSED, "", "", subject, params)
    return store_act.append(connection, act, "", (action,), (), ())


def outcome_again(canonical: bytes, chain: str, actor: str) -> Outcome:
    """The first outcome of an act: returned again, or raised again when it was a refusal."""
    entry: Mapping[str, Any] = json.loads(canonical)
    if entry["actor"] != actor:
        raise NotAllowed("act.id.of_another", act=entry["act_id"])
    first = entry["actions"][0]
    if first["action"] == REFUSED:
        raise _refusal(first["params"])
    actions = tuple(Action(a["action"], a["table"], a["id"], a["code"], a["params"]) for a in entry["actions"])
    return Outcome(entry["number"], entry["act_id"], entry["recorded_at"], chain, actions, repeated=True)


def _refusal(params: Mapping[str, Any]) -> CellbankError:
    kind: type[CellbankError] = getattr(errors, params["error"])
    findings = tuple(Finding(f["code"], f["subject"], f["params"], f["requirement"]) for f in params["findings"])
    if issubclass(kind, errors.Refused):
        return kind(*findings, code=params["code"], **params["params"])
    return kind(params["code"], **params["params"])
