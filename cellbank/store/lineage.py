"""Lineage: everything upstream or downstream of a thing, station by station, each step one indexed query.

The cost follows the answer, never the size of the bank.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cellbank.domain.culture import CultureSource
from cellbank.domain.lot import Lot
from cellbank.domain.record import Record, table_of
from cellbank.domain.stations import CHAIN
from cellbank.domain.terms import Station
from cellbank.domain.tissue import Tissue
from cellbank.domain.vial import Vial
from cellbank.domain.visit import Dose, DoseVial
from cellbank.store import culture
from cellbank.store.dose import doses_of_vials
from cellbank.store.material import used_in, uses_of
from cellbank.store.stations import ROWS

Ids = dict[Station, set[str]]
_IN_A_QUERY, _IN_A_UNION = 500, 20
"""Ids in one question, questions in one union: at most ten thousand parameters; SQLite takes three times as many."""


@dataclass
class Lineage:
    """Row ids by station; the start is not among them."""

    ids: Ids = field(default_factory=dict)

    def all_ids(self) -> frozenset[str]:
        """Every id, whatever its station."""
        return frozenset().union(*self.ids.values()) if self.ids else frozenset()

    def of(self, station: Station) -> set[str]:
        """The ids of one station."""
        return self.ids.get(station, set())


def upstream(session: Session, station: Station, row_id: str) -> Lineage:
    """Where a thing came from: lots, vials thawed, cultures, tissues, donors, and the materials used on the way."""
    return upstream_of(session, {station: {row_id}})


def upstream_of(session: Session, starts: Ids) -> Lineage:
    """Where these things came from; none of them is named among it."""
    found = _walk(session, starts, _UP)
    _add_materials(session, found.ids, {*Lineage(starts).all_ids(), *found.all_ids()})
    return found


def _add_materials(session: Session, found: Ids, steps: Collection[str]) -> None:
    """What these steps used. Nothing lies upstream of a material: one question does for a whole way."""
    for part in _parts(steps):
        if used := used_in(session, part):
            found.setdefault(Station.MATERIAL, set()).update(used)


def downstream(session: Session, station: Station, row_id: str) -> Lineage:
    """What became of a thing."""
    return downstream_of(session, {station: {row_id}})


def downstream_of(session: Session, starts: Ids) -> Lineage:
    """What became of these things; none of them is named among it."""
    return _walk(session, starts, _DOWN)


def next_to(session: Session, station: Station, row_id: str, *, up: bool) -> Ids:
    """What a thing was made from (`up`), or what was made from it: one step, by station."""
    found = _one_step(session, {station: {row_id}}, _UP if up else _DOWN)
    if up:
        _add_materials(session, found, [row_id])
    return {at: ids - {row_id} if at is station else ids for at, ids in found.items()}


def lots_downstream(session: Session, starts: Mapping[Station, Collection[str]]) -> set[str]:
    """The ids of every lot among these things or downstream of them, without passing through each vial."""
    found: Ids = {station: set(ids) for station, ids in starts.items()}
    frontier: Ids = {station: set(ids) for station, ids in starts.items()}
    while frontier:
        reached = _one_step(session, frontier, _TO_LOTS)
        frontier = {to: fresh for to, ids in reached.items() if (fresh := ids - found.get(to, set()))}
        for to, ids in frontier.items():
            found.setdefault(to, set()).update(ids)
    return found.get(Station.LOT, set())


def _walk(session: Session, starts: Ids, steps: dict[Station, tuple["Step", ...]]) -> Lineage:
    found: Ids = {}
    frontier = starts
    while frontier:
        frontier = _fresh(_one_step(session, frontier, steps), found, starts)
    return Lineage(found)


def _one_step(session: Session, frontier: Ids, steps: dict[Station, tuple["Step", ...]]) -> Ids:
    reached: Ids = {}
    for at, ids in frontier.items():
        for step in steps.get(at, ()):
            for part in _parts(ids):
                for to, ids_there in step(session, part).items():
                    reached.setdefault(to, set()).update(ids_there)
    return reached


def _fresh(reached: Ids, found: Ids, starts: Ids) -> Ids:
    """What was not found before, now remembered; what the walk started from is never found again."""
    frontier: Ids = {}
    for to, ids in reached.items():
        fresh = ids - found.get(to, set()) - starts.get(to, set())
        if fresh:
            frontier[to] = fresh
            found.setdefault(to, set()).update(fresh)
    return frontier


def _parts(ids: Collection[str]) -> Iterator[list[str]]:
    listed = sorted(ids)
    for start in range(0, len(listed), _IN_A_QUERY):
        yield listed[start : start + _IN_A_QUERY]


Step = Callable[[Session, Collection[str]], Ids]


def _donors_of_tissues(session: Session, ids: Collection[str]) -> Ids:
    return {Station.DONOR: set(session.exec(select(Tissue.donor_id).where(col(Tissue.id).in_(ids))))}


def _sources_of_cultures(session: Session, ids: Collection[str]) -> Ids:
    found: Ids = {}
    for source in culture.sources_of(session, ids):
        for station, row_id in (
            (Station.TISSUE, source.tissue_id),
            (Station.CULTURE, source.parent_id),
            (Station.VIAL, source.vial_id),
        ):
            if row_id is not None:
                found.setdefault(station, set()).add(row_id)
    return found


def _cultures_of_lots(session: Session, ids: Collection[str]) -> Ids:
    made = set(session.exec(select(Lot.culture_id).where(col(Lot.id).in_(ids))))
    return {Station.CULTURE: _with_companions(session, made)}


def _with_companions(session: Session, ids: Collection[str]) -> set[str]:
    """Cultures harvested together became one suspension: each is upstream of what was made from it."""
    return set(ids) | culture.companions_of(session, ids)


def _sources_and_their_companions(session: Session, ids: Collection[str]) -> Ids:
    found = _sources_of_cultures(session, ids)
    parents = found.get(Station.CULTURE, set())
    if parents:
        found[Station.CULTURE] = _with_companions(session, parents)
    return found


def _lots_of_vials(session: Session, ids: Collection[str]) -> Ids:
    return {Station.LOT: set(session.exec(select(Vial.lot_id).where(col(Vial.id).in_(ids))))}


def _tissues_of_donors(session: Session, ids: Collection[str]) -> Ids:
    return {Station.TISSUE: set(session.exec(select(Tissue.id).where(col(Tissue.donor_id).in_(ids))))}


def _cultures_of_tissues(session: Session, ids: Collection[str]) -> Ids:
    return {Station.CULTURE: {e.culture_id for e in culture.started_from_tissues(session, ids)}}


def _cultures_of_vials(session: Session, ids: Collection[str]) -> Ids:
    return {Station.CULTURE: {e.culture_id for e in culture.started_from_vials(session, ids)}}


def _made_from_cultures(session: Session, ids: Collection[str]) -> Ids:
    together = _with_companions(session, ids)
    children = {e.culture_id for e in culture.started_from_cultures(session, together)}
    return {
        Station.CULTURE: children,
        Station.LOT: {lot.id for lot in culture.lots_from(session, together)},
    }


def _vials_of_lots(session: Session, ids: Collection[str]) -> Ids:
    return {Station.VIAL: set(session.exec(select(Vial.id).where(col(Vial.lot_id).in_(ids))))}


def _cultures_of_lots_thawed(session: Session, ids: Collection[str]) -> Ids:
    thawed = select(CultureSource.culture_id).join(Vial, col(Vial.id) == col(CultureSource.vial_id))
    return {Station.CULTURE: set(session.exec(thawed.where(col(Vial.lot_id).in_(ids))))}


def _used_materials(session: Session, ids: Collection[str]) -> Ids:
    found: Ids = {}
    for material_id in ids:
        for use in uses_of(session, material_id):
            found.setdefault(Station(use.subject_table), set()).add(use.subject_id)
    return found


def _vials_of_doses(session: Session, ids: Collection[str]) -> Ids:
    links = select(DoseVial.vial_id).where(col(DoseVial.dose_id).in_(ids), col(DoseVial.left_at).is_(None))
    return {Station.VIAL: set(session.exec(links))}


def _doses_of_subjects(session: Session, ids: Collection[str]) -> Ids:
    return {Station.DOSE: set(session.exec(select(Dose.id).where(col(Dose.subject_id).in_(ids))))}


def _doses_of_vials(session: Session, ids: Collection[str]) -> Ids:
    return {Station.DOSE: doses_of_vials(session, ids)}


def _subjects_of_doses(session: Session, ids: Collection[str]) -> Ids:
    return {Station.SUBJECT: set(session.exec(select(Dose.subject_id).where(col(Dose.id).in_(ids))))}


@dataclass(frozen=True)
class Steps:
    """The ways from a station: to what its things were made from, to what was made of them, and down to lots only."""

    up: tuple[Step, ...] = ()
    down: tuple[Step, ...] = ()
    to_lots: tuple[Step, ...] = ()


STEPS: Mapping[Station, Steps] = {
    Station.DONOR: Steps((), (_tissues_of_donors,), (_tissues_of_donors,)),
    Station.TISSUE: Steps((_donors_of_tissues,), (_cultures_of_tissues,), (_cultures_of_tissues,)),
    Station.MATERIAL: Steps((), (_used_materials,), (_used_materials,)),
    Station.CULTURE: Steps((_sources_and_their_companions,), (_made_from_cultures,), (_made_from_cultures,)),
    Station.LOT: Steps((_cultures_of_lots,), (_vials_of_lots,), (_cultures_of_lots_thawed,)),
    Station.VIAL: Steps((_lots_of_vials,), (_cultures_of_vials, _doses_of_vials), (_cultures_of_vials,)),
    Station.DOSE: Steps((_vials_of_doses,), (_subjects_of_doses,)),
    Station.SUBJECT: Steps((_doses_of_subjects,)),
}
"""Each link of the chain. Towards lots, a lot leads straight to the cultures that its vials were thawed into."""
_UP, _DOWN, _TO_LOTS = ({at: getattr(one, way) for at, one in STEPS.items()} for way in ("up", "down", "to_lots"))


def labels(session: Session, lineage: Lineage) -> dict[Station, list[str]]:
    """What people call the things of a lineage, by station in the order of the flow; one question about all of them."""
    asked = [
        sa.select(sa.literal(station.value), table.c[kind.code_column]).where(table.c.id.in_(part))
        for station, kind, table in ((station, ROWS[station], table_of(ROWS[station])) for station in CHAIN)
        for part in _parts(lineage.of(station))
    ]
    found: dict[Station, list[str]] = {}
    for some in (asked[start : start + _IN_A_UNION] for start in range(0, len(asked), _IN_A_UNION)):
        for station, label in session.execute(sa.union_all(*some)):
            found.setdefault(Station(station), []).append(label)
    return {station: sorted(found[station]) for station in CHAIN if station in found}


def rows(session: Session, lineage: Lineage) -> list[tuple[Station, Record]]:
    """The rows of a lineage in the order of the flow, each station by code."""
    found: list[tuple[Station, Record]] = []
    for station in CHAIN:
        kind = ROWS[station]
        of_station: list[Record] = []
        for part in _parts(lineage.of(station)):
            of_station.extend(session.exec(select(kind).where(col(kind.id).in_(part))))
        found.extend((station, row) for row in sorted(of_station, key=lambda row: row.label))
    return found
