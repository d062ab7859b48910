"""Boxes in two tanks, a lot in them, and what a test asks about it."""

from typing import Any

import pytest

from cellbank.domain.storage import Custodian
from cellbank.domain.vial import VialStatus
from cellbank.errors import Refused
from cellbank.services import storage
from cellbank.views import vial as vial_view
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
    return {line.code: line.position for line in scene.read(vial_view.vials, scene["lot"])}


def status_of(scene: Scene, code: str) -> VialStatus:
    found: VialStatus = scene.read(vial_view.vial_view, code).status
    return found


def refused(scene: Scene, by: str, deed: Any, *args: Any, **named: Any) -> list[str]:
    """The codes of the findings with which an act is refused; nothing of it is left."""
    with pytest.raises(Refused) as caught:
        scene.act(by, deed, *args, **named)
    return [finding.code for finding in caught.value.findings]
