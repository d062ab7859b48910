"""The gate: which requirement is asked at which step (rules.md §5). A requirement is a pure generator of findings.

All findings are reported, an empty specification is itself a finding, and what is unknown refuses.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum

from cellbank.domain.donor import Determination, Eligibility
from cellbank.domain.facts import LotFacts, SignatureFacts
from cellbank.domain.lot import Disposition, ReleaseSignature, Tier, is_in_date
from cellbank.domain.person import Role
from cellbank.domain.protocol import recipient_limit
from cellbank.domain.requirement import Answer, Requirement, answers, findings_of
from cellbank.domain.signature import Meaning
from cellbank.domain.specification import test_findings
from cellbank.domain.testing import Stage
from cellbank.domain.tissue import Acceptance
from cellbank.domain.vial import IN_STOCK, StockClass
from cellbank.errors import Finding


class Step(StrEnum):
    """A permission that the gate guards; `fit` asks whether a released lot still deserves its release."""

    RELEASE = "release"
    FIT = "fit"
    RESERVE = "reserve"
    PULL = "pull"
    DISPENSE = "dispense"


def still_quarantined(facts: LotFacts) -> Iterator[Finding]:
    """Only a quarantined lot can be released; every other disposition moves elsewhere or nowhere."""
    if facts.disposition is not Disposition.QUARANTINED:
        yield Finding("lot.disposition.not_quarantined", facts.number, {"disposition": facts.disposition.value})


def still_released(facts: LotFacts) -> Iterator[Finding]:
    """A rejected or recalled lot is fit for nothing."""
    if facts.disposition is not Disposition.RELEASED:
        yield Finding("lot.disposition.not_released", facts.number, {"disposition": facts.disposition.value})


def donor_is_eligible(facts: LotFacts) -> Iterator[Finding]:
    """Every donor upstream: the panel says eligible today, QA signed it, consent is in force."""
    if not facts.donors:
        yield Finding("lot.donor.unknown", facts.number)
    for donor in facts.donors:
        if donor.withdrawn:
            yield Finding("lot.donor.withdrawn", donor.code, {"donor": donor.code})
        elif donor.eligibility is not Eligibility.ELIGIBLE:
            params = {"donor": donor.code, "eligibility": donor.eligibility.value}
            yield Finding("lot.donor.not_eligible", donor.code, params)
        if donor.determination is not Determination.ELIGIBLE:
            yield Finding("lot.donor.undetermined", donor.code, {"donor": donor.code})


def tissue_is_accepted(facts: LotFacts) -> Iterator[Finding]:
    """Every tissue upstream was accepted by QA."""
    for tissue in facts.tissues:
        if tissue.acceptance is not Acceptance.ACCEPTED:
            params = {"tissue": tissue.code, "acceptance": tissue.acceptance.value}
            yield Finding("lot.tissue.not_accepted", tissue.code, params)


def lineage_is_whole(facts: LotFacts) -> Iterator[Finding]:
    """Every culture upstream leads to a tissue, and there is one."""
    if not facts.tissues:
        yield Finding("lot.lineage.no_tissue", facts.number)
    for culture in facts.rootless:
        yield Finding("lot.lineage.rootless", culture, {"culture": culture})


def parent_bank_is_released(facts: LotFacts) -> Iterator[Finding]:
    """Vials thawed on the way came from released banks."""
    for parent in facts.parent_lots:
        if parent.disposition is not Disposition.RELEASED:
            params = {"parent": parent.number, "disposition": parent.disposition.value}
            yield Finding("lot.parent.not_released", parent.number, params)
        if parent.tier is Tier.PRODUCT:
            yield Finding("lot.parent.product", parent.number, {"parent": parent.number})


def _is_closed(facts: LotFacts, limit: Finding, on: str) -> bool:
    """Whether QA closed the deviation of exactly this limit on exactly this thing."""
    return any(
        (deviation.limit_code, deviation.subject, deviation.about) == (limit.code, on, limit.subject)
        for deviation in facts.deviations
        if not deviation.is_open
    )


def growth_is_within_limits(facts: LotFacts) -> Iterator[Finding]:
    """Passage, doublings, densities, viabilities, ischaemia: within the limits, or the deviation closed."""
    for limit in facts.limits:
        if not _is_closed(facts, limit, limit.subject):
            yield limit


def materials_were_fit(facts: LotFacts) -> Iterator[Finding]:
    """Every material was accepted and in date when used and not blocked since, or the deviation was closed."""
    for material in facts.materials:
        for limit in material.findings:
            if not _is_closed(facts, limit, material.subject):
                params = {**limit.params, "material": material.code}
                yield replace(limit, subject=material.subject, params=params)


def every_required_test_passed(facts: LotFacts) -> Iterator[Finding]:
    """Every required test of the stage is reviewed and conforming. A failure stands: no later pass erases it."""
    specification, stage = facts.protocol.specification, Stage(facts.tier.value)
    recipient = recipient_limit(facts.protocol)
    yield from test_findings(specification, stage, facts.results, subject=facts.number, recipient=recipient)


def specification_is_in_force(facts: LotFacts) -> Iterator[Finding]:
    """The trial file under which the lot was made was approved."""
    if not facts.specification_in_force:
        yield Finding("lot.specification.not_approved", facts.number, {"version": facts.protocol.version})


def batch_record_is_attested(facts: LotFacts) -> Iterator[Finding]:
    """QA attested the batch record and the environmental monitoring, over the dossier as it stands."""
    attested = [s for s in facts.signatures if s.action == "lot.attested" and s.role is Role.QA]
    if not attested:
        yield Finding("lot.attestation.missing", facts.number)
    elif not any(s.current for s in attested):
        yield Finding("lot.attestation.stale", facts.number, {"person": attested[-1].person})


def vials_reconcile(facts: LotFacts) -> Iterator[Finding]:
    """Filled = the sum over all places a vial can be."""
    if not facts.reconciliation.balanced:
        found = sum(facts.reconciliation.by_status.values())
        params = {"filled": facts.reconciliation.filled, "found": found}
        yield Finding("lot.vials.unbalanced", facts.number, params)


def labels_reconcile(facts: LotFacts) -> Iterator[Finding]:
    """Printed = applied + voided; every dispensable vial in stock verified by scanning its label back."""
    if not facts.labels.balanced:
        params = {
            "printed": facts.labels.printed,
            "applied": facts.labels.applied,
            "voided": facts.labels.voided,
            "vials": ", ".join(facts.labels.outstanding[:8]),
        }
        yield Finding("lot.labels.unbalanced", facts.number, params)
    unverified = [
        vial.code
        for vial in facts.vials
        if vial.stock_class is StockClass.DISPENSABLE and vial.status in IN_STOCK and not vial.verified
    ]
    if unverified:
        params = {"count": len(unverified), "vials": ", ".join(unverified[:8])}
        yield Finding("lot.vials.unverified", facts.number, params)


def nothing_holds_it(facts: LotFacts) -> Iterator[Finding]:
    """No open hold on the lot or anything upstream."""
    for hold in facts.holds:
        if not hold.of_deviation:
            params = {"hold": hold.code, "subject": hold.subject, "reason": hold.reason, "kind": hold.kind.value}
            yield Finding("lot.held", hold.subject, params)


def no_open_deviation(facts: LotFacts) -> Iterator[Finding]:
    """No open deviation or out-of-specification on the lot or anything upstream."""
    for deviation in facts.deviations:
        if deviation.is_open:
            params = {"deviation": deviation.code, "subject": deviation.subject, "limit": deviation.limit_code}
            yield Finding("lot.deviation.open", deviation.subject, params)


def in_date(facts: LotFacts) -> Iterator[Finding]:
    """Usable through the day of expiry (rules.md §9)."""
    if not is_in_date(facts.expires_on, facts.today):
        yield Finding("lot.expired", facts.number, {"expires_on": facts.expires_on.isoformat()})


def given(facts: LotFacts, required: ReleaseSignature) -> list[SignatureFacts]:
    """What was signed under a role with the meaning asked, or re-affirmed under it once the lot was released."""
    meanings = {required.meaning, Meaning.RE_AFFIRMED}
    signed = (s for s in facts.signatures if s.action in RELEASE_ACTIONS)
    return [s for s in signed if s.role is required.role and s.meaning in meanings]


def signatures_before_are_given(facts: LotFacts) -> Iterator[Finding]:
    """Every signature the trial file asks before the last, with its meaning, by different people, over what stands."""
    asked = facts.protocol.lot.release_signatures
    if not asked:
        yield Finding("lot.signature.none_asked", facts.number)
    signers: set[str] = set()
    for required in asked[:-1]:
        signed = given(facts, required)
        other = next((s.person for s in signed if s.current and s.person not in signers), None)
        if other is not None:
            signers.add(other)
        elif not signed or any(s.current for s in signed):
            params = {"role": required.role.value, "meaning": required.meaning.value}
            yield Finding("lot.signature.missing", facts.number, params)
        else:
            params = {"role": required.role.value, "meaning": required.meaning.value, "person": signed[-1].person}
            yield Finding("lot.signature.stale", facts.number, params)


def green_light_is_given(facts: LotFacts) -> Iterator[Finding]:
    """The sponsor's green light, when the trial file asks for it."""
    if facts.protocol.lot.sponsor_green_light and facts.green_light is None:
        yield Finding("lot.green_light.missing", facts.number)


