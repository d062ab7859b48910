"""The gate at the visit: reserve, pull, dispense (rules.md §5). The gate of a lot in shape, asked each time."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from cellbank.domain import gate
from cellbank.domain.dose import dose_findings, visit_findings
from cellbank.domain.facts import LotFacts
from cellbank.domain.gate import Step
from cellbank.domain.lot import Tier
from cellbank.domain.requirement import Answer, Requirement, answers, findings_of
from cellbank.domain.specification import endotoxin_limit, test_findings
from cellbank.domain.subject import criteria_findings
from cellbank.domain.testing import Stage
from cellbank.domain.vial import IN_STOCK, StockClass, VialStatus
from cellbank.domain.visit_facts import VisitFacts
from cellbank.errors import Finding


def _of_each_lot(requirement: Requirement[LotFacts]) -> Requirement[VisitFacts]:
    def asked(facts: VisitFacts) -> Iterator[Finding]:
        if not facts.lots:
            yield Finding("dose.lot.unknown", facts.visit_code)
        for lot in facts.lots:
            yield from requirement(lot)

    asked.__name__ = requirement.__name__
    return asked


lot_is_released = _of_each_lot(gate.still_released)
donor_is_eligible = _of_each_lot(gate.donor_is_eligible)
what_was_signed_stands = _of_each_lot(gate.what_was_signed_stands)
every_required_test_passed = _of_each_lot(gate.every_required_test_passed)
no_open_deviation = _of_each_lot(gate.no_open_deviation)


def nothing_holds_it(facts: VisitFacts) -> Iterator[Finding]:
    """No open hold on the lot, anything upstream, the vial, its box or tank, the subject."""
    for lot in facts.lots:
        yield from gate.nothing_holds_it(lot)
    of_vials = (hold for vial in facts.vials for hold in vial.holds)
    for hold in {hold.code: hold for hold in (*of_vials, *facts.subject_holds)}.values():
        params = {"hold": hold.code, "subject": hold.subject, "reason": hold.reason, "kind": hold.kind.value}
        yield Finding("dose.held", hold.subject, params)


def vials_are_verified(facts: VisitFacts) -> Iterator[Finding]:
    """Each vial's own label was scanned back from it."""
    for vial in facts.vials:
        if not vial.verified:
            yield Finding("dose.vial.unverified", vial.code, {"vial": vial.code})


def vials_are_for_patients(facts: VisitFacts) -> Iterator[Finding]:
    """Product tier, dispensable class, in stock, and not set aside for another visit."""
    if not facts.vials:
        yield Finding("dose.vial.none", facts.visit_code)
    for vial in facts.vials:
        if vial.tier is not Tier.PRODUCT:
            yield Finding("dose.vial.tier", vial.code, {"vial": vial.code, "tier": vial.tier.value})
        if vial.stock_class is not StockClass.DISPENSABLE:
            yield Finding("dose.vial.class", vial.code, {"vial": vial.code, "stock_class": vial.stock_class.value})
        if vial.reserved_for not in (None, facts.visit_code):
            params = {"vial": vial.code, "visit": facts.visit_code, "other": vial.reserved_for}
            yield Finding("dose.vial.reserved", vial.code, params)


def vials_are_in_stock(facts: VisitFacts) -> Iterator[Finding]:
    """Each vial is where it can still be taken from."""
    for vial in facts.vials:
        if vial.status not in IN_STOCK - {VialStatus.IN_TRANSIT, VialStatus.PULLED}:
            yield Finding("dose.vial.status", vial.code, {"vial": vial.code, "status": vial.status.value})


def vials_are_the_reserved_ones(facts: VisitFacts) -> Iterator[Finding]:
    """A pull takes what was reserved for this visit, unless it is a replacement drawn from unreserved stock."""
    for vial in facts.vials:
        if vial.reserved_for is None and not facts.replacing:
            yield Finding("dose.vial.not_reserved", vial.code, {"vial": vial.code, "visit": facts.visit_code})


