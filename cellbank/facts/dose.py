"""The facts of a dose: as measured at its preparation, until when it may be given, what holds it."""

from collections.abc import Iterator
from datetime import date, datetime, time

from cellbank.domain.dose import Moment, usable_until
from cellbank.domain.facts import Blocked
from cellbank.domain.growth import viable
from cellbank.domain.protocol import Protocol
from cellbank.domain.testing import Measured, ResultFacts, Stage
from cellbank.domain.visit import Dose
from cellbank.domain.visit_facts import PreparedDose
from cellbank.facts.hold import blocked, open_holds
from cellbank.facts.lot import holds_upstream
from cellbank.facts.protocol import trial_suspension
from cellbank.facts.storage import held_by_place
from cellbank.facts.testing import result_facts
from cellbank.store.dose import lots_in, vials_in
from cellbank.store.material import uses_in
from cellbank.store.testing import results_of
from cellbank.store.unit_of_work import Reading


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
        *(lot.expires_on for lot in lots_in(reading.session, dose)),
        *(material.expires_on for _, material in uses_in(reading.session, [dose.id])),
    ]
    limits = [end_of_day(reading, day) for day in days]
    clock = clock_end(reading, dose, protocol)
    return min(limits) if clock is None else min(clock, *limits)


def end_of_day(reading: Reading, day: date) -> datetime:
    """23:59:59 of a day in the site's zone (rules.md §9)."""
    return datetime.combine(day, time(23, 59, 59), reading.zone)


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
        dose.usable_until,
        (*_measured(reading, dose, protocol), *recorded_results(reading, dose)),
    )


def recorded_results(reading: Reading, dose: Dose) -> list[ResultFacts]:
    """The results recorded on a dose itself."""
    return [result_facts(row) for row in results_of(reading.session, [dose.id])]


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
    vials = vials_in(reading.session, dose.id)
    lots = lots_in(reading.session, dose)
    of_lots = {hold.code: hold for lot in lots for hold in holds_upstream(reading, lot)}
    of_dose = with_materials(reading, dose)
    own = open_holds(reading, [*of_dose, dose.visit_id, dose.subject_id, *(vial.id for vial in vials)])
    of_places = held_by_place(reading, [vial.id for vial in vials]).values()
    around = {hold.code: blocked(hold) for holds in of_places for hold in holds}
    suspended = trial_suspension(reading)
    found = [*of_lots.values(), *own, *around.values()]
    if suspended is not None:
        found.append(blocked(suspended))
    return found


def with_materials(reading: Reading, dose: Dose | None) -> list[str]:
    """The ids of a dose and of the material lots that went into it; none of no dose."""
    if dose is None:
        return []
    return [dose.id, *(material.id for _, material in uses_in(reading.session, [dose.id]))]
