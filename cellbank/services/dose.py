"""Doses: pulled, thawed, prepared, dispensed, administered or not; several attempts a visit (rules.md §10).

The gate is asked again at pull and dispense. What happened in between is a fact: recorded, with a deviation when
it breaks a limit, and refused only when it is impossible.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from cellbank.commands import dose as commands
from cellbank.domain import dose_gate
from cellbank.domain.characters import shown
from cellbank.domain.dose import THAWED_BY, VisitStep, dose_findings, not_before, visit_findings
from cellbank.domain.gate import Step
from cellbank.domain.growth import viable
from cellbank.domain.identifiers import Station
from cellbank.domain.protocol import Protocol
from cellbank.domain.subject import Subject
from cellbank.domain.vial import Vial, VialStatus
from cellbank.domain.visit import Dose, DoseStatus, DoseVial, ReservationEnd, Visit
from cellbank.domain.visit_facts import VisitFacts
from cellbank.errors import Finding, NotAllowed, NotFound, Refused, WrongInput, WrongScan, refuse
from cellbank.facts.dose import awaits_late_results, clock_end, earliest_limit, held_now
from cellbank.facts.protocol import protocol_in_force, version_in_force
from cellbank.facts.visit import attempt_under_way, get_visit, last_injection, planned, visit_facts
from cellbank.services.acts import does
from cellbank.services.attempt import (
    advance,
    move_attempt,
    not_before_last_step,
    refuse_before_last_step,
    vials_in_attempt,
)
from cellbank.services.hold import open_deviations
from cellbank.services.material import use_materials
from cellbank.services.movement import custodian_of
from cellbank.services.reservation import end_reservations
from cellbank.store import codes, dose as store
from cellbank.store.unit_of_work import UnitOfWork


def _second(work: UnitOfWork, protocol: Protocol, step: VisitStep) -> str | None:
    """The second person's name; refused when the trial file asks for one at this step and none signed in."""
    second = work.act.second
    if step in protocol.dose.second_person_at and second is None and not work.act.rehearsed:
        raise NotAllowed("dose.second.missing", step=step.value)
    return None if second is None else second.name


def _facts(
    work: UnitOfWork, visit: Visit, vials: Sequence[Vial], *, dose: Dose | None = None, replacing: bool
) -> VisitFacts:
    """What the gate is told, on the day and by the clock of the act."""
    return visit_facts(work, visit, vials, dose=dose, replacing=replacing, at=work.act.performed_at)


@does(commands.Pull)
def pull(work: UnitOfWork, subject_code: str, number: int, vial_codes: Sequence[str], replacing: bool = False) -> None:
    """Vials taken out of the tank for a visit: scanned, checked by a second person, through the whole gate.

    `replacing` draws from unreserved stock, when what was reserved broke or failed. Refused with every reason:
    the wrong vial, subject or day; the same vial scanned twice, which would count for two.
    """
    visit = get_visit(work, subject_code, number)
    protocol = protocol_in_force(work)
    second = _second(work, protocol, VisitStep.PULL)
    vials = _scanned(work, vial_codes)
    if (open_attempt := store.under_way_at(work.session, visit.id)) is not None:
        raise Refused(Finding("dose.under_way", visit.code, {"dose": open_attempt.code}))
    refuse(dose_gate.findings(Step.PULL, _facts(work, visit, vials, replacing=replacing)))
    attempts = store.doses_of_visits(work.session, [visit.id])
    dose = Dose(
        code=codes.next_code(work, Station.DOSE),
        visit_id=visit.id,
        subject_id=visit.subject_id,
        attempt=len(attempts) + 1,
        trial_version_id=version_in_force(work).id,
        pulled_at=work.act.performed_at,
        pulled_by=work.act.actor.name,
        pull_checked_by=second,
    )
    work.add(dose)
    work.session.flush()
    links = [DoseVial(dose_id=dose.id, vial_id=vial.id) for vial in vials]
    work.add(*links)
    ended = end_reservations(work, [visit.id], ReservationEnd.PULLED, {vial.id for vial in vials})
    subject = work.session.get_one(Subject, visit.subject_id)
    work.record(
        "dose.pulled", dose, *links, *ended, visit=visit.code, vials=[v.code for v in vials], replacing=replacing
    )
    move_attempt(work, vials, VialStatus.PULLED, "pull", dose, subject, visit)


def _scanned(work: UnitOfWork, scanned: Sequence[str]) -> list[Vial]:
    """The vials scanned; refused, and the refusal kept: a code that is none, the same vial twice."""
    if not scanned:
        raise WrongInput("dose.vials.none_scanned")
    found: dict[str, Vial] = {}
    twice: dict[str, Finding] = {}
    for code in scanned:
        try:
            vial = codes.get_by_code(work, Vial, code)
        except (NotFound, WrongInput) as error:
            raise WrongScan("dose.vial.unknown", scanned=shown(code)) from error
        if vial.id in found:
            twice[vial.code] = Finding("dose.vial.twice", vial.code, {"vial": vial.code})
        found[vial.id] = vial
    refuse(twice.values())
    return list(found.values())


