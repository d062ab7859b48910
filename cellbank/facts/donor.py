"""The standing of a donor, and the contents of what is signed about them."""

from datetime import date

from cellbank.domain.donor import AnswerKind, Determination, Donor, DonorAnswer
from cellbank.domain.eligibility import Assessment, DonorFacts, MarkerTest, assess
from cellbank.domain.facts import DonorStanding
from cellbank.domain.protocol import Protocol
from cellbank.domain.signature import Content
from cellbank.domain.tissue import Acceptance
from cellbank.store import donor as store_donor
from cellbank.store.unit_of_work import Reading, content


def donor_facts(reading: Reading, donor: Donor) -> DonorFacts:
    """What is known of a donor today; days count from every donation that was not rejected."""
    answers = store_donor.answers_of(reading.session, donor.id)
    return DonorFacts(
        code=donor.code,
        today=reading.today,
        tests=tuple(
            MarkerTest(test.marker, test.outcome, test.sampled_on)
            for test in store_donor.tests_of(reading.session, donor.id)
        ),
        donation_days=tuple(
            reading.day_of(tissue.procured_at)
            for tissue in store_donor.tissues_of(reading.session, donor.id)
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
    return assess(protocol.donor, donor_facts(reading, donor))


def donor_standing(reading: Reading, donor: Donor, protocol: Protocol) -> DonorStanding:
    """A donor as the gate sees them."""
    return DonorStanding(
        donor.code,
        assessment(reading, donor, protocol).eligibility,
        donor.determination,
        donor.withdrawn_on is not None,
    )


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
                for test in store_donor.tests_of(reading.session, donor.id)
            ],
        }
    )


def selection_content(donor: Donor, accepted: bool, on: date, note: str | None) -> Content:
    """What is signed with the clinical selection."""
    return content({"donor": donor.code, "accepted": accepted, "on": on, "note": note})


def risk_content(donor: Donor, marker: str, note: str) -> Content:
    """What QA signs to accept the risk of a reactive marker."""
    return content({"donor": donor.code, "marker": marker, "note": note})
