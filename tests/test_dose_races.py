"""Many people pull, reserve and hold at the same moment: no vial issued twice, none lost, nobody locked out.

Twenty processes on one SQLite file, sixteen clients of one PostgreSQL server; the control takes its lock late.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from cellbank.services import visit
from cellbank.store.dose import doses_under_way
from cellbank.views import audit, dose, visit as visit_view
from tests import clinic
from tests.clinic import Scene, opened
from tests.documents import treated
from tests.dose_workers import DONE, FAILED, REFUSED, Job, try_at_once
from tests.journey import WAY, Kept, Stages, Waypoint
from tests.workers import Worker, at_work, context

HOW_MANY = {"sqlite": 20, "postgresql": 16}
SUBJECTS = [f"36-{n:03}" for n in range(20)]


def crowd(scene: Scene) -> Scene:
    """Twenty subjects whose first visit is confirmed today; nothing is reserved."""
    for code in SUBJECTS:
        clinic.enrol(scene, code)
        scene.act("pharmacist", visit.plan_visits, code, clinic.today(scene))
        treated.confirmed(scene, code)
    return scene


WAY["crowd"] = Waypoint("stocked", crowd, clinic.CLINICAL)


@pytest.fixture
def kept(stages: Stages, backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Kept]:
    """A bank with twenty subjects due today and twenty vials, closed."""
    with stages.copied("crowd", backend, tmp_path, request) as found:
        yield found


def at_once(kept: Kept, jobs_of_each: Sequence[Sequence[Job]], *, locking: bool = True) -> list[list[str]]:
    """What each of these processes told, all having started at the same moment."""
    start = context().Barrier(len(jobs_of_each))
    with ExitStack() as stack:
        given = (kept.place, kept.now + timedelta(minutes=5))
        workers: list[Worker] = [
            stack.enter_context(at_work(try_at_once, *given, jobs, start, locking)) for jobs in jobs_of_each
        ]
        return [[said for _, said in worker.everything()] for worker in workers]


def pulling(vials: Sequence[str], many: int, tries: int) -> list[list[Job]]:
    """Each its own subject, all the same few vials, each beginning with another of them."""
    rounds = [[vials[(n + turn) % len(vials)] for turn in range(tries)] for n in range(many)]
    return [[("pull", (code, 1, vial)) for vial in some] for code, some in zip(SUBJECTS, rounds, strict=False)]


def spare_of(kept: Kept) -> list[str]:
    with opened(kept.place, kept, clinic.CLINICAL) as scene:
        return clinic.spare(scene)


def assert_no_vial_twice(kept: Kept, pulled: int, vials: Sequence[str]) -> None:
    """Each vial in at most one dose, the others in their places, both ledgers balanced, the record intact."""
    with opened(kept.place, kept, clinic.CLINICAL) as scene:
        doses = scene.read(dose.doses)
        issued = Counter(vial for one in doses for vial in one.vials)
        assert (len(doses), sum(issued.values())) == (pulled, pulled)
        assert set(issued.values()) == {1}
        assert {clinic.status_of(scene, vial) for vial in issued} == {"pulled"}
        assert {clinic.status_of(scene, vial) for vial in vials if vial not in issued} <= {"stored"}
        assert clinic.assert_balanced(scene).vials.in_stock == 23


def test_a_vial_that_many_pull_at_once_goes_to_one_of_them(kept: Kept, backend: str) -> None:
    vials = spare_of(kept)[:8]
    said = at_once(kept, pulling(vials, HOW_MANY[backend], 3))
    outcomes = Counter(one.split()[0] for each in said for one in each)
    assert not outcomes[FAILED], said
    assert outcomes[DONE] == len(vials), said
    assert all("dose.vial.status" in one for each in said for one in each if one.startswith(REFUSED))
    assert_no_vial_twice(kept, len(vials), vials)


def test_courses_reserved_at_once_share_the_stock_without_a_vial_twice(kept: Kept) -> None:
    said = at_once(kept, [[("reserve", (code,))] for code in SUBJECTS[:10]])
    outcomes = Counter(one.split()[0] for each in said for one in each)
    assert (outcomes[DONE], outcomes[FAILED]) == (6, 0), said
    assert {each[0] for each in said} == {DONE, f"{REFUSED} dose.stock.short"}
    with opened(kept.place, kept, clinic.CLINICAL) as scene:
        reserved = Counter(vial for one in scene.read(visit_view.visits) for vial in one.reserved)
        assert (len(reserved), set(reserved.values()), len(clinic.spare(scene))) == (18, {1}, 2)
        clinic.assert_balanced(scene)


def test_without_the_writers_lock_first_a_vial_is_issued_twice_or_somebody_is_locked_out(kept: Kept) -> None:
    """The control: were the property blind, it would not see this one either."""
    vials = spare_of(kept)[:1]
    said = at_once(kept, pulling(vials, 4, 1), locking=False)
    wrong = [each for each in said if each[0].startswith(FAILED)]
    done = [each for each in said if each[0] == DONE]
    assert wrong or len(done) > 1, said


def test_a_hold_that_races_pulls_comes_before_or_after_each_of_them(kept: Kept) -> None:
    with opened(kept.place, kept, clinic.CLINICAL) as scene:
        vials, lot = clinic.spare(scene), scene["lot"]
    pulls: list[list[Job]] = [[("pull", (code, 1, vial))] for code, vial in zip(SUBJECTS[:8], vials, strict=False)]
    said = at_once(kept, [*pulls[:4], [("hold", (lot,))], *pulls[4:]])
    assert said[4] == [DONE]
    assert {one for each in said for one in each} <= {DONE, f"{REFUSED} lot.held"}, said
    with opened(kept.place, kept, clinic.CLINICAL) as scene:
        order = [a["action"] for one in scene.read(audit.entries) for a in one.actions][::-1]
        held = order.index("hold.put")
        assert "dose.pulled" not in order[held:], order
        assert "act.refused" not in order[:held], order
        found = scene.read(lambda reading: len(doses_under_way(reading.session)))
        assert found == sum(each == [DONE] for each in said) - 1
        clinic.assert_balanced(scene)
