"""Many vials as a reader sees them: how many, and any page of them, never all at once."""

from dataclasses import dataclass

from cellbank.domain.lot import Lot
from cellbank.domain.vial import Vial, VialFilter
from cellbank.store import codes, vial_pages
from cellbank.store.unit_of_work import Reading
from cellbank.store.vial_pages import Key
from cellbank.views.vial import VialLine

PAGE = 100
"""Vials a page."""


@dataclass(frozen=True)
class VialIndex:
    """The vials that a filter leaves, by lot and number: how many, and where each page begins."""

    which: VialFilter
    total: int
    starts: tuple[Key, ...]

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return len(self.starts)


def vial_index(reading: Reading, which: VialFilter) -> VialIndex:
    """Where the pages begin; as true as the snapshot it was read in."""
    total, starts = vial_pages.starts(reading.session, which, PAGE)
    return VialIndex(which, total, tuple(starts))


def vial_page(reading: Reading, index: VialIndex, number: int) -> tuple[VialLine, ...]:
    """One page, from 0 on; empty past the last."""
    if not 0 <= number < index.pages:
        return ()
    end = index.starts[number + 1] if number + 1 < index.pages else None
    return tuple(_line(one) for one in vial_pages.page(reading.session, index.which, index.starts[number], end))


def _line(one: vial_pages.Line) -> VialLine:
    position = None if one.box is None else f"{one.box}/{one.position}"
    verified = one.verified_at is not None
    return VialLine(
        one.code, one.lot, one.number, one.stock_class, one.status, position, verified, one.status_note, one.tier
    )


def row_of(reading: Reading, index: VialIndex, code: str) -> int | None:
    """At which row of the index a vial stands, from 0 on; None when there is no such row."""
    if not codes.exists(reading, Vial, code):
        return None
    vial = codes.get_by_code(reading, Vial, code)
    lot = reading.session.get_one(Lot, vial.lot_id)
    rank = vial_pages.rank_of(reading.session, index.which, Key(lot.number, vial.number))
    return rank if rank < index.total else None
