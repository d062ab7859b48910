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
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
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
from cellbank.views import trace
from tests import journey
from tests.banks import ON_SQLITE
from tests.evidence import published
from tests.journey import CROWD, ROLL, Kept, Scene, Stages, opened

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

BENCH = ("technician", "technician", "reviewer", "bench-and-qp")
REVIEWERS = ("reviewer", "deputy-reviewer", "bench-and-qp")
QA = ("qa", "qa", "qa-and-qp")
ANYONE = tuple(sorted(ROLES))
SIGNERS = ("qp", "qp", "qa-and-qp", "bench-and-qp", "technician")
NUMBERS = st.integers(0, 59)
STRIKES = ("donor", "material", "bank")
ENDS = ("test", "broken", "missing", "destroyed")


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
        if self.withdrawn:
            yield "donor"
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

    @rule(what=st.deferred(lambda: st.sampled_from(OFTEN)), n=NUMBERS, who=NUMBERS, yes=st.booleans())
    def someone(self, what: str, n: int, who: int, yes: bool) -> None:
        """Somebody does something. One rule with its own weights, so that every run does a bit of everything."""
        DEEDS[what](self, n, who, yes)

    # --- Facts ------------------------------------------------------------------------------------------------

    def record(self, index: int, test: str, passes: bool, by: str) -> None:
        """A result; one that fails must open a deviation on the lot."""
        number = self.number(index)
        day, value = self.scene.today, VALUES[test][0 if passes else 1]
        args = (testing.record_result, number, test, value, day, None, None, None)
        outcome = self.tried(self.scene.act, by, *args)
        assert outcome is not None
        lot = self.model.lots[number]
        lot.results[outcome.codes("result.recorded")[0]] = ResultModel(test, passes, by)
        lot.version += 1
        assert len(outcome.codes("deviation.opened")) == (0 if passes else 1)

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

    def scan(self, index: int) -> None:
        """All labels of a lot scanned back."""
        labels = self.model.lots[self.number(index)].labels
        for code, label in list(labels.items()):
            if label == "printed":
                assert self.tried(self.scene.act, "technician", vial.verify_vials, [code]) is not None
                labels[code] = "applied"

    def make_a_lot(self) -> None:
        """Another product lot from a vial of the master bank, whatever stands against that; three at most."""
        if len(self.model.lots) == 3:
            return
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

    def wait(self, hours: int) -> None:
        """Time passes."""
        self.scene.clock.forward(hours=hours)

    # --- Quality ----------------------------------------------------------------------------------------------

    def put_hold(self, index: int, by: str, on_lot: bool) -> None:
        """A hold on anything."""
        subjects = sorted({code for lot in self.model.lots.values() for code in lot.scope})
        code = self.number(index) if on_lot else subjects[index % len(subjects)]
        assert self.tried(self.scene.act, by, hold.put_hold, code, "A doubt") is not None

    def lift(self, index: int, by: str) -> None:
        """Somebody lifts a hold; only QA may."""
        if not self.model.holds:
            return
        code = sorted(self.model.holds)[index % len(self.model.holds)]
        done = self.tried(journey.lift, self.scene, code, by=by)
        assert (done is not None) == ("qa" in ROLES[by])

    def deviate(self, index: int) -> None:
        """An unplanned event on a lot."""
        done = self.tried(self.scene.act, "technician", hold.report_deviation, self.number(index), "Power cut")
        assert done is not None

    def close(self, index: int, by: str) -> None:
        """Somebody closes a deviation; only QA may."""
        if not self.model.deviations:
            return
        code = sorted(self.model.deviations)[index % len(self.model.deviations)]
        done = self.tried(journey.close, self.scene, code, by=by)
        assert (done is not None) == ("qa" in ROLES[by])

    def make_ready(self, index: int) -> None:
        """Everything is ended, done again and signed that can be, so that lots get released at all."""
        number = self.number(index)
        place = sorted(self.model.lots).index(number)
        if self.model.lots[number].disposition is not Disposition.QUARANTINED:
            return
        self._make_results_conform(number, place)
        if "none" in self.model.lots[number].labels.values():
            self.print_labels(place, again=True)
        self.scan(place)
        for code in sorted(self.model.deviations):
            assert self.tried(journey.close, self.scene, code) is not None
        for code in sorted(self.model.holds):
            assert self.tried(journey.lift, self.scene, code) is not None
        self.attest(place, "qa")

    def _make_results_conform(self, number: str, place: int) -> None:
        lot = self.model.lots[number]
        for code, result in lot.results.items():
            if not result.passes and not result.invalidated:
                assert self.tried(journey.invalidate, self.scene, code) is not None
                result.invalidated = True
        lot.version += 1
        for test in [one for one in VALUES if all(r.test != one or r.invalidated for r in lot.results.values())]:
            self.record(place, test, True, "technician")
        for code, result in lot.results.items():
            if result.reviewed_by is None and not result.invalidated:
                result.reviewed_by = "deputy-reviewer"
                assert self.tried(journey.review, self.scene, code, "deputy-reviewer") is not None
        lot.version += 1

    def strike(self, what: str, by: str) -> None:
        """The donor withdraws, a material is blocked, or the bank is recalled: what came of it must be held."""
        scene, model = self.scene, self.model
        if len(model.lots) < 3:
            return
        if what == "bank":
            done = self.tried(journey.recall, scene, scene["master"], by=by)
            may = "qp" in ROLES[by] and model.master is Disposition.RELEASED
            model.master = Disposition.RECALLED if may else model.master
        elif what == "material":
            done = self.tried(journey.block, scene, scene["Medium MEM-alpha"])
            may, model.blocked = not model.blocked, True
        else:
            args = (donor.withdraw_consent, scene["donor"], scene.today, "By letter")
            done = self.tried(scene.act, "technician", *args)
            may, model.withdrawn = not model.withdrawn, True
        assert (done is not None) == may
        assert done is None or len(done.codes("hold.put")) == 1 + len(done.codes("deviation.opened"))
        assert done is None or (what == "material") == bool(done.codes("deviation.opened"))

    # --- Decisions --------------------------------------------------------------------------------------------

    def attest(self, index: int, by: str) -> None:
        """QA signs the dossier."""
        number = self.number(index)
        lot = self.model.lots[number]
        done = self.tried(journey.attest, self.scene, number, by=by)
        if done is not None and lot.disposition is Disposition.QUARANTINED:
            lot.attested[by] = lot.version

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

    def decide(self, index: int, by: str, recall: bool) -> None:
        """Somebody rejects or recalls a lot."""
        if len(self.model.lots) == 1:
            return
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
            counts = self.scene.read(trace.trace, number).reconciliation
            assert counts.balanced
            assert counts.by_status.get(VialStatus.FILLED, 0) == len(lot.labels)
            assert counts.filled == lot.filled
            held = {str(f.params["hold"]) for f in self.scene.check(number).findings if f.code == "lot.held"}
            assert held == {code for code, subject in self.model.holds.items() if subject in lot.scope}


