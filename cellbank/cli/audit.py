"""The record on the command line."""

import sys
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from cellbank.cli.output import FORCE, OUTPUT, STDOUT, sheet
from cellbank.cli.run import here
from cellbank.cli.typed import counted, option
from cellbank.cli.verbs import reads, station

if TYPE_CHECKING:
    from cellbank.cli.paper import Paper
    from cellbank.views.audit import EntryView

app = station("The record: read, verify, export.")


@reads(app, "log", "cellbank audit log --code L-260001-E --limit 20")
def log(
    code: Annotated[str | None, option("--code", help="Only what touched this thing, oldest first.")] = None,
    limit: Annotated[int, counted("--limit", help="How many entries, newest first.")] = 50,
) -> None:
    """The entries of the record, newest first: who did what to what, when and why."""
    from cellbank.views import audit

    rows = here().read(lambda reading: audit.history(reading, code) if code else audit.entries(reading, limit))
    here().answer(rows[:limit], lambda paper: [line for row in rows[:limit] for line in _entry(paper, row)])


def _entry(paper: "Paper", entry: "EntryView") -> "Iterator[str]":
    """An entry: its number, when, who under which role, what was done to what, and why."""
    at = paper.word(datetime.fromisoformat(entry.recorded_at))
    done = (f"{paper.wording.term('action', one['action'])} {one['code']}".rstrip() for one in entry.actions)
    who = f"{entry.actor} ({paper.wording.term('role', entry.role)})" if entry.role else entry.actor
    yield paper.word(f"{entry.number}  {at}  {who}: {'; '.join(dict.fromkeys(done))}")
    if entry.reason:
        yield f"    {paper.heading('reason')}: {paper.word(entry.reason)}"


def _heads(texts: list[str] | None) -> dict[int, str]:
    from cellbank.errors import WrongInput

    found: dict[int, str] = {}
    for text in texts or ():
        number, separator, chain = text.partition(":")
        if not (separator and number.isdecimal()):
            raise WrongInput("cli.head", value=text)
        found[int(number)] = chain.strip().lower()
    return found


@reads(app, "verify", "cellbank audit verify --head 118:9f2c…")
def verify(
    head: Annotated[
        list[str] | None,
        option("--head", help="An entry's number and chain, kept outside the bank; several.", metavar="NUMBER:CHAIN"),
    ] = None,
) -> None:
    """Replay the whole record and compare it with the tables; exit 6 when it is not intact.

    Refused: a head that is no number and chain.
    """
    found = here().bank.verify(_heads(head))
    here().answer(
        found,
        lambda paper: [
            *paper.sheet(found, ("entries", "head", "intact")),
            *paper.findings(found.findings),
        ],
    )
    if not found.intact:
        here().exit_code = 6


@reads(app, "head", "cellbank audit head")
def head() -> None:
    """Number and chain of the last entry: keep it outside the bank."""
    number, chain = here().bank.head()
    here().answer({"entries": number, "head": chain}, lambda paper: [f"{number}:{chain}"])


@reads(app, "export", "cellbank audit export --output record.jsonl")
def export(
    output: Annotated[str | None, OUTPUT] = STDOUT,
    force: Annotated[bool, FORCE] = False,
) -> None:
    """Every entry as it is hashed, one JSON object a line, to stdout unless told otherwise."""
    from cellbank.views.audit import canonical_entries

    lines = here().read(lambda reading: b"".join(line + b"\n" for line in canonical_entries(reading)))
    if output == STDOUT:
        sys.stdout.flush()
        sys.stdout.buffer.write(lines)
        return
    with sheet(output, "record.jsonl", force) as document:
        document.keep(lines)
        data = document.settled()
    here().answer(data, lambda paper: [paper.say("cli.document.written", path=document.target)])
