"""Doses as a reader sees them: one attempt from the pull to its end, and until when it may be given."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from cellbank.domain.facts import Blocked
from cellbank.domain.growth import viable
from cellbank.domain.subject import Subject
from cellbank.domain.vial import Vial
from cellbank.domain.visit import UNDER_WAY, Dose, DoseStatus, Visit
from cellbank.errors import Finding
from cellbank.facts.dose import awaits_late_results, held_now
from cellbank.facts.protocol import protocol_by_id
from cellbank.facts.visit import label_findings
from cellbank.store import codes, dose as store
from cellbank.store.unit_of_work import Reading


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
    protocol = protocol_by_id(reading, dose.trial_version_id)
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
        awaiting=tuple(awaits_late_results(reading, dose, protocol)) if dose.conditional else (),
        administered_at=dose.administered_at,
        administered_volume_ml=dose.administered_volume_ml,
        investigator=dose.investigator,
        hold_known=dose.hold_known,
        ended_at=dose.ended_at,
        ended_because=dose.ended_because,
        holds=tuple(held_now(reading, dose)) if dose.status in UNDER_WAY else (),
    )
