"""Builders of the flow: a donor, cultures, banks and lots made through the real services, with sensible values.

A `Scene` is an open bank with everyone at work in it; a `Trial` is a trial file with values that break none of its
limits. `Stages` keeps furnished banks at stations of the way, of which every test gets a copy of its own.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cellbank.bank import Actor, Bank, Outcome
from cellbank.commands.culture import Harvesting
from cellbank.commands.lot import Filling
from cellbank.demo.made_up import (
    DONATION,
    DONOR,
    MARKERS,
    MASTER_RESULTS,
    P0,
    P1,
    PRODUCT_RESULTS,
    Growing,
    shipped_trial,
)
from cellbank.domain.donor import Determination, Sex
from cellbank.domain.lot import Tier
from cellbank.domain.person import Role
from cellbank.domain.signature import ToSign
from cellbank.domain.vial import StockClass
from cellbank.errors import CellbankError, Refused
from cellbank.passwords import cheap
from cellbank.services import culture, donor, hold, lot, material, protocol, testing, tissue, vial
from cellbank.services.acts import refusing
from cellbank.services.vial import VialPrint
from cellbank.views import hold as hold_view, vial as vial_view
from cellbank.views.lot import LotCheck, lot_check
from tests import banks, cluster
from tests.banks import PASSWORD, START, Ticking, credentials
from tests.domain.builders import second_text
from tests.once import OnceARun

ROLL = VialPrint("roll-33x13")

Reported = tuple[str, str | None]
"""A result as the laboratory says it: value and method."""


@dataclass(frozen=True)
class Trial:
    """A trial file, and a way through it that breaks no limit."""

    name: str
    text: str
    markers: tuple[str, ...]
    temperature: str
    materials: Mapping[str, str]
    p0: Growing
    p1: Growing
    thawed: Growing
    per_vial: tuple[int, int]
    banked: Mapping[StockClass, int]
    made: Mapping[StockClass, int]
    master_results: Mapping[str, Reported]
    product_results: Mapping[str, Reported]
    at_risk: Mapping[str, bool] = field(default_factory=dict)
    reviewer_signs: bool = False
    green_light: bool = False


def with_only(text: str, *tests: str) -> str:
    """A trial file whose specification has only these tests."""
    head, *blocks = text.split("[[specification.criteria]]")
    last, tail = blocks[-1].split("# -----", 1)
    kept = [one for one in (*blocks[:-1], last) if any(f'test = "{test}"' in one for test in tests)]
    return "[[specification.criteria]]".join([head, *kept]) + "# -----" + tail


def version(text: str, name: str) -> str:
    """The same trial file under another version."""
    return text.replace('version = "1"', f'version = "{name}"', 1)


def _reported(results: Mapping[str, str], *tests: str) -> dict[str, Reported]:
    return {test: (results[test], None) for test in tests or results}


SHIPPED = Trial(
    name="NCT06592703",
    text=shipped_trial(),
    markers=MARKERS,
    temperature="8.5",
    materials={"isolate": "Collagenase NB6", "seed": "Medium MEM-alpha", "fill": "Freezing medium CS10"},
    p0=P0,
    p1=P1,
    thawed=Growing(4_300_000, "1908", 90_000_000, "95.0"),
    per_vial=(5_000_000, 10_000_000),
    banked={StockClass.DISPENSABLE: 4, StockClass.RETAINED: 1},
    made={StockClass.DISPENSABLE: 3, StockClass.RETAINED: 1},
    master_results=_reported(MASTER_RESULTS),
    product_results=_reported(PRODUCT_RESULTS),
)
"""The trial file that is shipped."""

SMALL = replace(
    SHIPPED,
    name="small",
    text=with_only(SHIPPED.text, "viability", "sterility", "potency", "cfu-f"),
    master_results=_reported(MASTER_RESULTS, "viability", "sterility"),
    product_results=_reported(PRODUCT_RESULTS, "viability", "sterility", "potency"),
)
"""The same with three tests: what most tests are about needs no more."""

SECOND = Trial(
    name="TEST-2",
    text=second_text(),
    markers=("anti-hiv-1-2", "hbsag", "nat-hiv"),
    temperature="-3.5",
    materials={"isolate": "Enzyme A", "seed": "Medium B"},
    p0=Growing(1_000_000, "1000", 3_200_000, "95"),
    p1=Growing(1_000_000, "1000", 4_000_000, "95"),
    thawed=Growing(700_000, "700", 4_000_000, "95.5"),
    per_vial=(800_000, 500_000),
    banked={StockClass.DISPENSABLE: 4},
    made={StockClass.DISPENSABLE: 4, StockClass.RETAINED: 3},
    master_results={"viability": ("97.04", "NucleoCounter"), "sterility": ("no growth", None)},
    product_results={"viability": ("96.5", "nucleocounter"), "sterility": ("no growth", "Ph. Eur. 2.6.1")},
    at_risk={"t-cruzi": False},
    reviewer_signs=True,
    green_light=True,
)
"""The made-up trial file, that has another panel, other limits, other signatures."""


@dataclass
class Scene:
    """An open bank, its clock, everyone at work, and the codes of what was made in it."""

    bank: Bank
    clock: Ticking
    people: Mapping[str, Actor]
    trial: Trial = SMALL
    codes: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.codes[name]

    @property
    def today(self) -> date:
        """The day at the site, which before midnight in UTC is the next one there."""
        return self.clock.now.astimezone(self.bank.zone).date()

    def act(
        self,
        by: str,
        deed: Callable[..., object],
        *args: object,
        at: datetime | None = None,
        because: str | None = None,
        witness: str | None = None,
        act_id: str | None = None,
        password: str | None = None,
        to_sign: ToSign | str | None = None,
        **named: object,
    ) -> Outcome:
        """One act of a person."""
        return self.bank.perform(
            self.people[by],
            lambda work: deed(work, *args, **named),
            act_id=act_id,
            performed_at=at,
            reason=because,
            second=None if witness is None else credentials(witness),
            password=password,
            to_sign=to_sign,
        )

    def read(self, view: Callable[..., Any], *args: object) -> Any:
        """What a view says now."""
        with self.bank.read() as reading:
            return view(reading, *args)

    def to_sign(self, by: str, deed: Callable[..., object], *args: object) -> ToSign:
        """What a person is shown before signing."""
        return self.bank.to_sign(self.people[by], lambda work: deed(work, *args))

    def sign(self, by: str, deed: Callable[..., object], *args: object) -> Outcome:
        """One signed act: what it would sign is shown, and signed; a refusal is recorded."""
        try:
            shown = self.to_sign(by, deed, *args)
        except CellbankError as error:
            return self.act(by, refusing(error))
        return self.act(by, deed, *args, to_sign=shown, password=PASSWORD)

    def check(self, number: str) -> LotCheck:
        """What the gate says of a lot."""
        found: LotCheck = self.read(lot_check, number)
        return found

    def found(self, number: str) -> list[str]:
        """The codes of everything that stands against a lot, in order."""
        return sorted(finding.code for finding in self.check(number).findings)

    def open_holds(self) -> list[hold_view.HoldView]:
        """Every hold that stands."""
        return list(self.read(partial(hold_view.holds, only_open=True)))

    def open_deviations(self) -> list[hold_view.DeviationView]:
        """Every deviation that stands."""
        return list(self.read(partial(hold_view.deviations, only_open=True)))


# --- Signing: each is shown what the act would sign, and signs that -------------------------------------------------


def attest(scene: Scene, number: str, by: str = "qa") -> Outcome:
    """QA's signature under the dossier."""
    return scene.sign(by, lot.attest_lot, number)


