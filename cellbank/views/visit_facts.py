"""The facts of a visit, gathered from the rows for the gate at reserve, pull and dispense."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from cellbank.domain.dose import PlannedVisit
from cellbank.domain.facts import Blocked
from cellbank.domain.growth import viable
from cellbank.domain.hold import Hold
from cellbank.domain.lot import Lot
from cellbank.domain.protocol import Protocol
from cellbank.domain.subject import Answer, Subject
from cellbank.domain.testing import Measured, ResultFacts, Stage
from cellbank.domain.vial import Vial
from cellbank.domain.visit import Dose, Visit
from cellbank.domain.visit_facts import PreparedDose, Prescribed, VialAtVisit, VisitFacts
from cellbank.store import dose as store
from cellbank.store import hold as store_hold
from cellbank.store import material as store_material
from cellbank.store import subject as store_subject
from cellbank.store import testing as store_testing
from cellbank.store.unit_of_work import Reading
from cellbank.views import lot_facts
from cellbank.views import protocol as view_protocol
from cellbank.views import storage as view_storage


def visit_facts(
    reading: Reading,
    visit: Visit,
    vials: Sequence[Vial],
    *,
    dose: Dose | None = None,
    replacing: bool = False,
    at: datetime | None = None,
) -> VisitFacts:
    """Everything that the gate asks about these vials at this visit, as it stands now.

    The day and the clock are those of the act, `at`, which may be recorded later than it was done.
    """
    session = reading.session
    subject = session.get_one(Subject, visit.subject_id)
    protocol = view_protocol.parsed(view_protocol.version_in_force(reading))
    visits = store_subject.visits_of(session, subject.id)
    injections = store.injections_of(session, subject.id)
    suspension = view_protocol.suspension(reading)
    lots = {vial.lot_id: session.get_one(Lot, vial.lot_id) for vial in vials}
    return VisitFacts(
        subject=subject.code,
        enrolled=True,
        withdrawn_on=subject.withdrawn_on,
        suspended_by=None if suspension is None else suspension.code,
        subject_holds=tuple(_holds(reading, [subject.id, visit.id, *_of_dose(reading, dose)])),
        visit_code=visit.code,
        visit=planned(visit),
        last_day=max(one.last_on for one in visits if one.cancelled_at is None or one.id == visit.id),
        cancelled_on=None if visit.cancelled_at is None else reading.day_of(visit.cancelled_at),
        injected=any(one.visit_id == visit.id for one in injections),
        last_injection_on=last_injection(reading, injections),
        prescription=prescribed(reading, visit),
        answers=tuple(answers_at(reading, visit)),
        lots=tuple(lot_facts.lot_facts(reading, lot) for lot in lots.values()),
        vials=tuple(_vials(reading, vials, lots)),
        dose=None if dose is None else prepared(reading, dose, protocol),
        protocol=protocol,
        now=at or reading.now,
        today=reading.day_of(at or reading.now),
        replacing=replacing,
    )


def _of_dose(reading: Reading, dose: Dose | None) -> list[str]:
    """The ids of a dose and of the material lots that went into it."""
    if dose is None:
        return []
    return [dose.id, *(material.id for _, material in store_material.uses_in(reading.session, [dose.id]))]


def planned(visit: Visit) -> PlannedVisit:
    """A visit's number, day and window."""
    return PlannedVisit(visit.number, visit.planned_on, visit.first_on, visit.last_on)


def last_injection(reading: Reading, injections: Sequence[Dose]) -> date | None:
    """The day of the last of these injections."""
    given = [dose.administered_at for dose in injections if dose.administered_at is not None]
    return reading.day_of(max(given)) if given else None


def prescribed(reading: Reading, visit: Visit) -> Prescribed | None:
    """The prescription in force of a visit."""
    row = store_subject.prescription_in_force(reading.session, visit.id)
    return None if row is None else Prescribed(row.cells, row.weight_kg, row.validated_at is not None)


def answers_at(reading: Reading, visit: Visit) -> Iterator[Answer]:
    """The last answer to each criterion asked again for a visit: of the latest day, of that day the last recorded."""
    rows = store_subject.answers_of(reading.session, visit.subject_id, visit.id)
    rows.sort(key=lambda row: row.answered_on)  # An earlier day's answer, recorded late, tells nothing newer.
    last = {row.criterion: row for row in rows}
    yield from (Answer(row.criterion, row.value, row.answered_on) for row in last.values())


