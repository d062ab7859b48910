"""What the gate is told at reserve, pull and dispense: plain frozen facts of a subject, a visit, its vials, a dose."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from cellbank.domain.dose import PlannedVisit
from cellbank.domain.facts import Blocked, LotFacts
from cellbank.domain.lot import Tier
from cellbank.domain.protocol import Protocol
from cellbank.domain.subject import Answer
from cellbank.domain.testing import ResultFacts
from cellbank.domain.vial import StockClass, VialStatus
from cellbank.errors import Finding


@dataclass(frozen=True)
class Prescribed:
    """What was prescribed for a visit: viable cells, weight in kg, and whether a pharmacist validated it."""

    cells: int
    weight_kg: Decimal
    validated: bool


@dataclass(frozen=True)
class VialAtVisit:
    """One vial as the gate sees it at a visit; `reserved_for` is the code of the visit it is set aside for."""

    code: str
    lot: str
    tier: Tier
    stock_class: StockClass
    status: VialStatus
    verified: bool
    reserved_for: str | None
    holds: tuple[Blocked, ...]


@dataclass(frozen=True)
class PreparedDose:
    """A prepared dose as measured: viable cells, mL, until when usable, the results of the dose stage."""

    code: str
    viable_cells: Decimal
    volume_ml: Decimal
    usable_until: datetime | None
    results: tuple[ResultFacts, ...]


@dataclass(frozen=True)
class VisitFacts:
    """All that reserve, pull and dispense ask. `last_day` is the last planned visit of the course plus window.

    A cancelled visit is none that is planned.
    """

    subject: str
    enrolled: bool
    withdrawn_on: date | None
    suspended_by: str | None
    subject_holds: tuple[Blocked, ...]
    visit_code: str
    visit: PlannedVisit
    last_day: date
    cancelled_on: date | None
    injected: bool
    last_injection_on: date | None
    prescription: Prescribed | None
    answers: tuple[Answer, ...]
    lots: tuple[LotFacts, ...]
    vials: tuple[VialAtVisit, ...]
    dose: PreparedDose | None
    protocol: Protocol
    now: datetime
    today: date
    replacing: bool = False


@dataclass(frozen=True)
class ScanAtPull:
    """What a scan at the pull is: the vial's own code, and all that stands against taking it."""

    code: str
    findings: tuple[Finding, ...]
