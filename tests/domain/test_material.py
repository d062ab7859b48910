"""Materials: accepted and in date when used, not blocked since, none that a step needs forgotten."""

from datetime import UTC, date, datetime

import pytest

from cellbank.domain.material import (
    Material,
    MaterialStatus,
    MaterialUseFacts,
    material_use_findings,
    required_material_findings,
)
from tests.domain.builders import second, shipped

ACCEPTED, PENDING, BLOCKED = MaterialStatus.ACCEPTED, MaterialStatus.PENDING, MaterialStatus.BLOCKED


def used(when: MaterialStatus, now: MaterialStatus, day: date = date(2026, 3, 1)) -> list[str]:
    use = MaterialUseFacts("M-1", "Medium", "A1", day, date(2026, 3, 1), when, now)
    return [finding.code for finding in material_use_findings(use)]


@pytest.mark.parametrize(
    ("when", "now", "codes"),
    [
        (ACCEPTED, ACCEPTED, []),
        (PENDING, ACCEPTED, ["material.used.unaccepted"]),
        (ACCEPTED, BLOCKED, ["material.used.blocked"]),
        (BLOCKED, BLOCKED, ["material.used.unaccepted", "material.used.blocked"]),
    ],
)
def test_a_material_counts_as_it_was_when_used_and_as_it_is_now(
    when: MaterialStatus, now: MaterialStatus, codes: list[str]
) -> None:
    assert used(when, now) == codes


AT_NINE, AT_NOON, AT_FIVE = (datetime(2026, 3, 1, hour, tzinfo=UTC) for hour in (9, 12, 17))


@pytest.mark.parametrize(
    ("accepted_at", "blocked_at", "late", "status"),
    [
        (None, None, False, PENDING),
        (None, AT_NINE, False, BLOCKED),
        (None, AT_FIVE, False, PENDING),
        (AT_NINE, None, False, ACCEPTED),
        (AT_NINE, None, True, ACCEPTED),
        (AT_NOON, None, True, ACCEPTED),
        (AT_FIVE, None, False, ACCEPTED),
        (AT_FIVE, None, True, PENDING),
        (AT_NINE, AT_NOON, True, BLOCKED),
        (AT_NINE, AT_FIVE, True, ACCEPTED),
    ],
)
def test_a_material_used_at_noon_has_the_status_that_it_had_at_noon(
    accepted_at: datetime | None, blocked_at: datetime | None, late: bool, status: MaterialStatus
) -> None:
    lot = Material(accepted_at=accepted_at, blocked_at=blocked_at)
    assert lot.status_at(AT_NOON, entered_late=late) is status


def test_a_material_is_usable_through_its_last_day() -> None:
    assert used(ACCEPTED, ACCEPTED, date(2026, 3, 1)) == []
    assert used(ACCEPTED, ACCEPTED, date(2026, 3, 2)) == ["material.used.expired"]


def test_the_items_that_a_step_needs_are_data() -> None:
    needs = second().material
    [finding] = required_material_findings(needs, "isolate", "C-1", ["Medium B"])
    assert finding.params == {"item": "Enzyme A", "step": "isolate"}
    assert list(required_material_findings(needs, "isolate", "C-1", [" enzyme a "])) == []
    assert list(required_material_findings(shipped().material, "isolate", "C-1", [])) == []
