"""Donors: register, test, select, determine, withdraw (rules.md §1, §8; domain.md §3)."""

from collections.abc import Mapping
from datetime import date

from cellbank.domain.donor import (
    AnswerKind,
    Determination,
    Donor,
    DonorAnswer,
    DonorTest,
    Eligibility,
    Sex,
    marker_name,
    marker_outcome,
)
from cellbank.domain.hold import HoldKind
from cellbank.domain.identifiers import pseudonym
from cellbank.domain.person import Verb
from cellbank.domain.signature import Meaning
from cellbank.errors import Finding, Refused, WrongInput, refuse
from cellbank.facts.donor import assessment, determination_content, risk_content, selection_content
from cellbank.facts.protocol import protocol_in_force
from cellbank.services.acts import verb
from cellbank.services.hold import place_hold
from cellbank.services.signing import sign
from cellbank.store import codes, hold as store_hold
from cellbank.store.unit_of_work import UnitOfWork

YOUNGEST = 18
"""Years; a living donor of adipose tissue for this bank is an adult."""


@verb(Verb.RECORD_FACT)
def register_donor(work: UnitOfWork, code: str, sex: Sex, birth_year: int, consent: str, consented_on: date) -> None:
    """A donor under the clinic's pseudonym; refused twice, with a consent in the future, or before adulthood."""
    code = pseudonym(code)
    if codes.exists(work, Donor, code):
        raise Refused(Finding("donor.code.taken", code, {"code": code}))
    if consented_on > work.today:
        raise Refused(Finding("donor.consent.future", code, {"consented_on": consented_on}))
    if consented_on.year - birth_year < YOUNGEST:
        raise Refused(Finding("donor.minor", code, {"birth_year": birth_year, "least": YOUNGEST}))
    donor = Donor(code=code, sex=sex, birth_year=birth_year, consent=consent, consented_on=consented_on)
    work.add(donor)
    work.record("donor.registered", donor)


@verb(Verb.RECORD_FACT)
def record_test(
    work: UnitOfWork,
    code: str,
    marker: str,
    outcome: str,
    sampled_on: date,
    method: str | None,
    laboratory: str | None,
) -> None:
    """A laboratory result; a reactive or positive one holds everything downstream at once, each time anew.

    Refused: a sample still to come, a marker that the panel has not, an outcome that is none.
    """
    donor = codes.get_by_code(work, Donor, code)
    protocol = protocol_in_force(work)
    if sampled_on > work.today:
        raise Refused(Finding("donor.test.future", donor.code, {"sampled_on": sampled_on}))
    before = assessment(work, donor, protocol)
    test = DonorTest(
        donor_id=donor.id,
        marker=marker_name(protocol.donor, marker),
        outcome=marker_outcome(outcome),
        sampled_on=sampled_on,
        method=method,
        laboratory=laboratory,
        recorded_by=work.act.actor.name,
        recorded_at=work.now,
    )
    work.add(test)
    work.session.flush()
    work.record("donor.tested", donor, test, marker=test.marker, outcome=test.outcome)
    for kind in sorted(assessment(work, donor, protocol).holds_beyond(before)):
        place_hold(work, kind, donor, f"{test.marker} {test.outcome.value}")


@verb(Verb.RECORD_FACT)
def answer_risks(work: UnitOfWork, code: str, at_risk: Mapping[str, bool], haemodiluted: bool | None) -> None:
    """Answers from the history: at risk for a marker or not, haemodiluted without an earlier sample or not. Refused: no
    answer at all, a marker that the panel has not.
    """
    donor = codes.get_by_code(work, Donor, code)
    protocol = protocol_in_force(work)
    answers = [
        _answer(work, donor, AnswerKind.AT_RISK, marker_name(protocol.donor, marker), answer)
        for marker, answer in at_risk.items()
    ]
    if haemodiluted is not None:
        answers.append(_answer(work, donor, AnswerKind.HAEMODILUTED, None, haemodiluted))
    if not answers:
        raise WrongInput("donor.answer.none", code=donor.code)
    work.add(*answers)
    work.record("donor.answered", donor, *answers)


