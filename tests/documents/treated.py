"""A bank with a stored product lot and subjects under treatment, for the papers of the visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from cellbank.commands.dose import Preparation
from cellbank.demo.answers import conforming
from cellbank.domain.storage import Custodian
from cellbank.domain.subject import SubjectProtocol
from cellbank.domain.vial import StockClass
from cellbank.facts.protocol import protocol_in_force
from cellbank.facts.visit import get_visit
from cellbank.services import dose, reservation, storage, subject, transfer, visit
from cellbank.views import visit as visit_view
from tests.journey import SHIPPED, SMALL, Scene, begin, make_bank, make_product, make_released, with_only

ANNA, BRUNO = "35-001", "35-002"
INVESTIGATOR, PRESCRIBER = "Dr Le Goff", "Dr Łukasik"
BOXES = ("TANK1/R01/BOX-A", "TANK2/R01/BOX-B")

TREATING = replace(
    SMALL,
    text=with_only(
        SHIPPED.text, "viability", "sterility", "potency", "cfu-f", "viability-after-thaw", "sterility-after-thaw"
    )
    .replace("cells_per_dose = 30_000_000", "cells_per_dose = 8_000_000")
    .replace("minimum_cells = 24_000_000", "minimum_cells = 6_000_000")
    .replace("maximum_cells = 36_000_000", "maximum_cells = 12_000_000")
    .replace("injections = 3 ", "injections = 2 ")
    .replace("reserve_vials = 1", "reserve_vials = 0"),
    made={StockClass.DISPENSABLE: 7, StockClass.RETAINED: 1},
)
"""One vial a dose, two visits a subject: eight vials serve two subjects, with some to spare."""


def make_unstored(scene: Scene) -> Scene:
    """A released product lot, of which no vial was ever put into a tank."""
    for station in (begin, make_bank, make_product, make_released):
        station(scene)
    return scene


def make_stored(scene: Scene) -> Scene:
    """A released product lot, each vial in its position."""
    make_unstored(scene)
    for path in BOXES:
        scene.act("technician", storage.add_place, path, grid="4x5")
    scene.act("technician", storage.fill_boxes, scene["lot"], BOXES)
    return scene


def make_courses(scene: Scene) -> Scene:
    """Two subjects enrolled, their visits planned from tomorrow on, and reserved."""
    make_stored(scene)
    return reserve_courses(scene)


def reserve_courses(scene: Scene) -> Scene:
    """The same, of what is there."""
    today = scene.clock.now.date()
    for code in (ANNA, BRUNO):
        answers = conforming(_subjects(scene), today)
        scene.act("pharmacist", subject.enrol_subject, code, "1982-05", today, answers, today, INVESTIGATOR)
        scene.act("pharmacist", visit.plan_visits, code, today + timedelta(days=1))
        scene.act("pharmacist", reservation.reserve_course, code)
    return scene


def _subjects(scene: Scene) -> SubjectProtocol:
    found: SubjectProtocol = scene.read(lambda reading: protocol_in_force(reading).subject)
    return found


def reserved(scene: Scene, code: str, number: int) -> Sequence[str]:
    """The vials set aside for a visit."""
    found: Sequence[str] = scene.read(
        lambda reading: visit_view.visit_view(reading, get_visit(reading, code, number)).reserved
    )
    return found


def day_of_visit(scene: Scene) -> date:
    """The day planned for the first visits."""
    found: date = scene.read(lambda reading: visit_view.visits(reading)[0].planned_on)
    return found


def confirmed(scene: Scene, code: str, number: int = 1) -> None:
    """Prescribed, validated, and the contraindications asked again: the visit may begin."""
    today = scene.clock.now.date()
    weight = Decimal("68.5")
    scene.act("pharmacist", visit.record_prescription, code, number, 8_000_000, weight, PRESCRIBER, today)
    scene.sign("pharmacist", visit.validate_prescription, code, number)
    answers = conforming(_subjects(scene), today, at_visit=True)
    scene.act("pharmacist", visit.confirm_visit, code, number, answers, today, INVESTIGATOR)


def pulled(scene: Scene, code: str, vials: Sequence[str] | None = None, number: int = 1) -> str:
    """The vials pulled with a second person; the dose's code."""
    again = vials is not None
    scanned = list(vials or reserved(scene, code, number))
    outcome = scene.act("pharmacist", dose.pull, code, number, scanned, replacing=again, witness="technician")
    return outcome.codes("dose.pulled")[0]


def prepared(scene: Scene, code: str, number: int = 1, materials: Sequence[str] = ()) -> None:
    """Thawed and prepared."""
    scene.clock.forward(minutes=5)
    now = scene.clock.now
    scene.act("pharmacist", dose.thaw, code, number, now - timedelta(minutes=3), now)
    scene.clock.forward(minutes=10)
    made = Preparation("washed", 10_000_000, Decimal("88.4"), Decimal("2.4"), "5 mL", materials)
    scene.act("pharmacist", dose.prepare, code, number, made, witness="technician")


def dispensed(scene: Scene, code: str, number: int = 1) -> None:
    """Dispensed with a second person."""
    scene.act("pharmacist", dose.dispense, code, number, witness="technician")


def administered(scene: Scene, code: str, number: int = 1) -> None:
    """The injection, a quarter of an hour later."""
    scene.clock.forward(minutes=15)
    scene.act("pharmacist", dose.administer, code, number, Decimal("2.4"), INVESTIGATOR, None)


def begin_visits(scene: Scene) -> None:
    """The morning of the first visits, both confirmed."""
    scene.clock.forward(days=1)
    confirmed(scene, ANNA)
    confirmed(scene, BRUNO)


def send_to_pharmacy(scene: Scene, vials: Sequence[str], box: str = "PHARMA/R01/BOX-P") -> None:
    """Vials sent to the pharmacy and received into a box of its own."""
    scene.act("pharmacist", storage.add_place, box, grid="4x5", custodian=Custodian.PHARMACY)
    code = scene.act("technician", transfer.send, list(vials), Custodian.PHARMACY, "SEAL-1", "LOG-1").code
    scene.clock.forward(hours=1)
    scene.act("pharmacist", transfer.receive, code, accepted=True, warmest_c=Decimal(-160), into=[box])
