"""The gate at the visit: from a visit that lacks nothing, each single flaw gives exactly its own finding at each step.

The table of rules.md §5, a row each: what is asked at reserve, at pull and at dispensing, and what is not.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest

from cellbank.domain import dose_gate
from cellbank.domain.donor import Determination, Eligibility
from cellbank.domain.facts import DonorStanding
from cellbank.domain.gate import Step
from cellbank.domain.hold import HoldKind
from cellbank.domain.lot import Disposition, Tier
from cellbank.domain.person import Role
from cellbank.domain.subject import Answer
from cellbank.domain.vial import StockClass, VialStatus
from cellbank.domain.visit_facts import Prescribed, VisitFacts
from cellbank.errors import Finding
from tests.domain.test_gate import LOT, TODAY, a_deviation, a_signature, fit, with_result, without
from tests.domain.test_subject import FITTING
from tests.domain.visit_builders import (
    NOW,
    RESERVED,
    SUBJECT,
    VISITS,
    a_dose,
    a_hold,
    a_lot,
    a_result,
    a_vial,
    a_visit,
    with_dose_protocol,
)

STEPS = (Step.RESERVE, Step.PULL, Step.DISPENSE)


def found(step: Step, facts: VisitFacts) -> list[tuple[str, str]]:
    """Every finding as its requirement and code."""
    return [(finding.requirement, finding.code) for finding in dose_gate.findings(step, facts)]


def one_vial(**changes: Any) -> dict[str, Any]:
    """Two vials, the second changed."""
    return {"vials": (a_vial(), changes)}


def answered(**changes: str | None) -> dict[str, Any]:
    """The investigator's answers, some of them others or left out."""
    said = FITTING | {name.replace("_", "-"): value for name, value in changes.items()}
    return {"answers": tuple(Answer(name, value, TODAY) for name, value in said.items() if value is not None)}


def lot(**changes: Any) -> dict[str, Any]:
    return {"lots": (a_lot(**changes),)}


def dose(**changes: Any) -> dict[str, Any]:
    return {"dose": a_dose(**changes)}


ALL, LATER = "reserve pull dispense", "pull dispense"
DAY = timedelta(days=1)
[DONOR] = fit().donors
TESTS, HELD, PATIENTS = "every_required_test_passed", "nothing_holds_it", "vials_are_for_patients"
DUE, TAKES_PART, ASKED_AGAIN = "visit_is_due", "subject_takes_part", "contraindications_are_answered"
AT_RESERVE = {DUE: "visit_can_be_held"}
"""Before the day of the visit itself, the gate asks whether it can still come."""
LIMITS, OF_DOSE = "prepared_dose_is_within_limits", "dose_stage_tests_passed"
LAST = VISITS[0].planned_on
QP_ONLY = (a_signature(Role.QA, "lot.attested"), a_signature(Role.QP, "lot.released", current=False))

Flaw = tuple[str, Mapping[str, Any], str, list[tuple[str, str]]]


def flaw(name: str, changes: Mapping[str, Any], steps: str, requirement: str, *codes: str) -> Flaw:
    return name, MappingProxyType(dict(changes)), steps, [(requirement, code) for code in codes]


