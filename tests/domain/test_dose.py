"""Doses: vials for a dose, the prepared dose, the thaw clock, the course of visits."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from cellbank.domain.dose import (
    PlannedVisit,
    dose_findings,
    not_before,
    planned_visits,
    recovery_percent,
    usable_until,
    vials_for_dose,
    visit_findings,
)
from tests.domain.builders import second, shipped

LIMITS = shipped().dose
COUNT = st.integers(1, 10**10)


@pytest.mark.parametrize(
    ("cells", "per_vial", "recovery", "reserve", "vials"),
    [
        (30_000_000, 10_000_000, "100", 0, 3),
        (50_000_000, 10_000_000, "90", 0, 6),
        (30_000_001, 10_000_000, "100", 0, 4),
        (30_000_000, 10_000_000, "80", 1, 5),
        (9_000_000, 10_000_000, "90", 0, 1),
    ],
)
def test_vials_for_a_dose(cells: int, per_vial: int, recovery: str, reserve: int, vials: int) -> None:
    assert vials_for_dose(cells, per_vial, Decimal(recovery), reserve) == vials


@given(COUNT, COUNT, st.decimals("0.1", 100, places=1))
def test_the_vials_hold_the_dose_and_one_fewer_would_not(cells: int, per_vial: int, recovery: Decimal) -> None:
    vials = vials_for_dose(cells, per_vial, recovery)
    tenths = int(recovery * 10)
    assert vials * per_vial * tenths >= cells * 1000
    assert (vials - 1) * per_vial * tenths < cells * 1000


def test_recovery_already_contains_viability() -> None:
    assert recovery_percent(Decimal(8_000_000), Decimal(10_000_000)) == 80


@pytest.mark.parametrize(
    ("cells", "volume", "codes"),
    [
        ("24000000", "3", []),
        ("36000000", "3.0", []),
        ("23999999.9", "3", ["dose.cells.low"]),
        ("36000000.1", "3.01", ["dose.cells.high", "dose.volume.high"]),
    ],
)
def test_a_dose_lies_within_the_file_s_own_limits(cells: str, volume: str, codes: list[str]) -> None:
    assert [f.code for f in dose_findings(LIMITS, "S-1/1", Decimal(cells), Decimal(volume))] == codes


def test_the_thaw_clock_runs_from_its_moment_across_a_change_of_clocks() -> None:
    paris = ZoneInfo("Europe/Paris")
    moment = datetime(2026, 3, 29, 1, 30, tzinfo=paris)
    assert usable_until(LIMITS, moment) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert usable_until(second().dose, moment) - moment.astimezone(UTC) == timedelta(hours=4)


def test_three_injections_every_three_months() -> None:
    visits = planned_visits(LIMITS, date(2026, 1, 31))
    assert [visit.planned_on for visit in visits] == [date(2026, 1, 31), date(2026, 4, 30), date(2026, 7, 31)]
    assert visits[1] == PlannedVisit(2, date(2026, 4, 30), date(2026, 4, 23), date(2026, 5, 14))


def test_another_trial_has_another_schedule() -> None:
    visits = planned_visits(second().dose, date(2026, 1, 10))
    assert [visit.planned_on.month for visit in visits] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        (date(2026, 4, 22), ["dose.visit.outside_window"]),
        (date(2026, 4, 23), []),
        (date(2026, 5, 14), []),
        (date(2026, 5, 15), ["dose.visit.outside_window"]),
    ],
)
def test_an_injection_lies_in_its_window(day: date, codes: list[str]) -> None:
    visit = planned_visits(LIMITS, date(2026, 1, 31))[1]
    assert [f.code for f in visit_findings(LIMITS, "S-1", visit, day, None)] == codes


def test_the_minimum_interval_counts_from_the_last_actual_injection() -> None:
    visit = planned_visits(LIMITS, date(2026, 1, 31))[1]
    day = date(2026, 4, 30)
    assert list(visit_findings(LIMITS, "S-1", visit, day, day - timedelta(days=70))) == []
    [finding] = visit_findings(LIMITS, "S-1", visit, day, day - timedelta(days=69))
    assert finding.code == "dose.interval.short"
    assert finding.params["earliest"] == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("claimed", "earlier", "meant"),
    [
        ("14:02:00", "14:02:37.5", "14:02:37.5"),
        ("14:02:37", "14:02:37.5", "14:02:37.5"),
        ("14:02:37.4", "14:02:37.5", "14:02:37.4"),
        ("14:02:00", "14:03:00", "14:02:00"),
        ("14:02:30", "14:02:37.5", "14:02:30"),
        ("14:02:40", "14:02:37.5", "14:02:40"),
    ],
)
def test_a_time_typed_to_the_minute_is_any_moment_within_it(claimed: str, earlier: str, meant: str) -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(f"2026-03-02T{text}+00:00")

    assert not_before(at(claimed), at(earlier)) == at(meant)