def approve(scene: Scene, number: str, by: str = "reviewer") -> Outcome:
    """Another signature that the trial file asks."""
    return scene.sign(by, lot.approve_lot, number)


def release(scene: Scene, number: str, by: str = "qp") -> Outcome:
    """The qualified person's signature."""
    return scene.sign(by, lot.release_lot, number)


def reject(scene: Scene, number: str, because: str = "Not wanted", by: str = "qp") -> Outcome:
    """The qualified person's rejection."""
    return scene.sign(by, lot.reject_lot, number, because)


def recall(scene: Scene, number: str, because: str = "A complaint", by: str = "qp") -> Outcome:
    """The qualified person's recall."""
    return scene.sign(by, lot.recall_lot, number, because)


def extend(scene: Scene, number: str, until: date, report: str = "STAB-24", by: str = "qp") -> Outcome:
    """A later expiry."""
    return scene.sign(by, lot.extend_lot, number, until, report)


def lift(scene: Scene, code: str, because: str = "Looked into", by: str = "qa") -> Outcome:
    """QA's lifting of a hold."""
    return scene.sign(by, hold.lift_hold, code, because)


def close(scene: Scene, code: str, conclusion: str = "No effect on quality", by: str = "qa") -> Outcome:
    """QA's closing of a deviation."""
    return scene.sign(by, hold.close_deviation, code, conclusion)


def review(scene: Scene, code: str, by: str = "reviewer") -> Outcome:
    """The second person's review of a result."""
    return scene.sign(by, testing.review_result, code)


