"""Holds and deviations: put by anyone at work or by the act itself, ended by QA's signature (rules.md §1, §2)."""

from collections.abc import Iterable
from datetime import datetime

from cellbank.commands import hold as commands
from cellbank.commands.deviation import Close, Report
from cellbank.domain.deviation import Deviation, DeviationKind
from cellbank.domain.hold import Hold, HoldKind
from cellbank.domain.identifiers import Station
from cellbank.domain.record import Record, table_of
from cellbank.domain.signature import Meaning, canonical
from cellbank.domain.stations import PAPERS
from cellbank.errors import Finding, Refused, WrongInput
from cellbank.facts.hold import closure_content, lift_content
from cellbank.services.acts import does
from cellbank.services.signing import sign
from cellbank.store import codes
from cellbank.store.hold import holds_of_deviation
from cellbank.store.unit_of_work import UnitOfWork, plain

Span = tuple[datetime, datetime | None]
"""From when until when a hold on a place holds what was inside; no end: until it is lifted."""


def place_hold(
    work: UnitOfWork,
    kind: HoldKind,
    subject: Record,
    reason: str,
    deviation_id: str | None = None,
    span: Span | None = None,
) -> Hold:
    """A hold put by an act itself or by a person; part of the act at hand."""
    since, until = span or (None, None)
    hold = Hold(
        code=codes.next_code(work, Station.HOLD),
        kind=kind,
        subject_table=table_of(type(subject)).name,
        subject_id=subject.id,
        subject_code=subject.label,
        reason=reason,
        deviation_id=deviation_id,
        put_by=work.act.actor.name,
        put_at=work.now,
        since=since,
        until=until,
    )
    work.add(hold)
    work.session.flush()
    work.record("hold.put", hold, subject=subject.label, kind=kind)
    return hold


def open_deviation(
    work: UnitOfWork, kind: DeviationKind, subject: Record, limit: Finding, span: Span | None = None
) -> Deviation:
    """A deviation opened by the act whose fact broke a limit; it puts a hold that its closure lifts.

    An excursion of a place has a `span`: its hold reaches what was inside then, and nothing else.
    """
    deviation = Deviation(
        code=codes.next_code(work, Station.DEVIATION),
        kind=kind,
        subject_table=table_of(type(subject)).name,
        subject_id=subject.id,
        subject_code=subject.label,
        limit_code=limit.code,
        limit_params=canonical(plain({"subject": limit.subject, **limit.params})).decode(),
        opened_by=work.act.actor.name,
        opened_at=work.now,
    )
    work.add(deviation)
    work.session.flush()
    work.record("deviation.opened", deviation, subject=subject.label, limit=limit.code)
    why = HoldKind.DEVIATION if span is None else HoldKind.EXCURSION
    place_hold(work, why, subject, deviation.code, deviation.id, span)
    return deviation


def open_deviations(work: UnitOfWork, subject: Record, broken: Iterable[Finding]) -> None:
    """One deviation for each limit that a fact broke."""

    for limit in broken:
        open_deviation(work, DeviationKind.LIMIT, subject, limit)


@does(commands.Put)
def put_hold(work: UnitOfWork, code: str, because: str) -> None:
    """Anyone at work may hold anything, at any hour. Refused without a reason, and on what holds nothing itself (a
    result, a hold, a deviation).
    """
    if not because.strip():
        raise WrongInput("hold.reason.missing", code=code)
    place_hold(work, HoldKind.MANUAL, _holdable(work, code), because.strip())


def _holdable(work: UnitOfWork, code: str) -> Record:
    """The thing of a code, unless it is only a paper about a thing: a hold there would hold nothing."""
    found = codes.resolve(work, code)
    if found.station in PAPERS:
        raise WrongInput("hold.subject", code=found.code, station=found.station.value)
    return found.row


@does(commands.Lift)
def lift_hold(work: UnitOfWork, code: str, because: str) -> None:
    """QA lifts a hold with a signature. Refused: a hold lifted already, and one that a deviation put, which ends with
    the deviation.
    """
    hold = codes.get_by_code(work, Hold, code)
    if hold.lifted_at is not None:
        raise Refused(Finding("hold.already_lifted", hold.code, {"code": hold.code}))
    if hold.deviation_id is not None:
        raise Refused(Finding("hold.of_deviation", hold.code, {"code": hold.code, "deviation": hold.reason}))
    sign(work, Meaning.APPROVED, "hold.lifted", hold, now=lift_content(hold, because))
    _lift(work, hold, because)


def _lift(work: UnitOfWork, hold: Hold, because: str) -> None:
    hold.lifted_at = work.now
    hold.lifted_by = work.act.actor.name
    hold.lifted_because = because
    work.record("hold.lifted", hold, subject=hold.subject_code)


@does(Report)
def report_deviation(work: UnitOfWork, code: str, description: str) -> None:
    """An unplanned event that a person reports: a deviation with a hold on what it touches. Refused without a
    description, and on what holds nothing itself.
    """
    if not description.strip():
        raise WrongInput("deviation.description.missing", code=code)
    row = _holdable(work, code)
    limit = Finding("deviation.reported", row.label, {"description": description.strip()})
    open_deviation(work, DeviationKind.UNPLANNED, row, limit)


@does(Close)
def close_deviation(work: UnitOfWork, code: str, conclusion: str) -> None:
    """QA closes a deviation with a conclusion and a signature; its holds are lifted with it. Refused: a deviation
    closed already, an empty conclusion.
    """
    deviation = codes.get_by_code(work, Deviation, code)
    if deviation.closed_at is not None:
        raise Refused(Finding("deviation.already_closed", deviation.code, {"code": deviation.code}))
    if not conclusion.strip():
        raise WrongInput("deviation.conclusion.missing", code=deviation.code)
    content = closure_content(deviation, conclusion)
    sign(work, Meaning.APPROVED, "deviation.closed", deviation, now=content)
    deviation.closed_at = work.now
    deviation.closed_by = work.act.actor.name
    deviation.conclusion = conclusion.strip()
    work.record("deviation.closed", deviation, subject=deviation.subject_code)
    for hold in holds_of_deviation(work.session, deviation.id):
        if hold.lifted_at is None:
            _lift(work, hold, deviation.code)