@does(commands.Thaw)
def thaw(work: UnitOfWork, subject_code: str, number: int, started_at: datetime, ended_at: datetime) -> None:
    """The vials thawed, from one instant to another; the clock runs from the moment that the trial file names.

    Refused: times out of order or to come. Recorded with a deviation: where the file asks for a transfer, by another
    custodian than the file's.
    """
    dose, visit, subject = attempt_under_way(work, subject_code, number, DoseStatus.PULLED)
    not_before_last_step(work, dose)
    started_at = not_before(started_at, dose.pulled_at)
    ended_at = not_before(ended_at, started_at)
    if not dose.pulled_at <= started_at <= ended_at or ended_at > work.now:
        params = {"pulled_at": dose.pulled_at, "started_at": started_at, "ended_at": ended_at}
        raise Refused(Finding("dose.thaw.times", dose.code, params))
    vials = vials_in_attempt(work, dose)
    elsewhere = list(_thawed_elsewhere(work, dose, vials))
    advance(dose, DoseStatus.THAWED)
    dose.thaw_started_at = started_at
    dose.thaw_ended_at = ended_at
    dose.thawed_by = work.act.actor.name
    dose.usable_until = clock_end(work, dose, protocol_in_force(work))
    work.record("dose.thawed", dose, usable_until=dose.usable_until or "")
    move_attempt(work, vials, VialStatus.THAWED, "thaw", dose, subject, visit)
    open_deviations(work, dose, elsewhere)


def _thawed_elsewhere(work: UnitOfWork, dose: Dose, vials: Sequence[Vial]) -> Iterator[Finding]:
    protocol = protocol_in_force(work).dose
    place, keepers = THAWED_BY[protocol.thaw_place], {custodian_of(work, vial) for vial in vials}
    if VisitStep.TRANSFER in protocol.steps and keepers != {place}:
        yield Finding("dose.thaw.elsewhere", dose.code, {"dose": dose.code, "custodian": place})


@does(commands.Prepare)
def prepare(work: UnitOfWork, subject_code: str, number: int, prepared: commands.Preparation) -> None:
    """The dose prepared and measured, checked by a second person. Usable until the earliest limit of all.

    Outside its limits it is recorded all the same, with a deviation for each: the dispensing gate refuses it.
    """
    dose, visit, subject = attempt_under_way(work, subject_code, number, DoseStatus.THAWED)
    not_before_last_step(work, dose)
    protocol = protocol_in_force(work)
    second = _second(work, protocol, VisitStep.PREPARE)
    at = work.act.performed_at
    if dose.thaw_ended_at is not None and at < dose.thaw_ended_at:
        raise Refused(Finding("dose.prepared.before_thaw", dose.code, {"thawed_at": dose.thaw_ended_at, "at": at}))
    vials = vials_in_attempt(work, dose)
    advance(dose, DoseStatus.PREPARED)
    dose.prepared_at = at
    dose.prepared_by = work.act.actor.name
    dose.preparation_checked_by = second
    dose.preparation = prepared.preparation
    dose.total_cells = prepared.total
    dose.viability_percent = prepared.viability_percent
    dose.method = prepared.method
    dose.volume_ml = prepared.volume_ml
    dose.syringe = prepared.syringe
    work.session.flush()
    cells = viable(prepared.total, prepared.viability_percent)
    work.record("dose.prepared", dose, viable=int(cells))
    move_attempt(work, vials, VialStatus.CONSUMED_IN_DOSE, "dose", dose, subject, visit)
    use_materials(work, prepared.materials, dose, "prepare", at)
    dose.usable_until = earliest_limit(work, dose, protocol)
    open_deviations(work, dose, dose_findings(protocol.dose, dose.code, cells, prepared.volume_ml))


@does(commands.Dispense)
def dispense(work: UnitOfWork, subject_code: str, number: int) -> None:
    """The dose leaves the pharmacy: the whole gate again, a second person, late results named as a condition.

    Refused with every finding of the gate, and without the second person that the trial file asks for.
    """
    dose, visit, subject = attempt_under_way(work, subject_code, number, DoseStatus.PREPARED)
    not_before_last_step(work, dose)
    refuse_before_last_step(work, dose)
    protocol = protocol_in_force(work)
    second = _second(work, protocol, VisitStep.DISPENSE)
    vials = store.vials_in(work.session, dose.id)
    refuse(dose_gate.findings(Step.DISPENSE, _facts(work, visit, vials, dose=dose, replacing=True)))
    late = awaits_late_results(work, dose, protocol)
    advance(dose, DoseStatus.DISPENSED)
    dose.dispensed_at = work.act.performed_at
    dose.dispensed_by = work.act.actor.name
    dose.dispensing_checked_by = second
    dose.conditional = bool(late)
    work.record("dose.dispensed", dose, subject=subject.code, visit=visit.number, awaiting=late)