def _answer(
    work: UnitOfWork, donor: Donor, kind: AnswerKind, marker: str | None, answer: bool, note: str | None = None
) -> DonorAnswer:
    return DonorAnswer(
        donor_id=donor.id,
        kind=kind,
        marker=marker,
        answer=answer,
        note=note,
        recorded_by=work.act.actor.name,
        recorded_at=work.now,
    )


@verb(Verb.DETERMINE_DONOR)
def select_donor(work: UnitOfWork, code: str, accepted: bool, on: date, note: str | None) -> None:
    """The clinical selection (history, interview, exclusions): a signed yes or no of its own. Refused: a day still to
    come.
    """
    donor = codes.get_by_code(work, Donor, code)
    if on > work.today:
        raise Refused(Finding("donor.selection.future", donor.code, {"on": on}))
    content = selection_content(donor, accepted, on, note)
    sign(work, Meaning.APPROVED, "donor.selected", donor, now=content)
    donor.selection_accepted = accepted
    donor.selection_on = on
    donor.selection_note = note
    work.record("donor.selected", donor, accepted=accepted)


@verb(Verb.DETERMINE_DONOR)
def accept_risk(work: UnitOfWork, code: str, marker: str, note: str) -> None:
    """QA's signed risk assessment of a reactive marker (anti-HBc, syphilis): the risk is acceptable. Refused without a
    note, and for a marker that the panel has not.
    """
    donor = codes.get_by_code(work, Donor, code)
    name = marker_name(protocol_in_force(work).donor, marker)
    if not note.strip():
        raise WrongInput("donor.risk.note_missing", code=donor.code)
    sign(work, Meaning.APPROVED, "donor.risk_accepted", donor, now=risk_content(donor, name, note))
    answer = _answer(work, donor, AnswerKind.RISK_ACCEPTED, name, True, note)
    work.add(answer)
    work.record("donor.risk_accepted", donor, answer, marker=name)


@verb(Verb.DETERMINE_DONOR)
def determine_donor(work: UnitOfWork, code: str, determination: Determination, note: str | None) -> None:
    """QA's signed determination. Eligible is refused with every finding unless the assessment says eligible."""
    donor = codes.get_by_code(work, Donor, code)
    protocol = protocol_in_force(work)
    if determination is Determination.ELIGIBLE:
        found = assessment(work, donor, protocol)
        if found.eligibility is not Eligibility.ELIGIBLE:
            refuse(found.findings)
        refuse(
            Finding("donor.held", donor.code, {"hold": hold.code, "reason": hold.reason})
            for hold in store_hold.open_holds_on(work.session, {donor.id})
        )
    content = determination_content(work, donor, protocol, determination, note)
    sign(work, Meaning.APPROVED, "donor.determined", donor, now=content)
    donor.determination = determination
    donor.determined_at = work.now
    donor.determination_note = note
    work.record("donor.determined", donor, determination=determination)


@verb(Verb.RECORD_FACT)
def withdraw_consent(work: UnitOfWork, code: str, on: date, reason: str) -> None:
    """The donor withdraws consent: everything downstream goes on hold at once. Refused: a second withdrawal, a day
    still to come or before the consent.
    """
    donor = codes.get_by_code(work, Donor, code)
    if donor.withdrawn_on is not None:
        raise Refused(Finding("donor.already_withdrawn", donor.code, {"on": donor.withdrawn_on}))
    if on > work.today or on < donor.consented_on:
        raise Refused(Finding("donor.withdrawal.date", donor.code, {"on": on, "consented_on": donor.consented_on}))
    donor.withdrawn_on = on
    donor.withdrawn_because = reason
    work.record("donor.withdrawn", donor)
    place_hold(work, HoldKind.DONOR_WITHDRAWN, donor, reason)
