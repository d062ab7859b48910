"""A donor as a reader sees them: standing, reasons, what comes next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from cellbank.domain.donor import (
    Determination,
    Donor,
    DonorTest,
    Eligibility,
    MarkerOutcome,
    Sex,
)
from cellbank.domain.eligibility import Assessment
from cellbank.errors import Finding
from cellbank.facts.donor import assessment
from cellbank.facts.protocol import parsed, version_in_force
from cellbank.store import codes, donor as store
from cellbank.store.unit_of_work import Reading


@dataclass(frozen=True)
class DonorTestView:
    """One laboratory result."""

    marker: str
    outcome: MarkerOutcome
    sampled_on: date
    method: str | None
    laboratory: str | None


@dataclass(frozen=True)
class DonorView:
    """One donor: what is known, where they stand, why, and what is next."""

    code: str
    sex: Sex
    birth_year: int
    consent: str
    consented_on: date
    withdrawn_on: date | None
    selection_accepted: bool | None
    selection_on: date | None
    eligibility: Eligibility
    determination: Determination | None
    determined_at: datetime | None
    findings: tuple[Finding, ...]
    next_steps: tuple[Finding, ...]
    tests: tuple[DonorTestView, ...]
    tissues: tuple[str, ...]


def donor_view(reading: Reading, code: str) -> DonorView:
    """One donor by pseudonym; an unknown one is refused."""
    return _view(reading, codes.get_by_code(reading, Donor, code))


def donors(reading: Reading) -> list[DonorView]:
    """Every donor."""
    return [_view(reading, donor) for donor in store.donors(reading.session)]


def _view(reading: Reading, donor: Donor) -> DonorView:
    version = version_in_force(reading)
    found = assessment(reading, donor, parsed(version))
    return DonorView(
        donor.code,
        donor.sex,
        donor.birth_year,
        donor.consent,
        donor.consented_on,
        donor.withdrawn_on,
        donor.selection_accepted,
        donor.selection_on,
        found.eligibility,
        donor.determination,
        donor.determined_at,
        found.findings,
        tuple(_still_to_do(donor, found)),
        tuple(_test_view(test) for test in store.tests_of(reading.session, donor.id)),
        tuple(tissue.code for tissue in store.tissues_of(reading.session, donor.id)),
    )


def _still_to_do(donor: Donor, found: Assessment) -> Iterator[Finding]:
    signed = donor.determination is not None and donor.determination.value == found.eligibility.value
    return (step for step in found.next_steps if not (signed and step.code == "donor.next.determine"))


def _test_view(test: DonorTest) -> DonorTestView:
    return DonorTestView(test.marker, test.outcome, test.sampled_on, test.method, test.laboratory)
