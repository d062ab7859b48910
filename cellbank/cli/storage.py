"""Storage on the command line."""

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Annotated, Any

from cellbank.cli import passwords
from cellbank.cli.acting import commands_of
from cellbank.cli.options import argument
from cellbank.cli.run import here
from cellbank.cli.verbs import reads, station

if TYPE_CHECKING:
    from cellbank.bank import Outcome, Reading
    from cellbank.cli.paper import Paper
    from cellbank.views.storage import BoxMap

app = station("Storage: tanks, racks, boxes, what stands where, counts.")

LINE = ("place", "code", "kind", "custodian", "rows", "columns", "positions", "vials", "free", "held")
INSIDE = ("position", "code", "lot", "number", "stock_class", "status", "label_verified", "held")
BOX = ("place", "code", "custodian", "held")
WIDEST = 12
"""Columns of a box up to which each cell also shows the vial's number."""

Box = Annotated[str, argument("BOX", "The box, by its path or code.")]


def _added(reading: "Reading", outcome: "Outcome") -> dict[str, object]:
    """The place made."""
    from cellbank.views.storage import place_view

    return {"place": place_view(reading, outcome.code)}


def _filled(reading: "Reading", outcome: "Outcome") -> dict[str, object]:
    """How many vials of the lot stand in each box."""
    from cellbank.views import vial

    lines = vial.vials(reading, outcome.code)
    return {"boxes": Counter(line.position.rpartition("/")[0] for line in lines if line.position)}


def _placed(reading: "Reading", outcome: "Outcome") -> dict[str, object]:
    """Where the vial sits."""
    from cellbank.views.storage import position_of

    return {"position": position_of(reading, outcome.codes("vial.placed")[0])}


def _reached(reading: "Reading", outcome: "Outcome") -> dict[str, object]:
    """What was inside between the two moments, and which doses were made of it."""
    from cellbank.views import storage

    since, until = (outcome.actions[0].params[name] for name in ("since", "until"))
    ended = datetime.fromisoformat(str(until)) if until else None
    return vars(storage.reach(reading, outcome.code, datetime.fromisoformat(str(since)), ended))


def _counted(typed: dict[str, Any]) -> dict[str, Any]:
    """Both counts, from stdin where neither was typed."""
    if typed["scanned"] or typed["empty"]:
        return typed
    return {**typed, "scanned": _scanned("cli.storage.count"), "again": _scanned("cli.storage.again") or None}


def _scanned(asked: str) -> list[str]:
    """Codes from stdin, one a line, until an empty line."""
    if passwords.has_terminal():
        here().tell(here().paper.say(asked))
    return list(_lines())


def _lines() -> Iterator[str]:
    while line := sys.stdin.readline().strip():
        yield line


commands_of(
    app,
    "storage",
    also={
        "storage.add": _added,
        "storage.fill": _filled,
        "storage.place": _placed,
        "storage.excursion": _reached,
    },
    complete={"storage.count": _counted},
)


@reads(app, "map", "cellbank storage map TANK1/R02/BOX-A")
def map_box(box: Box) -> None:
    """A box as a grid: a letter a class (H when held), with the vial's number; `.` is free."""
    from cellbank.views.storage import box_map

    seen = here().read(lambda reading: box_map(reading, box))
    here().answer(seen, lambda paper: _grid(paper, seen))


def _grid(paper: "Paper", seen: "BoxMap") -> Iterator[str]:
    from cellbank.views.storage import HELD, LETTER

    yield from paper.sheet(SimpleNamespace(place=seen.path, **vars(seen)), BOX)
    width = 5 if seen.columns <= WIDEST else 3
    yield "   " + "".join(str(column).rjust(width) for column in range(1, seen.columns + 1))
    for row in range(seen.rows):
        letter = chr(ord("A") + row)
        cells = (seen.cells.get(f"{letter}{column}") for column in range(1, seen.columns + 1))
        shown = [
            "." if cell is None else cell.letter + (f"{cell.number:03d}" if seen.columns <= WIDEST else "")
            for cell in cells
        ]
        yield f"{letter}  " + "".join(text.rjust(width) for text in shown)
    words = [f"{letter} {paper.word(stock_class)}" for stock_class, letter in LETTER.items()]
    yield ", ".join([*words, f"{HELD} {paper.say('cli.storage.held')}", f". {paper.say('cli.storage.free')}"])


@reads(app, "list", "cellbank storage list TANK1 --json")
def list_storage(
    place: Annotated[str | None, argument("[PLACE]", "The vials in this tank, rack or box.")] = None,
) -> None:
    """Every tank, rack and box; or every vial in one of them."""
    from cellbank.views import storage

    if place is None:
        lines = here().read(storage.places)
        rows = [SimpleNamespace(place=line.path, free=line.free, **vars(line)) for line in lines]
        here().answer(lines, lambda paper: paper.table(rows, LINE))
        return
    inside = here().read(lambda reading: storage.contents(reading, place))
    rows = [SimpleNamespace(position=one.position, **vars(one.vial)) for one in inside]
    here().answer([vars(row) for row in rows], lambda paper: paper.table(rows, INSIDE))
