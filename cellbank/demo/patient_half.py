"""The patient half of the story: storage, two subjects, their visits, one attempt wasted, one pull refused.

The subjects are made up; doses and answers are illustrative.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from cellbank.commands.dose import Preparation
from cellbank.demo.answers import conforming
from cellbank.demo.bank_half import Tell, results_of
from cellbank.demo.stage import Days, Stage
from cellbank.domain.dates import months_after
from cellbank.domain.person import Role
from cellbank.errors import Refused
from cellbank.facts.protocol import protocol_in_force
from cellbank.facts.visit import get_visit
from cellbank.services import dose, reservation, storage, subject, visit
from cellbank.views import visit as visit_view
from cellbank.views.pharmacy_day import Chore, pharmacy_day

FIRST, SECOND = "S-001", "S-002"
INVESTIGATOR = "Dr Demo-Investigator"
PRESCRIBER = "Dr Demo-Prescriber"
CELLS = 30_000_000
WEIGHT_KG = Decimal("68.5")
CULTURED = timedelta(days=14)
"""How long the sterility test of a dose takes (Ph. Eur. 2.6.27 and 2.6.1)."""
VIALS = 4
"""Vials in a dose of the story; the fifth reserved is the spare."""


def store_lots(stage: Stage, days: Days, tell: Tell) -> None:
    """Two tanks, a box for each lot in each, and every vial in its position."""
    stage.at(days.at(103))
    boxes: dict[str, list[str]] = {}
    for number in ("master", "released"):
        lot = stage.codes[number]
        boxes[lot] = [f"TANK-{tank}/R1/{number.upper()}" for tank in ("A", "B")]
        for path in boxes[lot]:
            stage.act(Role.TECHNICIAN, storage.add_place, path, grid="9x9")
        stage.act(Role.TECHNICIAN, storage.fill_boxes, lot, boxes[lot])
    tell("demo.stored", tanks=2, boxes=sum(map(len, boxes.values())))


def course(stage: Stage, days: Days, code: str, enrolled: int, first: int) -> None:
    """A subject enrolled, the visits planned, the whole course reserved."""
    stage.at(days.at(enrolled, 10))
    on = days.on(enrolled)
    answers = _answers(stage, on, at_visit=False)
    born = months_after(on, -int(Decimal(answers["age"]) * 12)).strftime("%Y-%m")
    stage.act(Role.PHARMACIST, subject.enrol_subject, code, born, on, answers, on, INVESTIGATOR)
    stage.act(Role.PHARMACIST, visit.plan_visits, code, days.on(first))
    stage.act(Role.PHARMACIST, reservation.reserve_course, code)


def prescribe(stage: Stage, at: datetime, code: str, number: int) -> None:
    """A visit's prescription recorded and validated."""
    stage.at(at)
    prescribed = (code, number, CELLS, WEIGHT_KG, PRESCRIBER, at.date())
    stage.act(Role.PHARMACIST, visit.record_prescription, *prescribed)
    stage.sign(Role.PHARMACIST, visit.validate_prescription, code, number)


def ready(stage: Stage, at: datetime, code: str, number: int) -> None:
    """The day before: the prescription; the day itself: the contraindications asked again."""
    prescribe(stage, at - timedelta(days=1), code, number)
    stage.at(at)
    answers = _answers(stage, at.date(), at_visit=True)
    stage.act(Role.PHARMACIST, visit.confirm_visit, code, number, answers, at.date(), INVESTIGATOR)


def _answers(stage: Stage, on: date, *, at_visit: bool) -> dict[str, str]:
    with stage.bank.read() as reading:
        protocol = protocol_in_force(reading)
    return conforming(protocol.subject, on, at_visit=at_visit)


def reserved(stage: Stage, code: str, number: int) -> Sequence[str]:
    """The vials set aside for a visit: the dose's own number of them, the reserve left in the tank."""
    with stage.bank.read() as reading:
        return visit_view.visit_view(reading, get_visit(reading, code, number)).reserved[:VIALS]


def pulled(stage: Stage, code: str, number: int, vials: Sequence[str], *, replacing: bool = False) -> None:
    """The vials pulled by the pharmacist, checked by the technician."""
    stage.checked(Role.PHARMACIST, Role.TECHNICIAN, dose.pull, code, number, list(vials), replacing=replacing)


