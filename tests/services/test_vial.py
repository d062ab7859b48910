"""Vials and labels through the services: printed, scanned back, voided, printed again; used, lost; never twice."""

import hashlib
from dataclasses import replace

import pytest

from cellbank.domain.identifiers import with_check
from cellbank.domain.lot import Tier
from cellbank.domain.vial import StockClass, VialStatus
from cellbank.errors import NotAllowed, NotFound, WrongInput
from cellbank.services import vial
from cellbank.views import vial as view
from cellbank.views.lot import lot_view
from tests.banks import ON_SQLITE
from tests.journey import ROLL, Scene, a_lot, print_labels, refused, vials_of

pytestmark = ON_SQLITE
AGAIN = replace(ROLL, reprint_because="The printer smudged")
THREE = {StockClass.DISPENSABLE: 2, StockClass.RETAINED: 1}


@pytest.fixture
def filled(begun: Scene) -> Scene:
    """A lot of three vials without labels."""
    harvested = begun.trial.p0.harvested
    begun.codes["lot"] = a_lot(begun, begun["P0"], Tier.PRODUCT, harvested, THREE, viable_per_vial=1)
    return begun


def labels(scene: Scene) -> tuple[int, int, int]:
    """How many labels were printed, applied, voided."""
    found = scene.read(lot_view, scene["lot"]).labels
    return found.printed, found.applied, found.voided


def against(scene: Scene) -> list[str]:
    """What stands against the lot about its labels and counts."""
    about = {"labels_reconcile", "vials_reconcile"}
    return [f.code for f in scene.check(scene["lot"]).findings if f.requirement in about]


def scan(scene: Scene, code: str, by: str = "technician") -> None:
    """A label scanned back."""
    scene.act(by, vial.verify_vials, [code])


def test_the_record_holds_the_digest_of_the_very_bytes(filled: Scene) -> None:
    document = print_labels(filled, filled["lot"])
    [run] = filled.read(view.prints, filled["lot"])
    assert run.sha256 == hashlib.sha256(document).hexdigest()
    assert (run.labels, run.stock, run.form, run.printed_by) == (3, "roll-33x13", "pdf", "technician")


def test_the_same_labels_are_the_same_bytes(filled: Scene) -> None:
    first = print_labels(filled, filled["lot"])
    filled.clock.forward(hours=5)
    assert print_labels(filled, filled["lot"], AGAIN) == first


def test_printed_is_applied_and_voided_only_when_each_was_scanned_back(filled: Scene) -> None:
    vials = vials_of(filled, filled["lot"])
    assert against(filled) == ["lot.vials.unverified"]
    print_labels(filled, filled["lot"])
    assert (labels(filled), against(filled)) == ((3, 0, 0), ["lot.labels.unbalanced", "lot.vials.unverified"])
    for code in vials[:2]:
        scan(filled, code)
    assert against(filled) == ["lot.labels.unbalanced"], "the retained vial's label is outstanding"
    scan(filled, vials[2])
    assert (labels(filled), against(filled)) == ((3, 3, 0), [])


def test_a_label_is_printed_again_only_with_a_reason_and_the_former_is_void(filled: Scene) -> None:
    vials = vials_of(filled, filled["lot"])
    print_labels(filled, filled["lot"])
    for code in vials:
        scan(filled, code)
    for job in (ROLL, replace(ROLL, reprint_because="  ")):
        with refused("label.printed_already"):
            print_labels(filled, filled["lot"], job)
    assert labels(filled) == (3, 3, 0)
    print_labels(filled, filled["lot"], AGAIN)
    assert labels(filled) == (6, 0, 3)
    assert not any(line.label_verified for line in filled.read(view.vials, filled["lot"])), "each is scanned again"
    assert against(filled) == ["lot.labels.unbalanced", "lot.vials.unverified"]
    scan(filled, vials[0])
    assert labels(filled) == (6, 1, 3)
    assert [run.reason for run in filled.read(view.prints, filled["lot"])] == [None, AGAIN.reprint_because]


def test_only_the_vials_named_are_printed(filled: Scene) -> None:
    vials = vials_of(filled, filled["lot"])
    print_labels(filled, filled["lot"], replace(ROLL, only=[vials[2], "1"]))
    assert labels(filled) == (2, 0, 0)
    with refused("label.printed_already"):
        print_labels(filled, filled["lot"], replace(ROLL, only=["003"]))
    with refused("label.not_of_lot"):
        print_labels(filled, filled["lot"], replace(ROLL, only=["4"]))
    print_labels(filled, filled["lot"], replace(ROLL, only=["2"]))
    assert labels(filled) == (3, 0, 0)


@pytest.mark.parametrize(
    ("job", "code"),
    [
        (replace(ROLL, stock="roll-1x1"), "label.stock.unknown"),
        (replace(ROLL, form="docx"), "label.form"),
    ],
)
def test_what_cannot_be_printed_leaves_nothing_behind(filled: Scene, job: vial.VialPrint, code: str) -> None:
    with refused(code, WrongInput):
        print_labels(filled, filled["lot"], job)
    assert labels(filled) == (0, 0, 0)
    assert filled.read(view.prints) == []


