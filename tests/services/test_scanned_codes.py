"""What a scan through another keyboard layout means in the bank: the thing itself, a choice to make, or a refusal."""

import pytest

from cellbank.domain.identifiers import Station, with_check
from cellbank.errors import NotFound, WrongInput
from cellbank.services import vial
from cellbank.services.storage import add_place, place_vial
from cellbank.views import lookup, trace
from cellbank.views.storage import place_view, position_of
from tests.banks import ON_SQLITE
from tests.journey import Scene, a_material, refused, vials_of
from tests.keyboards import AZERTY, QWERTY, typed

pytestmark = ON_SQLITE


def test_every_way_in_reads_a_garbled_scan_alike(ready: Scene) -> None:
    code = vials_of(ready, ready["lot"])[0]
    ways = (
        typed(code, QWERTY, AZERTY),
        typed(f"]d2{code}", QWERTY, AZERTY),
        typed(code, AZERTY, QWERTY),
        f"]C1{code.lower()}",
    )
    for text in ways:
        assert ready.read(lookup.known, text).code == code
        assert ready.read(trace.trace, text).subject == code
    ready.act("technician", add_place, "TANK9/BOX-1", None, "2x2")
    box = ready.read(place_view, "TANK9/BOX-1").code
    ready.act("technician", place_vial, typed(code, QWERTY, AZERTY), typed(box, QWERTY, AZERTY))
    assert ready.read(position_of, code) == "TANK9/BOX-1/A1"


def test_a_garbled_code_that_the_bank_does_not_know_is_named_as_it_was_meant(ready: Scene) -> None:
    unknown = with_check("L-279999")
    with pytest.raises(NotFound) as caught:
        ready.read(lookup.known, typed(unknown, QWERTY, AZERTY))
    assert caught.value.params["code"] == unknown


def test_a_suppliers_lot_that_reads_as_a_garbled_code_of_ours_too_is_asked(ready: Scene) -> None:
    """A keypad scan on a QWERTY keyboard leaves letters and digits only: so may a supplier's lot number be."""
    number = ready["lot"]
    arrives = typed(number, AZERTY, QWERTY, keypad=True)
    assert ready.read(lookup.known, arrives).code == number
    a_material(ready, "Medium MEM-alpha", lot_number=arrives)
    with refused("code.ambiguous"):
        ready.read(lookup.known, arrives)


def test_a_wrong_character_in_a_garbled_scan_reaches_no_vial(ready: Scene) -> None:
    codes = vials_of(ready, ready["lot"])
    arrives = typed(codes[0], AZERTY, QWERTY)
    for at in range(len(arrives)):
        for instead in "!@#)6vVq":
            spoiled = arrives[:at] + instead + arrives[at + 1 :]
            if spoiled.lower() == arrives.lower():
                continue
            with pytest.raises((NotFound, WrongInput)):
                ready.read(lookup.known, spoiled)


def test_a_scan_back_that_is_refused_changes_nothing(ready: Scene) -> None:
    code = vials_of(ready, ready["lot"])[0]
    with refused("label.verified_already"):
        ready.act("technician", vial.scan_back, ready["lot"], code)
    with refused("label.scan.other_lot"):
        ready.act("technician", vial.scan_back, ready["master"], code)
    with pytest.raises(NotFound):
        ready.act("technician", vial.scan_back, ready["lot"], "V-260001-999-0")
    assert ready.read(lookup.known, code).station is Station.VIAL
