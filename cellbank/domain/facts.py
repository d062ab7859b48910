"""What the gate is told of a lot: plain frozen facts, gathered from the rows by `cellbank/facts/`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cellbank.domain.donor import Determination, Eligibility
from cellbank.domain.hold import HoldKind
from cellbank.domain.lot import Disposition, Tier
from cellbank.domain.person import Role
from cellbank.domain.protocol import Protocol
from cellbank.domain.signature import Meaning
from cellbank.domain.testing import ResultFacts
from cellbank.domain.tissue import Acceptance
from cellbank.domain.vial import StockClass, VialStatus
from cellbank.errors import Finding


@dataclass(frozen=True)
class DonorStanding:
    """A donor upstream: what the panel says today, and what QA signed."""

    code: str
    eligibility: Eligibility
    determination: Determination | None
    withdrawn: bool


@dataclass(frozen=True)
class TissueStanding:
    """A tissue upstream and QA's decision on it."""

    code: str
    acceptance: Acceptance


@dataclass(frozen=True)
class ParentLot:
    """A bank whose vials were thawed on the way to this lot."""

    number: str
    tier: Tier
    disposition: Disposition


@dataclass(frozen=True)
class MaterialUsed:
    """A material lot used in one step upstream: what it breaks, if anything."""

    code: str
    item: str
    lot_number: str
    subject: str
    step: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Blocked:
    """An open hold: where it stands and why."""

    code: str
    kind: HoldKind
    subject: str
    reason: str
    of_deviation: bool


@dataclass(frozen=True)
class DeviationFacts:
    """A deviation upstream or on the lot; `about` is what the limit itself names: the same thing, or a material."""

    code: str
    limit_code: str
    subject: str
    about: str
    is_open: bool
    conclusion: str | None = None
    closed_by: str | None = None


@dataclass(frozen=True)
class Reconciliation:
    """Where a lot's vials are: `filled` must equal the sum over all statuses (rules.md §3)."""

    filled: int
    by_status: Mapping[VialStatus, int]

    @property
    def balanced(self) -> bool:
        """Whether every vial filled is accounted for."""
        return self.filled == sum(self.by_status.values())


@dataclass(frozen=True)
class Labels:
    """What was printed for a lot and what became of it."""

    printed: int
    applied: int
    voided: int
    outstanding: tuple[str, ...]
    """Codes of vials whose label was printed and neither scanned back nor voided."""

    @property
    def balanced(self) -> bool:
        """Whether printed = applied + voided."""
        return self.printed == self.applied + self.voided


@dataclass(frozen=True)
class VialFacts:
    """One vial as the gate sees it."""

    code: str
    stock_class: StockClass
    status: VialStatus
    verified: bool


@dataclass(frozen=True)
class SignatureFacts:
    """A signature under the lot: `current` when what it covers is still what stands."""

    person: str
    printed_name: str
    role: Role
    meaning: Meaning
    action: str
    current: bool


@dataclass(frozen=True)
class LotFacts:
    """Everything that release asks about a lot."""

    number: str
    tier: Tier
    disposition: Disposition
    expires_on: date
    today: date
    protocol: Protocol
    specification_in_force: bool
    donors: tuple[DonorStanding, ...]
    tissues: tuple[TissueStanding, ...]
    rootless: tuple[str, ...]
    """Codes of cultures upstream that lead to no tissue."""
    parent_lots: tuple[ParentLot, ...]
    limits: tuple[Finding, ...]
    """Limits of passage, doublings, density, viability, ischaemia that the facts upstream break."""
    materials: tuple[MaterialUsed, ...]
    results: tuple[ResultFacts, ...]
    reconciliation: Reconciliation
    labels: Labels
    vials: tuple[VialFacts, ...]
    holds: tuple[Blocked, ...]
    deviations: tuple[DeviationFacts, ...]
    signatures: tuple[SignatureFacts, ...]
    green_light: str | None
