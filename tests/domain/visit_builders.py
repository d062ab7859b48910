"""Facts of a visit that lacks nothing, at each step; a test says only what is other."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from cellbank.domain.dose import planned_visits
from cellbank.domain.facts import Blocked, LotFacts
from cellbank.domain.gate import Step
from cellbank.domain.hold import HoldKind
from cellbank.domain.lot import Tier
from cellbank.domain.protocol import Protocol
from cellbank.domain.subject import Answer
from cellbank.domain.testing import ResultFacts
from cellbank.domain.vial import StockClass, VialStatus
from cellbank.domain.visit_facts import PreparedDose, Prescribed, VialAtVisit, VisitFacts
from tests.domain.builders import NOON, shipped
from tests.domain.test_gate import LOT, TODAY, fit
from tests.domain.test_subject import FITTING

VISITS = planned_visits(shipped().dose, TODAY)
SUBJECT, VISIT, DOSE = "S-1", "S-1/1", "X-1"
NOW = datetime.combine(TODAY, NOON.timetz())
RESERVED = {Step.RESERVE: None, Step.PULL: VISIT, Step.DISPENSE: None}


def a_result(test: str, value: str, **changes: Any) -> ResultFacts:
    """A reviewed result of the dose stage."""
    unit = next(c.unit for c in shipped().specification.criteria if c.test == test)
    return replace(ResultFacts(DOSE, test, value, unit, None, True, False, TODAY), **changes)


def a_vial(code: str = "V-1", **changes: Any) -> VialAtVisit:
    """A dispensable vial of the released lot, set aside for the visit."""
    dispensable = StockClass.DISPENSABLE
    vial = VialAtVisit(code, LOT, Tier.PRODUCT, dispensable, VialStatus.STORED, True, VISIT, ())
    return replace(vial, **changes)


def a_dose(**changes: Any) -> PreparedDose:
    """A dose prepared a quarter of an hour ago, within every limit."""
    results = (a_result("viability-after-thaw", "88.4"),)
    until = NOW + timedelta(minutes=45)
    return replace(PreparedDose(DOSE, Decimal(30_000_000), Decimal("2.4"), until, results), **changes)


def a_lot(**changes: Any) -> LotFacts:
    """The released lot, keeping through the course."""
    return fit(**({"expires_on": VISITS[-1].last_on} | changes))


def a_visit(step: Step, **changes: Any) -> VisitFacts:
    """The first visit of a subject, at a step, that lacks nothing: on its day, prescribed, confirmed."""
    facts = VisitFacts(
        subject=SUBJECT,
        enrolled=True,
        withdrawn_on=None,
        suspended_by=None,
        subject_holds=(),
        visit_code=VISIT,
        visit=VISITS[0],
        last_day=VISITS[-1].last_on,
        cancelled_on=None,
        injected=False,
        last_injection_on=None,
        prescription=Prescribed(30_000_000, Decimal("68.5"), True),
        answers=tuple(Answer(name, value, min(TODAY, changes.get("today", TODAY))) for name, value in FITTING.items()),
        lots=(a_lot(),),
        vials=(a_vial(reserved_for=RESERVED[step]), a_vial("V-2", reserved_for=RESERVED[step])),
        dose=a_dose() if step is Step.DISPENSE else None,
        protocol=shipped(),
        now=NOW,
        today=TODAY,
    )
    return replace(facts, **changes)


def with_dose_protocol(**changes: Any) -> Protocol:
    """The trial file with another section of doses."""
    return shipped().model_copy(update={"dose": shipped().dose.model_copy(update=changes)})


def a_hold(subject: str, **changes: Any) -> Blocked:
    """An open hold put by a person."""
    return replace(Blocked("H-1", HoldKind.MANUAL, subject, "A doubt", False), **changes)
