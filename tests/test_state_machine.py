"""Random people record, review, hold, deviate, lift, attest and release; nothing is released unless its gate held.

The model beside the bank knows the rules by itself, in a few sets, and foretells every release and every refusal:
it never asks the gate. The controls take one requirement out of the gate, and the machine must notice.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cellbank.bank import Outcome
from cellbank.domain import gate
from cellbank.domain.gate import GATE, Step
from cellbank.domain.lot import MOVES, Disposition, Tier
from cellbank.domain.vial import StockClass, VialStatus
from cellbank.errors import CellbankError, NotAllowed, NotFound, Refused, WrongInput
from cellbank.services import donor, hold, testing, vial
from cellbank.store import lot as store_lot
from cellbank.views import trace as trace_view
from tests import journey
from tests.journey import CROWD, ROLL, Kept, Scene, Stages, opened, stages

__all__ = ["stages"]

ROLES: Mapping[str, frozenset[str]] = {
    **{name: frozenset({name}) for name in ("technician", "reviewer", "qa", "qp", "pharmacist")},
    **{name: frozenset(role.value for role in roles) for name, roles in CROWD.items()},
}
VALUES: Mapping[str, tuple[str, str]] = {
    "viability": ("90", "79"),
    "sterility": ("no growth", "growth"),
    "potency": ("20", "19.9"),
}
"""A passing and a failing value for each required test."""

BENCH = st.sampled_from(["technician", "reviewer", "bench-and-qp"])
REVIEWERS = st.sampled_from(["reviewer", "deputy-reviewer", "bench-and-qp"])
QA = st.sampled_from(["qa", "qa-and-qp"])
ANYONE = st.sampled_from(sorted(ROLES))
SIGNERS = st.sampled_from(["qp", "qp", "qa-and-qp", "bench-and-qp", "qa", "technician"])
INDEX = st.integers(0, 50)


@dataclass
class ResultModel:
    """What is known of one result."""

    test: str
    passes: bool
    recorded_by: str
    reviewed_by: str | None = None
    invalidated: bool = False


@dataclass
class LotModel:
    """What is known of one product lot."""

    scope: set[str]
    """Codes of the lot and everything upstream."""
    disposition: Disposition = Disposition.QUARANTINED
    results: dict[str, ResultModel] = field(default_factory=dict)
    version: int = 0
    """Goes up with everything that the dossier holds."""
    attested: dict[str, int] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    """Of every vial in stock: `none`, `printed`, `applied`."""
    filled: int = 0


@dataclass
class BankModel:
    """The rules, as a few sets."""

    lots: dict[str, LotModel]
    holds: dict[str, str] = field(default_factory=dict)
    """Open holds that no deviation put: code and subject."""
    deviations: dict[str, str] = field(default_factory=dict)
    """Open deviations: code and subject."""
    withdrawn: bool = False
    blocked: bool = False
    master: Disposition = Disposition.RELEASED

    def against(self, lot: LotModel) -> list[str]:
        """Every reason not to release a lot."""
        return [
            *self._of_others(lot),
            *self._of_results(lot),
            *(["attestation"] if lot.version not in lot.attested.values() else []),
            *(["labels"] if any(label != "applied" for label in lot.labels.values()) else []),
        ]

    def _of_others(self, lot: LotModel) -> Iterator[str]:
        if lot.disposition is not Disposition.QUARANTINED:
            yield "disposition"
        if self.master is not Disposition.RELEASED:
            yield "parent"
        if self.withdrawn or self.blocked:
            yield "donor or material"
        yield from (code for code, subject in {**self.holds, **self.deviations}.items() if subject in lot.scope)

    def _of_results(self, lot: LotModel) -> Iterator[str]:
        standing = [result for result in lot.results.values() if not result.invalidated]
        for test in VALUES:
            of_test = [result for result in standing if result.test == test]
            if not of_test or not all(result.passes and result.reviewed_by for result in of_test):
                yield test

    def expected(self, lot: LotModel, signer: str) -> type[CellbankError] | None:
        """What a release by this person must come to: None is a release."""
        if "qp" not in ROLES[signer]:
            return NotAllowed
        workers = {"technician"}.union(
            *({result.recorded_by, result.reviewed_by or ""} for result in lot.results.values())
        )
        if signer in workers:
            return NotAllowed
        if self.against(lot):
            return Refused
        return NotAllowed if lot.attested.get(signer) == lot.version else None

    def touch(self, subject: str) -> None:
        """Something that every dossier with this subject holds has changed."""
        for lot in self.lots.values():
            if subject in lot.scope:
                lot.version += 1

    def take_in(self, outcome: Outcome) -> None:
        """Deviations and holds that an act opened or ended."""
        for action in outcome.actions:
            if action.action == "deviation.opened":
                self.deviations[action.code] = str(action.params["subject"])
                self.touch(str(action.params["subject"]))
            elif action.action == "deviation.closed":
                self.touch(self.deviations.pop(action.code))
            elif action.action == "hold.put" and action.params["kind"] != "deviation":
                self.holds[action.code] = str(action.params["subject"])
            elif action.action == "hold.lifted":
                self.holds.pop(action.code, None)


class Machine(RuleBasedStateMachine):
    """People at work in a bank with a released master bank and one product lot ready for its release."""

    copied: ClassVar[Callable[[ExitStack], Kept]]
    tally: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        kept = type(self).copied(self.stack)
        self.scene: Scene = self.stack.enter_context(opened(kept.place, kept))
        self.seen: dict[str, Disposition] = {}
        self.model = BankModel({})

    @initialize()
    def furnished(self) -> None:
        """The lot as it comes: tested, reviewed, verified, attested."""
        scene = self.scene
        scope = {code for name, code in scene.codes.items() if name not in VALUES}
        lot = LotModel(scope)
        for test in VALUES:
            lot.results[scene[test]] = ResultModel(test, True, "technician", "reviewer")
        lot.labels = dict.fromkeys(journey.vials_of(scene, scene["lot"]), "applied")
        lot.filled = len(lot.labels)
        lot.attested["qa"] = 0
        self.retained = set(journey.vials_of(scene, scene["lot"], StockClass.RETAINED))
        self.model.lots[scene["lot"]] = lot

    def tried(self, deed: Callable[..., Outcome], *args: object, **named: object) -> Outcome | None:
        """An act that may be refused; anything but a refusal of ours is a mistake."""
        name = getattr(deed, "__name__", "act")
        try:
            outcome = deed(*args, **named)
        except (Refused, NotAllowed, NotFound, WrongInput):
            type(self).tally[f"{name} refused"] += 1
            return None
        type(self).tally[name] += 1
        self.model.take_in(outcome)
        return outcome

    def number(self, index: int) -> str:
        """One of the product lots."""
        return sorted(self.model.lots)[index % len(self.model.lots)]

    # --- Facts ------------------------------------------------------------------------------------------------

    @rule(index=INDEX, test=st.sampled_from(sorted(VALUES)), passes=st.booleans(), by=BENCH)
    def record(self, index: int, test: str, passes: bool, by: str) -> None:
        """A result; one that fails must open a deviation on the lot."""
        number = self.number(index)
        day, value = self.scene.clock.now.date(), VALUES[test][0 if passes else 1]
        args = (testing.record_result, number, test, value, day, None, None, None)
        outcome = self.tried(self.scene.act, by, *args)
        assert outcome is not None
        lot = self.model.lots[number]
        lot.results[outcome.codes("result.recorded")[0]] = ResultModel(test, passes, by)
        lot.version += 1
        assert len(outcome.codes("deviation.opened")) == (0 if passes else 1)

    @rule(index=INDEX, by=REVIEWERS)
    def review(self, index: int, by: str) -> None:
        """A review of some result, by someone who did not enter it."""
        everything = [(lot, code, r) for lot in self.model.lots.values() for code, r in lot.results.items()]
        waiting = [one for one in everything if one[2].reviewed_by is None] or everything
        lot, code, result = waiting[index % len(waiting)]
        done = self.tried(journey.review, self.scene, code, by)
        may = result.recorded_by != by and result.reviewed_by is None and not result.invalidated
        assert (done is not None) == may
        if may:
            result.reviewed_by = by
            lot.version += 1

    @rule(index=INDEX, by=QA)
    def invalidate(self, index: int, by: str) -> None:
        """QA invalidates some result; a released lot must be held."""
        everything = [(lot, code, r) for lot in self.model.lots.values() for code, r in lot.results.items()]
        failing = [one for one in everything if not one[2].passes and not one[2].invalidated] or everything
        lot, code, result = failing[index % len(failing)]
        done = self.tried(journey.invalidate, self.scene, code, by=by)
        assert (done is not None) == (not result.invalidated)
        if done is not None:
            result.invalidated = True
            lot.version += 1

    @rule(index=INDEX, how=st.sampled_from(["test", "broken", "missing", "destroyed"]))
    def lose_a_vial(self, index: int, how: str) -> None:
        """A vial leaves the stock; its label needs no scan any more."""
        lot = self.model.lots[self.number(index)]
        if not lot.labels:
            return
        code = sorted(lot.labels)[index % len(lot.labels)]
        if how == "test":
            done = self.tried(self.scene.act, "technician", vial.use_vial, code, "test", None)
        else:
            done = self.tried(self.scene.act, "technician", vial.discard_vials, [code], how, "It fell")
        assert done is not None
        del lot.labels[code]

    @rule(index=INDEX, again=st.booleans())
    def print_labels(self, index: int, again: bool) -> None:
        """Labels printed; what has one needs a reason, and is then to be scanned again."""
        number = self.number(index)
        labels = self.model.lots[number].labels
        job = journey.replace(ROLL, reprint_because="Smudged" if again else None)
        done = self.tried(self.scene.act, "technician", vial.print_vial_labels, number, job, len)
        known = any(label != "none" for label in labels.values())
        assert (done is not None) == (bool(labels) and (again or not known))
        if done is not None:
            labels.update(dict.fromkeys(labels, "printed"))

    @rule(index=INDEX)
    def scan(self, index: int) -> None:
        """All labels of a lot scanned back."""
        labels = self.model.lots[self.number(index)].labels
        for code, label in list(labels.items()):
            if label == "printed":
                assert self.tried(self.scene.act, "technician", vial.verify_vial, code) is not None
                labels[code] = "applied"

    @precondition(lambda self: len(self.model.lots) < 3)
    @rule()
    def make_a_lot(self) -> None:
        """Another product lot from a vial of the master bank, whatever stands against that."""
        scene = self.scene
        stock = journey.vials_of(scene, scene["master"], StockClass.DISPENSABLE)[len(self.model.lots) :]
        grown = scene.act("technician", journey.culture.thaw, stock[:1], scene.trial.thawed.plated())
        ready = self.model.lots[scene["lot"]]
        bank = ready.scope - {scene["lot"], scene["P2"], scene["thawed vial"]}
        scene.clock.forward(hours=30)
        number = journey.a_lot(scene, grown.code, Tier.PRODUCT, scene.trial.thawed.harvested)
        lot = self.model.lots[number] = LotModel({*bank, stock[0], grown.code, number})
        self.model.take_in(grown)
        lot.labels = dict.fromkeys(journey.vials_of(scene, number), "none")
        lot.filled = len(lot.labels)
        stands = self.model.master is not Disposition.RELEASED
        assert ("culture.thaw.unreleased" in {a.params.get("limit") for a in grown.actions}) == stands

    @rule(hours=st.integers(1, 12))
    def wait(self, hours: int) -> None:
        """Time passes."""
        self.scene.clock.forward(hours=hours)

    # --- Quality ----------------------------------------------------------------------------------------------

    @rule(index=INDEX, by=ANYONE)
    def put_hold(self, index: int, by: str) -> None:
        """A hold on anything."""
        subjects = sorted({code for lot in self.model.lots.values() for code in lot.scope})
        done = self.tried(self.scene.act, by, hold.put_hold, subjects[index % len(subjects)], "A doubt")
        assert done is not None

    @rule(index=INDEX)
    def hold_a_lot(self, index: int) -> None:
        """A hold on a lot itself."""
        assert self.tried(self.scene.act, "pharmacist", hold.put_hold, self.number(index), "A doubt") is not None

    @precondition(lambda self: self.model.holds)
    @rule(index=INDEX, by=ANYONE)
    def lift(self, index: int, by: str) -> None:
        """Somebody lifts a hold; only QA may."""
        code = sorted(self.model.holds)[index % len(self.model.holds)]
        done = self.tried(journey.lift, self.scene, code, by=by)
        assert (done is not None) == ("qa" in ROLES[by])

    @rule(index=INDEX)
    def deviate(self, index: int) -> None:
        """An unplanned event on a lot."""
        done = self.tried(self.scene.act, "technician", hold.report_deviation, self.number(index), "Power cut")
        assert done is not None

    @precondition(lambda self: self.model.deviations)
    @rule(index=INDEX, by=ANYONE)
    def close(self, index: int, by: str) -> None:
        """Somebody closes a deviation; only QA may."""
        code = sorted(self.model.deviations)[index % len(self.model.deviations)]
        done = self.tried(journey.close, self.scene, code, by=by)
        assert (done is not None) == ("qa" in ROLES[by])

    @precondition(lambda self: self.model.deviations or self.model.holds)
    @rule()
    def clear_up(self) -> None:
        """QA ends everything that is open, so that lots get released at all."""
        for code in sorted(self.model.deviations):
            assert self.tried(journey.close, self.scene, code) is not None
        for code in sorted(self.model.holds):
            assert self.tried(journey.lift, self.scene, code) is not None

    @precondition(lambda self: not self.model.withdrawn and len(self.model.lots) > 2)
    @rule()
    def withdraw(self) -> None:
        """The donor withdraws: everything is held."""
        args = (donor.withdraw_consent, self.scene["donor"], self.scene.clock.now.date(), "By letter")
        done = self.tried(self.scene.act, "technician", *args)
        assert done is not None
        assert len(done.codes("hold.put")) == 1
        self.model.withdrawn = True

    @precondition(lambda self: not self.model.blocked and len(self.model.lots) > 2)
    @rule()
    def block(self) -> None:
        """A material is blocked: everything it went into is held."""
        done = self.tried(journey.block, self.scene, self.scene["Medium MEM-alpha"])
        assert done is not None
        assert len(done.codes("hold.put")) == 1
        self.model.blocked = True

    @precondition(lambda self: self.model.master is Disposition.RELEASED and len(self.model.lots) > 1)
    @rule(by=SIGNERS)
    def recall_the_bank(self, by: str) -> None:
        """The master bank is recalled."""
        done = self.tried(journey.recall, self.scene, self.scene["master"], by=by)
        assert (done is not None) == ("qp" in ROLES[by])
        if done is not None:
            self.model.master = Disposition.RECALLED

    # --- Decisions --------------------------------------------------------------------------------------------

    @rule(index=INDEX, by=QA)
    def attest(self, index: int, by: str) -> None:
        """QA signs the dossier."""
        number = self.number(index)
        lot = self.model.lots[number]
        done = self.tried(journey.attest, self.scene, number, by=by)
        if done is not None and lot.disposition is Disposition.QUARANTINED:
            lot.attested[by] = lot.version

    @rule(index=INDEX, by=SIGNERS)
    def release(self, index: int, by: str) -> None:
        """Somebody signs a release: it must come to exactly what the model says."""
        number = self.number(index)
        lot = self.model.lots[number]
        if lot.disposition is Disposition.RELEASED:
            self.tried(journey.release, self.scene, number, by=by)
            return
        expected = self.model.expected(lot, by)
        reasons = self.model.against(lot)
        came: type[CellbankError] | None = None
        try:
            journey.release(self.scene, number, by=by)
        except CellbankError as refusal:
            came = type(refusal)
        type(self).tally["release" if came is None else "release refused"] += 1
        assert came is expected, f"{number} by {by}: {came} in place of {expected}; against it: {reasons}"
        if came is None:
            lot.disposition = Disposition.RELEASED

    @rule(index=INDEX, by=SIGNERS)
    def attest_and_release(self, index: int, by: str) -> None:
        """The usual way: QA, then at once the qualified person."""
        self.attest(index, "qa")
        self.release(index, by)

    @precondition(lambda self: len(self.model.lots) > 1)
    @rule(index=INDEX, by=SIGNERS, recall=st.booleans())
    def decide(self, index: int, by: str, recall: bool) -> None:
        """Somebody rejects or recalls a lot."""
        number = self.number(index)
        lot = self.model.lots[number]
        to = Disposition.RECALLED if recall else Disposition.REJECTED
        done = self.tried(journey.recall if recall else journey.reject, self.scene, number, by=by)
        assert (done is not None) == ("qp" in ROLES[by] and to in MOVES.get(lot.disposition, ()))
        if done is not None:
            lot.disposition = to

    # --- What holds always --------------------------------------------------------------------------------------

    @invariant()
    def dispositions_move_by_the_table_and_only_when_the_model_saw_it(self) -> None:
        """Nothing is released, rejected or recalled behind the rules."""
        now: dict[str, Disposition] = self.scene.read(
            lambda reading: {lot.number: lot.disposition for lot in store_lot.lots(reading.session)}
        )
        for number, disposition in now.items():
            before = self.seen.get(number, disposition)
            assert disposition is before or disposition in MOVES.get(before, ()), (number, before, disposition)
        known = {number: lot.disposition for number, lot in self.model.lots.items()}
        assert {number: now[number] for number in known} == known
        self.seen = now

    def teardown(self) -> None:
        """The record replays to the tables, its entries are gapless, and every lot's counts reconcile."""
        try:
            self.everything_reconciles()
        finally:
            self.stack.close()

    def everything_reconciles(self) -> None:
        """Replay, counts, holds."""
        verified = self.scene.bank.verify()
        assert verified.intact, verified.findings
        assert verified.entries == self.scene.bank.head()[0]
        for number, lot in self.model.lots.items():
            counts = self.scene.read(trace_view.trace, number).reconciliation
            assert counts.balanced
            assert counts.by_status.get(VialStatus.FILLED, 0) == len(lot.labels)
            assert counts.filled == lot.filled
            held = {str(f.params["hold"]) for f in self.scene.check(number).findings if f.code == "lot.held"}
            assert held == {code for code, subject in self.model.holds.items() if subject in lot.scope}


