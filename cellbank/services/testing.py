"""Results: recorded on any station, reviewed by a second person, invalidated by QA with an assignable cause."""

from collections.abc import Sequence
from datetime import date

from cellbank.commands import result as commands
from cellbank.domain.deviation import DeviationKind
from cellbank.domain.identifiers import Station
from cellbank.domain.lot import Lot
from cellbank.domain.protocol import Protocol, recipient_limit
from cellbank.domain.record import Record
from cellbank.domain.signature import Meaning
from cellbank.domain.specification import check_reportable, limit_in_words
from cellbank.domain.stations import TESTED
from cellbank.domain.subject import Subject
from cellbank.domain.testing import Criterion, Outcome, Result, Stage, evaluate
from cellbank.domain.vial import Vial
from cellbank.domain.visit import Dose
from cellbank.errors import Finding, NotAllowed, Refused, WrongInput
from cellbank.facts.testing import (
    criterion_for,
    existed_on,
    invalidation_content,
    lots_concerned,
    review_content,
    specification_for,
)
from cellbank.services.acts import does
from cellbank.services.hold import open_deviation
from cellbank.services.release import hold_if_signed_changed
from cellbank.services.signing import sign
from cellbank.store import codes
from cellbank.store.dose import lots_in
from cellbank.store.unit_of_work import UnitOfWork


@does(commands.Record)
def record_result(
    work: UnitOfWork,
    code: str,
    test: str,
    value: str,
    performed_on: date | None,
    unit: str | None = None,
    method: str | None = None,
    laboratory: str | None = None,
) -> None:
    """A result as the laboratory reported it, performed today unless another day is named.

    One that fails opens an out-of-specification at once and stands; a dose's holds each lot it was made of, and says
    whom to inform.

    Refused: a test that the trial file does not know, another unit, a value that cannot be read or be true, a date in
    the future or before the thing tested existed.
    """
    found = codes.resolve(work, code)
    if found.station not in TESTED:
        raise WrongInput("result.station", code=found.code, station=found.station.value)
    protocol, stage = specification_for(work, found.row)
    criterion = criterion_for(protocol, stage, test)
    performed_on = performed_on or work.today
    if performed_on > work.today:
        raise Refused(Finding("result.future", found.code, {"performed_on": performed_on}))
    if performed_on < existed_on(work, found.row):
        params = {"performed_on": performed_on, "since": existed_on(work, found.row)}
        raise Refused(Finding("result.before_subject", found.code, params))
    kept_unit = check_reportable(criterion, value, unit)
    result = Result(
        code=codes.next_code(work, Station.RESULT),
        subject_table=found.station.value,
        subject_id=found.row.id,
        subject_code=found.code,
        test=criterion.test,
        value=value.strip(),
        unit=kept_unit,
        method=method,
        laboratory=laboratory,
        performed_on=performed_on,
        recorded_by=work.act.actor.name,
        recorded_at=work.now,
    )
    work.add(result)
    work.session.flush()
    work.record("result.recorded", result, subject=found.code, test=criterion.test, value=result.value)
    _open_when_failed(work, protocol, stage, criterion, result, found.row)


def _open_when_failed(
    work: UnitOfWork, protocol: Protocol, stage: Stage | None, criterion: Criterion, result: Result, subject: Record
) -> None:
    if stage is None or stage not in criterion.stages:
        return
    outcome = evaluate(criterion, result.value, result.unit, result.method, recipient_limit(protocol))
    if outcome is not Outcome.FAIL:
        return
    params = {
        "result": result.code,
        "test": result.test,
        "value": f"{result.value} {result.unit or ''}".strip(),
        **limit_in_words(criterion, recipient_limit(protocol)),
    }
    code = "result.out_of_specification"
    if isinstance(subject, Dose):
        code = "result.late_failed" if criterion.late else "result.dose_failed"
        params |= {"dose": subject.code, "participant": work.session.get_one(Subject, subject.subject_id).code}
    for blocked in _blocked_by(work, subject):
        limit = Finding(code, blocked.label, params)
        open_deviation(work, DeviationKind.OUT_OF_SPECIFICATION, blocked, limit)


def _blocked_by(work: UnitOfWork, subject: Record) -> Sequence[Record]:
    """What a failing result of a thing speaks against: of a vial its lot, of a dose every lot it was made of."""
    if isinstance(subject, Vial):
        return [work.session.get_one(Lot, subject.lot_id)]
    if isinstance(subject, Dose):
        return lots_in(work.session, subject)
    return [subject]


@does(commands.Review)
def review_result(work: UnitOfWork, code: str) -> None:
    """The second person's signed review. Refused: to who entered the result, one reviewed or invalidated already."""
    result = codes.get_by_code(work, Result, code)
    if result.recorded_by == work.act.actor.name:
        raise NotAllowed("result.review.own", name=work.act.actor.name, code=result.code)
    if result.reviewed_at is not None:
        raise Refused(Finding("result.already_reviewed", result.code, {"by": result.reviewed_by}))
    if result.invalidated_at is not None:
        raise Refused(Finding("result.invalidated", result.code, {"cause": result.invalidated_cause}))
    sign(work, Meaning.REVIEWED, "result.reviewed", result, now=review_content(result))
    result.reviewed_by = work.act.actor.name
    result.reviewed_at = work.now
    work.record("result.reviewed", result, subject=result.subject_code)


@does(commands.Invalidate)
def invalidate_result(work: UnitOfWork, code: str, because: str) -> None:
    """QA invalidates a result with an assignable cause; the first value stays in the record for ever.

    A released lot whose signed content this changes is held.

    Refused: without a cause, a result invalidated already.
    """
    result = codes.get_by_code(work, Result, code)
    if not because.strip():
        raise WrongInput("result.cause.missing", code=result.code)
    if result.invalidated_at is not None:
        raise Refused(Finding("result.invalidated", result.code, {"cause": result.invalidated_cause}))
    content = invalidation_content(result, because)
    sign(work, Meaning.APPROVED, "result.invalidated", result, now=content)
    result.invalidated_by = work.act.actor.name
    result.invalidated_at = work.now
    result.invalidated_cause = because.strip()
    work.record("result.invalidated", result, subject=result.subject_code, cause=because.strip())
    work.session.flush()
    for lot in lots_concerned(work, result):
        hold_if_signed_changed(work, lot)
