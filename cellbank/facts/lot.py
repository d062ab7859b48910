"""The facts of a lot, gathered from the rows for the gate: one place, asked by services and views alike."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from cellbank.domain.culture import Culture, Harvest
from cellbank.domain.deviation import Deviation
from cellbank.domain.donor import Donor
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
from cellbank.domain.growth import Family, Growth, culture_limit_findings, freeze_limit_findings, growth
from cellbank.domain.identifiers import Station
from cellbank.domain.lot import Disposition, Lot, Tier, fill_limit_findings
from cellbank.domain.material import material_use_findings
from cellbank.domain.protocol import Protocol, TrialState
from cellbank.domain.signature import Content, Signature
from cellbank.domain.testing import Result
from cellbank.domain.tissue import Tissue
from cellbank.domain.vial import LabelStatus, StockClass, Vial
from cellbank.errors import Finding
from cellbank.facts.culture import family_of, freeze_point
from cellbank.facts.donor import donor_standing
from cellbank.facts.hold import open_holds
from cellbank.facts.material import use_facts
from cellbank.facts.protocol import parsed, protocol_by_id, protocol_in_force, version_by_id
from cellbank.facts.release import changes, release_content
from cellbank.facts.testing import result_facts
from cellbank.facts.tissue import tissue_facts, tissue_limits
from cellbank.store import culture as store_culture, lineage
from cellbank.store.hold import deviations_on
from cellbank.store.lineage import Lineage
from cellbank.store.lot import lots_by_id, vials_by_status
from cellbank.store.material import uses_in
from cellbank.store.signature import signatures_on
from cellbank.store.testing import results_of
from cellbank.store.tissue import tissues_by_id
from cellbank.store.unit_of_work import Reading, content
from cellbank.store.vial import labels_of_lot, vials_of

USE_AT_RISK = "lot.use_at_risk_signed"


def lot_facts(reading: Reading, lot: Lot) -> LotFacts:
    """Everything that the gate asks about a lot, as it stands now."""
    return dossier(reading, lot)[0]


def dossier(reading: Reading, lot: Lot) -> tuple[LotFacts, dict[str, Any]]:
    """Everything that the gate asks about a lot, and the content that a release signature covers."""
    version = version_by_id(reading, lot.trial_version_id)
    protocol = parsed(version)
    upstream = lineage.upstream(reading.session, Station.LOT, lot.id)
    vials = vials_of(reading.session, lot.id)
    concerned = upstream.all_ids() | {lot.id}
    family = family_of(reading, upstream.of(Station.CULTURE), protocol, whole=True)
    tissues = tissues_by_id(reading.session, upstream.of(Station.TISSUE))
    signatures = signatures_on(reading.session, lot.id)
    results = results_of_lot(reading, lot, vials)
    unsigned = LotFacts(
        number=lot.number,
        tier=lot.tier,
        disposition=lot.disposition,
        expires_on=lot.expires_on,
        today=reading.today,
        protocol=protocol,
        specification_in_force=version.state is TrialState.APPROVED,
        donors=tuple(_donors(reading, upstream)),
        tissues=tuple(TissueStanding(tissue.code, tissue.acceptance) for tissue in tissues),
        rootless=tuple(_rootless(family)),
        parent_lots=tuple(_parents(reading, upstream)),
        limits=(
            *_limits_of_lineage(reading, tissues, family),
            *_limits_of_filling(reading, lot, protocol, vials, signatures),
        ),
        materials=tuple(_materials(reading, concerned)),
        results=tuple(map(result_facts, results)),
        reconciliation=Reconciliation(lot.vials_filled, vials_by_status(reading.session, lot.id)),
        labels=labels_of(reading, lot, vials),
        vials=tuple(VialFacts(v.code, v.stock_class, v.status, v.verified_at is not None) for v in vials),
        holds=tuple(open_holds(reading, concerned)),
        deviations=tuple(_deviation(d) for d in deviations_on(reading.session, concerned)),
        signatures=(),
        green_light=lot.green_light,
    )
    now = release_content(reading, lot, unsigned, version, upstream, family, results)
    released = lot.disposition is not Disposition.QUARANTINED
    signed = tuple(_signature(signature, now, released=released) for signature in signatures)
    return replace(unsigned, signatures=signed), now


def _signature(signature: Signature, now: dict[str, object], *, released: bool) -> SignatureFacts:
    signed = json.loads(signature.content)
    return SignatureFacts(
        signature.name,
        signature.printed_name,
        signature.role,
        signature.meaning,
        signature.action,
        not changes(signed, now, additions_count=not released),
    )


def _donors(reading: Reading, upstream: Lineage) -> Iterator[DonorStanding]:
    current = protocol_in_force(reading)
    for donor_id in sorted(upstream.of(Station.DONOR)):
        yield donor_standing(reading, reading.session.get_one(Donor, donor_id), current)


def _rootless(family: Family) -> Iterator[str]:
    rooted = {source.culture_id for source in family.sources}
    yield from (code for code, culture in family.cultures.items() if culture.id not in rooted)


def _parents(reading: Reading, upstream: Lineage) -> Iterator[ParentLot]:
    for parent in lots_by_id(reading.session, upstream.of(Station.LOT)):
        yield ParentLot(parent.number, parent.tier, parent.disposition)


def _limits_of_lineage(reading: Reading, tissues: Iterable[Tissue], family: Family) -> Iterator[Finding]:
    """What each culture and tissue breaks of the version it was made under: a limit drawn in later breaks no fact of
    before, and no deviation was ever opened that QA could close.
    """
    grown: dict[str, tuple[Protocol, Mapping[str, Growth]]] = {}
    for code, facts in sorted(family.facts.items()):
        version = family.cultures[code].trial_version_id
        if version not in grown:
            made_under = protocol_by_id(reading, version)
            grown[version] = (made_under, growth(family.facts.values(), made_under.culture))
        protocol, by_code = grown[version]
        yield from culture_limit_findings(protocol.culture, facts, by_code[code])
    for tissue in tissues:
        yield from tissue_limits(reading, tissue, tissue_facts(reading, tissue))


def _limits_of_filling(
    reading: Reading, lot: Lot, protocol: Protocol, vials: Iterable[Vial], signatures: Iterable[Signature]
) -> Iterator[Finding]:
    extended = any(signature.action == "lot.extended" for signature in signatures)
    for limit in fill_limits(reading, lot, protocol, sum(v.stock_class is StockClass.RETAINED for v in vials)):
        if not (extended and limit.code == "lot.expiry.beyond_shelf_life"):
            yield limit  # A signed extension, with its stability report, stands in the place of the shelf life.


def holds_upstream(reading: Reading, lot: Lot) -> list[Blocked]:
    """The open holds on a lot and everything upstream."""
    upstream = lineage.upstream(reading.session, Station.LOT, lot.id)
    return list(open_holds(reading, upstream.all_ids() | {lot.id}))


def fill_limits(reading: Reading, lot: Lot, protocol: Protocol, retained: int) -> Iterator[Finding]:
    """The limits that a filling breaks; retained vials are asked of a product lot only.

    Cells grown under another version are asked for the passage and doublings that the lot's own allows at freeze.
    """
    culture = reading.session.get_one(Culture, lot.culture_id)
    if culture.trial_version_id != lot.trial_version_id:
        at_freeze = freeze_point(reading, lot, protocol)
        yield from freeze_limit_findings(protocol.culture, lot.number, at_freeze)
    needed = retained if lot.tier is Tier.PRODUCT else protocol.lot.minimum_retained_vials
    yield from fill_limit_findings(protocol.lot, lot.number, reading.day_of(lot.filled_at), lot.expires_on, needed)


def _materials(reading: Reading, concerned: Iterable[str]) -> Iterator[MaterialUsed]:
    for use, material in uses_in(reading.session, sorted(concerned)):
        yield MaterialUsed(
            material.code,
            material.item,
            material.lot_number,
            use.subject_code,
            use.step,
            tuple(material_use_findings(use_facts(reading, use, material))),
        )


def results_of_lot(reading: Reading, lot: Lot, vials: Iterable[Vial]) -> list[Result]:
    """Every result of a lot and of its vials, in the order recorded."""
    return results_of(reading.session, [lot.id, *(vial.id for vial in vials)])


def labels_of(reading: Reading, lot: Lot, vials: Iterable[Vial]) -> Labels:
    """What was printed for a lot and what became of it; a label of a vial no longer in stock needs no scan."""
    labels = labels_of_lot(reading.session, lot.id)
    by_id = {vial.id: vial for vial in vials}
    outstanding = [label for label in labels if label.status is LabelStatus.PRINTED]
    return Labels(
        len(labels),
        sum(label.status is LabelStatus.APPLIED for label in labels),
        sum(label.status is LabelStatus.VOIDED for label in labels),
        tuple(sorted(by_id[label.vial_id].code for label in outstanding)),
    )


def _deviation(deviation: Deviation) -> DeviationFacts:
    return DeviationFacts(
        deviation.code,
        deviation.limit_code,
        deviation.subject_code,
        json.loads(deviation.limit_params).get("subject", ""),
        deviation.closed_at is None,
        deviation.conclusion,
        deviation.closed_by,
    )


def worked_on_by(reading: Reading, lot: Lot, name: str) -> Iterator[str]:
    """What of a lot a person entered, reviewed or performed themselves: codes."""
    for row in results_of_lot(reading, lot, vials_of(reading.session, lot.id)):
        if name in (row.recorded_by, row.reviewed_by):
            yield row.code
    upstream = lineage.upstream(reading.session, Station.LOT, lot.id)
    cultures = store_culture.cultures_by_id(reading.session, upstream.of(Station.CULTURE))
    harvests = {c.harvest_id for c in cultures if c.harvest_id is not None}
    by_id = {h.id: h for h in store_culture.harvests(reading.session, harvests)}
    for culture in cultures:
        harvest: Harvest | None = by_id.get(culture.harvest_id or "")
        if name == culture.seeded_by or (harvest is not None and name == harvest.harvested_by):
            yield culture.code
    if name == lot.filled_by:
        yield lot.number


def decision_content(lot: Lot, to: Disposition, because: str) -> Content:
    """What is signed to reject or recall a lot."""
    return content({"lot": lot.number, "disposition": lot.disposition, "to": to, "because": because})


def extension_content(lot: Lot, until: date, report: str) -> Content:
    """What is signed to extend an expiry."""
    return content({"lot": lot.number, "expires_on": lot.expires_on, "until": until, "report": report})


def use_at_risk_content(lot: Lot, because: str) -> Content:
    """What QA signs to let an unreleased bank be expanded."""
    return content({"lot": lot.number, "tier": lot.tier, "disposition": lot.disposition, "because": because})


def use_at_risk_signed(reading: Reading, lot: Lot, by: datetime) -> bool:
    """Whether QA had signed by that moment that this bank may be expanded before its release."""
    return any(s.action == USE_AT_RISK and s.signed_at <= by for s in signatures_on(reading.session, lot.id))
