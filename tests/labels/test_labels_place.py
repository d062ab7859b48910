"""Labels of boxes, racks and tanks as they come out of a printer."""

from __future__ import annotations

import pytest
from label_reading import codes_in, pages_at, text_of

from labels.errors import LabelError
from labels.place import PlaceLabel, render_places
from labels.stock import stock_named

ROLL, SHEET, OUTER = stock_named("roll-33x13"), stock_named("sheet-85"), stock_named("roll-100x60")
BOX = PlaceLabel("S-260003-C", "BOX-A", ("boîte 9×9", "unité de production"))


@pytest.mark.parametrize("stock", [ROLL, SHEET, OUTER])
@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_every_label_of_a_place_can_be_read(stock, dpi: int) -> None:
    labels = [BOX, PlaceLabel("S-260004-A", "RELEASED-2026-LONG01", ("box 10×10", "pharmacy"), demo=True)]
    pages = pages_at(render_places(labels, stock), dpi)
    assert sorted(code for page in pages for code in codes_in(page)) == ["S-260003-C", "S-260004-A"]


@pytest.mark.parametrize("name", ["W" * 20, "WWWWWWWWW-WWWWWWWWWW", "A", "RELEASED-2026-LONG01"])
def test_every_name_that_a_place_may_have_is_printed_whole(name: str) -> None:
    (text,) = text_of(render_places([PlaceLabel("S-260003-C", name, BOX.about, demo=True)], ROLL))
    assert name in "".join(text.replace("\ufffe", "-").split())  # How pdfium tells a dash at the end of a line.


def test_it_says_the_name_the_code_and_what_it_is_in_words() -> None:
    (text,) = text_of(render_places([BOX], ROLL))
    for words in ("BOX-A", "S-260003-C", "boîte 9×9", "unité de production"):
        assert words in text
    (demo,) = text_of(render_places([PlaceLabel("S-260003-C", "BOX-A", (), demo=True)], ROLL))
    assert "DEMO" in demo
    assert "DEMO" not in text


def test_the_same_labels_give_the_same_bytes_and_zpl_holds_no_text_of_ours() -> None:
    assert render_places([BOX], ROLL) == render_places([BOX], ROLL)
    zpl = render_places([BOX], ROLL, form="zpl")
    assert zpl.startswith(b"^XA")
    assert b"BOX-A" not in zpl


@pytest.mark.parametrize(
    ("label", "code"),
    [
        (PlaceLabel("S" * 17, "BOX", ()), "label.code.too_long"),
        (PlaceLabel("S-260003-C", "W" * 80, ()), "label.text.too_long"),
        (PlaceLabel("S-260003-C", "BOX", tuple("line" for _ in range(9))), "label.lines.too_many"),
    ],
)
def test_what_has_no_room_is_refused(label: PlaceLabel, code: str) -> None:
    with pytest.raises(LabelError) as caught:
        render_places([label], ROLL)
    assert caught.value.code == code
