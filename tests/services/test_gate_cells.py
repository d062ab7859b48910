"""Every cell of the gate's table at reserve, pull and dispense, through the services: good, but for one condition.

Each step is refused for exactly what was flipped just before it, the refusal is kept, nothing moves; set right again
where it can be, the same step succeeds.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from cellbank.domain.gate import Step
from cellbank.domain.vial import StockClass
from cellbank.views import audit
from tests import clinic, gate_beginnings, gate_conditions, journey
from tests.clinic import ANNA, BRUNO, Scene, against, at_station
from tests.documents import treated
from tests.gate_conditions import (
    Flip,
    another_version,
    deviating,
    held,
    later,
    moved,
    named,
    place_of,
    prepared_as,
    printed_again,
    scans,
)
from tests.journey import Stages

RESERVE, PULL, DISPENSE = Step.RESERVE, Step.PULL, Step.DISPENSE
ALL = (RESERVE, PULL, DISPENSE)

DONOR = "donor eligible, consent in force"
TESTS = "every required test of the stage reviewed and conforming"
LABELS = "this vial verified by scan"
HOLDS = "no hold, no open deviation that blocks"
DATES = "in date"
STOCK = "tier is product, class is dispensable, not reserved for another"
SIGNED = "signatures given and unchanged"
SUBJECT = "subject takes part, trial not suspended"
WINDOW = "visit in window, minimum interval"
PRESCRIBED = "prescription recorded and validated"
ANSWERED = "contraindications answered for this visit"
RECIPIENT = "recipient-dependent limits"
MEASURED = "thaw clock, viable cells, volume"

TABLE: Mapping[str, tuple[Step, ...]] = {
    DONOR: ALL,
    TESTS: ALL,
    LABELS: (RESERVE, PULL),
    HOLDS: ALL,
    DATES: ALL,
    STOCK: ALL,
    SIGNED: ALL,
    SUBJECT: ALL,
    WINDOW: ALL,
    PRESCRIBED: (PULL, DISPENSE),
    ANSWERED: (PULL, DISPENSE),
    RECIPIENT: (PULL, DISPENSE),
    MEASURED: (DISPENSE,),
}
"""The bullets of rules.md §5 in the columns reserve, pull and dispense."""


# --- The conditions -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Condition:
    """One condition of one cell: what flips it, and exactly what the step is then refused with."""

    row: str
    step: Step
    name: str
    flip: Flip
    codes: tuple[str, ...]
    begin: Callable[[Scene], None]
    station: str


def each(
    row: str,
    steps: tuple[Step, ...] | Step,
    name: str,
    flip: Flip,
    *codes: str,
    begin: Callable[[Scene], None] | None = None,
    station: str | None = None,
) -> Iterator[Condition]:
    """The same condition at several steps."""
    for step in steps if isinstance(steps, tuple) else (steps,):
        if begin is None and step in gate_beginnings.KEPT:
            yield Condition(
                row, step, name, flip, tuple(sorted(codes)), gate_beginnings.as_kept, gate_beginnings.KEPT[step]
            )
        else:
            at, beginning = station or gate_beginnings.STATIONS[step], begin or gate_beginnings.BEGINNINGS[step]
            yield Condition(row, step, name, flip, tuple(sorted(codes)), beginning, at)


def conditions() -> Iterator[Condition]:
    """Every condition of every cell."""
    flips = gate_conditions
    # Donor.
    yield from each(DONOR, ALL, "consent withdrawn", flips.consent_withdrawn, "lot.donor.withdrawn")
    yield from each(DONOR, ALL, "late positive", flips.late_positive, "lot.donor.not_eligible")
    yield from each(DONOR, ALL, "determined ineligible", flips.determined_ineligible, "lot.donor.undetermined")
    # Tests.
    yield from each(TESTS, ALL, "result invalidated", flips.signed_result_invalidated, "lot.test.missing")
    yield from each(TESTS, ALL, "later failure", flips.later_failure, "lot.test.failed")
    yield from each(TESTS, ALL, "later result unreviewed", flips.unreviewed, "lot.test.unreviewed")
    yield from each(TESTS, DISPENSE, "dose result fails", flips.dose_result_fails, "lot.test.failed")
    yield from each(TESTS, DISPENSE, "late results asked first", flips.no_late_results, "lot.test.missing")
    dead = prepared_as(12_000_000, "60", "2.4")
    yield from each(TESTS, DISPENSE, "viability under its limit", dead, "lot.test.failed", begin=gate_beginnings.pulled)
    # Labels.
    of_one, of_all = printed_again(lambda scene: [scene["vial"]]), printed_again(clinic.spare)
    yield from each(LABELS, RESERVE, "every label printed again", of_all, "dose.stock.lot_empty")
    yield from each(LABELS, PULL, "label printed again", of_one, "dose.vial.unverified")
    yield from holds()
    yield from dates_and_stock()
    yield from signatures_and_subject()
    yield from visits()


def holds() -> Iterator[Condition]:
    """Holds and deviations on each thing that may have one."""
    upstream = ("donor", "tissue", "Freezing medium CS10", "P0", "P1", "P2", "master", "thawed vial", "lot")
    for what in upstream:
        yield from each(HOLDS, ALL, f"hold on {what}", held(named(what)), "lot.held")
    yield from each(HOLDS, ALL, "hold on the subject", held(named("subject")), "dose.held")
    the_visit: Callable[[Scene], str] = lambda scene: f"{scene['subject']}/{scene['number']}"  # noqa: E731
    yield from each(HOLDS, ALL, "hold on the visit", held(the_visit), "dose.held")
    yield from each(HOLDS, (PULL, DISPENSE), "hold on the vial", held(named("vial")), "dose.held")
    yield from each(HOLDS, RESERVE, "hold on every vial", held(clinic.spare), "dose.held")
    for parts, place in ((1, "tank"), (2, "rack"), (3, "box")):
        yield from each(HOLDS, PULL, f"hold on the {place}", held(place_of(parts)), "dose.held")
        all_places = held(lambda _, parts=parts: sorted({"/".join(b.split("/")[:parts]) for b in treated.BOXES}))
        yield from each(HOLDS, RESERVE, f"hold on every {place}", all_places, "dose.held")
    for what in ("dose", "saline"):
        yield from each(HOLDS, DISPENSE, f"hold on the {what}", held(named(what)), "dose.held")
    for what in ("donor", "P1", "lot"):
        yield from each(HOLDS, ALL, f"deviation on {what}", deviating(named(what)), "lot.deviation.open")
    yield from each(HOLDS, ALL, "deviation on the subject", deviating(named("subject")), "dose.held")
    yield from each(HOLDS, (PULL, DISPENSE), "deviation on the vial", deviating(named("vial")), "dose.held")
    yield from each(HOLDS, DISPENSE, "deviation on the dose", deviating(named("dose")), "dose.held")


def dates_and_stock() -> Iterator[Condition]:
    """Expiry; tier, class, and whom a vial is set aside for."""
    kept = {"begin": gate_beginnings.keeps_exactly_long_enough}
    yield from each(DATES, RESERVE, "a day beyond the lot", moved(3, 1), "dose.lot.expires_in_course", **kept)
    last = {"begin": gate_beginnings.on_the_last_day, "station": "stocked"}
    yield from each(DATES, PULL, "the day after the last", later(days=1), "lot.expired", **last)
    evening = {"begin": gate_beginnings.prepared_late(gate_beginnings.on_the_last_day), "station": "stocked"}
    codes = ("lot.expired", "dose.clock.over")
    yield from each(DATES, DISPENSE, "after midnight of the last day", later(minutes=52), *codes, **evening)
    short = {"begin": gate_beginnings.just_enough_left}
    name = "the rest is another's, retained or a bank's"
    yield from each(STOCK, RESERVE, name, gate_beginnings.taken_for_another, "dose.stock.short", **short)
    of_class = lambda which: lambda scene: journey.vials_of(scene, scene["lot"], which)[0]  # noqa: E731
    for which in (StockClass.RETAINED, StockClass.QUALITY_CONTROL):
        yield from each(STOCK, PULL, which.value, scans(of_class(which)), "dose.vial.class")
    master: Flip = scans(lambda scene: journey.vials_of(scene, scene["master"], StockClass.DISPENSABLE)[-1])
    yield from each(STOCK, PULL, "a bank's", master, "dose.vial.tier")
    for code, number in ((BRUNO, 1), (ANNA, 2)):
        other: Flip = scans(lambda scene, code=code, n=number: gate_conditions.reserved_vial(scene, code, n))
        yield from each(STOCK, PULL, f"set aside for {code}/{number}", other, "dose.vial.reserved")
    spare: Flip = scans(lambda scene: clinic.spare(scene)[0])
    yield from each(STOCK, PULL, "nobody's", spare, "dose.vial.not_reserved", begin=gate_beginnings.as_reserved)
    yield from each(STOCK, PULL, "lost", gate_conditions.lost, "dose.vial.status")
    for step, begin in ((PULL, gate_beginnings.mixing), (DISPENSE, gate_beginnings.mixed)):
        one = {"begin": begin, "station": "two-lots"}
        yield from each(STOCK, step, "of two lots", gate_conditions.one_lot_a_dose, "dose.lots.mixed", **one)
    yield from each(STOCK, DISPENSE, "another class", gate_conditions.class_changed_beneath, "dose.vial.class")


def signatures_and_subject() -> Iterator[Condition]:
    """What was signed, who takes part."""
    flips = gate_conditions
    yield from each(SIGNED, RESERVE, "recalled", flips.recalled, "dose.stock.none")
    yield from each(SIGNED, (PULL, DISPENSE), "recalled", flips.recalled, "lot.disposition.not_released")
    changed = "lot.signature.content_changed"
    yield from each(SIGNED, ALL, "another content", flips.signed_content_changed, changed)
    yield from each(SUBJECT, ALL, "withdrawn", flips.withdrawn, "dose.subject.withdrawn")
    yield from each(SUBJECT, ALL, "suspended", flips.suspended, "dose.trial.suspended")


def visits() -> Iterator[Condition]:
    """When, prescribed by whom, answered when, for whom, measured how."""
    flips, outside, short = gate_conditions, "dose.visit.outside_window", "dose.interval.short"
    yield from each(WINDOW, RESERVE, "every window over", flips.missed, outside)
    longer = another_version("2", "minimum_interval_days = 70", "minimum_interval_days = 110")
    treated_once = {"station": "treating"}
    yield from each(
        WINDOW, RESERVE, "too soon", longer, short, begin=gate_beginnings.after_an_injection, **treated_once
    )
    stale = "subject.criterion.elsewhen"
    yield from each(WINDOW, (PULL, DISPENSE), "before its window", moved(1, 10), outside, stale)
    yield from each(WINDOW, PULL, "cancelled", flips.cancelled, "dose.visit.cancelled")
    yield from each(WINDOW, PULL, "after its window", later(days=15), outside)
    evening = gate_beginnings.prepared_late(gate_beginnings.on_the_last_day_of_its_window)
    yield from each(WINDOW, DISPENSE, "after midnight of its window", later(minutes=52), outside, begin=evening)
    yield from each(WINDOW, PULL, "too soon", longer, short, begin=gate_beginnings.second_visit)
    yield from each(WINDOW, DISPENSE, "too soon", longer, short, begin=gate_beginnings.second_visit_prepared)
    # Prescription and answers.
    unconfirmed, unprescribed = gate_beginnings.before(flips.prescribe), gate_beginnings.before(flips.confirm)
    prescribing: Flip = lambda scene: lambda: flips.prescribe(scene)  # noqa: E731
    confirming: Flip = lambda scene: lambda: flips.confirm(scene)  # noqa: E731
    yield from each(PRESCRIBED, PULL, "none", prescribing, "dose.prescription.missing", begin=unprescribed)
    yield from each(PRESCRIBED, (PULL, DISPENSE), "another", flips.prescribed_anew, "dose.prescription.unvalidated")
    yield from each(ANSWERED, PULL, "none", confirming, "subject.criterion.missing", begin=unconfirmed)
    yield from each(
        ANSWERED, PULL, "before the window", confirming, stale, begin=gate_beginnings.answered_before_the_window
    )
    yield from each(ANSWERED, (PULL, DISPENSE), "positive", flips.low_platelets, "subject.criterion.not_met")
    # Recipient, and what was measured.
    for step in (PULL, DISPENSE):
        heavy = gate_beginnings.with_endotoxin(gate_beginnings.BEGINNINGS[step])
        yield from each(RECIPIENT, step, "light recipient", flips.light_recipient, "lot.test.failed", begin=heavy)
    yield from each(MEASURED, DISPENSE, "clock over", later(minutes=61), "dose.clock.over")
    for name, made, code in (
        ("too few cells", (6_800_000, "88", "2.4"), "dose.cells.low"),
        ("too many cells", (13_700_000, "88", "2.4"), "dose.cells.high"),
        ("too much volume", (10_000_000, "88", "3.1"), "dose.volume.high"),
    ):
        yield from each(MEASURED, DISPENSE, name, prepared_as(*made), code, begin=gate_beginnings.pulled)


CONDITIONS = tuple(conditions())


def named_so(one: Condition) -> str:
    """What a condition is called among the tests."""
    return f"{one.step.value}: {one.name}"


@pytest.fixture
def scene(stages: Stages, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    """The station of the condition at hand."""
    with at_station(stages, request.param, "sqlite", tmp_path, request) as found:
        yield found


@pytest.mark.parametrize(
    ("condition", "scene"),
    [(one, one.station) for one in CONDITIONS],
    ids=map(named_so, CONDITIONS),
    indirect=["scene"],
)
def test_one_condition_flipped_refuses_the_step_and_moves_nothing(condition: Condition, scene: Scene) -> None:
    condition.begin(scene)
    undo = condition.flip(scene)
    [last, *_] = scene.read(audit.entries, 1)
    assert against(gate_beginnings.do, scene, condition.step) == list(condition.codes)
    [refusal] = [one for one in scene.read(audit.entries, 10) if one.number > last.number]
    assert [action["action"] for action in refusal.actions] == ["act.refused"]
    assert refusal.changes == ()
    assert clinic.refusals(scene)[-1].findings == condition.codes
    if undo is not None:
        undo()
        assert gate_beginnings.do(scene, condition.step).actions[0].action == DONE[condition.step]


DONE = {RESERVE: "dose.reserved", PULL: "dose.pulled", DISPENSE: "dose.dispensed"}


@pytest.mark.parametrize(("step", "scene"), list(gate_beginnings.STATIONS.items()), indirect=["scene"])
def test_with_nothing_flipped_the_step_succeeds(step: Step, scene: Scene) -> None:
    gate_beginnings.BEGINNINGS[step](scene)
    assert gate_beginnings.do(scene, step).actions[0].action == DONE[step]


def test_every_cell_of_the_table_has_a_condition_and_no_other_has() -> None:
    tried = {(one.row, one.step) for one in CONDITIONS}
    assert tried == {(row, step) for row, steps in TABLE.items() for step in steps}
