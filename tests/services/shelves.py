"""Boxes in two tanks, a lot in them, and what a test asks about it."""

from typing import Any

import pytest

from cellbank.domain.storage import Custodian
from cellbank.domain.vial import Vial, VialStatus
from cellbank.errors import Refused
from cellbank.facts.storage import held_by_place
from cellbank.services import storage
from cellbank.store import codes
from cellbank.store.unit_of_work import Reading
from cellbank.views import vial
from tests.journey import Scene, vials_of

BOX_A = "TANK1/R1/BOX-A"
BOX_B = "TANK2/R1/BOX-B"


def add(scene: Scene, path: str, grid: str | None = None, custodian: Custodian | None = None) -> str:
    return scene.act("technician", storage.add_place, path, None, grid, custodian).code


def two_boxes(scene: Scene, grid: str = "9x9") -> None:
    add(scene, BOX_A, grid)
    add(scene, BOX_B, grid)


def stored(scene: Scene, grid: str = "9x9") -> list[str]:
    """The product lot stored in two boxes of two tanks; its vials."""
    two_boxes(scene, grid)
    scene.act("technician", storage.fill_boxes, scene["lot"], [BOX_A, BOX_B])
    return vials_of(scene, scene["lot"])


def where(scene: Scene) -> dict[str, str | None]:
    return {line.code: line.position for line in scene.read(vial.vials, scene["lot"])}


def status_of(scene: Scene, code: str) -> VialStatus:
    found: VialStatus = scene.read(vial.vial_view, code).status
    return found


def refused(scene: Scene, by: str, deed: Any, *args: Any, **named: Any) -> list[str]:
    """The codes of the findings with which an act is refused; nothing of it is left."""
    with pytest.raises(Refused) as caught:
        scene.act(by, deed, *args, **named)
    return [finding.code for finding in caught.value.findings]


def held_vials(scene: Scene) -> set[str]:
    """The vials that a hold on a place reaches."""

    def by_place(reading: Reading) -> set[str]:
        every = {line.code: codes.get_by_code(reading, Vial, line.code).id for line in vial.vials(reading)}
        found = held_by_place(reading, every.values())
        return {code for code, row_id in every.items() if row_id in found}

    return scene.read(by_place)  # type: ignore[no-any-return]
