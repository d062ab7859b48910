"""What the faces draw, and how text is made to fit."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from labels.errors import LabelError
from labels.typeface import BOLD, REGULAR, ellipsized, fitted, typeface, wrapped

WORDS = st.text(alphabet="abcdeéÉŁ×⁶-/ 0123456789", min_size=1, max_size=120)


@pytest.mark.parametrize("face", [REGULAR, BOLD])
def test_the_faces_draw_what_french_labels_and_specifications_need(face: str) -> None:
    assert typeface(face).width("ÀÂÇÉÈÊËÎÏÔÙÛŸŒæœ «» – — … ’ × ⁰¹²³⁴⁵⁶⁷⁸⁹⁻ µ ° ≤ ≥ < > † ‡ Łódź €\u00a0", 10) > 0


@pytest.mark.parametrize("character", ["\x00", "\t", "\n", "\x7f", "\x85", "\u200b", "\u202e", "\u2066", "\ufeff"])
def test_control_characters_are_refused_by_name(character: str) -> None:
    with pytest.raises(LabelError) as refused:
        typeface(REGULAR).width(f"a{character}b", 10)
    assert refused.value.code == "label.text.control"
    assert refused.value.params["characters"] == (f"U+{ord(character):04X}",)


@pytest.mark.parametrize("character", ["細", "א", "ب", "\u0301"])
def test_characters_that_would_be_a_box_or_misplaced_are_refused(character: str) -> None:
    with pytest.raises(LabelError) as refused:
        typeface(BOLD).width(character, 10)
    assert refused.value.code == "label.glyph.missing"


def test_a_text_shrinks_to_its_width_and_no_further_than_allowed() -> None:
    face = typeface(BOLD)
    assert fitted(BOLD, "V-25A01", 1000, 9, 5) == 9
    size = fitted(BOLD, "V-25A01-0017-K", 50, 9, 5)
    assert 5 <= size < 9
    assert face.width("V-25A01-0017-K", size) <= 50 < face.width("V-25A01-0017-K", size + 0.11)
    with pytest.raises(LabelError) as refused:
        fitted(BOLD, "V-25A01-0017-K", 30, 9, 5)
    assert refused.value.code == "label.text.too_long"


@given(WORDS, st.floats(min_value=20, max_value=300))
def test_wrapping_loses_no_character_and_no_line_is_too_wide(text: str, width: float) -> None:
    face = typeface(REGULAR)
    lines = wrapped(REGULAR, text, width, 8)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(face.width(line, 8) <= width for line in lines)


def test_a_character_wider_than_the_column_is_still_drawn() -> None:
    assert wrapped(REGULAR, "WW", 1, 8) == ["W", "W"]


def test_an_ellipsis_stands_only_where_something_was_cut() -> None:
    assert ellipsized(REGULAR, "court", 100, 8) == "court"
    cut = ellipsized(REGULAR, "un texte descriptif bien trop long", 60, 8)
    assert cut.endswith("…")
    assert typeface(REGULAR).width(cut, 8) <= 60