@does(commands.Administer)
def administer(
    work: UnitOfWork,
    subject_code: str,
    number: int,
    volume_ml: Decimal,
    investigator: str,
    hold_known: bool | None = None,
) -> None:
    """The injection, as the investigator reports it. It happened: a limit it broke opens a deviation.

    When a hold stands, the record says whether it was known at the bedside: `hold_known` must then be given.
    Refused as impossible: nothing dispensed, before the dispensing, more volume than was prepared.
    """
    dose, visit, subject = attempt_under_way(work, subject_code, number, DoseStatus.DISPENSED)
    not_before_last_step(work, dose)
    at = work.act.performed_at
    if dose.dispensed_at is not None and at < dose.dispensed_at:
        raise Refused(Finding("dose.before_dispensing", dose.code, {"dispensed_at": dose.dispensed_at, "at": at}))
    if dose.volume_ml is not None and volume_ml > dose.volume_ml:
        raise Refused(Finding("dose.more_than_prepared", dose.code, {"volume_ml": volume_ml, "most": dose.volume_ml}))
    holds = held_now(work, dose)
    if holds and hold_known is None:
        raise WrongInput("dose.hold_known.missing", dose=dose.code, hold=", ".join(h.code for h in holds))
    last = last_injection(work, store.injections_of(work.session, subject.id))
    broken = list(visit_findings(protocol_in_force(work).dose, dose.code, planned(visit), work.day_of(at), last))
    if subject.withdrawn_on is not None:
        broken.append(Finding("dose.subject.withdrawn", dose.code, {"on": subject.withdrawn_on}))
    if dose.usable_until is not None and at > dose.usable_until:
        broken.append(Finding("dose.clock.over", dose.code, {"until": dose.usable_until, "at": at}))
    if holds:
        params = {"holds": ", ".join(h.code for h in holds), "known": "yes" if hold_known else "no"}
        broken.append(Finding("dose.given_under_hold", dose.code, params))
    advance(dose, DoseStatus.ADMINISTERED)
    dose.administered_at = at
    dose.administered_volume_ml = volume_ml
    dose.investigator = investigator
    dose.hold_known = hold_known if holds else None
    dose.ended_at = at
    freed = end_reservations(work, [visit.id], ReservationEnd.CANCELLED)
    work.record("dose.administered", dose, *freed, subject=subject.code, visit=visit.number, volume_ml=volume_ml)
    open_deviations(work, dose, broken)


@does(commands.Waste)
def waste(work: UnitOfWork, subject_code: str, number: int, because: str) -> None:
    """An attempt that came to nothing: discarded before dispensing, wasted after it. Refused without a reason."""
    dose, visit, subject = attempt_under_way(work, subject_code, number)
    not_before_last_step(work, dose)
    if not because.strip():
        raise WrongInput("dose.reason.missing", code=dose.code)
    refuse_before_last_step(work, dose)
    to = DoseStatus.WASTED if dose.status is DoseStatus.DISPENSED else DoseStatus.DISCARDED
    ends_as = {DoseStatus.PULLED: VialStatus.BROKEN, DoseStatus.THAWED: VialStatus.DESTROYED}
    vials_end_as = ends_as.get(dose.status)
    advance(dose, to)
    dose.ended_at = work.act.performed_at
    dose.ended_because = because.strip()
    work.record(f"dose.{to.value}", dose, reason=because.strip(), visit=visit.code)
    vials = store.vials_in(work.session, dose.id)
    if vials_end_as is not None and vials:
        move_attempt(work, vials, vials_end_as, "waste", dose, subject, visit)


@does(commands.Return)
def return_dose(work: UnitOfWork, subject_code: str, number: int, because: str) -> None:
    """A dispensed dose came back from the ward unused; it is destroyed next. Refused without a reason."""
    dose, visit, _ = attempt_under_way(work, subject_code, number, DoseStatus.DISPENSED)
    not_before_last_step(work, dose)
    if not because.strip():
        raise WrongInput("dose.reason.missing", code=dose.code)
    refuse_before_last_step(work, dose)
    advance(dose, DoseStatus.RETURNED)
    dose.ended_because = because.strip()
    work.record("dose.returned", dose, reason=because.strip(), visit=visit.code)


@does(commands.Destroy)
def destroy_dose(work: UnitOfWork, code: str, because: str) -> None:
    """A returned dose destroyed. Refused without a reason, and for a dose that did not come back from the ward."""
    dose = codes.get_by_code(work, Dose, code)
    if not because.strip():
        raise WrongInput("dose.reason.missing", code=dose.code)
    advance(dose, DoseStatus.DESTROYED)
    dose.ended_at = work.act.performed_at
    work.record("dose.destroyed", dose, reason=because.strip())
