"""Storage: add, fill, place, move, excursion, count."""

from typing import Annotated

from cellbank.commands.command import Command, says
from cellbank.commands.kinds import Code, Codes, Flag, Instant, Line, Quantity
from cellbank.domain.terms import Custodian, PlaceKind, Station, Verb


class Add(
    Command,
    verb=Verb.RECORD_STORAGE,
    done="storage.added",
    example="cellbank storage add TANK1/R02/BOX-A --grid 9x9",
):
    """A tank, a rack, or with a grid a box."""

    path: Annotated[
        Line, says("TANK1, TANK1/R02, or a box TANK1/R02/BOX-A; what is missing is made too.", metavar="PATH")
    ]
    kind: Annotated[PlaceKind | None, says("tank, rack or box, to be checked against the path.", "--kind")] = None
    grid: Annotated[Line | None, says("A box's rows × columns.", "--grid", metavar="9x9")] = None
    custodian: Annotated[
        Custodian | None, says("production_unit or pharmacy; the tank's when left out.", "--custodian")
    ] = None


class Fill(
    Command,
    verb=Verb.RECORD_STORAGE,
    happened=True,
    done="storage.filled",
    example="cellbank storage fill L-260001-E TANK1/R02/BOX-A TANK2/R01/BOX-A",
):
    """Every vial of a lot that waits, into free positions of boxes, in one act."""

    number: Annotated[Code, Station.LOT, says("The lot whose vials are not yet stored.", metavar="LOT")]
    box_codes: Annotated[Codes, Station.PLACE, says("The boxes, by path or code.", metavar="BOX...")]
    split: Annotated[Flag, says("Share each class over the tanks, or box after box.", "--split/--in-order")] = True


class Place(
    Command,
    verb=Verb.RECORD_STORAGE,
    happened=True,
    done="vial.placed",
    example="cellbank storage place V-260001-001-K TANK1/R02/BOX-A/C4",
):
    """A vial into a position: not yet stored, still frozen after a pull, or found again."""

    code: Annotated[Code, Station.VIAL, says("The vial's code.", metavar="VIAL")]
    position: Annotated[Code, Station.PLACE, says("A position, or a box: its first free one.", metavar="POSITION")]


class Move(Command, verb=Verb.PUT_HOLD, happened=True, example="cellbank storage move TANK1/R02 TANK2"):
    """A vial to another position; a box, a rack or a whole tank elsewhere. Held vials may be moved too."""

    what: Annotated[
        Code,
        Station.PLACE,
        Station.VIAL,
        says("A vial, its position, a box, a rack, or a tank to be emptied.", metavar="FROM"),
    ]
    to: Annotated[Code, Station.PLACE, says("A position, a box, a rack or a tank.", metavar="TO")]


class Excursion(
    Command,
    verb=Verb.RECORD_STORAGE,
    happened=True,
    when="until",
    done="storage.excursion",
    example="cellbank storage excursion TANK1 --from 2026-03-02T01:10 --until 2026-03-02T04:30 --warmest-c -128",
):
    """A tank that warmed, a rack or box left out: too warm or not known, it holds exactly what was inside."""

    code: Annotated[
        Code, Station.PLACE, says("The tank, rack or box that was too warm, by its path or code.", metavar="PLACE")
    ]
    since: Annotated[Instant, says("When it began to warm, or was last known to be cold.", "--from", "--since")]
    until: Annotated[Instant | None, says("When it was cold again; left out, it goes on.", "--until")] = None
    warmest_c: Annotated[Quantity | None, says("The warmest, °C; left out, it is not known.", "--warmest-c")] = None
    note: Annotated[Line | None, says("What happened.", "--note")] = None


class Count(
    Command,
    verb=Verb.RECORD_STORAGE,
    happened=True,
    done="storage.counted",
    example="cellbank storage count TANK1/R02/BOX-A --scan V-260001-001-K V-260001-002-I",
):
    """A blind stock-take: scan what is in the box, without looking at the record.

    Without --scan the codes are read one a line, until an empty line; a second count may follow likewise. A count
    that differs from the record is taken only when counted twice alike.
    """

    code: Annotated[Code, Station.PLACE, says("The box, by its path or code.", metavar="BOX")]
    scanned: Annotated[Codes, Station.VIAL, says("The codes found; several.", "--scan", metavar="VIAL")] = ()
    again: Annotated[Codes | None, Station.VIAL, says("The codes of a second count.", "--again", metavar="VIAL")] = None
    empty: Annotated[Flag, says("Nothing is in it; looked at twice.", "--empty")] = False
