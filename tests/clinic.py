"""A clinic: a bank with a released, stored product lot and subjects under treatment, of which every test gets a copy.

The builders of a visit are those of tests/documents/treated.py; here are the trial file with three injections, the
stations, and what the tests of visits and doses do over and over.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cellbank.bank import Outcome
from cellbank.demo.answers import conforming
from cellbank.domain.dose import VisitStep
from cellbank.domain.lot import Tier
from cellbank.domain.subject import SubjectProtocol
from cellbank.domain.vial import StockClass
from cellbank.errors import CellbankError, Refused
from cellbank.facts import protocol as facts_protocol
from cellbank.facts.protocol import parsed, protocol_in_force
from cellbank.facts.visit import get_visit
from cellbank.services import dose, reservation, storage, subject, visit
from cellbank.views import accountability, audit, visit as visit_view
from cellbank.views.dose import DoseView, dose_by_code
from cellbank.views.vial import vial_view
from tests import journey
from tests.documents import treated
from tests.documents.treated import ANNA, BRUNO, INVESTIGATOR
from tests.journey import SHIPPED, WAY, Growing, Scene, Stages, Waypoint, opened, with_only

CLARA = "35-003"
TESTS = ("viability", "sterility", "endotoxin", "potency", "viability-after-thaw", "sterility-after-thaw")
CLINICAL = replace(
    treated.TREATING,
    name="clinical",
    text=with_only(SHIPPED.text, *TESTS)
    .replace("cells_per_dose = 30_000_000", "cells_per_dose = 8_000_000")
    .replace("minimum_cells = 24_000_000", "minimum_cells = 6_000_000")
    .replace("maximum_cells = 36_000_000", "maximum_cells = 12_000_000")
    .replace("reserve_vials = 1", "reserve_vials = 0")
    .replace("shelf_life_months = 60", "shelf_life_months = 14"),
    thawed=Growing(4_300_000, "1908", 280_000_000, "95.0"),
    made={StockClass.DISPENSABLE: 20, StockClass.RETAINED: 2, StockClass.QUALITY_CONTROL: 1},
    product_results=treated.TREATING.product_results | {"endotoxin": ("< 0.05", None)},
)
"""One vial a dose, three visits a subject, twenty vials, endotoxin by the recipient's weight, a late sterility."""
SPARE_BOXES = ("TANK1/R01/BOX-C", "TANK2/R01/BOX-D")


# --- Stations -------------------------------------------------------------------------------------------------------


def stock(scene: Scene) -> Scene:
    """A released product lot, each vial in its position."""
    return treated.make_stored(scene)


def two_lots(scene: Scene) -> Scene:
    """A second product lot, filled two months after the first: released and stored, it keeps two months longer."""
    scene.clock.forward(days=30)
    bank_vial = journey.vials_of(scene, scene["master"], StockClass.DISPENSABLE)[1]
    grown = journey.thaw(scene, [bank_vial])
    scene.clock.forward(days=6)
    number = scene.codes["second"] = journey.a_lot(scene, grown, Tier.PRODUCT, scene.trial.thawed.harvested)
    journey.label_and_verify(scene, number)
    scene.clock.forward(days=20)
    journey.test_lot(scene, number, scene.trial.product_results)
    journey.sign_dossier(scene, number)
    journey.release(scene, number)
    for path in SPARE_BOXES:
        scene.act("technician", storage.add_place, path, grid="5x5")
    scene.act("technician", storage.fill_boxes, number, SPARE_BOXES)
    return scene


def treat(scene: Scene) -> Scene:
    """Anna and Bruno: courses reserved, and it is the morning of their first visits, both confirmed."""
    for code in (ANNA, BRUNO):
        a_course(scene, code)
    treated.begin_visits(scene)
    return scene


WAY |= {
    "stocked": Waypoint(None, stock, CLINICAL),
    "two-lots": Waypoint("stocked", two_lots, CLINICAL),
    "treating": Waypoint("stocked", treat, CLINICAL),
}


@contextmanager
def at_station(
    stages: Stages, name: str, backend: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Scene]:
    """A copy of the bank at a station, open."""
    with stages.copied(name, backend, tmp_path, request) as kept, opened(kept.place, kept, CLINICAL) as scene:
        yield scene


