"""Tasks of quality assurance and the qualified person today, read without asking the gate about a single lot.

The gate is asked of one lot at a time (`at_gate`), by whoever shows the list, after the list is there.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from cellbank.domain.deviation import Deviation, DeviationKind
from cellbank.domain.hold import Hold, HoldKind
from cellbank.domain.identifiers import Station
from cellbank.domain.lot import Disposition
from cellbank.domain.person import Role
from cellbank.domain.vial import IN_STOCK
from cellbank.errors import Finding
from cellbank.facts.donor import assessment
from cellbank.facts.protocol import protocol_in_force_or_none
from cellbank.store import quality
from cellbank.store.unit_of_work import Reading
from cellbank.views import lot
from cellbank.views.hold import deviation_view
from cellbank.views.lot import LotLine

SOON = timedelta(days=90)
"""A lot whose last day is nearer than this expires soon: long enough to plan with, or to extend on a report."""

TO_SIGN = frozenset(
    {
        "lot.attestation.missing",
        "lot.attestation.stale",
        "lot.signature.missing",
        "lot.signature.stale",
        "lot.green_light.missing",
    }
)
"""Findings that only say whose signature, or whose letter, is still to come."""


class Kind(StrEnum):
    """The kind of a task that waits for QA or the qualified person."""

    RELEASE = "release"
    SIGN = "sign"
    REAFFIRM = "reaffirm"
    OUT_OF_SPECIFICATION = "out_of_specification"
    DEVIATION = "deviation"
    HOLD = "hold"
    SUSPENDED = "suspended"
    TISSUE = "tissue"
    MATERIAL = "material"
    DONOR = "donor"
    TRIAL = "trial"
    EXPIRING = "expiring"
    WAITING = "waiting"


@dataclass(frozen=True)
class Task:
    """One thing that waits: `code` is what is opened for it, `params` are those of its sentence."""

    kind: Kind
    station: Station | None
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    said: Finding | None = None
    """What comes next, or which limit was broken."""


@dataclass(frozen=True)
class QualityDay:
    """What waits, and every lot."""

    tasks: tuple[Task, ...]
    lots: tuple[LotLine, ...]

    @property
    def quarantined(self) -> tuple[str, ...]:
        """The numbers of the lots that wait for a decision."""
        return tuple(line.number for line in self.lots if line.disposition is Disposition.QUARANTINED)


@dataclass(frozen=True)
class LotAtGate:
    """A quarantined lot at the gate: how many findings, and the roles whose signatures are all that is missing."""

    number: str
    findings: int
    signers: tuple[Role, ...]


def day(reading: Reading) -> QualityDay:
    """Everything that waits but for the lots at the gate, in one snapshot."""
    lots = lot.lots(reading)
    found = (*_held(reading), *_deviations(reading), *_incoming(reading), *_donors(reading), *_trials(reading))
    return QualityDay((*found, *_expiring(reading, lots)), tuple(lots))


def at_gate(reading: Reading, number: str) -> LotAtGate:
    """What the gate says of a lot's release."""
    found = lot.lot_check(reading, number).findings
    return LotAtGate(number, len(found), signers_of(found))


def signers_of(found: Iterable[Finding]) -> tuple[Role, ...]:
    """Whose signatures alone are missing; empty when anything else stands against the release."""
    listed = tuple(found)
    if any(finding.code not in TO_SIGN for finding in listed):
        return ()
    asked = {Role(str(finding.params.get("role", Role.QA.value))) for finding in listed}
    return tuple(role for role in Role if role in asked) or (Role.QP,)


def of_lot(found: LotAtGate) -> Task:
    """The task that a quarantined lot is."""
    if not found.findings:
        return Task(Kind.RELEASE, Station.LOT, found.number)
    if found.signers:
        return Task(Kind.SIGN, Station.LOT, found.number, {"roles": found.signers})
    return Task(Kind.WAITING, Station.LOT, found.number, {"count": found.findings})


def _held(reading: Reading) -> Iterator[Task]:
    """Holds that a person lifts; those of a deviation go with it."""
    for hold in quality.open_holds(reading.session):
        if hold.deviation_id is None:
            yield _hold(hold)


def _hold(hold: Hold) -> Task:
    if hold.kind is HoldKind.SIGNED_CONTENT_CHANGED:
        return Task(Kind.REAFFIRM, Station.LOT, hold.subject_code)
    params = {"subject": hold.subject_code, "reason": hold.reason, "by": hold.put_by}
    if hold.kind is HoldKind.TRIAL_SUSPENDED:
        return Task(Kind.SUSPENDED, None, hold.code, params)
    return Task(Kind.HOLD, Station.HOLD, hold.code, params)


def _deviations(reading: Reading) -> Iterator[Task]:
    for deviation in quality.open_deviations(reading.session):
        yield _deviation(deviation)


def _deviation(deviation: Deviation) -> Task:
    seen = deviation_view(deviation)
    oos = seen.kind is DeviationKind.OUT_OF_SPECIFICATION
    kind = Kind.OUT_OF_SPECIFICATION if oos else Kind.DEVIATION
    return Task(kind, Station.DEVIATION, seen.code, {"subject": seen.subject}, seen.limit)


def _incoming(reading: Reading) -> Iterator[Task]:
    for tissue in quality.pending_tissues(reading.session):
        received = {"donation": tissue.donation_id, "on": reading.day_of(tissue.received_at)}
        yield Task(Kind.TISSUE, Station.TISSUE, tissue.code, received)
    for material in quality.pending_materials(reading.session):
        what = {"item": material.item, "lot": material.lot_number, "expires_on": material.expires_on}
        yield Task(Kind.MATERIAL, Station.MATERIAL, material.code, what)


def _donors(reading: Reading) -> Iterator[Task]:
    protocol = protocol_in_force_or_none(reading)
    if protocol is None:
        return
    for donor in quality.undetermined_donors(reading.session):
        found = assessment(reading, donor, protocol)
        step = next(iter(found.next_steps), None)
        yield Task(Kind.DONOR, Station.DONOR, donor.code, {"eligibility": found.eligibility}, step)


def _trials(reading: Reading) -> Iterator[Task]:
    for version in quality.loaded_versions(reading.session):
        params = {"trial": version.trial, "on": reading.day_of(version.loaded_at)}
        yield Task(Kind.TRIAL, None, version.version, params)


def _expiring(reading: Reading, lots: Iterable[LotLine]) -> Iterator[Task]:
    """Lots still of use, with vials in stock, the soonest first."""
    for line in sorted(lots, key=lambda one: (one.expires_on, one.number)):
        of_use = line.disposition in {Disposition.QUARANTINED, Disposition.RELEASED}
        stock = sum(line.vials.get(status.value, 0) for status in IN_STOCK)
        if of_use and stock and line.expires_on - reading.today <= SOON:
            params = {"on": line.expires_on, "days": (line.expires_on - reading.today).days, "count": stock}
            yield Task(Kind.EXPIRING, Station.LOT, line.number, params)