LONG = settings(
    max_examples=int(os.environ.get("CELLBANK_TEST_STATE_EXAMPLES", "300")),
    stateful_step_count=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
SHORT = settings(LONG, max_examples=20, stateful_step_count=25, phases=[Phase.generate])
"""A failure is shown as it was found: shrinking it would take longer than all the other tests together."""
CONTROL = settings(SHORT, max_examples=60)


def machine(stages: Stages, backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> type[Machine]:
    """The machine over copies of the crowded bank."""

    def copied(stack: ExitStack) -> Kept:
        return stack.enter_context(stages.copied("crowded", backend, tmp_path, request))

    return type("OverCopies", (Machine,), {"copied": staticmethod(copied), "tally": Counter()})


def run(kind: type[Machine], how: settings) -> Counter[str]:
    """Run the machine; how often what was done and refused."""
    run_state_machine_as_test(kind, settings=how)
    return kind.tally


def test_nothing_is_released_unless_its_gate_held(
    stages: Stages, backend: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    tally = run(machine(stages, backend, tmp_path, request), SHORT)
    assert tally["release"] >= 5, tally
    assert tally["release refused"] >= 20, tally


@pytest.mark.evidence
def test_nothing_is_released_unless_its_gate_held_in_many_more_runs(
    stages: Stages, backend: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    tally = run(machine(stages, backend, tmp_path, request), LONG)
    assert tally["release"] >= 100, tally


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "missing",
    ["nothing_holds_it", "no_open_deviation", "every_required_test_passed", "signatures_before_are_given"],
)
def test_the_machine_notices_when_the_gate_forgets_a_requirement(
    missing: str,
    stages: Stages,
    backend: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left = tuple(asked for asked in GATE[Step.RELEASE] if asked.__name__ != missing)
    assert len(left) == len(GATE[Step.RELEASE]) - 1
    monkeypatch.setattr(gate, "GATE", {**GATE, Step.RELEASE: left})
    kind = machine(stages, backend, tmp_path, request)
    with pytest.raises(AssertionError, match="against it: "):
        run(kind, CONTROL)