def prepared(stage: Stage, code: str, number: int, viability: str, volume: str = "2.4") -> None:
    """Thawed and prepared at once, checked by the technician."""
    started = stage.clock.now
    stage.at(started + timedelta(minutes=4))
    stage.act(Role.PHARMACIST, dose.thaw, code, number, started + timedelta(seconds=2), stage.clock.now)
    stage.at(stage.clock.now + timedelta(minutes=14))
    made = Preparation(
        "washed and resuspended in saline with albumin",
        34_800_000,
        Decimal(viability),
        Decimal(volume),
        "5 mL, lot SYR-2210",
        (),
        "NucleoCounter",
    )
    stage.checked(Role.PHARMACIST, Role.TECHNICIAN, dose.prepare, code, number, made)


def injected(stage: Stage, days: Days, code: str, number: int, day: int) -> None:
    """One visit from the prescription to the injection, without incident."""
    ready(stage, days.at(day, 9), code, number)
    pulled(stage, code, number, reserved(stage, code, number))
    prepared(stage, code, number, "88.4")
    given(stage, code, number)


def given(stage: Stage, code: str, number: int) -> None:
    """Dispensed with a second person, and administered a quarter of an hour later."""
    stage.checked(Role.PHARMACIST, Role.TECHNICIAN, dose.dispense, code, number)
    stage.at(stage.clock.now + timedelta(minutes=15))
    stage.act(Role.PHARMACIST, dose.administer, code, number, Decimal("2.4"), INVESTIGATOR, None)


def failed_puncture(stage: Stage, days: Days, code: str, number: int, day: int, tell: Tell) -> None:
    """A visit whose first attempt is wasted at the bedside; a replacement is drawn at once from unreserved stock."""
    ready(stage, days.at(day, 9), code, number)
    pulled(stage, code, number, reserved(stage, code, number))
    prepared(stage, code, number, "86.9")
    stage.checked(Role.PHARMACIST, Role.TECHNICIAN, dose.dispense, code, number)
    stage.act(Role.PHARMACIST, dose.waste, code, number, "puncture failed, dose expired at the bedside")
    tell("demo.wasted", subject=code, visit=number)
    stage.at(days.at(day, 14))
    with stage.bank.read() as reading:
        spare = visit_view.unreserved(reading, stage.codes["released"])[:VIALS]
    pulled(stage, code, number, spare, replacing=True)
    prepared(stage, code, number, "87.7")
    given(stage, code, number)


def wrong_vial(stage: Stage, days: Days, code: str, other: str, number: int, day: int, tell: Tell) -> None:
    """Another subject's vial is scanned: refused, and kept as a refusal entry; then the right ones."""
    ready(stage, days.at(day, 9), code, number)
    try:
        pulled(stage, code, number, reserved(stage, other, 3)[:1])
    except Refused as refusal:
        tell("demo.wrong_vial", subject=code, visit=number, findings=len(refusal.findings))
    pulled(stage, code, number, reserved(stage, code, number))
    prepared(stage, code, number, "88.0")
    given(stage, code, number)


def cultured(stage: Stage, at: datetime) -> None:
    """The sterility of each dose whose fourteen days in culture are over, recorded and reviewed."""
    stage.at(at)
    with stage.bank.read() as reading:
        waiting = [one for one in pharmacy_day(reading).waiting if one.chore is Chore.RESULT]
    for dose_waiting in waiting:
        over = at.date() if dose_waiting.on is None else dose_waiting.on + CULTURED
        if over <= at.date():
            results_of(stage, dose_waiting.code, dict.fromkeys(dose_waiting.what, "no growth"), over)


def whole(stage: Stage, days: Days, tell: Tell) -> None:
    """Two subjects: three injections of one, two of the other, whose third is due now and prescribed."""
    course(stage, days, FIRST, 130, 150)
    course(stage, days, SECOND, 160, 165)
    tell("demo.subjects", first=FIRST, second=SECOND)
    injected(stage, days, FIRST, 1, 150)
    failed_puncture(stage, days, SECOND, 1, 165, tell)
    cultured(stage, days.at(181, 15))
    injected(stage, days, FIRST, 2, 240)
    cultured(stage, days.at(256, 15))
    wrong_vial(stage, days, SECOND, FIRST, 2, 266, tell)
    cultured(stage, days.at(282, 15))
    injected(stage, days, FIRST, 3, 331)
    prescribe(stage, days.at(344, 10), SECOND, 3)
    tell("demo.injected", doses=5)