def invalidate(scene: Scene, code: str, cause: str = "Wrong tube", by: str = "qa") -> Outcome:
    """QA's invalidation of a result."""
    return scene.sign(by, testing.invalidate_result, code, cause)


def block(scene: Scene, code: str, reason: str = "Supplier's notice", by: str = "qa") -> Outcome:
    """QA's blocking of a material lot."""
    return scene.sign(by, material.block_material, code, reason)


def use_at_risk(scene: Scene, number: str, because: str = "The patient cannot wait", by: str = "qa") -> Outcome:
    """QA's signature beforehand under the expansion of an unreleased bank."""

    return scene.sign(by, lot.sign_use_at_risk, number, because)


# --- The way, station by station ------------------------------------------------------------------------------------


def approve_trial(scene: Scene, text: str | None = None, effective_on: date | None = None) -> str:
    """A trial file loaded and approved; its version."""
    code = scene.act("qa", protocol.load_trial, text or scene.trial.text).code
    scene.sign("qa", protocol.approve_trial, code, effective_on)
    return code


def a_material(scene: Scene, item: str, *, accepted: bool = True, days: int = 900, lot_number: str = "LOT-1") -> str:
    """A material lot received, and accepted."""
    until = scene.today + timedelta(days=days)
    code = scene.act("technician", material.receive_material, item, lot_number, "Supplies", until).code
    if accepted:
        accept(scene, code)
    return code


def accept(scene: Scene, code: str) -> None:
    """A material lot accepted by QA."""
    scene.sign("qa", material.accept_material, code, None)


def a_donor(scene: Scene, code: str = DONOR) -> str:
    """A donor registered, with consent."""
    day = scene.today
    scene.act("technician", donor.register_donor, code, Sex.FEMALE, 1984, f"CONSENT-{code}", day)
    return code


def a_tissue(
    scene: Scene,
    donor_code: str = DONOR,
    donation: str = DONATION,
    *,
    temperature: str | None = None,
    hours: float = 6,
    accepted: bool = True,
) -> str:
    """A tissue procured `hours` ago, received now, and accepted."""
    now = scene.clock.now
    code = scene.act(
        "technician",
        tissue.receive_tissue,
        donor_code,
        donation,
        now - timedelta(hours=hours),
        now,
        "liposuction",
        Decimal(182),
        None,
        Decimal(temperature or scene.trial.temperature),
    ).code
    if accepted:
        accept_tissue(scene, code)
    return code


def accept_tissue(scene: Scene, code: str) -> None:
    """QA's acceptance of a tissue."""
    scene.sign("qa", tissue.accept_tissue, code, None)


def make_eligible(scene: Scene, code: str = DONOR) -> None:
    """Every marker negative, selected, and determined eligible by QA."""
    day = scene.today
    for marker in scene.trial.markers:
        scene.act("technician", donor.record_test, code, marker, "negative", day, None, "Lab")
    if scene.trial.at_risk:
        at_risk, not_at_risk = (
            [one for one, risk in scene.trial.at_risk.items() if risk is said] for said in (True, False)
        )
        scene.act("technician", donor.answer_risks, code, at_risk, not_at_risk, False)
    scene.sign("qa", donor.select_donor, code, True, day, None)
    scene.sign("qa", donor.determine_donor, code, Determination.ELIGIBLE, None)


def materials_for(scene: Scene, step: str) -> list[str]:
    """The material lots of a step."""
    item = scene.trial.materials.get(step)
    return [] if item is None else [scene.codes[item]]