def what_was_signed_stands(facts: LotFacts) -> Iterator[Finding]:
    """Nothing that the release signed has changed since, or the same roles re-affirmed it."""
    for required in facts.protocol.lot.release_signatures:
        if not any(signature.current for signature in given(facts, required)):
            params = {"role": required.role.value, "meaning": required.meaning.value}
            yield Finding("lot.signature.content_changed", facts.number, params)


RELEASE_ACTIONS = frozenset({"lot.attested", "lot.approved", "lot.released", "lot.reaffirmed"})
"""The acts whose signatures count towards a release."""

GATE: Mapping[Step, tuple[Requirement[LotFacts], ...]] = {
    Step.RELEASE: (
        still_quarantined,
        donor_is_eligible,
        tissue_is_accepted,
        lineage_is_whole,
        parent_bank_is_released,
        growth_is_within_limits,
        materials_were_fit,
        specification_is_in_force,
        every_required_test_passed,
        batch_record_is_attested,
        vials_reconcile,
        labels_reconcile,
        nothing_holds_it,
        no_open_deviation,
        in_date,
        green_light_is_given,
        signatures_before_are_given,
    ),
    Step.FIT: (
        still_released,
        donor_is_eligible,
        every_required_test_passed,
        vials_reconcile,
        nothing_holds_it,
        no_open_deviation,
        in_date,
        what_was_signed_stands,
    ),
}


def ask(step: Step, facts: LotFacts) -> tuple[Answer, ...]:
    """Every requirement of a step with all its findings; a step without requirements refuses."""
    return answers(GATE.get(step, ()), facts, subject=facts.number, step=step.value)


def findings(step: Step, facts: LotFacts) -> tuple[Finding, ...]:
    """All findings of a step."""
    return findings_of(ask(step, facts))
