"""Pick lists: whose vials, where they stand, and a map of each box that no one can misread."""

from __future__ import annotations

from dataclasses import replace

import pytest
from label_reading import CHAIN_HASH, codes_in, pages_at, text_of
from paper_reading import PICK_WORDS, a_pick_box, a_pick_list, a_pick_visit

from labels.errors import LabelError
from labels.pick_list import PickList, render_pick_list


def flat(listed: PickList) -> str:
    return " ".join(" ".join(text_of(render_pick_list(listed))).split())


def test_every_vial_of_every_visit_is_on_the_list_with_its_place_and_class() -> None:
    listed = a_pick_list()
    text = flat(listed)
    for visit in listed.visits:
        assert f"Sujet {visit.subject} · visite {visit.visit}" in text
        assert visit.window in text
        for vial in visit.vials:
            for wanted in (vial.code, vial.position, f"{vial.number} · {vial.stock_class}"):
                assert wanted in text
    assert text.count("Prélevé par") == text.count("Vérifié par") == 2


def test_every_vial_can_be_scanned_from_the_paper_and_the_record_too() -> None:
    listed = a_pick_list()
    found = [code for page in pages_at(render_pick_list(listed), 300) for code in codes_in(page)]
    assert sorted(found) == sorted([v.code for visit in listed.visits for v in visit.vials] + [CHAIN_HASH.upper()])


def test_a_vial_to_take_is_marked_by_its_number_and_by_a_black_cell() -> None:
    def black(**changes: object) -> int:
        listed = a_pick_list(visits=(a_pick_visit(),), boxes=(a_pick_box(**changes),))
        return sum(sum(page.histogram()[:30]) for page in pages_at(render_pick_list(listed), 72))

    cell = 46 * 20
    assert black() - black(take={}) > 10 * cell * 0.7
    assert " 10 " in flat(a_pick_list())


def test_each_box_is_whole_on_one_page_whatever_its_size() -> None:
    for size in (4, 9, 10, 26):
        listed = a_pick_list(boxes=(a_pick_box("TANK9/BOX-Z", size, take={"A1": "1"}, others={}),))
        (page,) = [text for text in text_of(render_pick_list(listed)) if "TANK9/BOX-Z" in text]
        assert all(f"\n{chr(65 + row)}" in page for row in range(size))


def test_a_vial_that_is_not_stored_says_so_and_stands_on_no_map() -> None:
    visit = a_pick_visit()
    visit = replace(visit, vials=(replace(visit.vials[0], position=None),))
    text = flat(a_pick_list(visits=(visit,), boxes=()))
    assert PICK_WORDS.nowhere in text
    assert "Boîte à ouvrir" not in text


def test_every_page_says_which_it_is_of_how_many_which_day_and_which_state_of_the_record() -> None:
    visits = tuple(a_pick_visit(1 + 5 * n) for n in range(8))
    pages = text_of(render_pick_list(a_pick_list(visits=visits)))
    assert len(pages) > 3
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} sur {len(pages)}" in text
        assert "2026-11-22" in text
        assert CHAIN_HASH[:16] in text


def test_a_demonstration_says_so_on_every_page_and_nothing_else_does() -> None:
    assert all(PICK_WORDS.demo in text for text in text_of(render_pick_list(a_pick_list(demo=True))))
    assert "DEMO" not in flat(a_pick_list())


def test_a_list_without_visits_is_refused() -> None:
    with pytest.raises(LabelError) as refused:
        render_pick_list(a_pick_list(visits=()))
    assert refused.value.code == "label.pick_list.empty"


@pytest.mark.parametrize("changes", [{"take": {"K1": "1"}}, {"others": {"A13": "D"}}, {"take": {"": "1"}}])
def test_a_mark_outside_its_box_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(LabelError) as refused:
        render_pick_list(a_pick_list(boxes=(a_pick_box(size=10, **changes),)))
    assert refused.value.code == "label.pick_list.position"


def test_what_cannot_be_drawn_is_refused() -> None:
    for text, code in (("a\x1b[2J", "label.text.control"), ("細", "label.glyph.missing")):
        with pytest.raises(LabelError) as refused:
            render_pick_list(a_pick_list(sponsor=text))
        assert refused.value.code == code


def test_the_same_list_gives_the_same_bytes() -> None:
    assert render_pick_list(a_pick_list()) == render_pick_list(a_pick_list())
    assert render_pick_list(a_pick_list()) != render_pick_list(a_pick_list(day="2026-11-23"))