FLAWS: list[Flaw] = [
    # The donor and the lot.
    flaw(
        "the donor withdrew",
        lot(donors=(replace(DONOR, withdrawn=True),)),
        ALL,
        "donor_is_eligible",
        "lot.donor.withdrawn",
    ),
    flaw(
        "the donor is not eligible any more",
        lot(donors=(DonorStanding("D", Eligibility.INELIGIBLE, Determination.ELIGIBLE, False),)),
        ALL,
        "donor_is_eligible",
        "lot.donor.not_eligible",
    ),
    flaw("no donor is known", lot(donors=()), ALL, "donor_is_eligible", "lot.donor.unknown"),
    *(
        flaw(f"the lot is {to.value}", lot(disposition=to), ALL, "still_released", "lot.disposition.not_released")
        for to in Disposition
        if to is not Disposition.RELEASED
    ),
    flaw("a test is missing", lot(**without("potency")), ALL, TESTS, "lot.test.missing"),
    flaw("a test failed since", lot(**with_result("hla-dr", "3.4")), ALL, TESTS, "lot.test.failed"),
    flaw("a result is unreviewed", lot(**with_result("potency", reviewed=False)), ALL, TESTS, "lot.test.unreviewed"),
    flaw("a deviation is open", lot(deviations=(a_deviation(),)), ALL, "no_open_deviation", "lot.deviation.open"),
    flaw(
        "a signature is stale", lot(signatures=QP_ONLY), ALL, "what_was_signed_stands", "lot.signature.content_changed"
    ),
    # Holds, wherever they stand.
    flaw("the lot is held", lot(holds=(a_hold(LOT),)), ALL, HELD, "lot.held"),
    flaw("the subject is held", {"subject_holds": (a_hold(SUBJECT),)}, ALL, HELD, "dose.held"),
    flaw("a vial is held", one_vial(holds=(a_hold("V-2"),)), ALL, HELD, "dose.held"),
    flaw(
        "a vial was too warm",
        one_vial(holds=(a_hold("V-2", kind=HoldKind.EXCURSION, of_deviation=True),)),
        ALL,
        HELD,
        "dose.held",
    ),
    # The dates.
    flaw(
        "the lot expired",
        {"last_day": TODAY - DAY, **lot(expires_on=TODAY - DAY)},
        LATER,
        "in_date_today",
        "lot.expired",
    ),
    flaw(
        "the lot expires within the course",
        lot(expires_on=VISITS[-1].last_on - DAY),
        "reserve",
        "in_date_through_the_course",
        "dose.lot.expires_in_course",
    ),
    # The vials.
    flaw(
        "a vial's label was not scanned back",
        one_vial(verified=False),
        "reserve pull",
        "vials_are_verified",
        "dose.vial.unverified",
    ),
    flaw("a vial is of a bank", one_vial(tier=Tier.MASTER), ALL, PATIENTS, "dose.vial.tier"),
    *(
        flaw(f"a vial is {kept.value}", one_vial(stock_class=kept), ALL, PATIENTS, "dose.vial.class")
        for kept in StockClass
        if kept is not StockClass.DISPENSABLE
    ),
    flaw("a vial is another visit's", one_vial(reserved_for="S-2/1"), ALL, PATIENTS, "dose.vial.reserved"),
    flaw(
        "a vial is the same subject's of another visit",
        one_vial(reserved_for="S-1/2"),
        ALL,
        PATIENTS,
        "dose.vial.reserved",
    ),
    *(
        flaw(
            f"a vial is {status.value}",
            one_vial(status=status),
            "reserve pull",
            "vials_are_in_stock",
            "dose.vial.status",
        )
        for status in VialStatus
        if status not in (VialStatus.FILLED, VialStatus.STORED)
    ),
    flaw("no vial", {"vials": ()}, ALL, PATIENTS, "dose.vial.none"),
    flaw(
        "a vial is not reserved",
        one_vial(reserved_for=None),
        "pull",
        "vials_are_the_reserved_ones",
        "dose.vial.not_reserved",
    ),
    flaw("two lots", one_vial(lot="L-2"), LATER, "one_lot_a_dose", "dose.lots.mixed"),
    # The subject and the visit.
    flaw("not enrolled", {"enrolled": False}, ALL, TAKES_PART, "dose.subject.not_enrolled"),
    flaw("withdrawn", {"withdrawn_on": TODAY}, ALL, TAKES_PART, "dose.subject.withdrawn"),
    flaw("the trial suspended", {"suspended_by": "H-9"}, ALL, TAKES_PART, "dose.trial.suspended"),
    (
        "too early, and for the answers too",
        {"today": VISITS[0].first_on - DAY},
        LATER,
        [(DUE, "dose.visit.outside_window"), *[(ASKED_AGAIN, "subject.criterion.elsewhen")] * 5],
    ),
    flaw("too late", {"today": VISITS[0].last_on + DAY}, ALL, DUE, "dose.visit.outside_window"),
    flaw("injected already", {"injected": True}, ALL, DUE, "dose.visit.injected"),
    flaw("an injection 69 days ago", {"last_injection_on": LAST - 69 * DAY}, LATER, DUE, "dose.interval.short"),
    flaw(
        "an injection after which the window has no day left",
        {"last_injection_on": VISITS[0].last_on - 69 * DAY},
        ALL,
        DUE,
        "dose.interval.short",
    ),
    flaw(
        "no prescription",
        {"prescription": None},
        LATER,
        "prescription_is_validated",
        "dose.prescription.missing",
    ),
    flaw(
        "the prescription not validated",
        {"prescription": Prescribed(30_000_000, Decimal("68.5"), False)},
        LATER,
        "prescription_is_validated",
        "dose.prescription.unvalidated",
    ),
    flaw("an answer missing", answered(platelets=None), LATER, ASKED_AGAIN, "subject.criterion.missing"),
    flaw("platelets too low", answered(platelets="49.9"), LATER, ASKED_AGAIN, "subject.criterion.not_met"),
    flaw("platelets unreadable", answered(platelets="plenty"), LATER, ASKED_AGAIN, "subject.answer.unreadable"),
    flaw(
        "the answers older than the window",
        {"answers": tuple(Answer(name, value, VISITS[0].first_on - DAY) for name, value in FITTING.items())},
        LATER,
        ASKED_AGAIN,
        *["subject.criterion.elsewhen"] * 5,
    ),
    flaw(
        "the answers of a day after the act",
        {"answers": tuple(Answer(name, value, TODAY + DAY) for name, value in FITTING.items())},
        LATER,
        ASKED_AGAIN,
        *["subject.criterion.elsewhen"] * 5,
    ),
    flaw(
        "too light for the endotoxin of the lot",
        {"prescription": Prescribed(30_000_000, Decimal("0.5"), True), **lot(**with_result("endotoxin", "1"))},
        LATER,
        "recipient_limits_hold",
        "lot.test.failed",
    ),
    # The prepared dose.
    flaw("not prepared", {"dose": None}, "dispense", LIMITS, "dose.not_prepared"),
    flaw("too few cells", dose(viable_cells=Decimal(23_999_999)), "dispense", LIMITS, "dose.cells.low"),
    flaw("too many cells", dose(viable_cells=Decimal(36_000_001)), "dispense", LIMITS, "dose.cells.high"),
    flaw("too large a volume", dose(volume_ml=Decimal("3.1")), "dispense", LIMITS, "dose.volume.high"),
    flaw("no clock", dose(usable_until=None), "dispense", LIMITS, "dose.clock.unknown"),
    flaw("the clock over", dose(usable_until=NOW - timedelta(seconds=1)), "dispense", LIMITS, "dose.clock.over"),
    flaw("no viability measured", dose(results=()), "dispense", OF_DOSE, "lot.test.missing"),
    flaw("dead cells", dose(results=(a_result("viability-after-thaw", "69"),)), "dispense", OF_DOSE, "lot.test.failed"),
    flaw(
        "nobody checked the count",
        dose(results=(a_result("viability-after-thaw", "88", reviewed=False),)),
        "dispense",
        OF_DOSE,
        "lot.test.unreviewed",
    ),
    flaw(
        "a late result is there and failed",
        dose(results=(*a_dose().results, a_result("sterility-after-thaw", "growth"))),
        "dispense",
        OF_DOSE,
        "lot.test.failed",
    ),
    flaw(
        "late results must be there",
        {"protocol": with_dose_protocol(dispense_before_late_results=False)},
        "dispense",
        OF_DOSE,
        "lot.test.missing",
    ),
]
"""What is wrong, and at which steps that is found, by which requirement, as what."""


