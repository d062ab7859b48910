"""Scans through another keyboard layout: the code that was on the label, or a refusal; never another code."""

import string
from collections.abc import Callable

import pytest
from hypothesis import example, given, strategies as st

from cellbank.domain import keyboard_layout
from cellbank.domain.identifiers import (
    PREFIX,
    Station,
    check_is_right,
    has_own_form,
    normalised,
    own_code,
    vial_code,
    with_check,
)
from cellbank.domain.keyboard_layout import repaired, typed_aliases, typed_codes
from cellbank.errors import WrongInput
from tests.keyboards import AZERTY, BRITISH, MAC, QWERTY, Way, typed

NUMBERS = st.integers(1, 9999)
YEARS = st.integers(2020, 2099)
STATIONS = sorted(set(PREFIX) - {Station.VIAL})
VIALS = st.builds(vial_code, st.builds(lambda year, n: own_code(Station.LOT, year, n), YEARS, NUMBERS), NUMBERS)
CODES = st.one_of(st.builds(own_code, st.sampled_from(STATIONS), YEARS, NUMBERS), VIALS)
WAYS = st.sampled_from(
    [
        (on, at, {"keypad": keypad})
        for on, at in (
            (QWERTY, AZERTY),
            (QWERTY, MAC),
            (BRITISH, AZERTY),
            (AZERTY, QWERTY),
            (AZERTY, BRITISH),
        )
        for keypad in (False, True)
    ]
)
CASES: st.SearchStrategy[Callable[[str], str]] = st.sampled_from([str, str.lower, str.upper, str.swapcase])


@given(CODES, CASES)
def test_a_code_that_arrived_as_it_should_is_never_altered(code: str, case: Callable[[str], str]) -> None:
    assert repaired(case(code)) == code
    for aim in ("]d2", "]Q3", "]C1", "]d1"):
        assert repaired(f" {aim}{code}\r") == code
        assert normalised(f"{aim}{code}") == code


@given(CODES, WAYS, st.booleans())
def test_another_layout_gives_the_code_back_or_a_refusal(code: str, way: Way, lower: bool) -> None:
    on, at, how = way
    arrives = typed(code.lower() if lower else code, on, at, **how)
    try:
        found = repaired(arrives)
    except WrongInput:
        return
    assert found == code or not check_is_right(found) or not has_own_form(found)


@given(CODES)
def test_the_usual_ways_to_mistake_a_keyboard_are_repaired(code: str) -> None:
    for on, at in ((QWERTY, AZERTY), (AZERTY, QWERTY), (QWERTY, MAC), (AZERTY, BRITISH)):
        for keypad in (False, True):
            assert repaired(typed(code, on, at, keypad=keypad)) == code
            assert repaired(typed(code, on, at, keypad=keypad).upper()) == code
    assert repaired(typed(code, QWERTY, AZERTY, lock=True)) == code


@given(CODES)
def test_an_aim_prefix_that_went_through_the_other_layout_is_taken_off_too(code: str) -> None:
    assert repaired(typed(f"]d2{code}", QWERTY, AZERTY)) == code
    garbled = typed(code, AZERTY, QWERTY)
    for before in ("-d@", "d@", "-Q3"):
        assert repaired(f"{before}{garbled}") == code


@given(CODES, WAYS, st.integers(0, 15), st.sampled_from(string.ascii_letters + string.digits + "&é\"'(-è_çà)°!@#$%^*"))
def test_a_garbled_scan_with_a_wrong_character_too_never_becomes_another_code(
    code: str, way: Way, at_place: int, instead: str
) -> None:
    """MOD 37-36 finds every single wrong character; the layout takes nothing of that away."""
    on, at, how = way
    arrives = typed(code, on, at, **how)
    spoiled = arrives[:at_place] + instead + arrives[at_place + 1 :]
    try:
        found = repaired(spoiled)
    except WrongInput:
        return
    assert found == code or not has_own_form(found) or not check_is_right(found)


@given(st.text(string.printable + "éèçà°§£", max_size=18))
@example("V-260001-001-A")
def test_whatever_is_typed_is_left_alone_or_becomes_a_right_code(text: str) -> None:
    try:
        found = repaired(text)
    except WrongInput:
        return
    assert found == normalised(text) or (has_own_form(found) and check_is_right(found))


def test_letters_that_changed_places_alone_are_no_sign_of_another_layout() -> None:
    code = next(c for n in range(1, 200) if (c := vial_code("L-260001-E", n))[-1] == "A")
    assert repaired(f"{code[:-1]}Q") == f"{code[:-1]}Q"
    assert not check_is_right(f"{code[:-1]}Q")


def test_a_garbled_code_with_a_wrong_check_character_is_refused_with_what_to_do() -> None:
    code = with_check("V-260001-001")
    wrong = f"{code[:-1]}{'B' if code[-1] != 'B' else 'C'}"
    for on, at in ((QWERTY, AZERTY), (AZERTY, QWERTY)):
        with pytest.raises(WrongInput) as caught:
            repaired(typed(wrong, on, at))
        assert caught.value.code == "code.layout"


def test_a_code_that_could_be_two_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """No text comes from two codes of ours today; the refusal stands for the day a layout is added."""
    twin = keyboard_layout.Layout("twin", "1234567890", "6", *keyboard_layout._TO_QWERTY)
    monkeypatch.setattr(keyboard_layout, "LAYOUTS", (*keyboard_layout.LAYOUTS, twin))
    codes = [own_code(Station.LOT, 2026, n) for n in range(1, 3000)]
    both = [code for code in codes if code[-1] not in "AMQWZ" and _other_digits(code)]
    assert both
    for code in both:
        with pytest.raises(WrongInput) as caught:
            repaired(code.replace("-", "6"))
        assert caught.value.code == "code.layout.ambiguous"
        assert code in str(caught.value.params["codes"])


def _other_digits(code: str) -> bool:
    """Whether the code that the twin layout reads has a right check character too."""
    return check_is_right(code.translate(str.maketrans("1234567890", "0123456789")))


def test_several_scans_between_commas_are_set_right_one_by_one() -> None:
    material, vial = own_code(Station.MATERIAL, 2026, 7), vial_code("L-260001-E", 3)
    garbled = typed(material.lower(), QWERTY, AZERTY)
    assert garbled.startswith(",")
    assert typed_codes(f"{vial}, {garbled}, {vial.lower()},") == (vial, material, vial)
    lettered = next(c for n in range(1, 99) if (c := own_code(Station.MATERIAL, 2026, n))[-1] == "M")
    both = typed(lettered.lower(), QWERTY, AZERTY)
    assert both[0] == both[-1] == ","
    assert typed_codes(f"{vial}, {both}") == typed_codes(f"{vial}, {both}, ") == (vial, lettered)
    assert typed_codes(f"{vial},, x") == (vial, "X")
    assert typed_codes("") == ()


def test_what_others_call_a_thing_stays_as_it_was_typed() -> None:
    material = own_code(Station.MATERIAL, 2026, 7)
    garbled = typed(material.lower(), QWERTY, AZERTY)
    assert typed_aliases(f"Platelet lysate:PL-118, {garbled}, pl-118") == ("Platelet lysate:PL-118", material, "pl-118")
