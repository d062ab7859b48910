"""A donor as a reader sees them: standing, reasons, what comes next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from cellbank.domain.donor import (
    AnswerKind,
    Determination,
    Donor,
    DonorAnswer,
    DonorTest,
    Eligibility,
    MarkerOutcome,
    Sex,
    marker_name,
)
from cellbank.domain.eligibility import Assessment, DonorFacts, MarkerTest, assess
from cellbank.domain.facts import DonorStanding
from cellbank.domain.protocol import Protocol
from cellbank.domain.signature import Content
from cellbank.domain.tissue import Acceptance
from cellbank.errors import Finding
from cellbank.store import codes
from cellbank.store import donor as store
from cellbank.store.unit_of_work import Reading, content
from cellbank.views import protocol as view_protocol


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


def facts(reading: Reading, donor: Donor) -> DonorFacts:
    """What is known of a donor today; days count from every donation that was not rejected."""
    answers = store.answers_of(reading.session, donor.id)
    return DonorFacts(
        code=donor.code,
        today=reading.today,
        tests=tuple(
            MarkerTest(test.marker, test.outcome, test.sampled_on) for test in store.tests_of(reading.session, donor.id)
        ),
        donation_days=tuple(
            reading.day_of(tissue.procured_at)
            for tissue in store.tissues_of(reading.session, donor.id)
            if tissue.acceptance is not Acceptance.REJECTED
        ),
        consented_on=donor.consented_on,
        withdrawn_on=donor.withdrawn_on,
        selection_accepted=donor.selection_accepted,
        risks={str(marker): answer for marker, answer in _last(answers, AnswerKind.AT_RISK).items()},
        haemodiluted=_last(answers, AnswerKind.HAEMODILUTED).get(None),
        risks_accepted=frozenset(
            str(marker) for marker, answer in _last(answers, AnswerKind.RISK_ACCEPTED).items() if answer
        ),
    )


def _last(answers: list[DonorAnswer], kind: AnswerKind) -> dict[str | None, bool]:
    return {answer.marker: answer.answer for answer in answers if answer.kind is kind}


def assessment(reading: Reading, donor: Donor, protocol: Protocol) -> Assessment:
    """Where a donor stands under a protocol."""
    return assess(protocol.donor, facts(reading, donor))


def standing(reading: Reading, donor: Donor, protocol: Protocol) -> DonorStanding:
    """A donor as the gate sees them."""
    return DonorStanding(
        donor.code,
        assessment(reading, donor, protocol).eligibility,
        donor.determination,
        donor.withdrawn_on is not None,
    )


def donor_view(reading: Reading, code: str) -> DonorView:
    """One donor by pseudonym."""
    return _view(reading, codes.get_by_code(reading, Donor, code))


def donors(reading: Reading) -> list[DonorView]:
    """Every donor."""
    return [_view(reading, donor) for donor in store.donors(reading.session)]


def _view(reading: Reading, donor: Donor) -> DonorView:
    version = view_protocol.version_in_force(reading)
    found = assessment(reading, donor, view_protocol.parsed(version))
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


def determination_content(
    reading: Reading, donor: Donor, protocol: Protocol, determination: Determination, note: str | None
) -> Content:
    """What QA signs to determine a donor: identity, every result, the assessment, the panel's version."""
    found = assessment(reading, donor, protocol)
    return content(
        {
            "donor": donor.code,
            "determination": determination,
            "note": note,
            "consent": donor.consent,
            "consented_on": donor.consented_on,
            "selection_accepted": donor.selection_accepted,
            "eligibility": found.eligibility,
            "findings": [finding.code for finding in found.findings],
            "protocol": {"trial": protocol.code, "version": protocol.version},
            "tests": [
                {"marker": test.marker, "outcome": test.outcome, "sampled_on": test.sampled_on}
                for test in store.tests_of(reading.session, donor.id)
            ],
        }
    )


def determining(reading: Reading, code: str, determination: Determination, note: str | None) -> Content:
    """What QA is shown before determining a donor."""
    donor = codes.get_by_code(reading, Donor, code)
    protocol = view_protocol.parsed(view_protocol.version_in_force(reading))
    return determination_content(reading, donor, protocol, determination, note)


def selection_content(donor: Donor, accepted: bool, on: date, note: str | None) -> Content:
    """What is signed with the clinical selection."""
    return content({"donor": donor.code, "accepted": accepted, "on": on, "note": note})


def selecting(reading: Reading, code: str, accepted: bool, on: date, note: str | None) -> Content:
    """What QA is shown before the clinical selection."""
    return selection_content(codes.get_by_code(reading, Donor, code), accepted, on, note)


def risk_content(donor: Donor, marker: str, note: str) -> Content:
    """What QA signs to accept the risk of a reactive marker."""
    return content({"donor": donor.code, "marker": marker, "note": note})


def accepting_risk(reading: Reading, code: str, marker: str, note: str) -> Content:
    """What QA is shown before accepting a risk."""
    donor = codes.get_by_code(reading, Donor, code)
    protocol = view_protocol.parsed(view_protocol.version_in_force(reading))
    return risk_content(donor, marker_name(protocol.donor, marker), note)
