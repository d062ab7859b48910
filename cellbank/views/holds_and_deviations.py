"""Holds and deviations of one thing: its own, and those because of what lies upstream or around it."""

from dataclasses import dataclass

from cellbank.domain.record import Record
from cellbank.domain.vial import Vial
from cellbank.facts.storage import held_by_place
from cellbank.store import lineage
from cellbank.store.hold import deviations_on, open_holds_on
from cellbank.store.unit_of_work import Reading
from cellbank.views import trace
from cellbank.views.hold import DeviationView, HoldView, deviation_view, hold_view


@dataclass(frozen=True)
class Standing:
    """Holds that stand, those on the thing itself first; and every deviation that concerns it, open ones first."""

    holds: tuple[HoldView, ...]
    deviations: tuple[DeviationView, ...]


def standing(reading: Reading, text: str) -> Standing:
    """What stands against the thing of a code."""
    station, row = trace.concerned(reading, text)
    ids = {row.id} | lineage.upstream(reading.session, station, row.id).all_ids()
    holds = {hold.code: hold_view(hold) for hold in open_holds_on(reading.session, sorted(ids))}
    holds |= {hold.code: hold for hold in _around(reading, row)}
    found = [deviation_view(one) for one in deviations_on(reading.session, sorted(ids))]
    return Standing(
        tuple(sorted(holds.values(), key=lambda one: (one.subject != row.label, one.code))),
        tuple(sorted(found, key=lambda one: (not one.is_open, one.code))),
    )


def _around(reading: Reading, row: Record) -> list[HoldView]:
    """Holds on the box, rack or tank that a vial lies in."""
    if not isinstance(row, Vial):
        return []
    return [hold_view(hold) for holds in held_by_place(reading, [row.id]).values() for hold in holds]