def _holds(reading: Reading, ids: Iterable[str]) -> Iterator[Blocked]:
    yield from map(_blocked, store_hold.open_holds_on(reading.session, sorted(set(ids))))


def _blocked(hold: Hold) -> Blocked:
    return Blocked(hold.code, hold.kind, hold.subject_code, hold.reason, hold.deviation_id is not None)


def _vials(reading: Reading, vials: Sequence[Vial], lots: dict[str, Lot]) -> Iterator[VialAtVisit]:
    session = reading.session
    live = store.live_reservation_of(session, [vial.id for vial in vials])
    of_places = view_storage.held_by_place(reading, [vial.id for vial in vials])
    for vial in vials:
        lot = lots[vial.lot_id]
        reservation = live.get(vial.id)
        reserved_for = None if reservation is None else store.visit_of_reservation(session, reservation).code
        yield VialAtVisit(
            vial.code,
            lot.number,
            lot.tier,
            vial.stock_class,
            vial.status,
            vial.verified_at is not None,
            reserved_for,
            (*_holds(reading, [vial.id]), *map(_blocked, of_places.get(vial.id, ()))),
        )


def prepared(reading: Reading, dose: Dose, protocol: Protocol) -> PreparedDose | None:
    """A dose as measured at its preparation, with every result of the dose stage; None until it is prepared."""
    if dose.prepared_at is None or dose.total_cells is None or dose.viability_percent is None:
        return None
    if dose.volume_ml is None:
        return None
    return PreparedDose(
        dose.code,
        viable(dose.total_cells, dose.viability_percent),
        dose.volume_ml,
        dose.thaw_ended_at,
        dose.usable_until,
        (*_measured(reading, dose, protocol), *recorded_results(reading, dose)),
    )


def recorded_results(reading: Reading, dose: Dose) -> list[ResultFacts]:
    """The results recorded on a dose itself."""
    return [lot_facts.result_facts(row) for row in store_testing.results_of(reading.session, [dose.id])]


def _measured(reading: Reading, dose: Dose, protocol: Protocol) -> Iterator[ResultFacts]:
    """The results that the preparation itself gives; reviewed by the second person who checked it."""
    if dose.total_cells is None or dose.viability_percent is None or dose.prepared_at is None:
        return
    values = {
        Measured.VIABILITY_PERCENT: format(dose.viability_percent, "f"),
        Measured.VIABLE_CELLS: str(int(viable(dose.total_cells, dose.viability_percent))),
    }
    for criterion in protocol.specification.at(Stage.DOSE):
        if criterion.measured is not None:
            yield ResultFacts(
                dose.code,
                criterion.test,
                values[criterion.measured],
                criterion.unit,
                dose.method,
                dose.preparation_checked_by is not None or not _checked(protocol),
                False,
                reading.day_of(dose.prepared_at),
            )


def _checked(protocol: Protocol) -> bool:
    return "prepare" in {step.value for step in protocol.dose.second_person_at}


def awaits_late_results(reading: Reading, dose: Dose, protocol: Protocol) -> list[str]:
    """The required tests of the dose stage whose results come after dispensing and are not there yet."""
    there = {result.test for result in recorded_results(reading, dose) if result.reviewed and not result.invalidated}
    return [c.test for c in protocol.specification.at(Stage.DOSE) if c.late and c.required and c.test not in there]


def held_now(reading: Reading, dose: Dose) -> list[Blocked]:
    """Every open hold that concerns a dose: its lots and all upstream, vials, materials, subject, visit, the trial."""
    vials = store.vials_in(reading.session, dose.id)
    lots = store.lots_in(reading.session, dose)
    of_lots = {hold.code: hold for lot in lots for hold in lot_facts.holds_upstream(reading, lot)}
    of_dose = _of_dose(reading, dose)
    own = _holds(reading, [*of_dose, dose.visit_id, dose.subject_id, *(vial.id for vial in vials)])
    of_places = view_storage.held_by_place(reading, [vial.id for vial in vials]).values()
    around = {hold.code: _blocked(hold) for holds in of_places for hold in holds}
    suspended = view_protocol.suspension(reading)
    found = [*of_lots.values(), *own, *around.values()]
    if suspended is not None:
        found.append(Blocked(suspended.code, suspended.kind, suspended.subject, suspended.reason, False))
    return found
