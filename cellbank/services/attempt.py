"""An attempt at a visit: the one under way, the vials in it, how it goes from status to status (rules.md §10)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from cellbank.domain.dose import not_before
from cellbank.domain.subject import Subject
from cellbank.domain.vial import Vial, VialStatus
from cellbank.domain.visit import MOVES, Dose, DoseStatus, Visit
from cellbank.errors import Finding, Refused
from cellbank.services.movement import Move, Why, move_vials
from cellbank.store.dose import vials_in
from cellbank.store.unit_of_work import UnitOfWork


def move_attempt(
    work: UnitOfWork,
    vials: Sequence[Vial],
    to: VialStatus,
    purpose: str,
    dose: Dose,
    subject: Subject,
    visit: Visit,
) -> None:
    """The vials of an attempt moved on, each with its line in the ledger; after the act's own action."""
    second = None if work.act.second is None else work.act.second.name
    why = Why(purpose, dose=dose.code, subject=subject.code, visit=visit.number, checked_by=second)
    move_vials(work, [Move(vial, to) for vial in vials], why, on=dose)


def not_before_last_step(work: UnitOfWork, dose: Dose) -> None:
    """The act is done at an attempt's last step when the moment typed, to the minute or second, leaves that open."""
    work.act = replace(work.act, performed_at=not_before(work.act.performed_at, _last_step(dose)))


def vials_in_attempt(work: UnitOfWork, dose: Dose) -> list[Vial]:
    """The vials still in an attempt; refused when every one of them was lost: then it can only come to nothing."""
    vials = vials_in(work.session, dose.id)
    if not vials:
        raise Refused(Finding("dose.vials.none_left", dose.code, {"dose": dose.code}))
    return vials


def advance(dose: Dose, to: DoseStatus) -> None:
    """The attempt to its next status; refused when the table has not that move."""
    if to not in MOVES.get(dose.status, frozenset()):
        params = {"dose": dose.code, "dose_status": dose.status.value, "expected": to.value}
        raise Refused(Finding("dose.status", dose.code, params))
    dose.status = to


def _last_step(dose: Dose) -> datetime:
    steps = (dose.pulled_at, dose.thaw_ended_at, dose.prepared_at, dose.dispensed_at)
    return max(step for step in steps if step is not None)


def refuse_before_last_step(work: UnitOfWork, dose: Dose) -> None:
    """Refuse what is said to have been done before the last step of an attempt."""
    last, at = _last_step(dose), work.act.performed_at
    if at < last:
        raise Refused(Finding("dose.before_last_step", dose.code, {"last": last, "at": at}))
