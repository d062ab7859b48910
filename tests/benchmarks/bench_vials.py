"""A list of 100,000 vials: from a key to its paint, against a bare list in memory and against Textual's own table.

Run `PYTHONPATH=. python tests/benchmarks/bench_vials.py [bank.db]`: the bank is built once (some minutes) and used
again. It prints a table and never fails on a time. A key is posted to the app as the driver would post it, thirty a
second as a held key repeats; it is painted when Textual hands the terminal an update in which the cursor has moved
and every line that is seen has come from the store. The update is rendered to the terminal's own characters too.
Unreachable objects are looked for as in the terminal UI, for the floor and the naive way too.
The floor is a bare list of drawn lines in memory; the naive way is `DataTable` with a row a vial.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.segment import Segment
from textual import events
from textual._compositor import CompositorUpdate
from textual.app import App, ComposeResult
from textual.geometry import Size
from textual.pilot import Pilot
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import DataTable, Input

import tui
from cellbank.bank import Bank
from cellbank.domain.vial import VialFilter
from cellbank.passwords import cheap
from cellbank.views import vial_pages
from cellbank.wording import Wording
from tests import banks, journey
from tests.banks import PASSWORD
from tests.journey import Kept, opened
from tests.many_vials import stock_lots
from tui.app import gc_tuning
from tui.app.app import CellbankApp
from tui.screens.vials import VialsScreen
from tui.widgets.paged_table import PagedTable

LOTS, VIALS = 20, 5000
SIZES = ((80, 24), (160, 50))
REPEAT = 1 / 30
"""Seconds between the keys of a key held down."""
WAYS = (("down", "down", 240), ("page down", "pagedown", 240), ("up", "up", 120), ("page up", "pageup", 120))
JUMPS = 24
ENDS = ("end", "home")
LIMIT_MS = 16.0


class Watch(App[None]):
    """An app that tells when it has painted, the update rendered as the driver renders it."""

    waits: Callable[[], bool] | None = None
    painted: asyncio.Future[float]

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if isinstance(renderable, CompositorUpdate):
            renderable.render_segments(self.console)
        super()._display(screen, renderable)
        if renderable is not None and self.waits is not None and self.waits() and not self.painted.done():
            self.painted.set_result(time.perf_counter())


class Product(Watch, CellbankApp):
    """The terminal UI itself."""

    CSS_PATH = Path(tui.__file__).with_name("app") / "cellbank.tcss"


class Bare(ScrollView, can_focus=True):
    """Lines drawn beforehand, and a cursor."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.cursor, self.count = 0, count
        self.virtual_size = Size(1, count)
        self.drawn = [
            Strip([Segment(f"V-260001-{n:04d}-K  dispensable  stored  TANK1/BOX-{n:04d}")]) for n in range(500)
        ]

    def render_line(self, y: int) -> Strip:
        """A line."""
        at = round(self.scroll_y) + y
        strip = self.drawn[at % len(self.drawn)].adjust_cell_length(self.size.width)
        return strip.apply_style(self.rich_style) if at != self.cursor else strip

    def on_key(self, event: events.Key) -> None:
        """Move, and follow."""
        by = {"down": 1, "up": -1, "pagedown": self.size.height, "pageup": -self.size.height}
        to = {"home": -self.count, "end": self.count}
        event.prevent_default().stop()
        moved = self.cursor + (by | to)[event.key]
        self.cursor = max(0, min(self.count - 1, moved))
        top = max(min(round(self.scroll_y), self.cursor), self.cursor - self.size.height + 1)
        self.scroll_to(y=top, animate=False, force=True, immediate=True)
        self.refresh()


