"""Storage on the command line."""

import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING, Annotated

from cellbank.cli import passwords
from cellbank.cli.run import here
from cellbank.cli.typed import argument, choice, flag, instant, listed, measured, option, timed
from cellbank.cli.verbs import acts, reads, station

if TYPE_CHECKING:
    from cellbank.cli.paper import Paper
    from cellbank.views.storage import BoxMap

app = station("Storage: tanks, racks, boxes, what stands where, counts.")

LINE = ("place", "code", "kind", "custodian", "rows", "columns", "positions", "vials", "free", "held")
INSIDE = ("position", "code", "lot", "number", "stock_class", "status", "label_verified", "held")
BOX = ("place", "code", "custodian", "held")
WIDEST = 12
"""Columns of a box up to which each cell also shows the vial's number."""

Box = Annotated[str, argument("BOX", "The box, by its path or code.")]


@acts(app, "add", "cellbank storage add TANK1/R02/BOX-A --grid 9x9")
def add(
    path: Annotated[str, argument("PATH", "TANK1, TANK1/R02, or a box TANK1/R02/BOX-A; what is missing is made too.")],
    grid: Annotated[str | None, option("--grid", help="A box's rows × columns.", metavar="9x9")] = None,
    custodian: Annotated[
        str | None, option("--custodian", help="production_unit or pharmacy; the tank's when left out.")
    ] = None,
    kind: Annotated[str | None, option("--kind", help="tank, rack or box, to be checked against the path.")] = None,
) -> None:
    """A tank, a rack, or with a grid a box."""
    from cellbank.domain.storage import Custodian, PlaceKind
    from cellbank.services.storage import add_place
    from cellbank.views import storage as view

    keeper = None if custodian is None else choice(Custodian, custodian)
    made = None if kind is None else choice(PlaceKind, kind)
    here().act(
        lambda work: add_place(work, path, made, grid, keeper),
        "storage.added",
        also=lambda reading, outcome: {"place": view.place_view(reading, outcome.code)},
    )


@acts(app, "fill", "cellbank storage fill L-260001-E TANK1/R02/BOX-A TANK2/R01/BOX-A", happened=True)
def fill(
    lot: Annotated[str, argument("LOT", "The lot whose vials are not yet stored.")],
    box: Annotated[list[str], argument("BOX...", "The boxes, by path or code.")],
    split: Annotated[
        bool, flag("--split/--in-order", help="Share each class over the tanks, or box after box.")
    ] = True,
) -> None:
    """Every vial of a lot that waits, into free positions of boxes, in one act."""
    from cellbank.services.storage import fill_boxes
    from cellbank.views import vial as view

    here().act(
        lambda work: fill_boxes(work, lot, box, split=split),
        "storage.filled",
        also=lambda reading, outcome: {
            "boxes": Counter(line.position.rpartition("/")[0] for line in view.vials(reading, lot) if line.position)
        },
    )


@acts(app, "place", "cellbank storage place V-260001-001-K TANK1/R02/BOX-A/C4", happened=True)
def place(
    vial: Annotated[str, argument("VIAL", "The vial's code.")],
    position: Annotated[str, argument("POSITION", "A position, or a box: its first free one.")],
) -> None:
    """A vial into a position: not yet stored, still frozen after a pull, or found again."""
    from cellbank.services.storage import place_vial
    from cellbank.views import storage as view

    here().act(
        lambda work: place_vial(work, vial, position),
        "vial.placed",
        also=lambda reading, outcome: {"position": view.position_of(reading, vial)},
    )


@acts(app, "move", "cellbank storage move TANK1/R02 TANK2", happened=True)
def move(
    source: Annotated[str, argument("FROM", "A vial, its position, a box, a rack, or a tank to be emptied.")],
    to: Annotated[str, argument("TO", "A position, a box, a rack or a tank.")],
) -> None:
    """A vial to another position; a box, a rack or a whole tank elsewhere. Held vials may be moved too."""
    from cellbank.services.relocation import move as relocate

    here().act(lambda work: relocate(work, source, to))


@acts(
    app,
    "excursion",
    "cellbank storage excursion TANK1 --from 2026-03-02T01:10 --until 2026-03-02T04:30 --warmest-c -128",
)
def excursion(
    place: Annotated[str, argument("PLACE", "The tank, rack or box that was too warm, by its path or code.")],
    since: Annotated[str, timed("--from", "--since", help="When it began to warm, or was last known to be cold.")],
    until: Annotated[str | None, timed("--until", help="When it was cold again; left out, it goes on.")] = None,
    warmest_c: Annotated[
        Decimal | None, measured("--warmest-c", help="The warmest, °C; left out, it is not known.")
    ] = None,
    note: Annotated[str | None, option("--note", help="What happened.")] = None,
) -> None:
    """A tank that warmed, a rack or box left out: too warm or not known, it holds exactly what was inside."""
    from cellbank.domain.storage import Excursion
    from cellbank.services.excursion import record_excursion
    from cellbank.views import storage as view

    zone = here().bank.zone
    happened = Excursion(instant(since, zone), instant(until, zone) if until else None, warmest_c)
    here().act(
        lambda work: record_excursion(work, place, happened, note),
        "storage.excursion",
        at=happened.until,
        also=lambda reading, outcome: vars(view.reach(reading, place, happened.since, happened.until)),
    )


@acts(app, "count", "cellbank storage count TANK1/R02/BOX-A --scan V-260001-001-K V-260001-002-I", happened=True)
def count(
    box: Box,
    scan: Annotated[list[str] | None, option("--scan", help="The codes found; several.", metavar="VIAL")] = None,
    again: Annotated[list[str] | None, option("--again", help="The codes of a second count.", metavar="VIAL")] = None,
    empty: Annotated[bool, flag("--empty", help="Nothing is in it; looked at twice.")] = False,
) -> None:
    """A blind stock-take: scan what is in the box, without looking at the record.

    Without --scan the codes are read one a line, until an empty line; a second count may follow likewise. A count
    that differs from the record is taken only when counted twice alike.
    """
    from cellbank.services.storage import count_box

    if scan or empty:
        first, second = listed(scan), [] if empty else listed(again) or None
    else:
        first, second = _scanned("cli.storage.count"), _scanned("cli.storage.again") or None
    here().act(lambda work: count_box(work, box, first, second), "storage.counted")


def _scanned(asked: str) -> list[str]:
    """Codes from stdin, one a line, until an empty line."""
    if passwords.has_terminal():
        here().tell(here().paper.say(asked))
    return list(_lines())


def _lines() -> Iterator[str]:
    while line := sys.stdin.readline().strip():
        yield line


@reads(app, "map", "cellbank storage map TANK1/R02/BOX-A")
def map_box(box: Box) -> None:
    """A box as a grid: a letter a class (H when held), with the vial's number; `.` is free."""
    from cellbank.views import storage as view

    seen = here().read(lambda reading: view.box_map(reading, box))
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
    from cellbank.views import storage as view

    if place is None:
        lines = here().read(view.places)
        rows = [SimpleNamespace(place=line.path, free=line.free, **vars(line)) for line in lines]
        here().answer(lines, lambda paper: paper.table(rows, LINE))
        return
    inside = here().read(lambda reading: view.contents(reading, place))
    rows = [SimpleNamespace(position=one.position, **vars(one.vial)) for one in inside]
    here().answer([vars(row) for row in rows], lambda paper: paper.table(rows, INSIDE))
