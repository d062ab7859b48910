"""Accountability logs: every movement in order, and counts that say whether they agree."""

from __future__ import annotations

import dataclasses

import pytest
from label_reading import CHAIN_HASH, codes_in, pages_at, text_of
from paper_reading import LEDGER_WORDS, a_ledger, a_ledger_line

from labels.errors import LabelError
from labels.ledger import Identity, Term, render_ledger


def flat(**changes: object) -> str:
    return " ".join(" ".join(text_of(render_ledger(a_ledger(**changes)))).split())


def test_every_field_of_every_movement_is_in_the_log_in_order() -> None:
    line = a_ledger_line(500, received="1", issued="", balance="77", prescriber="Dr Łukasik", checked_by="qa")
    lines = (*(a_ledger_line(n) for n in range(1, 60)), line)
    text = flat(lines=lines)
    for value in dataclasses.astuple(line):
        assert value in text
    places = [text.index(f"V-260001-{n:03d}-K") for n in range(1, 60)]
    assert places == sorted(places)


def test_the_pages_lie_and_the_head_of_the_table_stands_on_each_that_has_lines() -> None:
    pdf = render_ledger(a_ledger(90))
    (page, *_) = pages_at(pdf, 72)
    assert page.width > page.height
    with_lines = [text for text in text_of(pdf) if "V-260001-" in text]
    assert len(with_lines) > 2
    assert all("Prescripteur" in text and "Solde" in text for text in with_lines)


def test_an_identity_that_holds_says_so_and_one_that_does_not_says_so_louder() -> None:
    text = flat()
    assert "Flacons reçus : 40 = 30 en stock + 6 utilisés pour des doses" in text
    assert "✓ égal" in text
    assert "≠ différent" in text
    assert "≠" not in flat(identities=(Identity(Term("A", "1"), (Term("b", "1"),), holds=True),))

    def black(holds: bool) -> int:
        identity = Identity(Term("A", "1"), (Term("b", "1"),), holds=holds)
        pages = pages_at(render_ledger(a_ledger(identities=(identity,))), 72)
        return sum(sum(page.histogram()[:30]) for page in pages)

    assert black(holds=False) > black(holds=True) + 500


def test_a_log_without_movements_still_counts() -> None:
    text = flat(lines=())
    assert "Réconciliation" in text
    assert "Mouvements 0" in text


def test_every_page_says_which_it_is_of_how_many_which_lot_and_which_state_of_the_record() -> None:
    pages = text_of(render_ledger(a_ledger(90, demo=True)))
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} sur {len(pages)}" in text
        assert "L-260001-E" in text
        assert CHAIN_HASH[:16] in text
        assert LEDGER_WORDS.demo in text
    assert "DEMO" not in flat()


@pytest.mark.parametrize("count", range(10, 40, 3))
def test_nothing_stands_below_the_foot_or_outside_the_margins(count: int) -> None:
    for page in pages_at(render_ledger(a_ledger(count)), 72):
        width, height = page.size
        assert page.crop((0, height - 18, width, height)).getextrema() == (255, 255)
        assert page.crop((0, 0, 43, height)).getextrema() == (255, 255)
        assert page.crop((width - 43, 0, width, height)).getextrema() == (255, 255)


def test_the_head_of_the_record_can_be_scanned_from_the_paper() -> None:
    pages = pages_at(render_ledger(a_ledger()), 300)
    assert [code for page in pages for code in codes_in(page)] == [CHAIN_HASH.upper()]


@pytest.mark.parametrize(("text", "code"), [("a\x1b[2J", "label.text.control"), ("細", "label.glyph.missing")])
def test_what_cannot_be_drawn_is_refused(text: str, code: str) -> None:
    with pytest.raises(LabelError) as refused:
        render_ledger(a_ledger(lines=(a_ledger_line(prescriber=text),)))
    assert refused.value.code == code


def test_the_same_log_gives_the_same_bytes() -> None:
    assert render_ledger(a_ledger()) == render_ledger(a_ledger())
    assert render_ledger(a_ledger()) != render_ledger(a_ledger(31))
