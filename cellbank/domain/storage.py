"""Storage: how cold, how long out of the vapour, over how many tanks (domain.md §7)."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Self

import sqlalchemy as sa
from pydantic import model_validator

from cellbank.domain import record
from cellbank.domain.record import Instant, Line, Quantity, Record
from cellbank.domain.section import Counted, Exact, Section, Whole, refuse_reversed
from cellbank.domain.terms import Custodian as Custodian, PlaceKind as PlaceKind
from cellbank.errors import Finding, WrongInput


class StoragePlace(Record, table=True):
    """A tank, rack or box. Its code never changes; its `path` (`TANK1/R02/BOX-A`) follows when it is moved."""

    __tablename__ = "storage_place"
    __table_args__ = record.strict(
        record.one_of("kind", PlaceKind, "storage_place"),
        record.one_of("custodian", Custodian, "storage_place"),
    )
    code_column: ClassVar[str] = "path"

    code: Line = record.text(unique=True, max_length=16)
    path: Line = record.text(unique=True, max_length=80)
    kind: PlaceKind = record.choice(PlaceKind)
    parent_id: str | None = record.key("storage_place.id", default=None)
    custodian: Custodian = record.choice(Custodian)
    rows: int | None = record.count(default=None, ge=1, le=26)
    columns: int | None = record.count(default=None, ge=1, le=40)


class Placement(Record, table=True):
    """A vial in a position from an instant until another; open while it is there. One vial a position, one
    position a vial: the database says so too.
    """

    __tablename__ = "placement"
    __table_args__ = record.strict(
        record.one_while("until IS NULL", "placement_one_vial_a_position", "box_id", "position"),
        record.one_while("until IS NULL", "placement_one_position_a_vial", "vial_id"),
    )
    code_column: ClassVar[str] = "position"

    vial_id: str = record.key("vial.id")
    box_id: str = record.key("storage_place.id")
    position: Line = record.text(max_length=6)
    since: Instant = record.instant()
    until: Instant | None = record.instant(default=None)


class Transfer(Record, table=True):
    """Vials on their way between custodians: sealed shipper, logger, acceptance by its temperature file."""

    __tablename__ = "transfer"
    __table_args__ = record.strict(
        record.one_of("sender", Custodian, "transfer"), record.one_of("recipient", Custodian, "transfer")
    )

    code: Line = record.text(unique=True, max_length=16)
    sender: Custodian = record.choice(Custodian)
    recipient: Custodian = record.choice(Custodian)
    seal: Line = record.text(max_length=60)
    logger: Line = record.text(max_length=60)
    sent_at: Instant = record.instant()
    sent_by: Line = record.text()
    received_at: Instant | None = record.instant(default=None)
    received_by: Line | None = record.text(default=None)
    accepted: bool | None = record.flag(default=None)
    warmest_c: Quantity | None = record.quantity(default=None)
    temperature_file: Line | None = record.text(default=None)
    temperature_sha256: Line | None = record.text(default=None)
    note: Line | None = record.text(default=None)


class TransferVial(Record, table=True):
    """A vial in a transfer."""

    __tablename__ = "transfer_vial"
    __table_args__ = record.strict(sa.UniqueConstraint("transfer_id", "vial_id", name="transfer_vial_once"))
    code_column: ClassVar[str] = "id"

    transfer_id: str = record.key("transfer.id")
    vial_id: str = record.key("vial.id")


class StorageProtocol(Section):
    """Limits of the cold chain, in °C and seconds.

    `temperature_limit_c`: the warmest a tank may be (vapour of liquid nitrogen, ≤ −150 °C);
    `transfer_temperature_limit_c`: the warmest on the way, below the glass transition `glass_transition_c` (about
    −135 °C). Seconds out of the vapour count for one event and, summed, for a vial's life; a pulled vial goes back
    within `put_back_seconds` or not at all. A bank stands in at least `minimum_tanks`.
    """

    temperature_limit_c: Exact
    transfer_temperature_limit_c: Exact
    glass_transition_c: Exact
    seconds_out_of_vapour: Counted
    total_seconds_out_of_vapour: Counted
    put_back_seconds: Whole
    minimum_tanks: Counted

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        refuse_reversed(self.temperature_limit_c, self.transfer_temperature_limit_c, "temperature_limit_c")
        refuse_reversed(self.transfer_temperature_limit_c, self.glass_transition_c, "transfer_temperature_limit_c")
        refuse_reversed(self.seconds_out_of_vapour, self.total_seconds_out_of_vapour, "seconds_out_of_vapour")
        return self


def temperature_findings(
    protocol: StorageProtocol, subject: str, warmest_c: Decimal | None, *, in_transfer: bool = False
) -> Iterator[Finding]:
    """Whether a tank, or a shipper `in_transfer`, was warmer than allowed; a temperature not known is a finding."""
    limit = protocol.transfer_temperature_limit_c if in_transfer else protocol.temperature_limit_c
    if warmest_c is None:
        yield Finding("storage.temperature.unknown", subject, {"limit": limit})
    elif warmest_c > limit:
        yield Finding("storage.temperature.high", subject, {"temperature_c": warmest_c, "limit": limit})


@dataclass(frozen=True)
class Excursion:
    """A place that was, or may have been, too warm: from when, until when (None: it goes on), how warm at the most."""

    since: datetime
    until: datetime | None
    warmest_c: Decimal | None


def excursion_findings(protocol: StorageProtocol, place: str, excursion: Excursion) -> Iterator[Finding]:
    """What an excursion breaks; a temperature not known is a finding."""
    said = {"since": excursion.since}
    if excursion.until is not None:
        said["until"] = excursion.until
    goes_on = ".ongoing" if excursion.until is None else ""
    for found in temperature_findings(protocol, place, excursion.warmest_c):
        kind = found.code.rpartition(".")[2]
        yield Finding(f"storage.excursion.{kind}{goes_on}", place, {**found.params, **said})


def vapour_findings(protocol: StorageProtocol, subject: str, seconds: int, total_seconds: int) -> Iterator[Finding]:
    """Whether one event, or all of a vial's events together, kept it out of the vapour too long."""
    if seconds > protocol.seconds_out_of_vapour:
        params = {"seconds": seconds, "limit": protocol.seconds_out_of_vapour}
        yield Finding("storage.vapour.long", subject, params)
    if total_seconds > protocol.total_seconds_out_of_vapour:
        params = {"seconds": total_seconds, "limit": protocol.total_seconds_out_of_vapour}
        yield Finding("storage.vapour.total", subject, params)