DEEDS: Mapping[str, Callable[[Machine, int, int, bool], None]] = {
    "record": lambda m, n, who, yes: m.record(n, sorted(VALUES)[n % 3], yes, BENCH[who % len(BENCH)]),
    "review": lambda m, n, who, yes: m.review(n, REVIEWERS[who % len(REVIEWERS)]),
    "invalidate": lambda m, n, who, yes: m.invalidate(n, QA[who % len(QA)]),
    "lose": lambda m, n, who, yes: m.lose_a_vial(n, ENDS[who % len(ENDS)]),
    "print": lambda m, n, who, yes: m.print_labels(n, yes),
    "scan": lambda m, n, who, yes: m.scan(n),
    "make": lambda m, n, who, yes: m.make_a_lot(),
    "wait": lambda m, n, who, yes: m.wait(1 + n % 12),
    "hold": lambda m, n, who, yes: m.put_hold(n, ANYONE[who % len(ANYONE)], yes),
    "lift": lambda m, n, who, yes: m.lift(n, ANYONE[who % len(ANYONE)]),
    "deviate": lambda m, n, who, yes: m.deviate(n),
    "close": lambda m, n, who, yes: m.close(n, ANYONE[who % len(ANYONE)]),
    "strike": lambda m, n, who, yes: m.strike(STRIKES[n % 3], SIGNERS[who % len(SIGNERS)]),
    "make ready": lambda m, n, who, yes: m.make_ready(n),
    "attest": lambda m, n, who, yes: m.attest(n, QA[who % len(QA)]),
    "release": lambda m, n, who, yes: m.release(n, SIGNERS[who % len(SIGNERS)]),
    "decide": lambda m, n, who, yes: m.decide(n, SIGNERS[who % len(SIGNERS)], yes),
}
OFTEN = [*DEEDS, "record", "review", "scan", "hold", "hold", "make ready", "make ready", *["release"] * 6]


