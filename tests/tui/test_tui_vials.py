"""Every vial in one list: a window on the store that shows each row once and in order, wherever it is."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from cellbank.domain.vial import StockClass, VialFilter, VialStatus
from cellbank.errors import WrongInput
from cellbank.services import storage
from cellbank.services.vial import discard_vials
from cellbank.views import vial, vial_pages
from cellbank.wording import Wording
from tests.journey import Scene, Stages, opened, vials_of
from tests.many_vials import LOTS, VIALS, stock_lots
from tests.tui.hands import PATIENCE, Hands, at_the_desk
from tui.screens.record import RecordScreen
from tui.screens.vials import VialsScreen
from tui.text.vial_words import vials_meant
from tui.widgets.paged_table import KEPT, PagedTable

RETAINED = LOTS * VIALS // 10


@pytest.fixture
def hall(stages: Stages, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    """A bank with a released master bank, and three lots of seven hundred stored vials."""
    with stages.copied("hall", "sqlite", tmp_path, request) as kept, opened(kept.place, kept) as scene:
        yield scene


def in_order(scene: Scene, **only: object) -> list[str]:
    """The codes of all vials, by lot and number, that have these values."""
    lines = scene.read(vial.vials)
    return [one.code for one in lines if all(getattr(one, name) == value for name, value in only.items())]


async def the_list(hands: Hands) -> PagedTable:
    await hands.press("ctrl+p")
    await hands.type("vials", "enter")
    await hands.at(VialsScreen)
    return hands.app.screen.query_one(PagedTable)


def shown(hands: Hands) -> list[str]:
    """The codes that stand on the screen, from top to bottom."""
    words = [line.split()[0] for line in hands.text().split("\n") if line.strip()]
    return [word for word in words if word.startswith("V-")]


def waiting(hands: Hands) -> bool:
    """Whether a line that is seen has not come from the store yet."""
    return any(line.split()[:1] == ["…"] for line in hands.text().split("\n"))


def test_every_page_follows_the_one_before_and_every_vial_is_in_one(hall: Scene) -> None:
    for which, only in (
        (VialFilter(), {}),
        (VialFilter(stock_class=StockClass.RETAINED), {"stock_class": StockClass.RETAINED}),
        (VialFilter(status=VialStatus.STORED), {"status": VialStatus.STORED}),
        (VialFilter(lot=hall["master"]), {"lot": hall["master"]}),
        (VialFilter(status=VialStatus.BROKEN), {"status": VialStatus.BROKEN}),
    ):
        index = hall.read(vial_pages.vial_index, which)
        pages = [hall.read(vial_pages.vial_page, index, number) for number in range(index.pages)]
        codes = [one.code for page in pages for one in page]
        assert codes == in_order(hall, **only)
        assert index.total == len(codes)
        assert all(len(page) == vial_pages.PAGE for page in pages[:-1])
        for row in range(0, len(codes), 377):
            assert hall.read(vial_pages.row_of, index, codes[row]) == row
    assert hall.read(vial_pages.vial_page, index, -1) == hall.read(vial_pages.vial_page, index, 0) == ()


async def test_the_list_reaches_every_vial_once_and_keeps_few_of_them(hall: Scene) -> None:
    codes = in_order(hall)
    async with at_the_desk(hall.bank, "technician", size=(80, 24)) as hands:
        pages = await the_list(hands)
        seen: list[str] = []
        while len(seen) < len(codes):
            await hands.until(lambda: not waiting(hands), "the page")
            window = shown(hands)
            start = codes.index(window[0])
            assert window == codes[start : start + len(window)]
            assert start <= len(seen)
            seen.extend(window[len(seen) - start :])
            if len(seen) < len(codes):
                await hands.press("pagedown")
                await hands.until(lambda before=window: shown(hands) != before, "the next window")
        assert seen == codes
        assert len(pages._pages) <= KEPT < len(codes) / vial_pages.PAGE
        await hands.press("home")
        await hands.until(lambda: pages.chosen == codes[0], "the first")
        await hands.press("end")
        await hands.until(lambda: pages.chosen == codes[-1], "the last")


async def test_typing_narrows_the_list_and_a_scan_goes_to_its_vial(hall: Scene) -> None:
    numbers = [hall[f"hall {at}"] for at in range(LOTS)]
    async with at_the_desk(hall.bank, "technician", size=(80, 24)) as hands:
        pages = await the_list(hands)
        far = vials_of(hall, numbers[1])[600]
        await hands.scan(far)
        await hands.until(lambda: pages.chosen == far, "the vial")
        await hands.scan("retained")
        await hands.sees(f"retained  {RETAINED + 1}")
        await hands.scan(f"retained {numbers[1]}")
        await hands.sees(numbers[1], f"{VIALS // 10} · type")
        await hands.scan("st")
        await hands.sees("REFUSED", "stored, stability")
        await hands.scan(numbers[2])
        await hands.sees("700 · type")
        await hands.press("f6")
        await hands.sees("2\N{NARROW NO-BREAK SPACE}105 · type")
        await hands.scan(far)
        await hands.until(lambda: pages.chosen == far, "the vial again")
        await hands.press("enter")
        await hands.until(lambda: isinstance(hands.app.screen, RecordScreen), "its record")


async def test_the_cursor_stays_on_its_vial_when_the_bank_changes_before_it(banked: Scene) -> None:
    stock_lots(banked, 2, 300)
    codes = in_order(banked, status=VialStatus.STORED)
    async with at_the_desk(banked.bank, "technician", size=(80, 24)) as hands:
        pages = await the_list(hands)
        await hands.scan("stored")
        await hands.sees("600 · type")
        await hands.scan(codes[250])
        await hands.until(lambda: pages.chosen == codes[250], "the vial")
        await hands.scan("stored")
        await hands.until(lambda: pages.total == 600 and pages.cursor == 250, "its row among the stored")
        banked.act("technician", discard_vials, codes[10:14], "broken", "Dropped the cane")
        await hands.until(lambda: pages.total == 596, "the new count")
        assert (pages.chosen, pages.cursor) == (codes[250], 246)
        assert codes[250] in shown(hands)
        place = "HALL/BOX-900"
        banked.act("technician", storage.add_place, place, None, "2x2")
        banked.act("technician", storage.place_vial, codes[250], place)
        await hands.sees(f"{place}/A1")


async def read_ahead(hands: Hands, pages: PagedTable) -> None:
    """Wait until all that is read ahead is here."""
    await hands.until(lambda: pages.ends <= pages._pages.keys() and not pages._fetching, "both ends")


async def test_end_and_home_are_shown_while_the_store_does_not_answer(
    hall: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = in_order(hall)
    answers, read = Event(), vial_pages.vial_page

    def read_when_it_answers(*given: object) -> object:
        assert answers.wait(PATIENCE)
        return read(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(vial_pages, "vial_page", read_when_it_answers)
    answers.set()
    try:
        async with at_the_desk(hall.bank, "technician", size=(80, 24)) as hands:
            pages = await the_list(hands)
            await read_ahead(hands, pages)
            answers.clear()
            await hands.press("end")
            await hands.until(lambda: shown(hands)[-1:] == codes[-1:] and not waiting(hands), "the last")
            await hands.press("home")
            await hands.until(lambda: shown(hands)[:1] == codes[:1] and not waiting(hands), "the first")
            await hands.press("end", *["pageup"] * 12)
            await hands.until(lambda: waiting(hands), "lines that the store has not given")
            answers.set()
            await hands.until(lambda: not waiting(hands), "them")
    finally:
        answers.set()


async def test_what_was_read_ahead_is_not_shown_once_the_bank_has_changed(hall: Scene) -> None:
    codes = in_order(hall)
    async with at_the_desk(hall.bank, "technician", size=(80, 24)) as hands:
        pages = await the_list(hands)
        await read_ahead(hands, pages)
        number = hall.act("technician", discard_vials, codes[-1:], "broken", "Dropped the cane").number
        screen = hands.app.screen
        assert isinstance(screen, VialsScreen)
        await hands.until(lambda: screen._head_read >= number, "the list read again")
        await hands.press("end")
        await hands.until(lambda: not waiting(hands), "the last")
        [last] = [line for line in hands.text().split("\n") if line.strip().startswith(codes[-1])]
        assert "broken" in last


async def test_a_narrower_list_has_ends_of_its_own(hall: Scene) -> None:
    numbers = [hall[f"hall {at}"] for at in range(LOTS)]
    only = in_order(hall, lot=numbers[1])
    async with at_the_desk(hall.bank, "technician", size=(80, 24)) as hands:
        pages = await the_list(hands)
        await read_ahead(hands, pages)
        await hands.scan(numbers[1])
        await hands.sees("700 · type")
        await read_ahead(hands, pages)
        assert {row.key for page in pages._pages.values() for row in page} <= {*only}
        await hands.press("end")
        await hands.until(lambda: shown(hands)[-1:] == only[-1:], "the last of this lot")


@pytest.mark.parametrize(
    ("text", "language", "meant"),
    [
        ("stored", "en", VialFilter(status=VialStatus.STORED)),
        ("stock", "fr", VialFilter(status=VialStatus.STORED)),
        ("retained Stored l-260001-e", "en", VialFilter("L-260001-E", VialStatus.STORED, StockClass.RETAINED)),
        ("consumed_in_dose", "fr", VialFilter(status=VialStatus.CONSUMED_IN_DOSE)),
        ("V-260001-001-K", "en", None),
        ("L-260001-E", "en", None),
        ("nonsense", "en", None),
    ],
)
def test_the_words_of_the_list_are_understood(text: str, language: str, meant: VialFilter | None) -> None:
    assert vials_meant(text, Wording("en" if language == "en" else "fr")) == meant


def test_words_that_could_be_several_are_refused() -> None:
    with pytest.raises(WrongInput):
        vials_meant("consumed", Wording("en"))
