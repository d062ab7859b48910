"""Random people reserve, pull, thaw, prepare, dispense, give, waste, hold, lift, withdraw, while time passes.

The model beside the bank knows by itself what speaks against a pull or a dispensing, and foretells each: it never
asks the gate. The controls take one requirement out of the gate, and the machine must notice.
"""

import os
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cellbank.bank import Outcome
from cellbank.commands.dose import Preparation
from cellbank.domain import dose_gate
from cellbank.domain.dose_gate import GATE
from cellbank.domain.gate import Step
from cellbank.errors import CellbankError
from cellbank.services import dose, hold, put_back, reservation
from cellbank.services.visit import cancel_visit
from cellbank.views import dose as dose_view, visit as visit_view
from tests import clinic, journey
from tests.banks import ZONE
from tests.clinic import ANNA, BRUNO, Scene, opened
from tests.documents import treated
from tests.dose_model import DISPENSED, PREPARED, PULLED, THAWED, Attempt, Model, counted
from tests.evidence import FORM, published
from tests.journey import Kept, Stages

WHO = st.sampled_from([ANNA, BRUNO])
NUMBER = st.sampled_from([1, 1, 1, 2, 3])


class Machine(RuleBasedStateMachine):
    """Two subjects on the morning of their first visits."""

    copied: ClassVar[Callable[[ExitStack], Kept]]
    tally: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        kept = type(self).copied(self.stack)
        self.scene: Scene = self.stack.enter_context(opened(kept.place, kept, clinic.CLINICAL))
        visits = self.scene.read(visit_view.visits)
        windows = {(one.subject, one.number): (one.first_on, one.last_on) for one in visits}
        reserved = {vial: (one.subject, one.number) for one in visits for vial in one.reserved}
        self.model = Model(windows, reserved, {(code, 1): self.today for code in (ANNA, BRUNO)})
        self.vials = journey.vials_of(self.scene, self.scene["lot"], journey.StockClass.DISPENSABLE)

    @property
    def today(self) -> date:
        return self.scene.clock.now.astimezone(ZoneInfo(ZONE)).date()

    def tried(self, by: str, deed: Any, *args: Any, **named: Any) -> Outcome | None:
        """An act that may be refused; anything but a refusal of ours is a mistake."""
        name = deed.__name__
        try:
            outcome = self.scene.act(by, deed, *args, **named)
        except CellbankError as refusal:
            if refusal.exit_code not in (2, 3, 4, 5):
                raise
            type(self).tally[f"{name} refused"] += 1
            return None
        type(self).tally[name] += 1
        return outcome

    def attempt(self, code: str, *statuses: str) -> tuple[int, Attempt] | None:
        """An attempt of a subject in one of these statuses."""
        found = ((n, one) for (who, n), one in self.model.under_way.items() if who == code and one.status in statuses)
        return next(found, None)

    @initialize(held=st.sampled_from([None, None, "lot", ANNA]))
    def begun(self, held: str | None) -> None:
        """Some days begin under a hold."""
        if held is not None:
            self.put_hold(held)

    @rule(code=WHO, steps=st.integers(1, 5))
    def go_on(self, code: str, steps: int) -> None:
        """The usual way: what comes next, whatever that is, one step after another."""
        for _ in range(steps):
            found = self.attempt(code, PULLED, THAWED, PREPARED, DISPENSED)
            if found is None:
                due = (n for n in (1, 2, 3) if (code, n) not in self.model.injected)
                if not self.pulled(code, next(due, 1)):
                    return
            else:
                onwards = {PULLED: self.thawed, THAWED: self.prepared, PREPARED: self.dispensed, DISPENSED: self.given}
                onwards[found[1].status](code)

    # --- The visit ----------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.model.reserved) < 4)
    @rule(code=WHO)
    def reserve(self, code: str) -> None:
        done = self.tried("pharmacist", reservation.reserve_course, code)
        if done is not None:
            assert code not in self.model.withdrawn
            assert not {self.scene["lot"], code} & set(self.model.holds.values())
            for number, chosen in done.actions[0].params["vials"].items():  # type: ignore[attr-defined]
                assert (code, int(number)) not in self.model.cancelled
                for vial in chosen:
                    assert vial not in self.model.reserved.keys() | self.model.gone | self.model.late
                    self.model.reserved[vial] = (code, int(number))

    @rule(code=WHO, number=NUMBER, which=st.sampled_from(["another's", "its own", "any"]), replacing=st.booleans())
    def pull(self, code: str, number: int, which: str, replacing: bool) -> None:
        self.pulled(code, number, which, replacing=replacing)

    def pulled(self, code: str, number: int, which: str = "its own", *, replacing: bool = False) -> bool:
        """One vial: the one set aside for the visit or one set aside for another, when there is one; else any."""
        model, visit = self.model, (code, number)
        some = [v for v, whose in model.reserved.items() if which != "any" and (whose == visit) == (which == "its own")]
        spare = [vial for vial in self.vials if vial not in model.reserved.keys() | model.gone]
        vial = [*some, *spare, *self.vials][0]
        why = [
            *model.against(code, number, self.today, self.scene["lot"]),
            *model.against_vial(vial, visit, replacing=replacing),
            *(["under way"] if visit in model.under_way else []),
        ]
        args = (dose.pull, code, number, [vial])
        done = self.tried("pharmacist", *args, replacing=replacing, witness="technician")
        assert (done is not None) == (not why), f"pull of {vial} for {visit}; against it: {why}"
        if done is not None:
            model.under_way[visit] = Attempt([vial])
            model.gone.add(vial)
            model.reserved.pop(vial, None)
        return done is not None

    def thawed(self, code: str) -> None:
        if (found := self.attempt(code, PULLED)) is not None:
            self.scene.clock.forward(minutes=4)
            now = self.scene.clock.now
            assert self.tried("pharmacist", dose.thaw, code, found[0], now - timedelta(minutes=2), now) is not None
            found[1].status, found[1].until = THAWED, now + timedelta(minutes=60)

    @precondition(lambda self: any(one.status == THAWED for one in self.model.under_way.values()))
    @rule(code=WHO)
    def prepare_too_few(self, code: str) -> None:
        self.prepared(code, 5_000_000)

    def prepared(self, code: str, cells: int = 10_000_000) -> None:
        if (found := self.attempt(code, THAWED)) is not None:
            made = Preparation("washed", cells, Decimal("88.4"), Decimal("2.4"), "5 mL")
            assert self.tried("pharmacist", dose.prepare, code, found[0], made, witness="technician") is not None
            found[1].status, found[1].enough = PREPARED, cells > 6_000_000

    def dispensed(self, code: str) -> None:
        if (found := self.attempt(code, PREPARED)) is not None:
            number, attempt = found
            why = list(self.model.against(code, number, self.today, self.scene["lot"]))
            why += [] if attempt.enough else ["cells"]
            why += [] if attempt.until is not None and self.scene.clock.now <= attempt.until else ["clock"]
            done = self.tried("pharmacist", dose.dispense, code, number, witness="technician")
            assert (done is not None) == (not why), f"dispensing to {code}; against it: {why}"
            if done is not None:
                attempt.status = DISPENSED

    def given(self, code: str) -> None:
        """An injection is a fact: nothing but a question about the hold stands in its way."""
        if (found := self.attempt(code, DISPENSED)) is not None:
            args = (dose.administer, code, found[0], Decimal("2.4"), "Dr X", True)
            assert self.tried("pharmacist", *args) is not None
            self.model.injected[code, found[0]] = self.today
            del self.model.under_way[code, found[0]]
            freed = [vial for vial, whose in self.model.reserved.items() if whose == (code, found[0])]
            for vial in freed:
                del self.model.reserved[vial]

    @precondition(lambda self: self.model.under_way)
    @rule(code=WHO)
    def waste(self, code: str) -> None:
        if (found := self.attempt(code, PULLED, THAWED, PREPARED, DISPENSED)) is not None:
            assert self.tried("pharmacist", dose.waste, code, found[0], "Dropped") is not None
            del self.model.under_way[code, found[0]]

    @precondition(lambda self: self.model.under_way)
    @rule(code=WHO)
    def put_back(self, code: str) -> None:
        if (found := self.attempt(code, PULLED)) is not None:
            done = self.tried("pharmacist", put_back.put_back, code, found[0], "Not today")
            assert done is not None
            [vial] = found[1].vials
            del self.model.under_way[code, found[0]]
            self.model.gone.remove(vial)
            if done.codes("deviation.opened"):
                self.model.late.add(vial)
            if vial in clinic.the_visit(self.scene, code, found[0]).reserved:
                assert code not in self.model.withdrawn
                self.model.reserved[vial] = (code, found[0])

    # --- What comes in its way ----------------------------------------------------------------------------------

    @rule(what=st.sampled_from(["lot", ANNA, BRUNO]))
    def put_hold(self, what: str) -> None:
        subject = self.scene.codes.get(what, what)
        done = self.tried("technician", hold.put_hold, subject, "A doubt")
        assert done is not None
        self.model.holds[done.code] = subject

    @precondition(lambda self: self.model.holds)
    @rule()
    def lift_all(self) -> None:
        for code in sorted(self.model.holds):
            journey.lift(self.scene, code)
        self.model.holds.clear()

    @precondition(lambda self: self.model.injected or len(self.model.gone) > 2)
    @rule(code=WHO)
    def withdraw(self, code: str) -> None:
        if code not in self.model.withdrawn:
            clinic.withdraw(self.scene, code)
            self.model.withdrawn.add(code)
            self.model.reserved = {vial: whose for vial, whose in self.model.reserved.items() if whose[0] != code}

    @precondition(lambda self: self.model.injected or len(self.model.gone) > 2)
    @rule(code=WHO, number=NUMBER)
    def cancel(self, code: str, number: int) -> None:
        visit, model = (code, number), self.model
        why = [name for name in ("injected", "under_way", "cancelled") if visit in getattr(model, name)]
        done = self.tried("pharmacist", cancel_visit, code, number, "The subject did not come")
        assert (done is not None) == (not why), f"cancelling {visit}; against it: {why}"
        if done is not None:
            model.cancelled.add(visit)
            model.reserved = {vial: whose for vial, whose in model.reserved.items() if whose != visit}

    @rule(minutes=st.sampled_from([1, 3, 20, 61]))
    def wait(self, minutes: int) -> None:
        self.scene.clock.forward(minutes=minutes)

    @rule(code=WHO, number=st.sampled_from([2, 3]))
    def come_to_a_visit(self, code: str, number: int) -> None:
        """On to the day of a later visit, which is confirmed."""
        day = self.model.windows[code, number][0] + timedelta(days=7)
        if day >= self.today and code not in self.model.withdrawn and (code, number) not in self.model.cancelled:
            clinic.go_to(self.scene, day)
            treated.confirmed(self.scene, code, number)
            self.model.answered[code, number] = self.today

    # --- What holds always --------------------------------------------------------------------------------------

    @invariant()
    def no_vial_is_in_two_places_doses_or_reservations(self) -> None:
        known = {visit: one.status for visit, one in self.model.under_way.items()}
        with self.scene.bank.read() as reading:
            dosed, reserved, given = counted(reading)
            doses = dose_view.doses(reading, only_under_way=True)
        assert {(one.subject, one.visit): str(one.status) for one in doses} == known
        assert (dosed, reserved) == (len(self.model.gone), len(self.model.reserved))
        assert given == len(self.model.injected)

    def teardown(self) -> None:
        """The record replays to the tables."""
        try:
            verified = self.scene.bank.verify()
            assert verified.intact, verified.findings
        finally:
            self.stack.close()


