"""Allocation: which vials a course takes. First expired first out, then the fewest boxes opened (domain.md §7)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cellbank.domain.dose import PlannedVisit
from cellbank.errors import Finding


@dataclass(frozen=True)
class Candidate:
    """A vial that nothing speaks against, and where it stands; `box` is empty when it has no position."""

    code: str
    lot: str
    expires_on: date
    box: str
    number: int


@dataclass(frozen=True)
class Allocation:
    """The vials chosen for each visit, by its number, and what is missing."""

    chosen: dict[int, tuple[str, ...]]
    findings: tuple[Finding, ...]


def allocate(
    subject: str,
    visits: Sequence[PlannedVisit],
    needed: Mapping[str, int],
    candidates: Iterable[Candidate],
    *,
    one_lot_per_dose: bool,
    one_lot_per_course: bool,
) -> Allocation:
    """Choose vials for each visit: as many as a dose of their lot needs, by its number. In a dose of several lots the
    weakest decides. Every vial must keep through the last visit plus its window.

    One lot for the whole course is preferred, and asked when the trial file says so; the lot that expires first
    of those that do. Short stock says, visit by visit, how many are missing and by when.

    >>> visit = PlannedVisit(1, date(2031, 3, 10), date(2031, 3, 3), date(2031, 3, 24))
    >>> pool = [Candidate(f"V-{n}", "L-1", date(2031, 4, 30), "A", n) for n in (1, 2, 3)]
    >>> allocate("S-1", [visit], {"L-1": 2}, pool, one_lot_per_dose=True, one_lot_per_course=False).chosen
    {1: ('V-1', 'V-2')}
    >>> short = allocate("S-1", [visit], {"L-1": 5}, pool, one_lot_per_dose=True, one_lot_per_course=False)
    >>> [(found.code, found.params["missing"]) for found in short.findings]
    [('dose.stock.short', 2)]
    """
    last_day = max(visit.last_on for visit in visits)
    keeping = [one for one in candidates if one.expires_on >= last_day]
    pools = _by_lot(keeping)
    whole = [pool for pool in pools if len(pool) >= needed[pool[0].lot] * len(visits)]
    if whole:
        return Allocation(_serve(visits, needed, [whole[0]], mixed=False)[0], ())
    if one_lot_per_course:
        pools = sorted(pools, key=lambda pool: len(pool) // needed[pool[0].lot], reverse=True)[:1]
    chosen, short = _serve(visits, needed, pools, mixed=not one_lot_per_dose)
    return Allocation(
        chosen,
        tuple(
            Finding(
                "dose.stock.short",
                subject,
                {
                    "visit": visit.number,
                    "needed": asked,
                    "available": available,
                    "missing": asked - available,
                    "by": visit.first_on,
                    "keeping_until": last_day,
                },
            )
            for visit, asked, available in short
        ),
    )


def _by_lot(candidates: Iterable[Candidate]) -> list[list[Candidate]]:
    lots: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        lots.setdefault(candidate.lot, []).append(candidate)
    return sorted(lots.values(), key=lambda pool: (pool[0].expires_on, pool[0].lot))


def _serve(
    visits: Sequence[PlannedVisit], needed: Mapping[str, int], pools: Sequence[Sequence[Candidate]], *, mixed: bool
) -> tuple[dict[int, tuple[str, ...]], list[tuple[PlannedVisit, int, int]]]:
    """Visit after visit from the first lot that has enough; from several lots only when they may be mixed.

    The visits that are short, with the vials needed and available there. What is left over of the lot that lacks
    least counts as available for the first visit that is short, and for no later one.
    """
    left = [[one for pool in pools for one in pool]] if mixed else [list(pool) for pool in pools]
    chosen: dict[int, tuple[str, ...]] = {}
    short: list[tuple[PlannedVisit, int, int]] = []
    for visit in visits:
        pool = next((pool for pool in left if pool and len(pool) >= _asked(needed, pool)), None)
        if pool is None:
            rest: list[Candidate] = min(left, key=lambda pool: _asked(needed, pool) - len(pool), default=[])
            short.append((visit, _asked(needed, rest), len(rest)))
            rest.clear()
            continue
        taken = _first_expired(pool, _asked(needed, pool))
        chosen[visit.number] = tuple(one.code for one in taken)
        for one in taken:
            pool.remove(one)
    return chosen, short


def _asked(needed: Mapping[str, int], pool: Sequence[Candidate]) -> int:
    """How many vials of a pool one dose needs: as its weakest lot asks; of an empty one, as any lot would."""
    return max(needed[lot] for lot in {one.lot for one in pool} or needed)


def _first_expired(pool: Sequence[Candidate], needed: int) -> list[Candidate]:
    """So many vials, lot after lot as they expire, out of the fewest boxes of each."""
    taken: list[Candidate] = []
    for lot in _by_lot(pool):
        taken.extend(fewest_boxes(lot, min(len(lot), needed - len(taken))))
    return taken


def fewest_boxes(pool: Sequence[Candidate], needed: int) -> list[Candidate]:
    """So many vials out of as few boxes as can be: the smallest box that has them all, else the fullest boxes first.

    >>> pool = [Candidate(f"V-{n}", "L-1", date(2031, 4, 30), box, n) for n, box in enumerate("AABBB", start=1)]
    >>> [one.code for one in fewest_boxes(pool, 2)], [one.code for one in fewest_boxes(pool, 3)]
    (['V-1', 'V-2'], ['V-3', 'V-4', 'V-5'])
    """
    boxes: dict[str, list[Candidate]] = {}
    for candidate in sorted(pool, key=lambda one: (one.expires_on, one.lot, one.number)):
        boxes.setdefault(candidate.box, []).append(candidate)
    taken: list[Candidate] = []
    while len(taken) < needed:
        missing = needed - len(taken)
        enough = [name for name, vials in boxes.items() if len(vials) >= missing]
        name = (
            min(enough, key=lambda box: (len(boxes[box]), box))
            if enough
            else max(boxes, key=lambda box: (len(boxes[box]), box))
        )
        taken.extend(boxes.pop(name)[:missing])
    return taken
