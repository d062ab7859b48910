"""Subjects: enrolled by the investigator's dated confirmation of every criterion, withdrawn (rules.md §8, §10)."""

import re
from collections.abc import Mapping
from datetime import date

from cellbank.domain.dates import months_after
from cellbank.domain.identifiers import pseudonym
from cellbank.domain.person import Verb
from cellbank.domain.subject import Answer, CriterionAnswer, Subject, checked_answers
from cellbank.domain.visit import ReservationEnd
from cellbank.errors import Finding, Refused, WrongInput, refuse
from cellbank.facts.protocol import parsed, version_in_force
from cellbank.facts.subject import enrolment_findings
from cellbank.services.acts import verb
from cellbank.services.reservation import end_reservations
from cellbank.store import codes, subject as store
from cellbank.store.unit_of_work import UnitOfWork

_BORN = re.compile(r"(19|20)\d{2}-(0[1-9]|1[0-2])")


@verb(Verb.TREAT)
def enrol_subject(
    work: UnitOfWork,
    code: str,
    born: str,
    consented_on: date,
    answers: Mapping[str, str],
    answered_on: date,
    investigator: str,
) -> None:
    """A subject takes part: every criterion of the trial file answered by the investigator, and met.

    Refused with all reasons at once: a criterion missing or not met, no released product lot yet (the bank is
    constituted before the first inclusion), a consent in the future, the trial suspended.
    """
    code = pseudonym(code)
    if codes.exists(work, Subject, code):
        raise Refused(Finding("subject.code.taken", code, {"code": code}))
    if not _BORN.fullmatch(born.strip()):
        raise WrongInput("subject.born.form", value=born)
    version = version_in_force(work)
    protocol = parsed(version)
    given = checked_answers(protocol.subject, answers, answered_on)
    refuse(enrolment_findings(work, code, consented_on, answered_on, given))
    subject = Subject(
        code=code,
        born=born.strip(),
        consented_on=consented_on,
        enrolled_on=work.today,
        investigator=investigator,
        follow_up_until=months_after(work.today, protocol.subject.follow_up_months),
        trial_version_id=version.id,
    )
    work.add(subject)
    work.session.flush()
    rows = answer_rows(work, subject, None, given, investigator)
    work.add(*rows)
    work.record("subject.enrolled", subject, *rows, investigator=investigator)


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


@verb(Verb.TREAT)
def withdraw_subject(work: UnitOfWork, code: str, on: date, reason: str) -> None:
    """The subject leaves the trial or withdraws consent: nothing more is given, what was set aside is free again.
    Refused: a second withdrawal, a day before the enrolment or still to come, no reason.
    """
    subject = codes.get_by_code(work, Subject, code)
    if subject.withdrawn_on is not None:
        raise Refused(Finding("subject.already_withdrawn", subject.code, {"on": subject.withdrawn_on}))
    if on > work.today or on < subject.enrolled_on:
        raise Refused(Finding("subject.withdrawal.date", subject.code, {"on": on, "enrolled_on": subject.enrolled_on}))
    if not reason.strip():
        raise WrongInput("subject.reason.missing", code=subject.code)
    subject.withdrawn_on = on
    subject.withdrawn_because = reason.strip()
    visits = store.visits_of(work.session, subject.id)
    freed = end_reservations(work, [visit.id for visit in visits], ReservationEnd.WITHDRAWN)
    work.record("subject.withdrawn", subject, *freed, reason=reason.strip(), freed=len(freed))
