"""Storage: temperatures, seconds out of the vapour, tanks."""

from decimal import Decimal

import pytest

from cellbank.domain.storage import put_back_findings, tank_findings, temperature_findings, vapour_findings
from tests.domain.builders import second, shipped

LIMITS = shipped().storage


@pytest.mark.parametrize(
    ("warmest", "in_transfer", "fits"),
    [
        ("-150", False, True),
        ("-149.9", False, False),
        ("-196", False, True),
        ("-140", True, True),
        ("-139.9", True, False),
    ],
)
def test_a_tank_and_a_shipper_stay_below_their_limits(warmest: str, in_transfer: bool, fits: bool) -> None:
    found = list(temperature_findings(LIMITS, "TANK-1", Decimal(warmest), in_transfer=in_transfer))
    assert (found == []) is fits


def test_a_temperature_that_is_not_known_is_a_finding() -> None:
    assert [f.code for f in temperature_findings(LIMITS, "TANK-1", None)] == ["storage.temperature.unknown"]


def test_time_out_of_the_vapour_counts_by_event_and_in_all() -> None:
    assert list(vapour_findings(LIMITS, "V-1", 60, 600)) == []
    found = [finding.code for finding in vapour_findings(LIMITS, "V-1", 61, 601)]
    assert found == ["storage.vapour.long", "storage.vapour.total"]


def test_a_vial_goes_back_within_its_time_or_not_at_all() -> None:
    assert list(put_back_findings(LIMITS, "V-1", 120)) == []
    assert [f.code for f in put_back_findings(LIMITS, "V-1", 121)] == ["storage.put_back.late"]
    assert [f.code for f in put_back_findings(second().storage, "V-1", 1)] == ["storage.put_back.late"]


def test_a_bank_is_split_over_tanks() -> None:
    assert list(tank_findings(LIMITS, "L-1", ["A", "B"])) == []
    assert [f.code for f in tank_findings(LIMITS, "L-1", ["A", "A"])] == ["storage.tanks.few"]
    assert list(tank_findings(second().storage, "L-1", ["A"])) == []