class Small(Watch):
    """One widget in an app."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget

    def compose(self) -> ComposeResult:
        """It alone."""
        yield self.widget


async def times(app: Watch, key: str, count: int, cursor: Callable[[], int], whole: Callable[[], bool]) -> list[float]:
    """Milliseconds from each key to its paint, one key every `REPEAT`."""
    found = []
    for _ in range(count):
        before = cursor()
        app.painted = asyncio.get_running_loop().create_future()
        app.waits = lambda before=before: cursor() != before and whole()  # type: ignore[misc]
        start = time.perf_counter()
        app.post_message(events.Key(key, None))
        painted = await asyncio.wait_for(app.painted, 60)
        app.waits = None
        found.append((painted - start) * 1000)
        await asyncio.sleep(max(0.0, REPEAT - (time.perf_counter() - start)))
    return found


async def every_way(
    app: Watch, cursor: Callable[[], int], whole: Callable[[], bool], ends: Sequence[str] = ENDS
) -> dict[str, list[float]]:
    """Every way of moving; the jumps go from one end to the other."""
    found = {name: await times(app, key, count, cursor, whole) for name, key, count in WAYS}
    jumps: list[float] = []
    for _ in range(JUMPS // 2):
        for key in ends:
            jumps += await times(app, key, 1, cursor, whole)
    return found | {"end, home": jumps}


def seen_whole(pages: PagedTable) -> bool:
    """Whether every line of the window has come from the store."""
    top = round(pages.scroll_y)
    return all(pages._row(at) is not None for at in range(top, min(top + pages._height, pages.total)))


async def product(bank: Bank, size: tuple[int, int]) -> dict[str, list[float]]:
    """The list of the terminal UI."""
    app = Product(bank, Wording("en", bank.zone))
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        await signed_in(app, pilot)
        screen = VialsScreen()
        await app.push_screen(screen)
        while screen.seen is None or screen.query_one(PagedTable).line is None:
            await pilot.pause(0.05)
        pages = screen.query_one(PagedTable)
        return await every_way(app, lambda: pages.cursor, lambda: seen_whole(pages))


async def signed_in(app: CellbankApp, pilot: Pilot[None]) -> None:
    """A technician."""
    await pilot.pause()
    for name, typed in (("#name", "technician"), ("#password", PASSWORD)):
        app.screen.query_one(name, Input).value = typed
    app.screen.query_one("#password", Input).focus()
    await pilot.press("enter")
    while app.actor is None:
        await pilot.pause(0.05)


async def floor(count: int, size: tuple[int, int]) -> dict[str, list[float]]:
    """A bare list."""
    bare = Bare(count)
    app = Small(bare)
    async with app.run_test(size=size) as pilot:
        bare.focus()
        await pilot.pause()
        return await every_way(app, lambda: bare.cursor, lambda: True)


async def naive(bank: Bank, size: tuple[int, int]) -> tuple[float, dict[str, list[float]]]:
    """Textual's table with every vial in it, and the seconds it takes to fill it."""
    start = time.perf_counter()
    table: DataTable[str] = DataTable(cursor_type="row")
    app = Small(table)
    async with app.run_test(size=size) as pilot:
        for name in ("Code", "Class", "Status", "Position"):
            table.add_column(name)
        with bank.read() as reading:
            index = vial_pages.vial_index(reading, VialFilter())
            for number in range(index.pages):
                for one in vial_pages.vial_page(reading, index, number):
                    table.add_row(one.code, one.stock_class.value, one.status.value, one.position or "–", key=one.code)
        table.focus()
        await pilot.pause()
        took = time.perf_counter() - start
        return took, await every_way(app, lambda: table.cursor_row, lambda: True, [f"ctrl+{key}" for key in ENDS])


def percentile(found: Sequence[float], percent: int) -> float:
    """The smallest time that so many percent of the times do not exceed."""
    ordered = sorted(found)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def report(name: str, found: dict[str, list[float]], beneath: dict[str, list[float]] | None) -> None:
    """A line a way: p50, p95, the worst, and how many times the floor's p95."""
    for way, taken in found.items():
        p95 = percentile(taken, 95)
        ratio = "" if beneath is None else f"{p95 / percentile(beneath[way], 95):9.1f}"
        mark = "" if beneath is None else ("  ok" if p95 <= LIMIT_MS else f"  over {LIMIT_MS:.0f} ms")
        print(  # noqa: T201
            f"{name:26}{way:12}{percentile(taken, 50):8.1f}{p95:8.1f}{max(taken):8.1f}{ratio}{mark}"
        )


def built(place: Path) -> None:
    """The bank, made once."""
    if place.exists():
        return
    start = time.perf_counter()
    kept = Kept(str(place), banks.furnish(str(place)), banks.START, {})
    with opened(kept.place, kept) as scene:
        for station in (journey.begin, journey.make_bank):
            station(scene)
        stock_lots(scene, LOTS, VIALS)
    print(f"built {LOTS * VIALS} vials in {time.perf_counter() - start:.0f} s: {place}")  # noqa: T201


async def measure(place: Path) -> None:
    """Everything in one run."""
    gc_tuning.tune()
    with Bank.open(str(place), hasher=cheap()) as bank:
        with bank.read() as reading:
            total = vial_pages.vial_index(reading, VialFilter()).total
        print(f"{total} vials, key to paint, ms{'p50':>19}{'p95':>8}{'worst':>8}  × floor")  # noqa: T201
        for size in SIZES:
            lowest = await floor(total, size)
            shape = f"{size[0]} × {size[1]}"
            report(f"floor {shape}", lowest, None)
            report(f"product {shape}", await product(bank, size), lowest)
        took, found = await naive(bank, SIZES[0])
        report("DataTable 80 × 24", found, None)
        print(f"DataTable filled in {took:.1f} s")  # noqa: T201


def main() -> None:
    """Build when there is nothing, then measure."""
    place = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.gettempdir())
    place = place / "cellbank-many-vials.db" if place.is_dir() else place
    built(place)
    asyncio.run(measure(place))


if __name__ == "__main__":
    main()
