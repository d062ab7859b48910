"""Subjects: enrolled by the investigator's dated confirmation of every criterion, withdrawn (rules.md §8, §10)."""

import re
from collections.abc import Mapping
from datetime import date

from cellbank.commands import subject as commands
from cellbank.domain.dates import months_after
from cellbank.domain.identifiers import pseudonym
from cellbank.domain.subject import Answer, CriterionAnswer, Subject, checked_answers
from cellbank.domain.visit import ReservationEnd
from cellbank.errors import Finding, Refused, WrongInput, refuse
from cellbank.facts.protocol import parsed, version_in_force
from cellbank.facts.subject import enrolment_findings
from cellbank.services.acts import does
from cellbank.services.reservation import end_reservations
from cellbank.store import codes
from cellbank.store.subject import visits_of
from cellbank.store.unit_of_work import UnitOfWork

_BORN = re.compile(r"(19|20)\d{2}-(0[1-9]|1[0-2])")


@does(commands.Enrol)
def enrol_subject(
    work: UnitOfWork,
    subject_code: str,
    born: str,
    consented_on: date,
    answers: Mapping[str, str],
    answered_on: date | None = None,
    investigator: str | None = None,
) -> None:
    """A subject takes part: every criterion of the trial file answered by the investigator, and met.

    Refused with all reasons at once: a criterion missing or not met, no released product lot yet (the bank is
    constituted before the first inclusion), a consent in the future, the trial suspended; and
    without an investigator.
    """
    code = pseudonym(subject_code)
    if codes.exists(work, Subject, code):
        raise Refused(Finding("subject.code.taken", code, {"code": code}))
    if not _BORN.fullmatch(born.strip()):
        raise WrongInput("subject.born.form", value=born)
    by, on = answered_by(code, investigator), answered_on or work.today
    version = version_in_force(work)
    protocol = parsed(version)
    given = checked_answers(protocol.subject, answers, on)
    refuse(enrolment_findings(work, code, consented_on, on, given))
    subject = Subject(
        code=code,
        born=born.strip(),
        consented_on=consented_on,
        enrolled_on=work.today,
        investigator=by,
        follow_up_until=months_after(work.today, protocol.subject.follow_up_months),
        trial_version_id=version.id,
    )
    work.add(subject)
    work.session.flush()
    rows = answer_rows(work, subject, None, given, by)
    work.add(*rows)
    work.record("subject.enrolled", subject, *rows, investigator=by)


def answered_by(subject_code: str, investigator: str | None) -> str:
    """Who answered; refused when nobody is named."""
    if investigator is None or not investigator.strip():
        raise WrongInput("subject.investigator.missing", code=subject_code)
    return investigator


def answer_rows(
    work: UnitOfWork, subject: Subject, visit_id: str | None, given: list[Answer], investigator: str
) -> list[CriterionAnswer]:
    """The answers as rows: at enrolment, or again for a visit."""
    return [
        CriterionAnswer(
            subject_id=subject.id,
            visit_id=visit_id,
            criterion=answer.criterion,
            value=answer.value,
            answered_on=answer.answered_on,
            investigator=investigator,
            recorded_by=work.act.actor.name,
            recorded_at=work.now,
        )
        for answer in given
    ]


@does(commands.Withdraw)
def withdraw_subject(work: UnitOfWork, subject_code: str, withdrawn_on: date | None, because: str) -> None:
    """The subject leaves the trial or withdraws consent: nothing more is given, what was set aside is free again.
    Refused: a second withdrawal, a day before the enrolment or still to come, no reason.
    """
    subject = codes.get_by_code(work, Subject, subject_code)
    on = withdrawn_on or work.today
    if subject.withdrawn_on is not None:
        raise Refused(Finding("subject.already_withdrawn", subject.code, {"on": subject.withdrawn_on}))
    if on > work.today or on < subject.enrolled_on:
        raise Refused(Finding("subject.withdrawal.date", subject.code, {"on": on, "enrolled_on": subject.enrolled_on}))
    if not because.strip():
        raise WrongInput("subject.reason.missing", code=subject.code)
    subject.withdrawn_on = on
    subject.withdrawn_because = because.strip()
    visits = visits_of(work.session, subject.id)
    freed = end_reservations(work, [visit.id for visit in visits], ReservationEnd.WITHDRAWN)
    work.record("subject.withdrawn", subject, *freed, reason=because.strip(), freed=len(freed))