def one_lot_a_dose(facts: VisitFacts) -> Iterator[Finding]:
    """One lot a dose, when the trial file says so."""
    lots = sorted({vial.lot for vial in facts.vials})
    if facts.protocol.dose.one_lot_per_dose and len(lots) > 1:
        yield Finding("dose.lots.mixed", facts.visit_code, {"lots": ", ".join(lots)})


def in_date_today(facts: VisitFacts) -> Iterator[Finding]:
    """In date on the day of the act (rules.md §9)."""
    for lot in facts.lots:
        yield from gate.in_date(replace(lot, today=facts.today))


def in_date_through_the_course(facts: VisitFacts) -> Iterator[Finding]:
    """In date on the last planned visit of the course plus its window."""
    for lot in facts.lots:
        if lot.expires_on < facts.last_day:
            params = {"expires_on": lot.expires_on, "last_day": facts.last_day}
            yield Finding("dose.lot.expires_in_course", lot.number, params)


def subject_takes_part(facts: VisitFacts) -> Iterator[Finding]:
    """Enrolled, consent in force, not withdrawn; the trial not suspended."""
    if not facts.enrolled:
        yield Finding("dose.subject.not_enrolled", facts.subject)
    if facts.withdrawn_on is not None:
        yield Finding("dose.subject.withdrawn", facts.subject, {"on": facts.withdrawn_on})
    if facts.suspended_by is not None:
        yield Finding("dose.trial.suspended", facts.subject, {"hold": facts.suspended_by})


def _visit_is_open(facts: VisitFacts) -> Iterator[Finding]:
    if facts.injected:
        yield Finding("dose.visit.injected", facts.visit_code, {"visit": facts.visit_code})
    if facts.cancelled_on is not None:
        yield Finding("dose.visit.cancelled", facts.visit_code, {"visit": facts.visit_code, "on": facts.cancelled_on})


def visit_is_due(facts: VisitFacts) -> Iterator[Finding]:
    """In the visit's window, neither injected nor cancelled, and long enough since the last actual injection."""
    yield from _visit_is_open(facts)
    yield from visit_findings(facts.protocol.dose, facts.subject, facts.visit, facts.today, facts.last_injection_on)


def visit_can_be_held(facts: VisitFacts) -> Iterator[Finding]:
    """A day is left on which the visit would be due: in its window, and long enough since the last actual injection."""
    yield from _visit_is_open(facts)
    day = max(facts.today, facts.visit.last_on)
    yield from visit_findings(facts.protocol.dose, facts.subject, facts.visit, day, facts.last_injection_on)


def prescription_is_validated(facts: VisitFacts) -> Iterator[Finding]:
    """A prescription for this visit, recorded and validated."""
    if facts.prescription is None:
        yield Finding("dose.prescription.missing", facts.visit_code, {"visit": facts.visit_code})
    elif not facts.prescription.validated:
        yield Finding("dose.prescription.unvalidated", facts.visit_code, {"visit": facts.visit_code})


def contraindications_are_answered(facts: VisitFacts) -> Iterator[Finding]:
    """The lumbar puncture's contraindications answered by the investigator for this visit, within its window."""
    fresh = [answer for answer in facts.answers if facts.visit.first_on <= answer.answered_on <= facts.today]
    elsewhen = {answer.criterion: answer.answered_on for answer in facts.answers if answer not in fresh}
    for found in criteria_findings(facts.protocol.subject, facts.subject, fresh, at_visit=True):
        params = {**found.params, "visit": facts.visit_code}
        on = elsewhen.get(str(found.params.get("criterion")))
        if on is None:
            yield replace(found, params=params)
        else:
            window = {"on": on, "first": facts.visit.first_on}
            yield replace(found, code="subject.criterion.elsewhen", params=params | window)