def flawed(step: Step, changes: Mapping[str, Any]) -> VisitFacts:
    """The visit with a flaw; what is said of one vial is said of the second, as it is at this step."""
    said = dict(changes)
    if said.get("vials"):
        first, second = said["vials"]
        kept = {"reserved_for": RESERVED[step]}
        said["vials"] = (replace(first, **kept), a_vial("V-2", **(kept | second)))
    if step is not Step.DISPENSE:
        said.pop("dose", None)
    return a_visit(step, **said)


@pytest.mark.parametrize("step", STEPS)
def test_nothing_stands_against_a_visit_that_lacks_nothing(step: Step) -> None:
    assert found(step, a_visit(step)) == []


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(("name", "changes", "steps", "expected"), FLAWS, ids=[one[0] for one in FLAWS])
def test_a_single_flaw_is_found_exactly_where_it_is_asked(
    name: str, changes: Mapping[str, Any], steps: str, expected: list[tuple[str, str]], step: Step
) -> None:
    asked = [
        (AT_RESERVE.get(requirement, requirement) if step is Step.RESERVE else requirement, code)
        for requirement, code in expected
    ]
    assert found(step, flawed(step, changes)) == (asked if step.value in steps.split() else []), name


@pytest.mark.parametrize("step", STEPS)
def test_every_requirement_of_a_step_has_a_flaw_that_only_it_finds(step: Step) -> None:
    known = {requirement for _, _, steps, expected in FLAWS if step.value in steps for requirement, _ in expected}
    if step is Step.RESERVE:
        known = {AT_RESERVE.get(requirement, requirement) for requirement in known}
    assert {asked.__name__ for asked in dose_gate.GATE[step]} == known


@pytest.mark.parametrize("step", STEPS)
def test_all_reasons_are_given_at_once(step: Step) -> None:
    changes = {"withdrawn_on": TODAY, "suspended_by": "H-9", **lot(holds=(a_hold(LOT),))}
    codes = [code for _, code in found(step, a_visit(step, **changes))]
    assert codes == ["lot.held", "dose.subject.withdrawn", "dose.trial.suspended"]


@pytest.mark.parametrize(
    ("step", "changes"),
    [
        (Step.PULL, {"vials": (a_vial(reserved_for=None),), "replacing": True}),
        (Step.PULL, {"last_injection_on": LAST - 70 * DAY}),
        (Step.PULL, {"today": VISITS[0].first_on}),
        (Step.DISPENSE, {"today": VISITS[0].last_on}),
        (Step.PULL, lot(expires_on=TODAY)),
        (Step.DISPENSE, dose(usable_until=NOW)),
        (Step.DISPENSE, dose(viable_cells=Decimal(24_000_000), volume_ml=Decimal(3))),
        (
            Step.PULL,
            {"vials": (a_vial(), a_vial("V-2", lot="L-2")), "protocol": with_dose_protocol(one_lot_per_dose=False)},
        ),
    ],
)
def test_a_limit_itself_is_allowed(step: Step, changes: Mapping[str, Any]) -> None:
    assert found(step, a_visit(step, **changes)) == []


@pytest.mark.parametrize("step", [Step.RELEASE, Step.FIT])
def test_a_step_without_requirements_refuses(step: Step) -> None:
    facts = a_visit(Step.PULL)
    nothing_asked = Finding("gate.empty", facts.visit_code, {"step": step.value}, "gate")
    assert dose_gate.findings(step, facts) == (nothing_asked,)