@pytest.fixture
def stocked(stages: Stages, backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    """A released product lot, each of its twenty dispensable vials in its position."""
    with at_station(stages, "stocked", backend, tmp_path, request) as scene:
        yield scene


@pytest.fixture
def two(stages: Stages, backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    """Two released product lots, the second keeping two months longer."""
    with at_station(stages, "two-lots", backend, tmp_path, request) as scene:
        yield scene


@pytest.fixture
def treating(stages: Stages, backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    """The morning of the first visits of Anna and Bruno, both confirmed."""
    with at_station(stages, "treating", backend, tmp_path, request) as scene:
        yield scene


# --- What a test does -----------------------------------------------------------------------------------------------


def transferred(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the trial file say that production unit and pharmacy are apart: the vials travel before the thaw."""
    together = parsed

    def with_transfer(version: Any) -> Any:
        protocol = together(version)
        steps = [*protocol.dose.steps]
        steps.insert(steps.index(VisitStep.THAW), VisitStep.TRANSFER)
        return protocol.model_copy(update={"dose": protocol.dose.model_copy(update={"steps": tuple(steps)})})

    monkeypatch.setattr(facts_protocol, "parsed", with_transfer)


def today(scene: Scene) -> date:
    """The day at the site."""
    return scene.today


def go_to(scene: Scene, day: date, hour: int = 9) -> None:
    """On to the morning of a day; never back."""
    moment = datetime.combine(day, time(hour), scene.clock.now.tzinfo)
    scene.clock.now = max(scene.clock.now, moment)


def criteria(scene: Scene) -> SubjectProtocol:
    """What the trial file asks of a subject."""
    found: SubjectProtocol = scene.read(lambda reading: protocol_in_force(reading).subject)
    return found


def answers(scene: Scene, *, at_visit: bool = False, **changed: str | None) -> dict[str, str]:
    """Answers that meet every criterion, but for those changed (`_` for `-`) or left out (None)."""
    met: dict[str, str | None] = {**conforming(criteria(scene), today(scene), at_visit=at_visit)}
    met |= {name.replace("_", "-"): value for name, value in changed.items()}
    return {name: value for name, value in met.items() if value is not None}


def enrol(scene: Scene, code: str, given: Mapping[str, str] | None = None, **changed: Any) -> Outcome:
    """A subject enrolled today."""
    day = today(scene)
    said: dict[str, Any] = {"born": "1982-05", "consented_on": day, "answered_on": day, "investigator": INVESTIGATOR}
    said |= {"answers": answers(scene) if given is None else given} | changed
    return scene.act("pharmacist", subject.enrol_subject, code, **said)


def a_course(scene: Scene, code: str, first_in: int = 1) -> None:
    """A subject enrolled, the visits planned from so many days on, and reserved."""
    enrol(scene, code)
    scene.act("pharmacist", visit.plan_visits, code, today(scene) + timedelta(days=first_in))
    reserve(scene, code)


def reserve(scene: Scene, code: str) -> Outcome:
    """The course reserved."""
    return scene.act("pharmacist", reservation.reserve_course, code)


def withdraw(scene: Scene, code: str) -> Outcome:
    """The subject withdraws today."""
    return scene.act("pharmacist", subject.withdraw_subject, code, today(scene), "Moves away")


def spare(scene: Scene, lot: str = "lot") -> list[str]:
    """Vials of a lot that nobody reserved."""
    return list(scene.read(visit_view.unreserved, scene[lot]))


def pull(
    scene: Scene, code: str, vials: Sequence[str] | None = None, number: int = 1, *, replacing: bool = False, **how: Any
) -> str:
    """The reserved vials, or those given, pulled with a second person; the dose's code."""
    scanned = list(treated.reserved(scene, code, number) if vials is None else vials)
    said = {"witness": "technician"} | how
    return scene.act("pharmacist", dose.pull, code, number, scanned, replacing=replacing, **said).codes("dose.pulled")[
        0
    ]


def prepared(scene: Scene, code: str, number: int = 1) -> str:
    """Pulled, thawed and prepared; the dose's code."""
    made = pull(scene, code, number=number)
    treated.prepared(scene, code, number)
    return made


def dispensed(scene: Scene, code: str, number: int = 1) -> str:
    """Pulled, thawed, prepared and dispensed; the dose's code."""
    made = prepared(scene, code, number)
    treated.dispensed(scene, code, number)
    return made


def injected(scene: Scene, code: str, number: int = 1) -> str:
    """The whole visit, from the pull to the injection; the dose's code."""
    made = dispensed(scene, code, number)
    treated.administered(scene, code, number)
    return made


def administer(scene: Scene, code: str, number: int = 1, *, volume: str = "2.4", **how: Any) -> Outcome:
    """The injection as the investigator reports it."""
    known = how.pop("hold_known", None)
    return scene.act("pharmacist", dose.administer, code, number, Decimal(volume), INVESTIGATOR, known, **how)


def a_dose(scene: Scene, code: str) -> DoseView:
    """A dose as it is seen."""
    found: DoseView = scene.read(dose_by_code, code)
    return found


def the_visit(scene: Scene, code: str, number: int = 1) -> visit_view.VisitView:
    """A visit as it is seen."""
    found: visit_view.VisitView = scene.read(lambda r: visit_view.visit_view(r, get_visit(r, code, number)))
    return found


def status_of(scene: Scene, vial: str) -> str:
    """Where a vial physically is."""
    return str(scene.read(vial_view, vial).status)


def against(deed: Callable[..., object], *args: Any, kind: type[CellbankError] = Refused, **named: Any) -> list[str]:
    """The codes of what an act is refused with, sorted."""
    with pytest.raises(CellbankError) as caught:
        deed(*args, **named)
    assert type(caught.value) is kind, caught.value
    return sorted({finding.code for finding in caught.value.findings} or {caught.value.code})


@dataclass(frozen=True)
class Refusal:
    """One refusal entry of the record."""

    code: str
    findings: tuple[str, ...]


def refusals(scene: Scene) -> list[Refusal]:
    """The refusal entries of the record, oldest first."""
    newest = scene.read(lambda reading: audit.entries(reading, limit=10_000))
    said = [a["params"] for one in reversed(newest) for a in one.actions if a["action"] == "act.refused"]
    return [Refusal(one["code"], tuple(sorted({f["code"] for f in one["findings"]}))) for one in said]


def assert_balanced(scene: Scene) -> accountability.Accountability:
    """Every identity of both ledgers holds, and the record replays to the tables."""
    account: accountability.Accountability = scene.read(accountability.accountability)
    assert account.balanced, account
    verified = scene.bank.verify()
    assert verified.intact, verified.findings
    return account