def recipient_limits_hold(facts: VisitFacts) -> Iterator[Finding]:
    """Endotoxin by the recorded weight and the volume to be given (Ph. Eur. 5.1.10)."""
    if facts.prescription is None:
        return
    volume = facts.dose.volume_ml if facts.dose is not None else facts.protocol.dose.maximum_volume_ml
    for lot in facts.lots:
        yield from _recipient_findings(lot, facts.prescription.weight_kg, volume)


def _recipient_findings(lot: LotFacts, weight_kg: Decimal, volume_ml: Decimal) -> Iterator[Finding]:
    specification = lot.protocol.specification
    limit = endotoxin_limit(specification.endotoxin_k_eu_per_kg, weight_kg, volume_ml)
    dependent = {c.test for c in specification.at(Stage(lot.tier.value)) if c.recipient_limit}
    found = test_findings(specification, Stage(lot.tier.value), lot.results, subject=lot.number, recipient=limit)
    for finding in found:
        if finding.params.get("test") in dependent:
            yield replace(finding, params={**finding.params, "weight_kg": weight_kg, "volume_ml": volume_ml})


def dose_stage_tests_passed(facts: VisitFacts) -> Iterator[Finding]:
    """Every required test of the dose stage that is due before dispensing; later ones only when the file allows it."""
    if facts.dose is None:
        return
    protocol = facts.protocol
    late = not protocol.dose.dispense_before_late_results
    yield from test_findings(
        protocol.specification, Stage.DOSE, facts.dose.results, subject=facts.dose.code, recipient=None, late=late
    )


def prepared_dose_is_within_limits(facts: VisitFacts) -> Iterator[Finding]:
    """Measured viable cells within the file's minimum and maximum, volume within the route's, the clock running."""
    dose = facts.dose
    if dose is None:
        yield Finding("dose.not_prepared", facts.visit_code, {"visit": facts.visit_code})
        return
    yield from dose_findings(facts.protocol.dose, dose.code, dose.viable_cells, dose.volume_ml)
    if dose.usable_until is None:
        yield Finding("dose.clock.unknown", dose.code, {"moment": facts.protocol.dose.post_thaw_from.value})
    elif facts.now > dose.usable_until:
        yield Finding("dose.clock.over", dose.code, {"until": dose.usable_until, "at": facts.now})


_OF_THE_LOT = (
    lot_is_released,
    donor_is_eligible,
    every_required_test_passed,
    what_was_signed_stands,
    nothing_holds_it,
    no_open_deviation,
)
_OF_THE_VISIT = (
    subject_takes_part,
    visit_is_due,
    prescription_is_validated,
    contraindications_are_answered,
    recipient_limits_hold,
)

GATE: Mapping[Step, tuple[Requirement[VisitFacts], ...]] = {
    Step.RESERVE: (
        *_OF_THE_LOT,
        vials_are_verified,
        vials_are_for_patients,
        vials_are_in_stock,
        in_date_through_the_course,
        subject_takes_part,
        visit_can_be_held,
    ),
    Step.PULL: (
        *_OF_THE_LOT,
        vials_are_verified,
        vials_are_for_patients,
        vials_are_the_reserved_ones,
        vials_are_in_stock,
        one_lot_a_dose,
        in_date_today,
        *_OF_THE_VISIT,
    ),
    Step.DISPENSE: (
        *_OF_THE_LOT,
        vials_are_for_patients,
        one_lot_a_dose,
        in_date_today,
        *_OF_THE_VISIT,
        dose_stage_tests_passed,
        prepared_dose_is_within_limits,
    ),
}


def ask(step: Step, facts: VisitFacts) -> tuple[Answer, ...]:
    """Every requirement of a step with all its findings; a step without requirements refuses."""
    return answers(GATE.get(step, ()), facts, subject=facts.visit_code, step=step.value)


def findings(step: Step, facts: VisitFacts) -> tuple[Finding, ...]:
    """All findings of a step."""
    return findings_of(ask(step, facts))