def put_back_findings(protocol: StorageProtocol, subject: str, seconds: int) -> Iterator[Finding]:
    """Whether a pulled vial, still frozen, came back too late (rules.md §3)."""
    if seconds > protocol.put_back_seconds:
        params = {"seconds": seconds, "limit": protocol.put_back_seconds}
        yield Finding("storage.put_back.late", subject, params)


def tank_findings(protocol: StorageProtocol, lot: str, tanks: Collection[str]) -> Iterator[Finding]:
    """Whether a lot stands in too few tanks."""
    if len(set(tanks)) < protocol.minimum_tanks:
        yield Finding("storage.tanks.few", lot, {"tanks": len(set(tanks)), "minimum": protocol.minimum_tanks})


_NAME = re.compile(r"[0-9A-Z](?:[0-9A-Z-]{0,18}[0-9A-Z])?")
_GRID = re.compile(r"([0-9]{1,2})[x×X]([0-9]{1,2})")
MOST_ROWS, MOST_COLUMNS = 26, 40
"""Positions of a box: rows are named A to Z, columns have at most two digits."""


def path_parts(path: str) -> tuple[str, ...]:
    """The names in a path `TANK1/R02/BOX-A`: one to three, each 1 to 20 of `0-9 A-Z -`; any other text is refused.

    >>> path_parts("tank1/R02/box-a")
    ('TANK1', 'R02', 'BOX-A')
    """
    parts = tuple(path.strip().upper().split("/"))
    if len(parts) > len(PlaceKind) or not all(_NAME.fullmatch(part) for part in parts):
        raise WrongInput("storage.path.form", value=path)
    return parts


def grid_size(text: str) -> tuple[int, int]:
    """Rows and columns of a box from `9x9`; at most 26 rows (A to Z) and 40 columns; any other text is refused.

    >>> grid_size("9x9")
    (9, 9)
    """
    match = _GRID.fullmatch(text.strip())
    rows, columns = (int(match.group(1)), int(match.group(2))) if match else (0, 0)
    if not (1 <= rows <= MOST_ROWS and 1 <= columns <= MOST_COLUMNS):
        raise WrongInput("storage.grid.form", value=text)
    return rows, columns


def kind_in_path(parts: Sequence[str], *, gridded: bool) -> PlaceKind:
    """What the last name of a path is: with a grid a box, in a rack or straight in a tank; without one a tank or a
    rack, by depth.

    Refused: a tank with a grid, a third name without one.
    """
    if gridded:
        if len(parts) == 1:
            raise WrongInput("storage.grid.on_tank", path="/".join(parts))
        return PlaceKind.BOX
    if len(parts) == len(PlaceKind):
        raise WrongInput("storage.grid.missing", path="/".join(parts))
    return (PlaceKind.TANK, PlaceKind.RACK)[len(parts) - 1]


def positions(rows: int, columns: int) -> list[str]:
    """Every position of a grid, row by row.

    >>> positions(2, 3)
    ['A1', 'A2', 'A3', 'B1', 'B2', 'B3']
    """
    return [f"{chr(ord('A') + row)}{column}" for row in range(rows) for column in range(1, columns + 1)]


def spread(counts: Sequence[int], rooms: Sequence[int]) -> list[list[int]]:
    """How many of each group go to each tank, as evenly as the rooms allow. The rooms together must hold
    everything.

    >>> spread([4, 3], [9, 9])
    [[2, 2], [2, 1]]
    """
    left = list(rooms)
    turn = 0
    shares: list[list[int]] = []
    for count in counts:
        share = [0] * len(rooms)
        for _ in range(count):
            while not left[turn % len(rooms)]:
                turn += 1
            share[turn % len(rooms)] += 1
            left[turn % len(rooms)] -= 1
            turn += 1
        shares.append(share)
    return shares
