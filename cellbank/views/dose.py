"""Doses as a reader sees them: one attempt from the pull to its end, and until when it may be given."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from cellbank.domain import dose_gate
from cellbank.domain.dose import Moment, usable_until
from cellbank.domain.facts import Blocked
from cellbank.domain.gate import Step
from cellbank.domain.growth import viable
from cellbank.domain.protocol import Protocol
from cellbank.domain.subject import Subject
from cellbank.domain.vial import Vial
from cellbank.domain.visit import UNDER_WAY, Dose, DoseStatus, Visit
from cellbank.errors import Finding
from cellbank.store import codes
from cellbank.store import dose as store
from cellbank.store import material as store_material
from cellbank.store.unit_of_work import Reading
from cellbank.views import protocol as view_protocol
from cellbank.views import visit_facts as facts_of


@dataclass(frozen=True)
class DoseView:
    """One attempt, from the pull to its end; `vials` are those in it, or all that left it when none stayed."""

    code: str
    subject: str
    visit: int
    attempt: int
    status: DoseStatus
    lots: tuple[str, ...]
    vials: tuple[str, ...]
    pulled_at: datetime
    pulled_by: str
    pull_checked_by: str | None
    thaw_started_at: datetime | None
    thaw_ended_at: datetime | None
    prepared_at: datetime | None
    prepared_by: str | None
    preparation_checked_by: str | None
    preparation: str | None
    viable_cells: int | None
    viability_percent: Decimal | None
    volume_ml: Decimal | None
    syringe: str | None
    usable_until: datetime | None
    dispensed_at: datetime | None
    dispensed_by: str | None
    dispensing_checked_by: str | None
    conditional: bool
    awaiting: tuple[str, ...]
    administered_at: datetime | None
    administered_volume_ml: Decimal | None
    investigator: str | None
    hold_known: bool | None
    ended_at: datetime | None
    ended_because: str | None
    holds: tuple[Blocked, ...]

    @property
    def lot(self) -> str:
        """The number of its lot; of a dose made of several, each."""
        return ", ".join(self.lots)

    @property
    def under_way(self) -> bool:
        """Whether it must still come to an end."""
        return self.status in UNDER_WAY


def clock_end(reading: Reading, dose: Dose, protocol: Protocol) -> datetime | None:
    """When the thaw clock ends; None before the moment that the trial file names."""
    moment = {
        Moment.START_OF_THAW: dose.thaw_started_at,
        Moment.END_OF_THAW: dose.thaw_ended_at,
        Moment.END_OF_PREPARATION: dose.prepared_at,
    }[protocol.dose.post_thaw_from]
    return None if moment is None else usable_until(protocol.dose, moment)


def earliest_limit(reading: Reading, dose: Dose, protocol: Protocol) -> datetime | None:
    """Until when a prepared dose may be given: the clock, each lot's and each material's expiry, the earliest."""
    days = [
        *(lot.expires_on for lot in store.lots_in(reading.session, dose)),
        *(material.expires_on for _, material in store_material.uses_in(reading.session, [dose.id])),
    ]
    limits = [end_of_day(reading, day) for day in days]
    clock = clock_end(reading, dose, protocol)
    return min(limits) if clock is None else min(clock, *limits)


def end_of_day(reading: Reading, day: date) -> datetime:
    """23:59:59 of a day in the site's zone (rules.md §9)."""
    return datetime.combine(day, time(23, 59, 59), reading.zone)


def label_findings(reading: Reading, dose: Dose) -> tuple[Finding, ...]:
    """What speaks against a label of a prepared dose: all that the dispensing gate says of it.

    Nothing once it was dispensed: the label belongs to the dispensing (rules.md §10), and a hold that comes later
    takes it off no syringe.
    """
    if dose.status is not DoseStatus.PREPARED:
        return ()
    visit, vials = reading.session.get_one(Visit, dose.visit_id), store.vials_in(reading.session, dose.id)
    return dose_gate.findings(Step.DISPENSE, facts_of.visit_facts(reading, visit, vials, dose=dose, replacing=True))


def doses(reading: Reading, *, only_under_way: bool = False) -> list[DoseView]:
    """Every attempt, or those that must still come to an end."""
    rows = store.doses_under_way(reading.session) if only_under_way else store.doses(reading.session)
    return [dose_view(reading, dose) for dose in rows]


def dose_by_code(reading: Reading, code: str) -> DoseView:
    """One attempt by its code; an unknown one is refused."""
    return dose_view(reading, codes.get_by_code(reading, Dose, code))


def against_labels(reading: Reading, code: str) -> tuple[Finding, ...]:
    """What speaks against a label of a dose, by the dose's code; an unknown one is refused."""
    return label_findings(reading, codes.get_by_code(reading, Dose, code))


def dose_view(reading: Reading, dose: Dose) -> DoseView:
    """One attempt."""
    session = reading.session
    visit = session.get_one(Visit, dose.visit_id)
    protocol = view_protocol.by_id(reading, dose.trial_version_id)
    measured = dose.total_cells is not None and dose.viability_percent is not None
    cells = int(viable(dose.total_cells or 0, dose.viability_percent or Decimal(0))) if measured else None
    links = store.dose_vials(session, dose.id)
    inside = [link for link in links if link.left_at is None] or links
    vials = sorted({session.get_one(Vial, link.vial_id).code for link in inside})
    return DoseView(
        code=dose.code,
        subject=session.get_one(Subject, dose.subject_id).code,
        visit=visit.number,
        attempt=dose.attempt,
        status=dose.status,
        lots=tuple(lot.number for lot in store.lots_in(session, dose)),
        vials=tuple(vials),
        pulled_at=dose.pulled_at,
        pulled_by=dose.pulled_by,
        pull_checked_by=dose.pull_checked_by,
        thaw_started_at=dose.thaw_started_at,
        thaw_ended_at=dose.thaw_ended_at,
        prepared_at=dose.prepared_at,
        prepared_by=dose.prepared_by,
        preparation_checked_by=dose.preparation_checked_by,
        preparation=dose.preparation,
        viable_cells=cells,
        viability_percent=dose.viability_percent,
        volume_ml=dose.volume_ml,
        syringe=dose.syringe,
        usable_until=dose.usable_until,
        dispensed_at=dose.dispensed_at,
        dispensed_by=dose.dispensed_by,
        dispensing_checked_by=dose.dispensing_checked_by,
        conditional=dose.conditional,
        awaiting=tuple(facts_of.awaits_late_results(reading, dose, protocol)) if dose.conditional else (),
        administered_at=dose.administered_at,
        administered_volume_ml=dose.administered_volume_ml,
        investigator=dose.investigator,
        hold_known=dose.hold_known,
        ended_at=dose.ended_at,
        ended_because=dose.ended_because,
        holds=tuple(facts_of.held_now(reading, dose)) if dose.status in UNDER_WAY else (),
    )
