"""The trial as one story: ten subjects, three visits each, two lots; withdrawals, a hold in the middle, an expiry."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from cellbank.domain.visit import DoseStatus
from cellbank.services import dose, hold
from cellbank.views import dose as dose_view, trace, visit as visit_view
from tests import clinic, journey
from tests.clinic import Scene, against
from tests.documents import treated
from tests.journey import Stages

SUBJECTS = [f"37-{n:03}" for n in range(1, 11)]
EVERY = timedelta(days=22)
"""A subject is enrolled every so many days."""
LEAVES_AFTER = {SUBJECTS[1]: 1, SUBJECTS[6]: 2}
"""Who withdraws, after which visit."""
HELD_AT, WASTED_AT = (SUBJECTS[4], 2), (SUBJECTS[9], 3)


@pytest.fixture
def trial(stages: Stages, backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    """Two released lots, nobody enrolled."""
    with clinic.at_station(stages, "two-lots", backend, tmp_path, request) as scene:
        yield scene


class Story:
    """What happens, day after day."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.begins = clinic.today(scene)

    def told(self) -> None:
        """Everything in the order of its day."""
        enrolments = [(self.begins + n * EVERY, code, 0) for n, code in enumerate(SUBJECTS)]
        days: list[tuple[date, str, int]] = list(enrolments)
        while days:
            day, code, number = days.pop(0)
            clinic.go_to(self.scene, day)
            if number:
                self.visit(code, number)
            else:
                clinic.a_course(self.scene, code)
                days += [(one.planned_on, code, one.number) for one in self.scene.read(visit_view.visits, code)]
                days.sort()

    def visit(self, code: str, number: int) -> None:
        """One visit, or what came in its way."""
        if number > LEAVES_AFTER.get(code, 3):
            assert clinic.the_visit(self.scene, code, number).reserved == ()
            return
        treated.confirmed(self.scene, code, number)
        if (code, number) == HELD_AT:
            self.under_a_hold(code, number)
        elif (code, number) == WASTED_AT:
            self.wasted_and_replaced(code, number)
        else:
            clinic.injected(self.scene, code, number)
        if number == LEAVES_AFTER.get(code):
            clinic.withdraw(self.scene, code)

    def under_a_hold(self, code: str, number: int) -> None:
        """The lot is held on the day of a visit, and the hold lifted three days later."""
        held = self.scene.act("technician", hold.put_hold, self.scene["lot"], "A reader reports a strange vial").code
        assert against(clinic.pull, self.scene, code, number=number) == ["lot.held"]
        self.scene.clock.forward(days=3)
        journey.lift(self.scene, held)
        clinic.injected(self.scene, code, number)

    def wasted_and_replaced(self, code: str, number: int) -> None:
        """The puncture fails; the first lot has expired by now, so the second serves again."""
        clinic.dispensed(self.scene, code, number)
        self.scene.act("pharmacist", dose.waste, code, number, "Puncture failed")
        expired, good = (clinic.spare(self.scene, lot)[:1] for lot in ("lot", "second"))
        assert against(clinic.pull, self.scene, code, expired, number, replacing=True) == ["lot.expired"]
        clinic.pull(self.scene, code, good, number, replacing=True)
        treated.prepared(self.scene, code, number)
        treated.dispensed(self.scene, code, number)
        treated.administered(self.scene, code, number)


def assert_told(scene: Scene) -> None:
    """Every dose given is accounted for, and traces to the donor; what was not given is in stock."""
    account = clinic.assert_balanced(scene)
    assert (account.doses.prepared, account.doses.administered, account.doses.wasted) == (28, 27, 1)
    assert (account.vials.received, account.vials.used_for_doses, account.vials.in_stock) == (46, 28, 18)
    doses = scene.read(dose_view.doses)
    given = [one for one in doses if one.status is DoseStatus.ADMINISTERED]
    assert {(one.subject, one.visit) for one in given} == {
        (code, number) for code in SUBJECTS for number in (1, 2, 3) if number <= LEAVES_AFTER.get(code, 3)
    }
    assert {one.lot for one in given if one.subject == SUBJECTS[0]} == {scene["lot"]}
    assert {one.lot for one in given if one.subject == SUBJECTS[9]} == {scene["second"]}
    for one in doses:
        upstream = {node.code for node in scene.read(trace.trace, one.code).upstream}
        assert {scene["donor"], scene["tissue"], scene["P0"], scene["master"], one.lot, *one.vials} <= upstream
    traced = scene.read(trace.trace, scene["donor"])
    assert {one.code for one in doses} | set(SUBJECTS) <= {node.code for node in traced.downstream}
    assert [one.reserved for one in scene.read(visit_view.visits)] == [()] * 30
    assert (scene.open_deviations(), scene.open_holds()) == ([], [])
    assert [one.findings for one in clinic.refusals(scene)] == [("lot.held",), ("lot.expired",)]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_ten_subjects_are_treated_and_every_vial_is_accounted_for(trial: Scene) -> None:
    Story(trial).told()
    assert_told(trial)


@pytest.mark.evidence
@pytest.mark.postgresql
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_ten_subjects_are_treated_and_every_vial_is_accounted_for_on_postgresql(trial: Scene) -> None:
    Story(trial).told()
    assert_told(trial)
