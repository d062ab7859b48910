"""The answer of an act: its code, its entry, and loudly every deviation it opened."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cellbank.bank import Outcome
    from cellbank.cli.paper import Paper
    from cellbank.views.hold import DeviationView


def code_of(outcome: "Outcome", done: str) -> str:
    """The code of what was done, as people use it."""
    return next(iter(outcome.codes(done)), outcome.code)


def act_data(outcome: "Outcome", done: str) -> dict[str, Any]:
    """An act as JSON: the subject also under the name of its station (`"lot": "L-…"`)."""
    subject = next((action for action in outcome.actions if action.action == done), None)
    named = {} if subject is None or subject.table == "trial_version" else {subject.table: subject.code}
    return {
        "code": code_of(outcome, done),
        "entry": outcome.number,
        "act_id": outcome.act_id,
        "chain": outcome.chain,
        "recorded_at": outcome.recorded_at,
        "repeated": outcome.repeated,
        "actions": [{"action": action.action, "code": action.code} for action in outcome.actions],
        "deviations": list(outcome.codes("deviation.opened")),
        "holds": list(outcome.codes("hold.put")),
    } | named


def act_lines(
    paper: "Paper", outcome: "Outcome", done: str, deviations: Sequence["DeviationView"], added: Mapping[str, object]
) -> Iterator[str]:
    """An act for people: what was recorded, what was added, what was opened, what is held."""
    from cellbank.errors import Finding

    code = code_of(outcome, done)
    said = "cli.act.again" if outcome.repeated else "cli.act.done"
    yield paper.say(said, action=paper.wording.term("action", done), code=code, entry=outcome.number)
    for name, value in added.items():
        yield f"{paper.heading(name)}: {paper.word(value)}"
    for deviation in deviations:
        yield paper.say("cli.act.deviation", code=deviation.code, subject=deviation.subject)
        broken = Finding(deviation.limit_code, str(deviation.limit_params.get("subject", "")), deviation.limit_params)
        yield from paper.findings([broken])
    held = outcome.codes("hold.put")
    if held and done != "hold.put":
        yield paper.say("cli.act.held", holds=held)
