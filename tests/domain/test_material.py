"""Materials: accepted and in date when used, not blocked since, none that a step needs forgotten."""

from datetime import date

import pytest

from cellbank.domain.material import (
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


def test_a_material_is_usable_through_its_last_day() -> None:
    assert used(ACCEPTED, ACCEPTED, date(2026, 3, 1)) == []
    assert used(ACCEPTED, ACCEPTED, date(2026, 3, 2)) == ["material.used.expired"]


def test_the_items_that_a_step_needs_are_data() -> None:
    needs = second().material
    [finding] = required_material_findings(needs, "isolate", "C-1", ["Medium B"])
    assert finding.params == {"item": "Enzyme A", "step": "isolate"}
    assert list(required_material_findings(needs, "isolate", "C-1", [" enzyme a "])) == []
    assert list(required_material_findings(shipped().material, "isolate", "C-1", [])) == []
