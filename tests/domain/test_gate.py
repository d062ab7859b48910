"""The gate: from a lot that lacks nothing, each single flaw gives exactly its own findings."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from cellbank.demo.made_up import PRODUCT_RESULTS
from cellbank.domain import gate
from cellbank.domain.donor import Determination, Eligibility
from cellbank.domain.facts import (
    Blocked,
    DeviationFacts,
    DonorStanding,
    Labels,
    LotFacts,
    MaterialUsed,
    ParentLot,
    Reconciliation,
    SignatureFacts,
    TissueStanding,
    VialFacts,
)
from cellbank.domain.gate import GATE, Step
from cellbank.domain.hold import HoldKind
from cellbank.domain.lot import Disposition, ReleaseSignature, Tier
from cellbank.domain.person import Role
from cellbank.domain.signature import Meaning
from cellbank.domain.testing import ResultFacts
from cellbank.domain.tissue import Acceptance
from cellbank.domain.vial import IN_STOCK, StockClass, VialStatus
from cellbank.errors import Finding
from tests.domain.builders import shipped

TODAY = date(2026, 3, 2)
LOT = "L-260002-M"
PASSING = {test: value for test, value in PRODUCT_RESULTS.items() if test != "cfu-f"}
"""Every required result; the clonogenic one is for information."""
UNITS = {criterion.test: criterion.unit for criterion in shipped().specification.criteria}
OVER = Finding("culture.passage.over", "C-1", {"passage": 5, "limit": 4})

Change = Callable[[LotFacts], LotFacts]
Expected = list[tuple[str, str]]


def a_result(test: str, value: str | None = None, number: int = 0, **changes: object) -> ResultFacts:
    """A reviewed result of a test."""
    result = ResultFacts(
        f"R-{test}-{number}", test, value or PASSING[test], UNITS[test], None, True, False, TODAY - timedelta(days=3)
    )
    return replace(result, **changes)  # type: ignore[arg-type]


def a_signature(role: Role, action: str, **changes: object) -> SignatureFacts:
    """A signature that covers what stands."""
    meaning = {Role.QP: Meaning.RELEASED, Role.REVIEWER: Meaning.REVIEWED}.get(role, Meaning.APPROVED)
    meaning = Meaning.RE_AFFIRMED if action == "lot.reaffirmed" else meaning
    signature = SignatureFacts(role.value, role.value.title(), role, meaning, action, True)
    return replace(signature, **changes)  # type: ignore[arg-type]


def a_hold(**changes: object) -> Blocked:
    """An open hold put by a person on the lot."""
    return replace(Blocked("H-1", HoldKind.MANUAL, LOT, "A doubt", False), **changes)  # type: ignore[arg-type]


def a_deviation(limit: Finding = OVER, **changes: object) -> DeviationFacts:
    """An open deviation of a limit."""
    return replace(DeviationFacts("D-1", limit.code, limit.subject, limit.subject, True), **changes)  # type: ignore[arg-type]


def releasable(**changes: object) -> LotFacts:
    """A quarantined product lot that lacks nothing but the last signature."""
    facts = LotFacts(
        number=LOT,
        tier=Tier.PRODUCT,
        disposition=Disposition.QUARANTINED,
        expires_on=TODAY + timedelta(days=30),
        today=TODAY,
        protocol=shipped(),
        specification_in_force=True,
        donors=(DonorStanding("D-0427", Eligibility.ELIGIBLE, Determination.ELIGIBLE, False),),
        tissues=(TissueStanding("T-1", Acceptance.ACCEPTED),),
        rootless=(),
        parent_lots=(ParentLot("L-260001-O", Tier.MASTER, Disposition.RELEASED),),
        limits=(),
        materials=(MaterialUsed("M-1", "Medium", "LOT-1", "C-1", "seed", ()),),
        results=tuple(a_result(test) for test in PASSING),
        reconciliation=Reconciliation(3, {VialStatus.FILLED: 2, VialStatus.CONSUMED_IN_TEST: 1}),
        labels=Labels(3, 2, 1, ()),
        vials=(
            VialFacts("V-1", StockClass.DISPENSABLE, VialStatus.FILLED, True),
            VialFacts("V-2", StockClass.RETAINED, VialStatus.FILLED, False),
            VialFacts("V-3", StockClass.DISPENSABLE, VialStatus.CONSUMED_IN_TEST, False),
        ),
        holds=(),
        deviations=(),
        signatures=(a_signature(Role.QA, "lot.attested"),),
        green_light=None,
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


def fit(**changes: object) -> LotFacts:
    """The same lot, released, with everything signed still standing."""
    signatures = (a_signature(Role.QA, "lot.attested"), a_signature(Role.QP, "lot.released"))
    return releasable(**({"disposition": Disposition.RELEASED, "signatures": signatures} | changes))


def found(step: Step, facts: LotFacts) -> Expected:
    """Every finding as its requirement and code."""
    return [(finding.requirement, finding.code) for finding in gate.findings(step, facts)]


def with_result(test: str, value: str | None = None, **changes: object) -> dict[str, object]:
    """The results with one of them another."""
    return {"results": tuple(a_result(t, value, **changes) if t == test else a_result(t) for t in PASSING)}


def without(*tests: str) -> dict[str, object]:
    """The results without some tests."""
    return {"results": tuple(a_result(test) for test in PASSING if test not in tests)}


def and_also(*results: ResultFacts) -> dict[str, object]:
    """The results and more of them."""
    return {"results": (*releasable().results, *results)}


def donors(**changes: object) -> dict[str, object]:
    """An eligible donor and another one."""
    [one] = releasable().donors
    return {"donors": (one, replace(one, code="D-0428", **changes))}  # type: ignore[arg-type]


def signing(*signatures: ReleaseSignature, **changes: object) -> dict[str, object]:
    """A trial file that asks other release signatures."""
    lot = shipped().lot.model_copy(update={"release_signatures": signatures, **changes})
    return {"protocol": shipped().model_copy(update={"lot": lot})}


def specified(*tests: str, **changes: object) -> dict[str, object]:
    """A trial file with only these criteria, changed."""
    criteria = tuple(c.model_copy(update=changes) for c in shipped().specification.criteria if c.test in tests)
    specification = shipped().specification.model_copy(update={"criteria": criteria})
    return {"protocol": shipped().model_copy(update={"specification": specification})}


QA, QP = ReleaseSignature(role="qa", meaning="approved"), ReleaseSignature(role="qp", meaning="released")
QA_REVIEWED = ReleaseSignature(role="qa", meaning="reviewed")
REVIEWER = ReleaseSignature(role="reviewer", meaning="reviewed")
OUT_OF_DATE = Finding("material.used.expired", "M-1", {"item": "Medium", "lot": "LOT-1"})
EXPIRED_MATERIAL = {"materials": (MaterialUsed("M-1", "Medium", "LOT-1", "C-1", "seed", (OUT_OF_DATE,)),)}

DONOR, TESTS = "donor_is_eligible", "every_required_test_passed"
SIGNATURES = "signatures_before_are_given"

RELEASE_FLAWS: list[tuple[str, dict[str, object], Expected]] = [
    *(
        (
            f"it is {disposition.value}",
            {"disposition": disposition},
            [("still_quarantined", "lot.disposition.not_quarantined")],
        )
        for disposition in (Disposition.RELEASED, Disposition.REJECTED, Disposition.RECALLED)
    ),
    ("its donor is unknown", {"donors": ()}, [(DONOR, "lot.donor.unknown")]),
    ("a donor withdrew", donors(withdrawn=True), [(DONOR, "lot.donor.withdrawn")]),
    *(
        (f"a donor is {standing.value}", donors(eligibility=standing), [(DONOR, "lot.donor.not_eligible")])
        for standing in Eligibility
        if standing is not Eligibility.ELIGIBLE
    ),
    ("nobody determined a donor", donors(determination=None), [(DONOR, "lot.donor.undetermined")]),
    (
        "a donor was determined ineligible",
        donors(determination=Determination.INELIGIBLE),
        [(DONOR, "lot.donor.undetermined")],
    ),
    *(
        (
            f"a tissue is {acceptance.value}",
            {"tissues": (TissueStanding("T-1", Acceptance.ACCEPTED), TissueStanding("T-2", acceptance))},
            [("tissue_is_accepted", "lot.tissue.not_accepted")],
        )
        for acceptance in (Acceptance.PENDING, Acceptance.REJECTED)
    ),
    ("no tissue is upstream", {"tissues": ()}, [("lineage_is_whole", "lot.lineage.no_tissue")]),
    ("a culture came from nowhere", {"rootless": ("C-9",)}, [("lineage_is_whole", "lot.lineage.rootless")]),
    *(
        (
            f"its parent bank is {disposition.value}",
            {"parent_lots": (ParentLot("L-1", Tier.WORKING, disposition),)},
            [("parent_bank_is_released", "lot.parent.not_released")],
        )
        for disposition in (Disposition.QUARANTINED, Disposition.REJECTED, Disposition.RECALLED)
    ),
    (
        "it was made from a product lot",
        {"parent_lots": (ParentLot("L-1", Tier.PRODUCT, Disposition.RELEASED),)},
        [("parent_bank_is_released", "lot.parent.product")],
    ),
    ("a limit is broken", {"limits": (OVER,)}, [("growth_is_within_limits", OVER.code)]),
    (
        "a limit is broken and its deviation open",
        {"limits": (OVER,), "deviations": (a_deviation(),)},
        [("growth_is_within_limits", OVER.code), ("no_open_deviation", "lot.deviation.open")],
    ),
    (
        "a limit is broken and the deviation of another culture closed",
        {"limits": (OVER,), "deviations": (a_deviation(subject="C-2", is_open=False),)},
        [("growth_is_within_limits", OVER.code)],
    ),
    (
        "a limit is broken and the deviation of another limit closed",
        {"limits": (OVER,), "deviations": (a_deviation(limit_code="culture.density.outside", is_open=False),)},
        [("growth_is_within_limits", OVER.code)],
    ),
    ("a material was out of date", EXPIRED_MATERIAL, [("materials_were_fit", OUT_OF_DATE.code)]),
    (
        "a material was out of date, and the deviation of another step is closed",
        EXPIRED_MATERIAL | {"deviations": (a_deviation(OUT_OF_DATE, is_open=False),)},
        [("materials_were_fit", OUT_OF_DATE.code)],
    ),
    (
        "a material was out of date, and the deviation of another material of the step is closed",
        EXPIRED_MATERIAL | {"deviations": (a_deviation(OUT_OF_DATE, subject="C-1", about="M-2", is_open=False),)},
        [("materials_were_fit", OUT_OF_DATE.code)],
    ),
    (
        "its trial file was never approved",
        {"specification_in_force": False},
        [("specification_is_in_force", "lot.specification.not_approved")],
    ),
    *((f"{test} is missing", without(test), [(TESTS, "lot.test.missing")]) for test in PASSING if test[:4] != "cd1"),
    ("neither of a group is there", without("cd11b"), [(TESTS, "lot.test.missing")]),
    ("all tests are missing", {"results": ()}, [(TESTS, "lot.test.missing")] * 15),
    ("a test failed", with_result("hla-dr", "2.1"), [(TESTS, "lot.test.failed")]),
    ("a result is on the limit that excludes it", with_result("endotoxin", "3.01"), [(TESTS, "lot.test.failed")]),
    ("a test is inconclusive", with_result("cd45", "< 5"), [(TESTS, "lot.test.inconclusive")]),
    ("a test has no final result", with_result("sterility", "pending"), [(TESTS, "lot.test.inconclusive")]),
    ("a result is in another unit", with_result("cd73", unit="cells"), [(TESTS, "lot.test.inconclusive")]),
    ("nobody reviewed a result", with_result("potency", reviewed=False), [(TESTS, "lot.test.unreviewed")]),
    (
        "nobody reviewed a failing result",
        with_result("potency", "19", reviewed=False),
        [(TESTS, "lot.test.failed"), (TESTS, "lot.test.unreviewed")],
    ),
    ("a result was invalidated", with_result("potency", invalidated=True), [(TESTS, "lot.test.missing")]),
    ("a later pass follows a failure", and_also(a_result("cd34", "2.5", 1)), [(TESTS, "lot.test.failed")]),
    (
        "the one of a group that was tested beside the passing one failed",
        and_also(ResultFacts("R-9", "cd14", "7", "%", None, True, False, TODAY)),
        [(TESTS, "lot.test.failed")],
    ),
    (
        "a test was done by another method",
        specified("viability", methods=("NucleoCounter",)),
        [(TESTS, "lot.test.method")],
    ),
    ("its specification is empty", specified(), [(TESTS, "lot.specification.empty")]),
    (
        "its specification asks nothing",
        specified("viability", required=False),
        [(TESTS, "lot.specification.empty")],
    ),
    (
        "its stage has no specification",
        specified("viability-after-thaw"),
        [(TESTS, "lot.specification.empty")],
    ),
    (
        "nobody attested the batch record",
        {"signatures": (a_signature(Role.QA, "lot.approved"),)},
        [("batch_record_is_attested", "lot.attestation.missing")],
    ),
    (
        "nobody signed at all",
        {"signatures": ()},
        [("batch_record_is_attested", "lot.attestation.missing"), (SIGNATURES, "lot.signature.missing")],
    ),
    (
        "someone else signed as QA signs",
        {"signatures": (a_signature(Role.REVIEWER, "lot.attested"),)},
        [("batch_record_is_attested", "lot.attestation.missing"), (SIGNATURES, "lot.signature.missing")],
    ),
    (
        "QA signed something else",
        {"signatures": (a_signature(Role.QA, "lot.use_at_risk_signed"),)},
        [("batch_record_is_attested", "lot.attestation.missing"), (SIGNATURES, "lot.signature.missing")],
    ),
    (
        "a vial is not accounted for",
        {"reconciliation": Reconciliation(3, {VialStatus.FILLED: 2})},
        [("vials_reconcile", "lot.vials.unbalanced")],
    ),
    (
        "there is a vial too many",
        {"reconciliation": Reconciliation(3, {VialStatus.FILLED: 4})},
        [("vials_reconcile", "lot.vials.unbalanced")],
    ),
    (
        "a label is outstanding",
        {"labels": Labels(4, 2, 1, ("V-1",))},
        [("labels_reconcile", "lot.labels.unbalanced")],
    ),
    *(
        (
            f"a dispensable vial {status.value} is not verified",
            {"vials": (VialFacts("V-1", StockClass.DISPENSABLE, status, False),)},
            [("labels_reconcile", "lot.vials.unverified")],
        )
        for status in sorted(IN_STOCK)
    ),
    *(
        (f"it is held: {kind.value}", {"holds": (a_hold(kind=kind),)}, [("nothing_holds_it", "lot.held")])
        for kind in HoldKind
        if kind is not HoldKind.DEVIATION
    ),
    (
        "two holds stand",
        {"holds": (a_hold(), a_hold(code="H-2", subject="D-0427"))},
        [("nothing_holds_it", "lot.held")] * 2,
    ),
    ("a deviation is open", {"deviations": (a_deviation(),)}, [("no_open_deviation", "lot.deviation.open")]),
    ("it expired yesterday", {"expires_on": TODAY - timedelta(days=1)}, [("in_date", "lot.expired")]),
    (
        "the sponsor's green light is asked",
        signing(QA, QP, sponsor_green_light=True),
        [("green_light_is_given", "lot.green_light.missing")],
    ),
    (
        "something changed since QA signed",
        {"signatures": (a_signature(Role.QA, "lot.attested", current=False),)},
        [("batch_record_is_attested", "lot.attestation.stale"), (SIGNATURES, "lot.signature.stale")],
    ),
    (
        "something changed since QA attested, and the trial file asks no signature of QA",
        signing(QP) | {"signatures": (a_signature(Role.QA, "lot.attested", current=False),)},
        [("batch_record_is_attested", "lot.attestation.stale")],
    ),
    ("the reviewer's signature is asked", signing(REVIEWER, QA, QP), [(SIGNATURES, "lot.signature.missing")]),
    ("no signature is asked at all", signing(), [(SIGNATURES, "lot.signature.none_asked")]),
    (
        "two of QA's are asked and one is given",
        signing(QA, QA_REVIEWED, QP),
        [(SIGNATURES, "lot.signature.missing")],
    ),
    (
        "QA approved where a review is asked",
        signing(QA_REVIEWED, QP),
        [(SIGNATURES, "lot.signature.missing")],
    ),
    (
        "two of QA's are asked and two people approved",
        signing(QA, QA_REVIEWED, QP)
        | {"signatures": (a_signature(Role.QA, "lot.attested"), a_signature(Role.QA, "lot.attested", person="qa-2"))},
        [(SIGNATURES, "lot.signature.missing")],
    ),
    (
        "two signatures are asked and one person gave both",
        signing(REVIEWER, QA, QP)
        | {
            "signatures": (
                a_signature(Role.QA, "lot.attested"),
                a_signature(Role.REVIEWER, "lot.approved", person=Role.QA.value),
            )
        },
        [(SIGNATURES, "lot.signature.missing")],
    ),
]

FIT_FLAWS: list[tuple[str, dict[str, object], Expected]] = [
    *(
        (
            f"it is {disposition.value}",
            {"disposition": disposition},
            [("still_released", "lot.disposition.not_released")],
        )
        for disposition in (Disposition.QUARANTINED, Disposition.REJECTED, Disposition.RECALLED)
    ),
    ("a donor withdrew", donors(withdrawn=True), [(DONOR, "lot.donor.withdrawn")]),
    ("a donor is no longer eligible", donors(eligibility=Eligibility.PENDING), [(DONOR, "lot.donor.not_eligible")]),
    ("a late result failed", and_also(a_result("sterility", "growth", 1)), [(TESTS, "lot.test.failed")]),
    ("a result was invalidated", with_result("potency", invalidated=True), [(TESTS, "lot.test.missing")]),
    (
        "a vial is not accounted for",
        {"reconciliation": Reconciliation(3, {VialStatus.FILLED: 2})},
        [("vials_reconcile", "lot.vials.unbalanced")],
    ),
    ("it is held", {"holds": (a_hold(),)}, [("nothing_holds_it", "lot.held")]),
    ("a deviation is open", {"deviations": (a_deviation(),)}, [("no_open_deviation", "lot.deviation.open")]),
    ("it expired yesterday", {"expires_on": TODAY - timedelta(days=1)}, [("in_date", "lot.expired")]),
    (
        "what QA signed has changed",
        {"signatures": (a_signature(Role.QA, "lot.attested", current=False), a_signature(Role.QP, "lot.released"))},
        [("what_was_signed_stands", "lot.signature.content_changed")],
    ),
    (
        "what both signed has changed",
        {"signatures": tuple(replace(s, current=False) for s in fit().signatures)},
        [("what_was_signed_stands", "lot.signature.content_changed")] * 2,
    ),
    (
        "what both signed has changed and only QA re-affirmed",
        {
            "signatures": (
                *(replace(s, current=False) for s in fit().signatures),
                a_signature(Role.QA, "lot.reaffirmed"),
            )
        },
        [("what_was_signed_stands", "lot.signature.content_changed")],
    ),
    (
        "QA approved where a review was asked",
        signing(QA_REVIEWED, QP),
        [("what_was_signed_stands", "lot.signature.content_changed")],
    ),
]


@pytest.mark.parametrize(("changes", "expected"), [f[1:] for f in RELEASE_FLAWS], ids=[f[0] for f in RELEASE_FLAWS])
def test_release_is_refused_when(changes: dict[str, object], expected: Expected) -> None:
    assert found(Step.RELEASE, releasable(**changes)) == expected


@pytest.mark.parametrize(("changes", "expected"), [f[1:] for f in FIT_FLAWS], ids=[f[0] for f in FIT_FLAWS])
def test_a_released_lot_is_not_fit_when(changes: dict[str, object], expected: Expected) -> None:
    assert found(Step.FIT, fit(**changes)) == expected


def test_a_lot_that_lacks_nothing_is_released_and_stays_fit() -> None:
    assert found(Step.RELEASE, releasable()) == []
    assert found(Step.FIT, fit()) == []


def test_a_role_re_affirms_whatever_its_signature_meant() -> None:
    changed = (replace(s, current=False) for s in fit().signatures)
    again = (a_signature(Role.QA, "lot.reaffirmed"), a_signature(Role.QP, "lot.reaffirmed"))
    assert found(Step.FIT, fit(**signing(QA_REVIEWED, QP), signatures=(*changed, *again))) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"expires_on": TODAY},
        {"limits": (OVER,), "deviations": (a_deviation(is_open=False),)},
        EXPIRED_MATERIAL | {"deviations": (a_deviation(OUT_OF_DATE, subject="C-1", is_open=False),)},
        {"holds": (a_hold(of_deviation=True),)},
        signing(QA, QP, sponsor_green_light=True) | {"green_light": "GL-1"},
        {"parent_lots": ()},
        and_also(ResultFacts("R-9", "cfu-f", "0", "%", None, False, False, TODAY)),
        and_also(a_result("viability", "12", 1, invalidated=True)),
        with_result("viability", "80"),
        with_result("endotoxin", "3"),
        signing(QP),
        {"signatures": (a_signature(Role.QA, "lot.attested", current=False), a_signature(Role.QA, "lot.attested"))},
        signing(REVIEWER, QA, QP)
        | {"signatures": (a_signature(Role.REVIEWER, "lot.approved"), a_signature(Role.QA, "lot.attested"))},
        signing(QA, QA_REVIEWED, QP)
        | {
            "signatures": (
                a_signature(Role.QA, "lot.attested"),
                a_signature(Role.QA, "lot.attested", person="qa-2", meaning=Meaning.REVIEWED),
            )
        },
        signing(QA_REVIEWED, QP) | {"signatures": (a_signature(Role.QA, "lot.attested", meaning=Meaning.REVIEWED),)},
    ],
    ids=[
        "on its last day",
        "the deviation of a broken limit is closed",
        "the deviation of an expired material is closed",
        "the hold of a deviation is the deviation's to report",
        "the green light is given",
        "it was not thawed from any bank",
        "an informative result says anything",
        "a failure was invalidated",
        "a result is on the limit that includes it",
        "endotoxin is at the strictest recipient's limit",
        "QA attested and is asked for no signature",
        "QA attested again what had changed",
        "every signature asked is given",
        "two people of QA signed, each what is asked",
        "QA reviewed, as the trial file asks",
    ],
)
def test_release_is_not_refused_when(changes: dict[str, object]) -> None:
    assert found(Step.RELEASE, releasable(**changes)) == []


def test_a_cocktail_stands_for_what_it_covers() -> None:
    covered = ("cd45", "cd34", "cd11b", "cd19", "hla-dr")
    cocktail = ResultFacts("R-9", "negative-cocktail", "1.2", "%", None, True, False, TODAY)
    kept = tuple(a_result(test) for test in PASSING if test not in covered)
    assert found(Step.RELEASE, releasable(results=(*kept, cocktail))) == []


@pytest.mark.parametrize(
    ("step", "flaws"), [(Step.RELEASE, RELEASE_FLAWS), (Step.FIT, FIT_FLAWS)], ids=["release", "fit"]
)
def test_every_requirement_has_its_refusals_here(
    step: Step, flaws: list[tuple[str, dict[str, object], Expected]]
) -> None:
    refused = {requirement for _, _, expected in flaws for requirement, _ in expected}
    assert refused == {requirement.__name__ for requirement in GATE[step]}


def test_all_findings_are_reported_at_once() -> None:
    worst = releasable(
        disposition=Disposition.REJECTED,
        donors=(),
        tissues=(),
        rootless=("C-9",),
        parent_lots=(ParentLot("L-1", Tier.PRODUCT, Disposition.RECALLED),),
        limits=(OVER,),
        specification_in_force=False,
        results=(),
        reconciliation=Reconciliation(3, {}),
        labels=Labels(3, 0, 0, ("V-1",)),
        vials=(VialFacts("V-1", StockClass.DISPENSABLE, VialStatus.FILLED, False),),
        holds=(a_hold(),),
        deviations=(a_deviation(),),
        expires_on=TODAY - timedelta(days=1),
        signatures=(),
        **EXPIRED_MATERIAL,
        **signing(QA, QP, sponsor_green_light=True),
    )
    answers = gate.ask(Step.RELEASE, worst)
    silent = {answer.requirement for answer in answers if answer.satisfied}
    assert silent == {"tissue_is_accepted"}, "without a tissue there is none to accept"
    assert len(gate.findings(Step.RELEASE, worst)) == 33


def test_a_satisfied_requirement_is_named_too() -> None:
    answers = gate.ask(Step.RELEASE, releasable())
    assert [answer.requirement for answer in answers] == [requirement.__name__ for requirement in GATE[Step.RELEASE]]
    assert all(answer.satisfied for answer in answers)


@pytest.mark.parametrize("step", list(Step))
def test_a_step_without_requirements_refuses(step: Step, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "GATE", {})
    assert found(step, releasable()) == [("gate", "gate.empty")]
    monkeypatch.setattr(gate, "GATE", {step: ()})
    nothing_asked = Finding("gate.empty", releasable().number, {"step": step.value}, "gate")
    assert gate.findings(step, releasable()) == (nothing_asked,)


def test_every_finding_names_what_it_is_about() -> None:
    for _, changes, _ in RELEASE_FLAWS:
        for finding in gate.findings(Step.RELEASE, releasable(**changes)):
            assert finding.subject, finding
            assert all(isinstance(value, str | int | date | Decimal) for value in finding.params.values()), finding
