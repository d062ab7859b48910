"""The bank half of the story: trial file, donor, tissue, cultures, master bank, two product lots, paper.

All people, donors and results are made up; the donation number uses a facility code that ISBT 128 keeps for examples.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from cellbank.commands.lot import Filling
from cellbank.demo.made_up import (
    DONATION,
    DONOR,
    MARKERS,
    MASTER_RESULTS,
    MATERIALS,
    NOT_REVIEWED,
    P0,
    P1,
    P2,
    PRODUCT_RESULTS,
    REFUSED_P3,
    REFUSED_P4,
    REFUSED_P5,
    REFUSED_RESULTS,
    RELEASED_P3,
    RELEASED_P4,
    Growing,
)
from cellbank.demo.stage import Days, Stage
from cellbank.domain.donor import Determination, Sex
from cellbank.domain.lot import Tier
from cellbank.domain.person import Role
from cellbank.domain.vial import StockClass, VialStatus
from cellbank.errors import Refused
from cellbank.services import culture, donor, lot, material, protocol, testing, tissue, vial
from cellbank.services.vial import VialPrint
from cellbank.views import vial as vial_view

Tell = Callable[..., None]


def approve_trial(stage: Stage, content: str, tell: Tell) -> None:
    """The trial file loaded and approved."""
    loaded = stage.act(Role.QA, protocol.load_trial, content)
    version = loaded.code
    stage.sign(
        Role.QA,
        protocol.approve_trial,
        version,
        None,
    )
    tell("demo.trial", version=version)


def donor_and_tissue(stage: Stage, days: Days, tell: Tell) -> None:
    """A donor found eligible, a tissue accepted, cells isolated from it on the evening of the donation."""
    stage.at(days.at(-1))
    stage.act(Role.TECHNICIAN, donor.register_donor, DONOR, Sex.FEMALE, 1984, "CONSENT-0427-V2", days.on(-1))
    _materials(stage, days)
    stage.at(days.at(0, 15))
    code = stage.act(
        Role.TECHNICIAN,
        tissue.receive_tissue,
        DONOR,
        DONATION,
        days.at(0, 8, 40),
        days.at(0, 14, 50),
        "liposuction",
        Decimal(182),
        Decimal(195),
        Decimal("8.5"),
    ).code
    stage.codes["tissue"] = code
    stage.at(days.at(0, 18))
    plated = P0.plated(_used(stage, "Collagenase NB6", "Medium MEM-alpha"))
    isolated = stage.act(Role.TECHNICIAN, culture.isolate, code, 42_000_000, Decimal("88.5"), plated)
    stage.codes["P0"] = isolated.code
    stage.at(days.at(2))
    for marker in MARKERS:
        stage.act(Role.TECHNICIAN, donor.record_test, DONOR, marker, "negative", days.on(0), "CLIA / PCR", "Lab DEMO")
    stage.at(days.at(3))
    on = days.on(3)
    stage.sign(
        Role.QA,
        donor.select_donor,
        DONOR,
        True,
        on,
        None,
    )
    eligible = Determination.ELIGIBLE
    stage.sign(
        Role.QA,
        donor.determine_donor,
        DONOR,
        eligible,
        None,
    )
    stage.sign(
        Role.QA,
        tissue.accept_tissue,
        code,
        None,
    )
    tell("demo.donor", donor=DONOR, tissue=code)


def _materials(stage: Stage, days: Days) -> None:
    for item, number in MATERIALS.items():
        code = stage.act(Role.TECHNICIAN, material.receive_material, item, number, "Demo Supplies", days.on(900)).code
        stage.codes[item] = code
        stage.sign(Role.QA, material.accept_material, code, None)


def _used(stage: Stage, *items: str) -> list[str]:
    return [stage.codes[item] for item in items]


def _passage(stage: Stage, at: datetime, code: str, grown: Growing, onto: Growing) -> str:
    stage.at(at)
    materials = _used(stage, "Medium MEM-alpha", "Platelet lysate", "Trypsin substitute")
    outcome = stage.act(Role.TECHNICIAN, culture.passage, [code], grown.harvested, onto.plated(materials))
    return outcome.codes("culture.seeded")[0]


def _fill(
    stage: Stage,
    at: datetime,
    code: str,
    tier: Tier,
    grown: Growing,
    per_vial: int,
    classes: Mapping[StockClass, int],
) -> str:
    stage.at(at)
    filling = Filling(
        tier,
        sum(classes.values()),
        per_vial,
        Decimal("1.0"),
        classes,
        None,
        tuple(_used(stage, "Freezing medium CS10")),
    )
    return stage.act(Role.TECHNICIAN, lot.fill_lot, code, filling, grown.harvested).codes("lot.filled")[0]


def _label_and_verify(stage: Stage, number: str, papers: dict[str, bytes], unverified: int = 0) -> None:
    """Print on the roll, stick, scan back; a few vials may be left unscanned."""
    stage.act(Role.TECHNICIAN, vial.print_vial_labels, number, VialPrint(), partial(papers.__setitem__, number))
    with stage.bank.read() as reading:
        codes = [line.code for line in vial_view.vials(reading, number)]
    for code in codes[: len(codes) - unverified]:
        stage.act(Role.TECHNICIAN, vial.verify_vials, [code])


def results_of(
    stage: Stage, number: str, results: Mapping[str, str], on: date, not_reviewed: frozenset[str] = frozenset()
) -> None:
    """Every result of a lot, or of a dose by its code, recorded and reviewed."""
    for test, value in results.items():
        code = stage.act(Role.TECHNICIAN, testing.record_result, number, test, value, on, None, None, "Lab DEMO").codes(
            "result.recorded"
        )[0]
        if test not in not_reviewed:
            stage.sign(Role.REVIEWER, testing.review_result, code)


def _release(stage: Stage, attested: datetime, released: datetime, number: str) -> None:
    stage.at(attested)
    stage.sign(Role.QA, lot.attest_lot, number)
    stage.at(released)
    stage.sign(Role.QP, lot.release_lot, number)


def master_bank(stage: Stage, days: Days, tell: Tell) -> None:
    """P0 to P2, and a master bank of twelve vials, tested and released."""
    p1 = _passage(stage, days.at(7), stage.codes["P0"], P0, P1)
    p2 = _passage(stage, days.at(12), p1, P1, P2)
    classes = {StockClass.DISPENSABLE: 8, StockClass.RETAINED: 2, StockClass.QUALITY_CONTROL: 2}
    number = _fill(
        stage,
        days.at(17),
        p2,
        Tier.MASTER,
        P2,
        5_000_000,
        classes,
    )
    stage.codes["master"] = number
    _label_and_verify(stage, number, {})
    stage.at(days.at(44))
    results_of(stage, number, MASTER_RESULTS, days.on(43))
    _release(stage, days.at(45), days.at(46), number)
    tell("demo.master", lot=number, vials=sum(classes.values()))


def _thawed(stage: Stage, at: datetime, count: int, onto: Growing) -> str:
    stage.at(at)
    with stage.bank.read() as reading:
        stock = [
            line.code
            for line in vial_view.vials(reading, stage.codes["master"])
            if line.status in (VialStatus.FILLED, VialStatus.STORED) and line.stock_class is StockClass.DISPENSABLE
        ]
    plated = onto.plated(_used(stage, "Medium MEM-alpha", "Platelet lysate"))
    return stage.act(Role.TECHNICIAN, culture.thaw, stock[:count], plated).code


def product_lot(stage: Stage, days: Days, tell: Tell) -> str:
    """Two master vials thawed, expanded to P4, fifty product vials: tested, signed by two people, released."""
    p3 = _thawed(stage, days.at(60), 2, RELEASED_P3)
    p4 = _passage(stage, days.at(65), p3, RELEASED_P3, RELEASED_P4)
    classes = {
        StockClass.DISPENSABLE: 44,
        StockClass.RETAINED: 3,
        StockClass.STABILITY: 1,
        StockClass.QUALITY_CONTROL: 2,
    }
    number = _fill(
        stage,
        days.at(70),
        p4,
        Tier.PRODUCT,
        RELEASED_P4,
        10_000_000,
        classes,
    )
    stage.codes["released"] = number
    _label_and_verify(stage, number, stage.papers)
    stage.at(days.at(100))
    results_of(stage, number, PRODUCT_RESULTS, days.on(99))
    _release(stage, days.at(101), days.at(102), number)
    tell("demo.released", lot=number, vials=sum(classes.values()))
    return number


def refused_lot(stage: Stage, days: Days, tell: Tell) -> str:
    """One master vial expanded a passage too far, with a failing marker: the qualified person is refused."""
    p3 = _thawed(stage, days.at(110), 1, REFUSED_P3)
    p4 = _passage(stage, days.at(115), p3, REFUSED_P3, REFUSED_P4)
    p5 = _passage(stage, days.at(120), p4, REFUSED_P4, REFUSED_P5)
    classes = {StockClass.DISPENSABLE: 10, StockClass.RETAINED: 2}
    number = _fill(
        stage,
        days.at(125),
        p5,
        Tier.PRODUCT,
        REFUSED_P5,
        10_000_000,
        classes,
    )
    stage.codes["refused"] = number
    _label_and_verify(stage, number, stage.papers, unverified=3)
    stage.at(days.at(140))
    results_of(stage, number, REFUSED_RESULTS, days.on(139), NOT_REVIEWED)
    try:
        stage.sign(Role.QP, lot.release_lot, number)
    except Refused as refusal:
        tell("demo.refused", lot=number, findings=len(refusal.findings))
    return number
