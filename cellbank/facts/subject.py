"""Findings against an enrolment."""

from collections.abc import Iterator, Sequence
from datetime import date

from cellbank.domain.subject import Answer as Given, criteria_findings
from cellbank.errors import Finding
from cellbank.facts.protocol import protocol_in_force, trial_suspension
from cellbank.store.dose import product_lots_released
from cellbank.store.unit_of_work import Reading


def enrolment_findings(
    reading: Reading, code: str, consented_on: date | None, answered_on: date, answers: Sequence[Given]
) -> Iterator[Finding]:
    """What stands against an enrolment today: the bank, the trial, the dates, then every criterion."""
    if not product_lots_released(reading.session):
        yield Finding("subject.no_released_lot", code)
    suspension = trial_suspension(reading)
    if suspension is not None:
        yield Finding("dose.trial.suspended", code, {"hold": suspension.code})
    yield from _date_findings(reading, code, consented_on, answered_on)
    protocol = protocol_in_force(reading).subject
    yield from criteria_findings(protocol, code, answers)


def _date_findings(reading: Reading, code: str, consented_on: date | None, answered_on: date) -> Iterator[Finding]:
    last = max(consented_on or answered_on, answered_on)
    if last > reading.today:
        yield Finding("subject.future", code, {"on": last})
    if consented_on is not None and answered_on < consented_on:
        params = {"on": answered_on, "consented_on": consented_on}
        yield Finding("subject.answered_before_consent", code, params)