LONG = settings(
    max_examples=int(os.environ.get("CELLBANK_TEST_STATE_EXAMPLES") or published(300)),
    stateful_step_count=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)
SHORT = settings(LONG, max_examples=12, stateful_step_count=25, phases=[Phase.generate])
"""A failure is shown as it was found: shrinking it would take longer than all the other tests together."""
HALF = settings(SHORT, max_examples=6)
"""On the slower database: what it has of its own is the SQL, and the long runs are on both."""
CONTROL = settings(SHORT, max_examples=100)


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
    how, releases = (SHORT, 5) if backend == "sqlite" else (HALF, 2)
    tally = run(machine(stages, backend, tmp_path, request), how)
    assert tally["release"] >= releases, tally
    assert tally["release refused"] >= 2 * releases, tally


@pytest.mark.evidence
def test_nothing_is_released_unless_its_gate_held_in_many_more_runs(
    stages: Stages, backend: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    tally = run(machine(stages, backend, tmp_path, request), LONG)
    assert tally["release"] >= published(100), tally


Script = Callable[[Machine], None]


def forgetting(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    """The gate without one of its requirements, or without the two that see the same thing."""
    names = missing.split(" and ")
    left = tuple(asked for asked in GATE[Step.RELEASE] if asked.__name__ not in names)
    assert len(left) == len(GATE[Step.RELEASE]) - len(names)
    monkeypatch.setattr(gate, "GATE", {**GATE, Step.RELEASE: left})


def struck_and_lifted(what: str) -> Script:
    """The donor withdraws or the bank is recalled, and QA lifts the hold of it."""

    def script(m: Machine) -> None:
        for _ in range(2):
            m.make_a_lot()
        m.strike(what, "qp")
        m.lift(0, "qa")

    return script


def a_new_result(m: Machine) -> None:
    """A result that QA has not attested."""
    m.record(0, "potency", True, "technician")
    m.review(0, "reviewer")


SCRIPTS: Mapping[str, Script] = {
    "nothing_holds_it": lambda m: m.put_hold(0, "qa", True),
    "no_open_deviation": lambda m: (m.deviate(0), m.attest(0, "qa"))[0],
    "every_required_test_passed": lambda m: (m.invalidate(0, "qa"), m.attest(0, "qa"))[0],
    "batch_record_is_attested and signatures_before_are_given": a_new_result,
    "labels_reconcile": lambda m: m.print_labels(0, again=True),
    "donor_is_eligible": struck_and_lifted("donor"),
    "parent_bank_is_released": struck_and_lifted("bank"),
}
"""For some requirements, what they alone stand against; the two together where each refuses the same."""


@ON_SQLITE
@pytest.mark.parametrize("missing", sorted(SCRIPTS))
def test_a_requirement_that_the_gate_forgets_is_noticed_at_the_release(
    missing: str,
    stages: Stages,
    backend: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for forgets in (False, True):
        if forgets:
            forgetting(monkeypatch, missing)
        once = machine(stages, backend, tmp_path, request)()
        once.furnished()
        SCRIPTS[missing](once)
        if forgets:
            with pytest.raises(AssertionError, match="against it: "):
                once.release(0, "qp")
            once.stack.close()
        else:
            once.release(0, "qp")
            once.teardown()


@ON_SQLITE
def test_the_machine_finds_a_forgotten_requirement_by_itself(
    stages: Stages,
    backend: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forgetting(monkeypatch, "nothing_holds_it")
    with pytest.raises(AssertionError, match="against it: "):
        run(machine(stages, backend, tmp_path, request), CONTROL)
