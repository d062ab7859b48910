"""Tissue: cold ischaemia and temperature on arrival."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cellbank.domain.record import checked
from cellbank.domain.tissue import Tissue, TissueFacts, cold_ischaemia_hours, tissue_limit_findings
from cellbank.errors import WrongInput
from tests.domain.builders import NOON, second, shipped


def after(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def a_tissue(hours: float = 3, temperature: str | None = "8", started: float | None = None) -> TissueFacts:
    at = None if started is None else after(started)
    return TissueFacts("T-1", NOON, after(hours), at, None if temperature is None else Decimal(temperature))


def test_cold_ischaemia_counts_across_a_change_of_clocks() -> None:
    paris = ZoneInfo("Europe/Paris")
    procured = datetime(2026, 3, 28, 20, tzinfo=paris)
    started = datetime(2026, 3, 29, 8, tzinfo=paris)
    assert cold_ischaemia_hours(procured.astimezone(UTC), started.astimezone(UTC)) == 11
    assert cold_ischaemia_hours(procured, started) == 11


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(WrongInput, match=r"input\.instant\.naive"):
        cold_ischaemia_hours(datetime(2026, 1, 1), NOON)  # noqa: DTZ001 — that is what is refused


def test_processing_before_procurement_is_refused() -> None:
    with pytest.raises(WrongInput, match=r"tissue\.before_procurement"):
        cold_ischaemia_hours(NOON, after(-1))


def test_exactly_the_limit_is_within_it_and_a_second_more_is_not() -> None:
    limits = shipped().tissue
    assert list(tissue_limit_findings(limits, a_tissue(started=24))) == []
    [finding] = tissue_limit_findings(limits, a_tissue(started=24 + 1 / 3600))
    assert finding.code == "tissue.cold_ischaemia.long"


def test_before_processing_the_hours_until_receipt_count() -> None:
    assert [f.code for f in tissue_limit_findings(shipped().tissue, a_tissue(25))] == ["tissue.cold_ischaemia.long"]
    assert list(tissue_limit_findings(second().tissue, a_tissue(36.5))) == []


@pytest.mark.parametrize(("temperature", "fits"), [("1.9", False), ("2", True), ("25.0", True), ("25.1", False)])
def test_the_temperature_on_arrival_lies_within_the_range(temperature: str, fits: bool) -> None:
    assert (not list(tissue_limit_findings(shipped().tissue, a_tissue(temperature=temperature)))) is fits


def test_a_temperature_that_the_trial_asks_for_must_be_known() -> None:
    assert list(tissue_limit_findings(shipped().tissue, a_tissue(temperature=None))) == []
    [finding] = tissue_limit_findings(second().tissue, a_tissue(temperature=None))
    assert finding.code == "tissue.temperature.missing"


@pytest.mark.parametrize(
    ("column", "value", "code", "limit"),
    [
        ("mass_g", "0", "input.not_above", "0"),
        ("mass_g", "-1.5", "input.not_above", "0"),
        ("temperature_c", "-400", "input.low", "-273.15"),
    ],
)
def test_a_measure_that_cannot_be_is_refused_with_its_limit_as_a_number(
    column: str, value: str, code: str, limit: str
) -> None:
    given: dict[str, Any] = {
        "code": "T-1",
        "donor_id": "d",
        "donation_id": "1",
        "procured_at": NOON,
        "received_at": NOON,
        "procedure": "liposuction",
        "trial_version_id": "v",
        column: Decimal(value),
    }
    with pytest.raises(WrongInput) as refusal:
        checked(Tissue(**given))
    assert (refusal.value.code, refusal.value.params["limit"]) == (code, limit)
