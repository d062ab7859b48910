"""Allocation: first expired first, then the fewest boxes; short stock says what is missing and by when."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import combinations

from hypothesis import given, strategies as st

from cellbank.domain.allocation import Allocation, Candidate, allocate, fewest_boxes
from cellbank.domain.dose import PlannedVisit, planned_visits
from tests.domain.builders import shipped

VISITS = planned_visits(shipped().dose, date(2026, 3, 2))
LAST_DAY = VISITS[-1].last_on
SOON, LATER = LAST_DAY, LAST_DAY + timedelta(days=90)


def vials(lot: str, until: date = SOON, **boxes: int) -> list[Candidate]:
    """So many vials of a lot in each box, numbered through."""
    places = [box for box, many in boxes.items() for _ in range(many)]
    return [Candidate(f"{lot}-{n}", lot, until, box, n) for n, box in enumerate(places, start=1)]


def course(
    needed: int | Mapping[str, int],
    *pools: list[Candidate],
    visits: tuple[PlannedVisit, ...] = VISITS,
    one_lot_per_dose: bool = True,
    one_lot_per_course: bool = False,
) -> Allocation:
    candidates = [one for pool in pools for one in pool]
    return allocate(
        "S-1",
        visits,
        {"": needed} | {one.lot: needed for one in candidates} if isinstance(needed, int) else needed,
        candidates,
        one_lot_per_dose=one_lot_per_dose,
        one_lot_per_course=one_lot_per_course,
    )


def lots_of(found: Allocation) -> dict[int, str]:
    """The lots of each visit, a letter each."""
    return {number: "".join(sorted({code[0] for code in chosen})) for number, chosen in found.chosen.items()}


def missing(found: Allocation) -> list[tuple[object, ...]]:
    """Visit, available, missing, by when."""
    keys = ("visit", "available", "missing", "by")
    assert {finding.code for finding in found.findings} <= {"dose.stock.short"}
    return [tuple(finding.params[key] for key in keys) for finding in found.findings]


def test_the_lot_that_expires_first_serves_the_whole_course() -> None:
    found = course(2, vials("B", LATER, x=9), vials("A", SOON, y=9))
    assert lots_of(found) == {1: "A", 2: "A", 3: "A"}
    assert not found.findings


def test_a_lot_that_does_not_keep_through_the_last_day_of_the_course_serves_nothing() -> None:
    short = vials("A", LAST_DAY - timedelta(days=1), x=9)
    assert lots_of(course(2, short, vials("B", LATER, y=6))) == {1: "B", 2: "B", 3: "B"}
    assert [line[1] for line in missing(course(2, short))] == [0, 0, 0]


def test_one_lot_for_the_course_is_preferred_to_the_one_that_expires_first() -> None:
    assert lots_of(course(2, vials("A", SOON, x=5), vials("B", LATER, y=6))) == {1: "B", 2: "B", 3: "B"}


def test_without_a_lot_for_the_course_each_visit_takes_the_first_lot_to_expire_that_has_enough() -> None:
    found = course(2, vials("B", LATER, y=5), vials("A", SOON, x=3))
    assert lots_of(found) == {1: "A", 2: "B", 3: "B"}
    assert not found.findings


def test_one_lot_for_the_course_is_required_when_the_trial_file_says_so() -> None:
    found = course(2, vials("A", SOON, x=3), vials("B", LATER, y=5), one_lot_per_course=True)
    assert lots_of(found) == {1: "B", 2: "B"}
    assert missing(found) == [(3, 1, 1, VISITS[2].first_on)]


def test_lots_are_mixed_in_a_dose_only_when_the_trial_file_allows_it() -> None:
    pools = vials("A", SOON, x=3), vials("B", LATER, y=3)
    assert [line[:3] for line in missing(course(2, *pools))] == [(3, 1, 1)]
    mixed = course(2, *pools, one_lot_per_dose=False)
    assert (lots_of(mixed), mixed.findings) == ({1: "A", 2: "AB", 3: "B"}, ())


def test_a_mixed_dose_takes_first_what_expires_first_whatever_box_is_handier() -> None:
    found = course(3, vials("A", SOON, x=1, y=1), vials("B", LATER, z=6), visits=VISITS[2:], one_lot_per_dose=False)
    assert lots_of(found) == {3: "B"}, "one lot serves the whole course"
    found = course(3, vials("A", SOON, x=1, y=1), vials("B", LATER, z=8), one_lot_per_dose=False)
    assert Counter(code[0] for code in found.chosen[1]) == {"A": 2, "B": 1}


def test_each_lot_gives_as_many_vials_as_a_dose_of_its_own_needs() -> None:
    needed = {"A": 2, "B": 5}
    found = course(needed, vials("A", SOON, x=6), vials("B", LATER, y=1))
    assert [len(chosen) for chosen in found.chosen.values()] == [2, 2, 2]
    found = course(needed, vials("A", SOON, x=2), vials("B", LATER, y=10))
    assert (lots_of(found), [len(chosen) for chosen in found.chosen.values()]) == ({1: "A", 2: "B", 3: "B"}, [2, 5, 5])
    mixed = course(needed, vials("A", SOON, x=1), vials("B", LATER, y=4), visits=VISITS[:1], one_lot_per_dose=False)
    assert [len(chosen) for chosen in mixed.chosen.values()] == [5]
    short = course(needed, vials("A", SOON, x=5), vials("B", LATER, y=2))
    assert missing(short) == [(3, 1, 1, VISITS[2].first_on)]


def test_exact_multiples_leave_nothing() -> None:
    found = course(3, vials("A", SOON, x=4, y=5))
    assert not found.findings
    assert len({code for chosen in found.chosen.values() for code in chosen}) == 9


def test_one_vial_too_few_says_for_which_visit_how_many_and_by_when() -> None:
    found = course(3, vials("A", SOON, x=8))
    assert missing(found) == [(3, 2, 1, VISITS[2].first_on)]
    [finding] = found.findings
    assert (finding.subject, finding.params["needed"], finding.params["keeping_until"]) == ("S-1", 3, LAST_DAY)


def test_what_is_left_over_is_counted_for_one_visit_only() -> None:
    """Eleven are missing of fifteen: three for the first visit short, then all that each later one needs."""
    assert [line[:3] for line in missing(course(5, vials("A", SOON, x=4)))] == [(1, 4, 1), (2, 0, 5), (3, 0, 5)]


def test_the_smallest_box_that_has_them_all_is_opened() -> None:
    pool = vials("A", SOON, x=9, y=3, z=4)
    assert {one.box for one in fewest_boxes(pool, 3)} == {"y"}
    assert {one.box for one in fewest_boxes(pool, 4)} == {"z"}
    assert Counter(one.box for one in fewest_boxes(pool, 11)) == {"x": 9, "y": 2}


BOXES = st.dictionaries(st.sampled_from("pqrstu"), st.integers(1, 6), min_size=1, max_size=5)
STOCK = st.dictionaries(
    st.sampled_from("ABCD"), st.tuples(st.integers(-2, 3).map(lambda n: LAST_DAY + timedelta(days=n)), BOXES)
)


def stock_of(said: Mapping[str, tuple[date, Mapping[str, int]]]) -> list[Candidate]:
    return [one for lot, (until, boxes) in said.items() for one in vials(lot, until, **boxes)]


@given(STOCK, st.integers(1, 6), st.booleans(), st.booleans())
def test_no_vial_twice_none_that_does_not_keep_and_never_fewer_than_needed(
    said: Mapping[str, tuple[date, Mapping[str, int]]], needed: int, per_dose: bool, per_course: bool
) -> None:
    stock = {one.code: one for one in stock_of(said)}
    found = course(needed, list(stock.values()), one_lot_per_dose=per_dose, one_lot_per_course=per_course)
    taken = [code for chosen in found.chosen.values() for code in chosen]
    assert len(taken) == len(set(taken))
    assert all(stock[code].expires_on >= LAST_DAY for code in taken)
    assert {len(chosen) for chosen in found.chosen.values()} <= {needed}
    short = {finding.params["visit"] for finding in found.findings}
    assert short | set(found.chosen) == {1, 2, 3}
    assert not short & set(found.chosen)
    if per_dose:
        assert all(len(lots) == 1 for lots in lots_of(found).values())
    if per_course:
        assert len({code[0] for code in taken}) <= 1


@given(STOCK, st.integers(1, 4))
def test_a_course_is_short_only_when_the_stock_cannot_serve_it(
    said: Mapping[str, tuple[date, Mapping[str, int]]], needed: int
) -> None:
    keeping = Counter(one.lot for one in stock_of(said) if one.expires_on >= LAST_DAY)
    doses = sum(many // needed for many in keeping.values())
    assert len(course(needed, stock_of(said)).chosen) == min(doses, 3)
    mixed = course(needed, stock_of(said), one_lot_per_dose=False)
    assert len(mixed.chosen) == min(sum(keeping.values()) // needed, 3)
    assert sum(int(str(f.params["missing"])) for f in mixed.findings) == max(0, 3 * needed - sum(keeping.values()))


@given(BOXES, st.integers(1, 30))
def test_never_more_boxes_than_needed(boxes: Mapping[str, int], needed: int) -> None:
    pool = vials("A", SOON, **boxes)
    if needed > len(pool):
        return
    opened = {one.box for one in fewest_boxes(pool, needed)}
    fewer = combinations(boxes.values(), len(opened) - 1)
    assert all(sum(some) < needed for some in fewer)


@given(STOCK, st.integers(1, 4))
def test_no_lot_that_could_serve_the_whole_course_and_expires_first_is_passed_over(
    said: Mapping[str, tuple[date, Mapping[str, int]]], needed: int
) -> None:
    able = [
        (until, lot) for lot, (until, boxes) in said.items() if until >= LAST_DAY and sum(boxes.values()) >= 3 * needed
    ]
    found = course(needed, stock_of(said))
    if able:
        assert set(lots_of(found).values()) == {min(able)[1]}