def a_p0(scene: Scene, tissue_code: str, growing: Growing | None = None) -> str:
    """Cells isolated from a tissue and plated."""
    plated = (growing or scene.trial.p0).plated(materials_for(scene, "isolate"))
    return scene.act("technician", culture.isolate, tissue_code, plated.viable * 7 // 5, Decimal("88.5"), plated).code


def passage(scene: Scene, code: str, harvested: Harvesting, onto: Growing) -> str:
    """A culture harvested, and seeded again."""
    plated = onto.plated(materials_for(scene, "seed"))
    return scene.act("technician", culture.passage, [code], harvested, plated).codes("culture.seeded")[0]


def thaw(scene: Scene, vials: Sequence[str], growing: Growing | None = None) -> str:
    """A culture from bank vials."""
    plated = (growing or scene.trial.thawed).plated(materials_for(scene, "seed"))
    return scene.act("technician", culture.thaw, vials, plated).code


def a_lot(
    scene: Scene,
    culture_code: str,
    tier: Tier = Tier.PRODUCT,
    harvested: Harvesting | None = None,
    classes: Mapping[StockClass, int] | None = None,
    at: datetime | None = None,
    **changes: Any,
) -> str:
    """A lot filled from a culture; harvested in the same act when `harvested`."""
    bank_stage = tier is not Tier.PRODUCT
    classes = classes or (scene.trial.banked if bank_stage else scene.trial.made)
    given: dict[str, Any] = {
        "vials": sum(classes.values()),
        "viable_per_vial": scene.trial.per_vial[0 if bank_stage else 1],
        "volume_ml": Decimal("1.0"),
        "materials": tuple(materials_for(scene, "fill")),
    }
    filling = Filling(tier=tier, classes=classes, **(given | changes))
    return scene.act("technician", lot.fill_lot, culture_code, filling, harvested, at=at).codes("lot.filled")[0]


def vials_of(scene: Scene, number: str, stock_class: StockClass | None = None) -> list[str]:
    """The codes of a lot's vials."""
    lines = scene.read(vial_view.vials, number)
    return [line.code for line in lines if stock_class is None or line.stock_class is stock_class]


def print_labels(scene: Scene, number: str, job: VialPrint = ROLL) -> bytes:
    """Labels printed for a lot; the document."""
    kept: list[bytes] = []
    scene.act("technician", vial.print_vial_labels, number, job, kept.append)
    return kept[0]


def label_and_verify(scene: Scene, number: str) -> bytes:
    """Labels printed and every one scanned back; the document."""
    document = print_labels(scene, number)
    for code in vials_of(scene, number):
        scene.act("technician", vial.verify_vials, [code])
    return document


def a_result(
    scene: Scene,
    subject: str,
    test: str,
    value: str,
    method: str | None = None,
    *,
    by: str = "technician",
    reviewed: bool = True,
    on: date | None = None,
) -> str:
    """A result recorded, and reviewed."""
    day = on or scene.today
    outcome = scene.act(by, testing.record_result, subject, test, value, day, None, method, "Lab")
    code = outcome.codes("result.recorded")[0]
    if reviewed:
        review(scene, code)
    return code


def test_lot(scene: Scene, number: str, results: Mapping[str, Reported]) -> dict[str, str]:
    """Every result of a lot recorded and reviewed; the codes by test."""
    return {test: a_result(scene, number, test, *said) for test, said in results.items()}


test_lot.__test__ = False  # type: ignore[attr-defined]  # a builder, not a test


def sign_dossier(scene: Scene, number: str) -> None:
    """Everything that the trial file asks before the qualified person's last signature."""
    if scene.trial.green_light:
        scene.act("qa", lot.record_green_light, number, "GL-2026-04", scene.today)
    if scene.trial.reviewer_signs:
        approve(scene, number)
    attest(scene, number)


# --- Stations of the way ------------------------------------------------------------------------------------------


def begin(scene: Scene) -> Scene:
    """Trial approved, materials accepted, donor eligible, tissue accepted, P0 growing."""
    approve_trial(scene)
    for item in scene.trial.materials.values():
        scene.codes[item] = a_material(scene, item)
    scene.codes["donor"] = a_donor(scene)
    scene.codes["tissue"] = a_tissue(scene)
    scene.codes["P0"] = a_p0(scene, scene["tissue"])
    scene.clock.forward(days=3)
    make_eligible(scene)
    scene.clock.forward(days=4)
    return scene


def make_bank(scene: Scene) -> Scene:
    """P1 from P0, and a released master bank from it."""
    trial = scene.trial
    scene.codes["P1"] = passage(scene, scene["P0"], trial.p0.harvested, trial.p1)
    scene.clock.forward(days=5)
    number = scene.codes["master"] = a_lot(scene, scene["P1"], Tier.MASTER, trial.p1.harvested)
    label_and_verify(scene, number)
    scene.clock.forward(days=20)
    test_lot(scene, number, trial.master_results)
    sign_dossier(scene, number)
    release(scene, number)
    return scene


def make_product(scene: Scene) -> Scene:
    """A master vial thawed, a product lot from it: labelled, tested, signed by all but the qualified person."""
    scene.clock.forward(days=10)
    spent = vials_of(scene, scene["master"], StockClass.DISPENSABLE)[0]
    scene.codes["thawed vial"] = spent
    scene.codes["P2"] = thaw(scene, [spent])
    scene.clock.forward(days=6)
    number = scene.codes["lot"] = a_lot(scene, scene["P2"], Tier.PRODUCT, scene.trial.thawed.harvested)
    label_and_verify(scene, number)
    scene.clock.forward(days=20)
    for test, code in test_lot(scene, number, scene.trial.product_results).items():
        scene.codes[test] = code
    sign_dossier(scene, number)
    return scene


def make_released(scene: Scene) -> Scene:
    """The product lot released."""
    scene.clock.forward(hours=2)
    release(scene, scene["lot"])
    return scene


def a_ready_lot(scene: Scene) -> str:
    """The whole way to a product lot that only the qualified person's signature is missing."""
    for station in (begin, make_bank, make_product):
        station(scene)
    return scene["lot"]


def crowd(scene: Scene) -> Scene:
    """More people come to work: deputies, and two who hold roles that must not meet on one lot."""
    for name, roles in CROWD.items():
        hire(scene, name, *roles)
    return scene


STALE = ["lot.attestation.stale", "lot.signature.stale"]
"""What stands against a lot whose dossier has changed since QA attested it."""

CROWD: Mapping[str, tuple[Role, ...]] = {
    "qa-and-qp": (Role.QA, Role.QP),
    "bench-and-qp": (Role.TECHNICIAN, Role.REVIEWER, Role.QP),
    "deputy-reviewer": (Role.REVIEWER,),
}
"""Who else works in the crowded bank, and in which roles."""


class Waypoint(NamedTuple):
    """A station of the way: the one before (None: the furnished bank), what leads on from there, whose trial file."""

    before: str | None
    onwards: Callable[[Scene], Scene]
    trial: Trial = SMALL


WAY: dict[str, Waypoint] = {
    "begun": Waypoint(None, begin),
    "banked": Waypoint("begun", make_bank),
    "ready": Waypoint("banked", make_product),
    "released": Waypoint("ready", make_released),
    "crowded": Waypoint("ready", crowd),
}
"""The stations; other modules add theirs."""


@dataclass(frozen=True)
class Kept:
    """A closed bank at a station: nobody opens it, it is copied."""

    place: str
    people: Mapping[str, Actor]
    now: datetime
    codes: Mapping[str, str]


@contextmanager
def refused(code: str, kind: type[CellbankError] = Refused) -> Iterator[None]:
    """The refusal of this kind whose own code, or one of whose findings, is this one."""
    with pytest.raises(CellbankError) as caught:
        yield
    error = caught.value
    said = {error.code, *(finding.code for finding in error.findings)}
    assert code in said, error
    assert type(error) is kind, error


class Stages:
    """The banks at their stations, each made once a run when first asked for."""

    def __init__(self, once: OnceARun) -> None:
        self._once = once
        self._kept: dict[tuple[str, str | None], Kept] = {}

    def at(self, name: str | None, backend: str, request: pytest.FixtureRequest) -> Kept:
        """The bank at a station; None is the furnished bank of conftest.py."""
        if (backend, name) not in self._kept:
            self._kept[backend, name] = (
                self._furnished(backend, request)
                if name is None
                else self._once.made(f"{backend}-{name}", lambda: self._made(name, backend, request))
            )
        return self._kept[backend, name]

    def _furnished(self, backend: str, request: pytest.FixtureRequest) -> Kept:
        template = request.getfixturevalue(f"{backend}_template")
        return Kept(template.place, template.people, START, {})

    def _made(self, name: str, backend: str, request: pytest.FixtureRequest) -> Kept:
        before, onwards, trial = WAY[name]
        start = self.at(before, backend, request)
        if backend == "sqlite":
            place = str(shutil.copyfile(start.place, self._once.file(name)))
        else:
            place = self._once.database(request.getfixturevalue("server"), start.place)
        with opened(place, start, trial) as scene:
            onwards(scene)
            return Kept(place, scene.people, scene.clock.now, dict(scene.codes))

    @contextmanager
    def copied(self, name: str | None, backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Kept]:
        """A copy of the bank at a station, for one test."""
        kept = self.at(name, backend, request)
        if backend == "sqlite":
            own = tmp_path / "bank.db"
            shutil.copyfile(kept.place, own)
            yield replace(kept, place=str(own))
            return
        copy = cluster.fresh_database(request.getfixturevalue("server"), kept.place)
        yield replace(kept, place=copy)
        cluster.drop_database(copy)


@contextmanager
def opened(place: str, kept: Kept, trial: Trial = SMALL) -> Iterator[Scene]:
    """The scene in a bank."""
    clock = Ticking(kept.now)
    with Bank.open(place, clock=clock, hasher=cheap()) as bank:
        yield Scene(bank, clock, kept.people, trial, dict(kept.codes))


def hire(scene: Scene, name: str, *roles: Role) -> str:
    """One more person with roles; their name."""
    admin = scene.bank.sign_in("admin", PASSWORD)
    banks.hire(scene.bank, admin, name, *roles)
    scene.people = {**scene.people, name: scene.bank.sign_in(name, PASSWORD)}
    return name
