"""Donors: register, test, select, determine, withdraw (rules.md §1, §8; domain.md §3)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from cellbank.commands import donor as commands
from cellbank.domain.donor import (
    AnswerKind,
    Determination,
    Donor,
    DonorAnswer,
    DonorProtocol,
    DonorTest,
    Eligibility,
    Sex,
    marker_name,
    marker_outcome,
)
from cellbank.domain.hold import HoldKind
from cellbank.domain.identifiers import pseudonym
from cellbank.domain.protocol import Protocol
from cellbank.domain.signature import Meaning
from cellbank.errors import Finding, Refused, WrongInput, refuse
from cellbank.facts.donor import assessment, determination_content, risk_content, selection_content
from cellbank.facts.protocol import protocol_in_force
from cellbank.services.acts import does
from cellbank.services.hold import place_hold
from cellbank.services.signing import sign
from cellbank.store import codes
from cellbank.store.hold import open_holds_on
from cellbank.store.unit_of_work import UnitOfWork

YOUNGEST = 18
"""Years; a living donor of adipose tissue for this bank is an adult."""


@does(commands.Register)
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


@does(commands.Test)
def record_test(
    work: UnitOfWork,
    code: str,
    marker: str,
    outcome: str,
    sampled_on: date,
    method: str | None = None,
    laboratory: str | None = None,
) -> None:
    """A laboratory result; a reactive or positive one holds everything downstream at once, each time anew.

    Refused: a sample still to come, a marker that the panel has not, an outcome that is none.
    """
    _record_outcomes(work, code, {marker: outcome}, sampled_on, method, laboratory)


@does(commands.Panel)
def record_panel(
    work: UnitOfWork,
    code: str,
    outcomes: Mapping[str, str],
    sampled_on: date,
    method: str | None = None,
    laboratory: str | None = None,
) -> None:
    """The laboratory's report on one sample, each marker recorded as `record_test` does.

    Refused: no marker at all, a marker twice, and what `record_test` refuses.
    """
    if not outcomes:
        raise WrongInput("donor.answer.none", code=code)
    _record_outcomes(work, code, outcomes, sampled_on, method, laboratory)


def _record_outcomes(
    work: UnitOfWork,
    code: str,
    outcomes: Mapping[str, str],
    sampled_on: date,
    method: str | None,
    laboratory: str | None,
) -> None:
    donor = codes.get_by_code(work, Donor, code)
    protocol = protocol_in_force(work)
    markers = _each_once(protocol.donor, outcomes)
    if sampled_on > work.today:
        raise Refused(Finding("donor.test.future", donor.code, {"sampled_on": sampled_on}))
    for marker, outcome in zip(markers, outcomes.values(), strict=True):
        test = DonorTest(
            donor_id=donor.id,
            marker=marker,
            outcome=marker_outcome(outcome),
            sampled_on=sampled_on,
            method=method,
            laboratory=laboratory,
            recorded_by=work.act.actor.name,
            recorded_at=work.now,
        )
        _add_test(work, donor, test, protocol)


def _each_once(protocol: DonorProtocol, markers: Iterable[str]) -> Sequence[str]:
    """The canonical names of markers; refused: one that the panel has not, one named twice."""
    found: list[str] = []
    for text in markers:
        name = marker_name(protocol, text)
        if name in found:
            raise WrongInput("donor.marker.twice", value=name)
        found.append(name)
    return found


def _add_test(work: UnitOfWork, donor: Donor, test: DonorTest, protocol: Protocol) -> None:
    before = assessment(work, donor, protocol)
    work.add(test)
    work.session.flush()
    work.record("donor.tested", donor, test, marker=test.marker, outcome=test.outcome)
    for kind in sorted(assessment(work, donor, protocol).holds_beyond(before)):
        place_hold(work, kind, donor, f"{test.marker} {test.outcome.value}")


@does(commands.Answer)
def answer_risks(
    work: UnitOfWork,
    code: str,
    at_risk: Sequence[str] = (),
    not_at_risk: Sequence[str] = (),
    haemodiluted: bool | None = None,
) -> None:
    """Answers from the history: at risk for a marker or not, haemodiluted without an earlier sample or not. Refused: no
    answer at all, a marker that the panel has not, a marker twice.
    """
    donor = codes.get_by_code(work, Donor, code)
    markers = _each_once(protocol_in_force(work).donor, (*at_risk, *not_at_risk))
    answers = [_answer(work, donor, AnswerKind.AT_RISK, marker, at < len(at_risk)) for at, marker in enumerate(markers)]
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


@does(commands.Select)
def select_donor(
    work: UnitOfWork, code: str, accepted: bool = True, selected_on: date | None = None, note: str | None = None
) -> None:
    """The clinical selection (history, interview, exclusions): a signed yes or no of its own, of today unless another
    day is named. Refused: a day still to come.
    """
    donor = codes.get_by_code(work, Donor, code)
    on = selected_on or work.today
    if on > work.today:
        raise Refused(Finding("donor.selection.future", donor.code, {"on": on}))
    content = selection_content(donor, accepted, on, note)
    sign(work, Meaning.APPROVED, "donor.selected", donor, now=content)
    donor.selection_accepted = accepted
    donor.selection_on = on
    donor.selection_note = note
    work.record("donor.selected", donor, accepted=accepted)


@does(commands.AcceptRisk)
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


@does(commands.Determine)
def determine_donor(
    work: UnitOfWork, code: str, determination: Determination = Determination.ELIGIBLE, note: str | None = None
) -> None:
    """QA's signed determination. Eligible is refused with every finding unless the assessment says eligible."""
    donor = codes.get_by_code(work, Donor, code)
    protocol = protocol_in_force(work)
    if determination is Determination.ELIGIBLE:
        found = assessment(work, donor, protocol)
        if found.eligibility is not Eligibility.ELIGIBLE:
            refuse(found.findings)
        refuse(
            Finding("donor.held", donor.code, {"hold": hold.code, "reason": hold.reason})
            for hold in open_holds_on(work.session, {donor.id})
        )
    content = determination_content(work, donor, protocol, determination, note)
    sign(work, Meaning.APPROVED, "donor.determined", donor, now=content)
    donor.determination = determination
    donor.determined_at = work.now
    donor.determination_note = note
    work.record("donor.determined", donor, determination=determination)


@does(commands.Withdraw)
def withdraw_consent(work: UnitOfWork, code: str, withdrawn_on: date | None, because: str) -> None:
    """The donor withdraws consent, today unless another day is named: everything downstream goes on hold at once.

    Refused: a second withdrawal, a day still to come or before the consent.
    """
    donor = codes.get_by_code(work, Donor, code)
    if donor.withdrawn_on is not None:
        raise Refused(Finding("donor.already_withdrawn", donor.code, {"on": donor.withdrawn_on}))
    on = withdrawn_on or work.today
    if on > work.today or on < donor.consented_on:
        raise Refused(Finding("donor.withdrawal.date", donor.code, {"on": on, "consented_on": donor.consented_on}))
    donor.withdrawn_on = on
    donor.withdrawn_because = because
    work.record("donor.withdrawn", donor)
    place_hold(work, HoldKind.DONOR_WITHDRAWN, donor, because)
