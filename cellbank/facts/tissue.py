"""A tissue against the limits that it was received under, and what QA signs about it."""

from collections.abc import Iterator

from cellbank.domain.donor import Donor
from cellbank.domain.signature import Content
from cellbank.domain.tissue import Acceptance, Tissue, TissueFacts, tissue_limit_findings
from cellbank.errors import Finding
from cellbank.facts.protocol import protocol_by_id
from cellbank.store.culture import first_seeding_from
from cellbank.store.unit_of_work import Reading, content


def tissue_facts(reading: Reading, tissue: Tissue) -> TissueFacts:
    """A tissue with the moment at which its processing started, None when it has not."""
    started = first_seeding_from(reading.session, tissue.id)
    return TissueFacts(tissue.code, tissue.procured_at, tissue.received_at, started, tissue.temperature_c)


def received_facts(tissue: Tissue) -> TissueFacts:
    """A tissue as it was at receipt, before any processing."""
    return TissueFacts(tissue.code, tissue.procured_at, tissue.received_at, None, tissue.temperature_c)


def tissue_limits(reading: Reading, tissue: Tissue, facts: TissueFacts) -> Iterator[Finding]:
    """What a tissue breaks of the version it was received under."""
    return tissue_limit_findings(protocol_by_id(reading, tissue.trial_version_id).tissue, facts)


def decision_content(reading: Reading, tissue: Tissue, acceptance: Acceptance, because: str | None) -> Content:
    """What QA signs to accept or reject a tissue."""
    return content(
        {
            "tissue": tissue.code,
            "donor": reading.session.get_one(Donor, tissue.donor_id).code,
            "donation": tissue.donation_id,
            "procured_at": tissue.procured_at,
            "received_at": tissue.received_at,
            "temperature_c": tissue.temperature_c,
            "acceptance": acceptance,
            "because": because,
        }
    )
