"""Lots as a reader sees them: where they stand, what the gate says, who signed."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cellbank.domain import gate
from cellbank.domain.culture import Culture
from cellbank.domain.facts import Labels, LotFacts, Reconciliation
from cellbank.domain.gate import Step
from cellbank.domain.growth import shown_doublings
from cellbank.domain.identifiers import Station
from cellbank.domain.lot import Disposition, Lot, Tier
from cellbank.domain.person import Role
from cellbank.domain.protocol import outcome_of, recipient_limit
from cellbank.domain.requirement import Answer
from cellbank.domain.signature import Meaning, digest_of
from cellbank.domain.testing import Outcome, Stage
from cellbank.domain.vial import VialStatus
from cellbank.errors import Finding
from cellbank.facts.culture import freeze_point
from cellbank.facts.lot import dossier, lot_facts, results_of_lot
from cellbank.languages import BASE
from cellbank.store import codes, lot as store
from cellbank.store.lineage import lots_downstream
from cellbank.store.quality import subjects_held, vials_by_lot
from cellbank.store.unit_of_work import Reading
from cellbank.store.vial import vials_of
from cellbank.views.signatures import SignatureView, signatures_on


@dataclass(frozen=True)
class LotLine:
    """A lot in a list."""

    number: str
    tier: Tier
    disposition: Disposition
    held: bool
    expires_on: date
    vials: dict[str, int]


@dataclass(frozen=True)
class ResultLine:
    """A result of a lot, with its criterion and outcome."""

    code: str
    test: str
    name: str
    value: str
    unit: str | None
    limit: str
    printed_limit: str
    method: str | None
    laboratory: str | None
    performed_on: date
    outcome: Outcome
    required: bool
    illustrative: bool
    recorded_by: str
    reviewed_by: str | None
    invalidated: str | None


@dataclass(frozen=True)
class AskedSignature:
    """A signature that a release asks: under which role, with which meaning; who gave it last over what stands."""

    role: Role
    meaning: Meaning
    signed_by: str | None
    signed_at: datetime | None


@dataclass(frozen=True)
class LotView:
    """One lot."""

    number: str
    tier: Tier
    culture: str
    donor: str
    donors: tuple[str, ...]
    passage: int
    cumulative_doublings: Decimal | None
    filled_at: datetime
    filled_by: str
    viable_per_vial: int
    volume_ml: Decimal
    expires_on: date
    vials_filled: int
    vials: dict[str, int]
    disposition: Disposition
    decided_at: datetime | None
    decided_because: str | None
    held: bool
    trial: str
    specification_version: str
    results: tuple[ResultLine, ...]
    signatures: tuple[SignatureView, ...]
    reconciliation: Reconciliation
    labels: Labels
    green_light: str | None
    asked: tuple[AskedSignature, ...]
    """The signatures that its trial file asks for the release, in order."""


@dataclass(frozen=True)
class LotCheck:
    """What the gate says of a lot at a step; `digest` is of the content that a signature would cover."""

    lot: str
    disposition: Disposition
    step: Step
    answers: tuple[Answer, ...]
    content: dict[str, Any]
    digest: str

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding of every requirement."""
        return tuple(found for answer in self.answers for found in answer.findings)

    @property
    def releasable(self) -> bool:
        """Whether nothing stands against the step asked."""
        return not self.findings

    @property
    def satisfied(self) -> tuple[str, ...]:
        """The requirements that are met."""
        return tuple(answer.requirement for answer in self.answers if answer.satisfied)


def lot_check(reading: Reading, number: str, step: Step | None = None) -> LotCheck:
    """The gate asked about a lot: for release, or once released, whether it is still fit; an unknown lot is refused."""
    lot = codes.get_by_code(reading, Lot, number)
    facts, content = dossier(reading, lot)
    step = step or (Step.FIT if lot.disposition is not Disposition.QUARANTINED else Step.RELEASE)
    return LotCheck(lot.number, lot.disposition, step, gate.ask(step, facts), content, digest_of(content))