SHORT = settings(
    max_examples=12, stateful_step_count=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
LONG = settings(
    SHORT, max_examples=int(os.environ.get("CELLBANK_TEST_STATE_EXAMPLES") or published(200)), stateful_step_count=50
)
CONTROL = settings(SHORT, max_examples=40, phases=[Phase.generate], report_multiple_bugs=False)


def run(how: settings, stages: Stages, backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Counter[str]:
    """The machine over copies of the clinic; how often what was done and refused."""

    def copied(stack: ExitStack) -> Kept:
        return stack.enter_context(stages.copied("treating", backend, tmp_path, request))

    kind = type("OverCopies", (Machine,), {"copied": staticmethod(copied), "tally": Counter()})
    run_state_machine_as_test(kind, settings=how)
    return kind.tally


def test_nothing_is_dispensed_unless_its_gate_held(
    stages: Stages, backend: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    how = SHORT if backend == "sqlite" else settings(SHORT, max_examples=3, stateful_step_count=15)
    tally = run(how, stages, backend, tmp_path, request)
    if backend == "sqlite":
        said = ("pull", "pull refused", "dispense", "administer")
        assert min(tally[name] for name in said) >= 1, tally


@pytest.mark.evidence
def test_nothing_is_dispensed_unless_its_gate_held_in_many_more_runs(
    stages: Stages, backend: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """So few runs as the short form has come to pulls, and by chance to no dispensing."""
    tally = run(LONG, stages, backend, tmp_path, request)
    said = ("pull", "pull refused") if FORM == "short" else ("pull", "pull refused", "dispense", "dispense refused")
    assert min(tally[name] for name in said) >= published(20), tally


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("missing", ["nothing_holds_it", "vials_are_for_patients"])
def test_the_machine_notices_when_the_pull_forgets_a_requirement(
    missing: str,
    stages: Stages,
    backend: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left = tuple(asked for asked in GATE[Step.PULL] if asked.__name__ != missing)
    assert len(left) == len(GATE[Step.PULL]) - 1
    monkeypatch.setattr(dose_gate, "GATE", {**GATE, Step.PULL: left})
    with pytest.raises(AssertionError, match="against it: "):
        run(CONTROL, stages, backend, tmp_path, request)
