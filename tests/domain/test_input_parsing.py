"""Numbers as people type them, and what is refused rather than guessed."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from cellbank.domain.input_parsing import typed_count, typed_decimal, typed_reported
from cellbank.errors import WrongInput


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("0", 0),
        ("10000000", 10_000_000),
        ("10 000 000", 10_000_000),
        ("10\u00a0000\u202f000", 10_000_000),
        ("1e7", 10_000_000),
        ("1E+7", 10_000_000),
        ("10M", 10_000_000),
        ("1.5M", 1_500_000),
        ("1,5M", 1_500_000),
        ("1,25e6", 1_250_000),
        ("250k", 250_000),
        (" 30 ", 30),
        ("2.0", 2),
    ],
)
def test_counts_as_people_write_them(text: str, count: int) -> None:
    assert typed_count(text) == count


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1,234,567", "number.ambiguous"),
        ("1.234.567", "number.ambiguous"),
        ("1,234", "number.ambiguous"),
        ("1.234", "number.ambiguous"),
        ("1.234,5", "number.ambiguous"),
        ("-1", "number.negative"),
        ("−1", "number.negative"),
        ("nan", "number.form"),
        ("inf", "number.form"),
        ("", "number.form"),
        ("ten", "number.form"),
        ("10m", "number.form"),
        ("1 00", "number.form"),
        ("1e-3", "number.form"),
        ("0x10", "number.form"),
        ("1_000", "number.form"),
        ("١٢", "number.form"),
        ("1.5", "number.not_whole"),
        ("1,55e1", "number.not_whole"),
        ("9007199254740992", "number.high"),
        ("1e99", "number.high"),
    ],
)
def test_counts_that_are_refused(text: str, code: str) -> None:
    with pytest.raises(WrongInput) as refused:
        typed_count(text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("96,5", "96.5"),
        ("96.50", "96.50"),
        ("-80", "-80"),
        ("−196,0", "-196.0"),
        ("1 234,5", "1234.5"),
        ("2,807", "2.807"),
    ],
)
def test_decimals_with_a_point_or_a_comma_keep_their_scale(text: str, number: str) -> None:
    assert str(typed_decimal(text)) == number


@pytest.mark.parametrize("text", ["1,234,567", "1.234,5", "NaN", "", "1e5", "96 %", "--1", ",5", "5,"])
def test_decimals_that_are_refused(text: str) -> None:
    with pytest.raises(WrongInput, match=r"number\."):
        typed_decimal(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("96,5", "96.5"),
        ("<0,05", "< 0.05"),
        ("≥ 95", ">= 95"),
        ("1,2e6", "1.2e6"),
        ("12 000", "12000"),
        ("46,XX", "46,XX"),
        (" no growth ", "no growth"),
        ("47,XY,+8", "47,XY,+8"),
    ],
)
def test_laboratory_values_are_kept_in_one_form_and_texts_as_they_are(text: str, kept: str) -> None:
    assert typed_reported(text) == kept


def test_a_laboratory_value_with_two_separators_is_refused() -> None:
    with pytest.raises(WrongInput, match=r"number\.ambiguous"):
        typed_reported("< 1,234,567")


@given(st.integers(0, 2**53 - 1))
def test_every_count_reads_back(count: int) -> None:
    assert typed_count(str(count)) == count
    assert typed_count(f"{count:,}".replace(",", " ")) == count


@given(st.decimals(-10_000, 10_000, places=4))
def test_every_decimal_reads_back_with_either_separator(number: Decimal) -> None:
    assert typed_decimal(f"{number:f}") == number
    assert typed_decimal(f"{number:f}".replace(".", ",")) == number