def lots(reading: Reading) -> list[LotLine]:
    """Every lot, by number; a handful of queries however many there are."""
    held = lots_downstream(reading.session, _held(reading))
    vials = vials_by_lot(reading.session)
    return [
        LotLine(lot.number, lot.tier, lot.disposition, lot.id in held, lot.expires_on, by_status(vials.get(lot.id, {})))
        for lot in store.lots(reading.session)
    ]


def _held(reading: Reading) -> dict[Station, Collection[str]]:
    """What is under an open hold, as far as it lies in the lineage of a lot: neither a place nor the trial does."""
    found = subjects_held(reading.session)
    return {station: found[station.value] for station in Station if station.value in found}


def by_status(counts: dict[VialStatus, int]) -> dict[str, int]:
    """Counts by status in the order of rules.md §3; statuses without a vial are left out."""
    return {status.value: counts[status] for status in VialStatus if status in counts}


def lot_view(reading: Reading, number: str, language: str = BASE) -> LotView:
    """One lot by its number; an unknown one is refused."""
    lot = codes.get_by_code(reading, Lot, number)
    facts = lot_facts(reading, lot)
    culture = reading.session.get_one(Culture, lot.culture_id)
    point = freeze_point(reading, lot, facts.protocol)
    donors = tuple(donor.code for donor in facts.donors)
    signatures = signatures_on(reading, lot.id)
    return LotView(
        number=lot.number,
        tier=lot.tier,
        culture=culture.code,
        donor=", ".join(donors),
        donors=donors,
        passage=point.passage,
        cumulative_doublings=shown_doublings(point.cumulative_doublings),
        filled_at=lot.filled_at,
        filled_by=lot.filled_by,
        viable_per_vial=lot.viable_per_vial,
        volume_ml=lot.volume_ml,
        expires_on=lot.expires_on,
        vials_filled=lot.vials_filled,
        vials=by_status(dict(facts.reconciliation.by_status)),
        disposition=lot.disposition,
        decided_at=lot.decided_at,
        decided_because=lot.decided_because,
        held=bool(facts.holds),
        trial=facts.protocol.code,
        specification_version=facts.protocol.version,
        results=tuple(_results(reading, lot, facts, language)),
        signatures=signatures,
        reconciliation=facts.reconciliation,
        labels=facts.labels,
        green_light=lot.green_light,
        asked=tuple(_asked(facts, signatures)),
    )


def _asked(facts: LotFacts, signatures: Sequence[SignatureView]) -> Iterator[AskedSignature]:
    at = {judged: seen.signed_at for judged, seen in zip(facts.signatures, signatures, strict=True)}
    for required in facts.protocol.lot.release_signatures:
        last = next((one for one in reversed(gate.given(facts, required)) if one.current), None)
        by = None if last is None else last.printed_name
        yield AskedSignature(required.role, required.meaning, by, None if last is None else at[last])


def _results(reading: Reading, lot: Lot, facts: LotFacts, language: str) -> Iterator[ResultLine]:
    stage = Stage(facts.tier.value)
    criteria = {criterion.test: criterion for criterion in facts.protocol.specification.at(stage)}
    rows = results_of_lot(reading, lot, vials_of(reading.session, lot.id))
    recipient = recipient_limit(facts.protocol)
    for row, known in zip(rows, facts.results, strict=True):
        criterion = criteria.get(row.test)
        yield ResultLine(
            code=row.code,
            test=row.test,
            name=row.test if criterion is None else criterion.name.said(language),
            value=row.value,
            unit=row.unit,
            limit="" if criterion is None else criterion.limit_text(recipient, language),
            printed_limit="" if criterion is None or criterion.printed is None else criterion.printed.said(language),
            method=row.method,
            laboratory=row.laboratory,
            performed_on=row.performed_on,
            outcome=outcome_of(facts.protocol, stage, known),
            required=criterion is not None and criterion.required,
            illustrative=criterion is not None and criterion.illustrative,
            recorded_by=row.recorded_by,
            reviewed_by=row.reviewed_by,
            invalidated=row.invalidated_cause,
        )