def test_a_reason_of_spaces_is_none(filled: Scene) -> None:
    print_labels(filled, filled["lot"], replace(ROLL, reprint_because="  "))
    assert [run.reason for run in filled.read(view.prints, filled["lot"])] == [None]
    with refused("label.printed_already"):
        print_labels(filled, filled["lot"], replace(ROLL, reprint_because="  "))


def test_an_unknown_another_or_a_misread_code_verifies_nothing(filled: Scene) -> None:
    [code, *_] = vials_of(filled, filled["lot"])
    with refused("label.never_printed"):
        scan(filled, code)
    print_labels(filled, filled["lot"])
    with refused("vial.not_found", NotFound):
        scan(filled, with_check(f"{code[:-6]}-999"))
    with refused("vial.not_found", NotFound):
        scan(filled, filled["lot"])
    with refused("code.check", WrongInput):
        scan(filled, code[:-1] + ("A" if code[-1] != "A" else "B"))
    assert labels(filled) == (3, 0, 0)
    scan(filled, f" {code.lower()} ")
    assert labels(filled) == (3, 1, 0)
    with refused("label.verified_already"):
        scan(filled, code)


def test_a_vial_that_is_gone_is_not_verified_and_its_label_is_void(filled: Scene) -> None:
    vials = vials_of(filled, filled["lot"])
    print_labels(filled, filled["lot"])
    filled.act("technician", vial.use_vial, vials[0], "test", "Sterility")
    filled.act("technician", vial.discard_vials, vials[1:2], "broken", "Dropped")
    for code in vials[:2]:
        with refused("label.never_printed"):
            scan(filled, code)
    assert labels(filled) == (3, 0, 2)
    scan(filled, vials[2])
    assert against(filled) == []


def test_a_verified_vial_that_is_gone_is_not_verified_again(filled: Scene) -> None:
    [code, *_] = vials_of(filled, filled["lot"])
    print_labels(filled, filled["lot"])
    scan(filled, code)
    filled.act("technician", vial.use_vial, code, "test", None)
    with refused("vial.not_in_stock"):
        scan(filled, code)
    assert labels(filled) == (3, 1, 0), "the label stays applied: it went with the vial"


def test_a_spoiled_label_is_void_and_the_vial_needs_another(filled: Scene) -> None:
    [code, *_] = vials_of(filled, filled["lot"])
    with refused("label.never_printed"):
        filled.act("technician", vial.void_label, code, "Torn")
    print_labels(filled, filled["lot"])
    with refused("label.reason.missing", WrongInput):
        filled.act("technician", vial.void_label, code, " ")
    filled.act("technician", vial.void_label, code, "Torn")
    with refused("label.never_printed"):
        scan(filled, code)
    print_labels(filled, filled["lot"], replace(ROLL, only=[code]))
    scan(filled, code)


@pytest.mark.parametrize("how", ["broken", "missing", "destroyed"])
def test_a_vial_ends_once(filled: Scene, how: str) -> None:
    [code, *_] = vials_of(filled, filled["lot"])
    filled.act("technician", vial.discard_vials, [code], how, "Dropped")
    assert filled.read(view.vial_view, code).status is VialStatus(how)
    assert filled.check(filled["lot"]).content["reconciliation"]["by_status"] == {"filled": 2, how: 1}
    for again in ("broken", "destroyed"):
        with refused("vial.move"):
            filled.act("technician", vial.discard_vials, [code], again, "Dropped")
    with refused("vial.move"):
        filled.act("technician", vial.use_vial, code, "test", None)


def test_a_vial_is_discarded_with_a_reason_in_a_known_way(filled: Scene) -> None:
    codes = vials_of(filled, filled["lot"])
    with refused("vial.reason.missing", WrongInput):
        filled.act("technician", vial.discard_vials, codes, "broken", " ")
    for how in ("test", "thawed", "lost"):
        with refused("vial.how", WrongInput):
            filled.act("technician", vial.discard_vials, codes, how, "Dropped")
    with refused("vial.purpose", WrongInput):
        filled.act("technician", vial.use_vial, codes[0], "dose", None)


def test_an_act_on_vials_names_one(filled: Scene) -> None:
    with refused("vial.none_named", WrongInput):
        filled.act("technician", vial.discard_vials, [], "broken", "Dropped")
    with refused("vial.none_named", WrongInput):
        filled.act("technician", vial.verify_vials, [])


def test_one_vial_that_cannot_go_keeps_the_others(filled: Scene) -> None:
    codes = vials_of(filled, filled["lot"])
    filled.act("technician", vial.discard_vials, codes[2:], "broken", "Dropped")
    with refused("vial.move"):
        filled.act("technician", vial.discard_vials, codes, "broken", "Dropped")
    assert [line.status.value for line in filled.read(view.vials, filled["lot"])] == ["filled", "filled", "broken"]


@pytest.mark.parametrize("who", ["qa", "qp", "admin"])
def test_quality_and_admins_print_and_scan_nothing(filled: Scene, who: str) -> None:
    with refused("person.role.missing", NotAllowed):
        filled.act(who, vial.print_vial_labels, filled["lot"], ROLL, len)
    print_labels(filled, filled["lot"])
    with refused("person.role.missing", NotAllowed):
        scan(filled, vials_of(filled, filled["lot"])[0], by=who)
