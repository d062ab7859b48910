"""The labels of boxes: recorded with their digest, twice only for a reason, scanned where a place is asked for."""

import hashlib

import pytest

from cellbank.errors import NotFound, WrongInput
from cellbank.services import storage
from cellbank.services.label import LabelsPrint, print_labels
from cellbank.views import storage as storage_view, vial
from tests.banks import ON_SQLITE
from tests.journey import Scene, refused
from tests.services.shelves import BOX_A, BOX_B, add, two_boxes

pytestmark = ON_SQLITE


def printed(scene: Scene, *places: str, because: str | None = None) -> bytes:
    kept: list[bytes] = []
    job = LabelsPrint(language="fr", reprint_because=because)
    scene.act("technician", print_labels, "place", places, job, kept.append)
    return kept[0]


def test_labels_of_two_boxes_are_one_document_and_a_run_each(released: Scene) -> None:
    two_boxes(released)
    document = printed(released, BOX_A, BOX_B, BOX_A)
    runs = [run for run in released.read(vial.prints) if run.kind == "place"]
    codes = {released.read(storage_view.place_view, path).code for path in (BOX_A, BOX_B)}
    assert {run.subject for run in runs} == codes
    assert {run.sha256 for run in runs} == {hashlib.sha256(document).hexdigest()}


def test_a_label_is_printed_again_only_for_a_reason(released: Scene) -> None:
    two_boxes(released)
    printed(released, BOX_A)
    with refused("label.place.printed_already"):
        printed(released, BOX_B, BOX_A)
    assert BOX_B in released.read(storage_view.without_label, "TANK2"), "nothing of the refused run is kept"
    printed(released, BOX_A, because="Torn by the glove")
    assert [run.reason for run in released.read(vial.prints) if run.kind == "place"] == [None, "Torn by the glove"]


def test_what_has_no_label_yet_is_told_by_place(released: Scene) -> None:
    two_boxes(released)
    printed(released, BOX_A)
    assert released.read(storage_view.without_label, "TANK1") == ("TANK1", "TANK1/R1")
    assert released.read(storage_view.without_label, BOX_A) == ()


def test_what_the_label_holds_is_scanned_where_a_box_is_asked_for(released: Scene) -> None:
    add(released, BOX_A, "9x9")
    code = released.read(storage_view.place_view, BOX_A).code
    released.act("technician", storage.fill_boxes, released["lot"], [code])
    assert len(released.read(storage_view.box_map, BOX_A).cells) > 0


def test_no_place_and_an_unknown_one_are_refused(released: Scene) -> None:
    with pytest.raises(WrongInput, match=r"label\.places\.none"):
        printed(released)
    with pytest.raises(NotFound, match=r"storage_place\.not_found"):
        printed(released, "NOWHERE")
