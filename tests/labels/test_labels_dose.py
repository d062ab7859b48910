"""Dispensing labels and syringe flags as a printer makes them: read back, whole, refused where they must be."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from itertools import product

import pytest
from dose_reading import CONDITION, WORDS, a_dispensing_label, a_flag
from label_reading import codes_in, pages_at, symbols_in, text_of

from labels.dose import DispensingLabel, Twofold, render_dispensing
from labels.errors import LabelError
from labels.flag import render_flag
from labels.stock import stock_named

OUTER, FLAG, VIAL = stock_named("roll-100x60"), stock_named("flag-60x13"), stock_named("roll-33x13")
LONG = Twofold(
    "Libération conditionnelle : Stérilité du produit décongelé (résultat à 14 jours) en attente",
    "Conditional release: Sterility of the thawed product (14-day result) pending",
)


def flat(pdf: bytes) -> str:
    return " ".join(" ".join(text_of(pdf)).split())


def first_language(label: DispensingLabel) -> Iterator[str]:
    for field in dataclasses.fields(label):
        value = getattr(label, field.name)
        if isinstance(value, Twofold):
            yield value.first
        elif isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            yield from value
    for name in dataclasses.fields(WORDS):
        yield getattr(WORDS, name.name).first


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_the_symbol_of_a_dispensing_label_can_be_read(dpi: int) -> None:
    for demo, condition in product((False, True), (None, CONDITION, LONG)):
        label = a_dispensing_label(demo=demo, condition=condition)
        (page,) = pages_at(render_dispensing([label], OUTER.at(dpi)), dpi)
        assert codes_in(page.point(lambda level: 255 if level > 127 else 0)) == [label.code]


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_the_symbols_on_both_halves_of_a_flag_can_be_read(dpi: int) -> None:
    for demo in (False, True):
        (page,) = pages_at(render_flag([a_flag(demo=demo)], FLAG.at(dpi)), dpi)
        found = symbols_in(page.point(lambda level: 255 if level > 127 else 0))
        assert [one.text for one in found] == ["DO-260003-X"] * 2
        left, right = sorted(one.position.top_left.x / page.width for one in found)
        assert left < 0.1
        assert right > 0.8


@pytest.mark.parametrize("demo", [False, True])
@pytest.mark.parametrize("condition", [None, CONDITION, LONG])
def test_everything_in_the_first_language_is_on_the_label_whole(demo: bool, condition: Twofold | None) -> None:
    label = a_dispensing_label(demo=demo, condition=condition)
    text = flat(render_dispensing([label], OUTER))
    for wanted in first_language(label):
        assert wanted in text
    assert ("DEMO" in text) is demo


@pytest.mark.parametrize(("lots", "condition"), [(2, None), (2, CONDITION), (2, LONG), (3, CONDITION)])
def test_every_lot_of_a_dose_made_of_several_is_on_its_label_whole(lots: int, condition: Twofold | None) -> None:
    several = tuple(f"L-26000{n}-E" for n in range(1, lots + 1))
    label = a_dispensing_label(lots=several, demo=True, condition=condition)
    text = flat(render_dispensing([label], OUTER))
    for wanted in first_language(label):
        assert wanted in text
    (page,) = pages_at(render_dispensing([label], OUTER), 300)
    assert codes_in(page) == [label.code]


@pytest.mark.parametrize("condition", [None, CONDITION, LONG])
def test_the_second_language_stands_beside_the_first_where_it_fits(condition: Twofold | None) -> None:
    text = flat(render_dispensing([a_dispensing_label(condition=condition, demo=True)], OUTER))
    for wanted in ("Thawed cell suspension", "Use before", "Living human cells", "Allogeneic ASC", "30.2 × 10⁶ viable"):
        assert wanted in text
    assert condition is None or condition.second in text


def test_the_second_language_gives_way_to_the_first() -> None:
    long = Twofold("Directives détaillées pour le service. " * 4, "Detailed directions for the ward. " * 4)
    text = flat(render_dispensing([a_dispensing_label(directions=long, condition=LONG, demo=True)], OUTER))
    assert long.first.strip() in text
    assert long.second.strip() not in text


def test_a_condition_of_one_line_is_printed_at_every_scale_that_the_details_ask_for() -> None:
    long = Twofold("Directives détaillées pour le service. " * 4, "Detailed directions for the ward. " * 4)
    text = flat(render_dispensing([a_dispensing_label(directions=long, condition=CONDITION, demo=True)], OUTER))
    assert CONDITION.first in text
    assert long.first.strip() in text


def test_no_condition_is_named_where_there_is_none() -> None:
    assert "conditionnelle" not in flat(render_dispensing([a_dispensing_label()], OUTER))


def test_both_halves_of_a_flag_say_everything() -> None:
    for flag in (a_flag(), a_flag(subject="FR-RENNES-0012")):
        text = flat(render_flag([flag], FLAG))
        for wanted in (flag.code, flag.subject, flag.visit, flag.until_day, flag.until_time, flag.route):
            assert text.count(wanted) == 2, wanted
    assert "DEMO" in flat(render_flag([a_flag(demo=True)], FLAG))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "A" * 17}, "label.code.too_long"),
        ({"code": "do-1"}, "label.code.characters"),
        ({"subject": "S" * 40}, "label.text.too_long"),
        ({"lots": ("L" * 40,)}, "label.text.too_long"),
        ({"until": "2026-11-22 14:35 CET " * 4}, "label.text.too_long"),
        ({"address": "rue " * 60}, "label.text.too_long"),
        ({"directions": Twofold("long " * 300)}, "label.text.no_room"),
        ({"subject": "a\x1bb"}, "label.text.control"),
        ({"product": Twofold("細胞")}, "label.glyph.missing"),
    ],
)
def test_what_cannot_be_printed_whole_is_refused(changes: dict[str, object], code: str) -> None:
    with pytest.raises(LabelError) as refused:
        render_dispensing([a_dispensing_label(**changes)], OUTER)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "A" * 17}, "label.code.too_long"),
        ({"subject": "S" * 30}, "label.text.too_long"),
        ({"route": "Voie " * 12}, "label.text.too_long"),
        ({"until_time": "14:35\n"}, "label.text.control"),
    ],
)
def test_a_flag_that_would_lose_a_word_is_refused(changes: dict[str, str], code: str) -> None:
    with pytest.raises(LabelError) as refused:
        render_flag([a_flag(**changes)], FLAG)
    assert refused.value.code == code


def test_a_dispensing_label_does_not_fit_a_vial() -> None:
    with pytest.raises(LabelError):
        render_dispensing([a_dispensing_label()], VIAL)


def test_the_labels_are_black_and_white_only_and_nothing_is_on_their_border() -> None:
    for pdf, stock in (
        (render_dispensing([a_dispensing_label(demo=True, condition=LONG)], OUTER), OUTER),
        (render_flag([a_flag(demo=True)], FLAG), FLAG),
    ):
        (page,) = pages_at(pdf, 600)
        border = int(min(stock.inset_mm, 1.0) * 0.8 / 25.4 * 600)
        width, height = page.size
        for edge in ((0, 0, width, border), (0, height - border, width, height), (0, 0, border, height)):
            assert page.crop(edge).getextrema() == (255, 255)
        shades = page.histogram()
        assert sum(shades[60:200]) < 0.06 * width * height  # The edges of letters only.


def test_a_print_head_gets_the_same_label_as_a_bitmap() -> None:
    for zpl in (
        render_dispensing([a_dispensing_label()], OUTER, form="zpl"),
        render_flag([a_flag()], FLAG, form="zpl"),
    ):
        assert zpl.startswith(b"^XA^PW")
        assert zpl.endswith(b"^FS^XZ\n")
        assert b"35-012" not in zpl


def test_the_same_label_gives_the_same_bytes() -> None:
    label = a_dispensing_label(condition=CONDITION)
    assert render_dispensing([label], OUTER) == render_dispensing([label], OUTER)
    assert render_dispensing([label], OUTER) != render_dispensing([a_dispensing_label()], OUTER)
    assert render_flag([a_flag()], FLAG) == render_flag([a_flag()], FLAG)
