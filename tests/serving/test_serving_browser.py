"""In a real browser: sign in, open a lot, see its label; nothing but this server is ever asked."""

import hashlib
from pathlib import Path

import pytest
import zxingcpp

from cellbank.views import vial
from tests.banks import PASSWORD
from tests.journey import Scene, vials_of
from tests.serving.chromium import Page, page
from tests.serving.served import Served, serving
from tests.tui.test_tui_release import an_untested_lot

pytestmark = pytest.mark.chromium


async def sign_in(screen: Page, served: Served, name: str, desk: str) -> None:
    """From the address to the desk of a role."""
    await screen.go(served.url)
    await screen.sees("Password", "Enter")
    await screen.type(name)
    await screen.press("enter")
    await screen.type(PASSWORD)
    await screen.press("enter")
    await screen.sees(desk)


async def test_qa_signs_in_opens_a_lot_and_asks_nobody_but_this_server(
    ready: Scene, browser: str, tmp_path: Path
) -> None:
    with serving(ready.bank.place, tmp_path) as served:
        async with page(browser) as screen:
            await sign_in(screen, served, "qa", "Quality")
            await screen.type(ready["lot"])
            await screen.press("enter")
            await screen.sees(f"Lot {ready['lot']}", "Donor eligible")
            asked = screen.asked()
            own = (f"{served.url}/", served.url.replace("http", "ws") + "/ws")
            assert len(asked) >= 6, "page, two styles, two scripts, fonts, the session"
            assert [url for url in asked if not url.startswith(own)] == []
            assert [said for said in screen.complaints() if "software WebGL" not in said] == []


async def test_the_label_on_the_screen_scans_and_printed_it_is_downloaded_as_it_is_recorded(
    banked: Scene, browser: str, tmp_path: Path
) -> None:
    number = an_untested_lot(banked)
    code = vials_of(banked, number)[0]
    folder = tmp_path / "downloads"
    folder.mkdir()
    with serving(banked.bank.place, tmp_path) as served:
        async with page(browser) as screen:
            await screen.downloads(folder)
            await sign_in(screen, served, "technician", "Bench")
            await screen.type(number)
            await screen.press("enter")
            await screen.sees(f"Lot {number}")
            await screen.press("f8")
            await screen.sees(code, "█", f"{number}-1.pdf", "without a label (4)")
            assert [found.text for found in zxingcpp.read_barcodes(await screen.picture())] == [code]
            await screen.press("f8")
            assert await screen.downloaded() == f"{number}-1.pdf"
            await screen.sees("labels written: 4")
    [run] = banked.read(vial.prints, number)
    [file] = folder.iterdir()
    assert hashlib.sha256(file.read_bytes()).hexdigest() == run.sha256


async def test_the_page_says_why_a_session_ended_begins_another_and_asks_before_it_is_left(
    furnished: Path, browser: str, tmp_path: Path
) -> None:
    with serving(furnished, tmp_path, "--sessions", "1") as served:
        async with page(browser) as screen, page(browser) as other:
            await screen.go(served.url)
            await screen.sees("Password")
            await other.go(served.url)
            await other.until("document.body.matches('.-closed')")
            assert "Every session is in use." in await other.evaluate("document.body.innerText")
            await screen.press("ctrl+q")
            await screen.until("document.body.matches('.-closed')")
            said = await screen.evaluate("document.body.innerText")
            assert said.split("\n")[0] == "The session has ended.", "and nothing of what stood on the screen"
            async with screen.loading():
                await screen.press("enter")  # The button has the keyboard.
            await screen.sees("Password")
            await screen.type("q")
            assert await screen.asks_before("about:blank") == "beforeunload"
            await screen.sees("Password")
            served.stop()
            await screen.until("document.body.matches('.-closed')")
            assert "The server was stopped." in await screen.evaluate("document.body.innerText")
