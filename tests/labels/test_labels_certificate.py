"""Certificates of analysis: everything said is on the paper, on every page that must say it."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import pytest
from label_reading import CHAIN_HASH, HEADINGS, a_certificate, a_row, codes_in, pages_at, text_of

from labels.blocks import Signature
from labels.certificate import render_certificate
from labels.errors import LabelError


def all_text(**changes: object) -> str:
    return " ".join(" ".join(text_of(render_certificate(a_certificate(**changes)))).split())


def test_every_field_of_a_certificate_of_three_pages_is_on_it() -> None:
    rows = (
        *(a_row(number) for number in range(1, 60)),
        a_row(60, test="Endotoxines", result="< 0,05", criterion="< 4", unit="UI/mL", corrected=True),
        a_row(61, test="Activité T", result="18", outcome="non conforme", conforms=False, illustrative=True),
    )
    certificate = a_certificate(rows=rows, notes=("Première note.", "Seconde note."), particulars=(("Passage", "P3"),))
    pages = text_of(render_certificate(certificate))
    assert len(pages) == 3
    text = " ".join(" ".join(pages).split())
    for field in dataclasses.fields(certificate):
        value = getattr(certificate, field.name)
        if isinstance(value, str) and field.name != "chain_hash":
            assert value in text, field.name
    for row in rows:
        assert f"{row.test} " in text
    for wanted in ("< 0,05 ‡", "≥ 80 †", "non conforme", "Première note.", "Seconde note.", "P3", "12345"):
        assert wanted in text
    for signature in certificate.signatures:
        for value in dataclasses.astuple(signature):
            assert value in text
    assert " ".join(CHAIN_HASH[start : start + 8] for start in range(0, 64, 8)) in text


def test_every_page_says_which_it_is_of_how_many_and_which_lot() -> None:
    pages = text_of(render_certificate(a_certificate(60)))
    assert len(pages) == 3
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} sur 3" in text
        assert "L-25A01-7" in text
        assert CHAIN_HASH[:16] in text


def test_the_head_of_the_table_stands_on_every_page_that_has_rows() -> None:
    pages = text_of(render_certificate(a_certificate(60)))
    with_rows = [text for text in pages if "Viabilité" in text]
    assert len(with_rows) == 3
    assert all("Méthode" in text and "Laboratoire" in text for text in with_rows)


def test_every_row_stands_once_and_in_order() -> None:
    text = " ".join(" ".join(text_of(render_certificate(a_certificate(60)))).split())
    places = [text.index(f"Viabilité {number} ") for number in range(1, 61)]
    assert places == sorted(places)
    assert text.count("Viabilité ") == 60


def test_an_ordinary_certificate_is_one_page() -> None:
    assert len(text_of(render_certificate(a_certificate(8)))) == 1


@pytest.mark.parametrize("count", range(20, 60, 3))
def test_nothing_stands_below_the_foot_or_outside_the_margins(count: int) -> None:
    for page in pages_at(render_certificate(a_certificate(count, notes=("Une note. " * 30,) * 3)), 72):
        width, height = page.size
        assert page.crop((0, height - 18, width, height)).getextrema() == (255, 255)
        assert page.crop((0, 0, 43, height)).getextrema() == (255, 255)
        assert page.crop((width - 43, 0, width, height)).getextrema() == (255, 255)


def test_the_head_of_the_record_can_be_scanned_from_the_paper() -> None:
    (page,) = pages_at(render_certificate(a_certificate()), 300)
    assert codes_in(page) == [CHAIN_HASH.upper()]


def test_marks_are_explained_only_where_there_is_one() -> None:
    plain = all_text()
    assert "†" not in plain
    assert "‡" not in plain
    assert HEADINGS.illustrative not in plain
    marked = all_text(rows=(a_row(1, illustrative=True), a_row(2, corrected=True)))
    assert f"† {HEADINGS.illustrative}" in marked
    assert f"‡ {HEADINGS.corrected}" in marked


def test_a_demonstration_says_so_on_every_page_and_nothing_else_does() -> None:
    assert all(HEADINGS.demo in text for text in text_of(render_certificate(a_certificate(60, demo=True))))
    assert "DEMO" not in all_text(rows=tuple(a_row(number) for number in range(60)))


def test_what_stands_against_a_lot_is_said_on_the_first_page_and_that_something_does_on_every_page() -> None:
    pages = text_of(render_certificate(a_certificate(60, against=("Le lot est bloqué : cuve tiède.",))))
    assert len(pages) == 3
    assert all(HEADINGS.alarm in text for text in pages)
    assert [HEADINGS.against in text for text in pages] == [True, False, False]
    assert "Le lot est bloqué : cuve tiède." in pages[0]
    nothing = all_text()
    assert HEADINGS.alarm not in nothing
    assert HEADINGS.against not in nothing


def test_a_demonstration_and_an_alarm_stand_apart_at_the_head_of_the_page() -> None:
    both = a_certificate(60, demo=True, against=("Bloqué.",))
    for page, text in zip(pages_at(render_certificate(both), 100), text_of(render_certificate(both)), strict=True):
        assert HEADINGS.demo in text
        assert HEADINGS.alarm in text
        column = [page.getpixel((66, y)) for y in range(110)]
        bars = sum(before > 200 > 100 > after for before, after in pairwise(column))
        assert bars == 3, "two banners and the rule below the sponsor, none touching another"


def test_a_test_that_does_not_conform_stands_white_on_black() -> None:
    def black(conforms: bool) -> int:
        certificate = a_certificate(rows=(a_row(1), a_row(2, conforms=conforms)))
        return sum(pages_at(render_certificate(certificate), 100)[0].histogram()[:30])

    assert black(conforms=False) > black(conforms=True) + 500


def test_long_names_wrap_and_lose_nothing() -> None:
    name = "Activité immunomodulatrice mesurée par inhibition de la prolifération des lymphocytes T"
    product = "Cellules stromales mésenchymateuses du tissu adipeux humain allogéniques cryoconservées"
    text = all_text(rows=(a_row(1, method=name), a_row(2, result="X" * 90)), product=product)
    assert product in text
    assert "X" * 90 in text.replace(" ", "")
    assert all(word in text for word in name.split())


def test_many_signatures_go_on_to_another_page_unbroken() -> None:
    signed = tuple(
        Signature(f"Personne {number}", "Rôle", f"2026-03-24 10:00:{number:02d} +01:00", "Revue")
        for number in range(30)
    )
    pages = text_of(render_certificate(a_certificate(signatures=signed)))
    for number in range(30):
        (page,) = [text for text in pages if f"Personne {number}\r\n" in text or f"Personne {number}\n" in text]
        assert f"10:00:{number:02d}" in page


def test_a_certificate_without_results_is_refused() -> None:
    with pytest.raises(LabelError) as refused:
        render_certificate(a_certificate(0))
    assert refused.value.code == "label.certificate.no_results"


@pytest.mark.parametrize("field", ["product", "lot", "sponsor", "conclusion", "changed"])
@pytest.mark.parametrize(("text", "code"), [("a\x1b[2J", "label.text.control"), ("細", "label.glyph.missing")])
def test_what_cannot_be_drawn_is_refused(field: str, text: str, code: str) -> None:
    with pytest.raises(LabelError) as refused:
        render_certificate(a_certificate(**{field: text}))
    assert refused.value.code == code


def test_a_row_that_no_page_can_hold_is_refused() -> None:
    with pytest.raises(LabelError) as refused:
        render_certificate(a_certificate(rows=(a_row(1, result="long " * 600),)))
    assert refused.value.code == "label.block.too_tall"


def test_markup_in_data_is_only_text() -> None:
    assert '<img src="/etc/passwd"/> & <b>' in all_text(conclusion='<img src="/etc/passwd"/> & <b>')


def test_the_same_certificate_gives_the_same_bytes() -> None:
    assert render_certificate(a_certificate()) == render_certificate(a_certificate())
    assert render_certificate(a_certificate()) != render_certificate(a_certificate(expires_on="2031-04-30"))
