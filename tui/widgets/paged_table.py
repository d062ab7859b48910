"""A table of as many lines as there are: pages come from the store as they are needed, only a few are kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from rich.cells import set_cell_size
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from cellbank.errors import CellbankError
from tui.text.markup_safe import stripped
from tui.work.threads import ThreadRunner

KEPT = 12
"""Pages kept in memory: those that Home and End show, and those nearest to the cursor."""
AHEAD = 2
"""Pages fetched on either side of what is seen, so that holding a key down never waits for the store."""
DRAWN = 1024
"""Lines kept as they were drawn, by what they say: most of what is painted has been painted before."""
GAP = 2


@dataclass(frozen=True)
class Heading:
    """A column: its words, its characters (the last one has what is left), how wide the table must be to show it."""

    words: str
    width: int
    above: int = 0


@dataclass(frozen=True)
class Row:
    """One line: the code of the thing, its cells, and the thing as its view has it."""

    key: str
    cells: tuple[str, ...]
    thing: object = None


Page = Sequence[Row]


class PagedTable(ScrollView, ThreadRunner, can_focus=True):
    """Headings, and beneath them a window on all lines with a cursor. `RowSelected.key` is the code chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "tui.key.open"),
        Binding("up", "by(-1)", show=False),
        Binding("down", "by(1)", show=False),
        Binding("pageup", "by_screen(-1)", "tui.key.leaf", show=False),
        Binding("pagedown", "by_screen(1)", show=False),
        Binding("home,ctrl+home", "to(0)", show=False),
        Binding("end,ctrl+end", "to(-1)", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "paged-table--header",
        "paged-table--line",
        "paged-table--cursor",
        "paged-table--waiting",
    }
    cursor: reactive[int] = reactive(0, init=False, repaint=False)

    class RowSelected(Message):
        """Enter, or a click on the line under the cursor."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class Unreadable(Message):
        """A page could not be read."""

        def __init__(self, error: CellbankError) -> None:
            super().__init__()
            self.error = error

    def __init__(self, headings: Sequence[Heading], size: int, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._headings = headings
        self._page_size = size
        self._fetch: Callable[[int], Page] | None = None
        self._pages: dict[int, Page] = {}
        self._wanted: list[int] = []
        self._fetching = False
        self._reading = 0
        self._drawn: LRUCache[tuple[tuple[str, ...], int], Strip] = LRUCache(DRAWN)
        self._headed = tuple(heading.words for heading in headings)
        self._waiting = ("…",) * len(headings)
        self.total = 0

    # What is shown.

    def renew(self, total: int, pages: Mapping[int, Page], fetch: Callable[[int], Page], row: int | None) -> None:
        """Another reading: so many lines, these pages of them, where to fetch others, the cursor's line in it."""
        self.total, self._fetch, self._reading = total, fetch, self._reading + 1
        self._pages, self._wanted = dict(pages), []
        self.virtual_size = Size(1, total + 1)  # The headings take a line of the window.
        offset = self.cursor - round(self.scroll_y)
        self.cursor = max(0, min(self.cursor if row is None else row, total - 1))
        if row is not None:
            self.scroll_to(y=max(0, self.cursor - offset), animate=False, force=True, immediate=True)
        self._follow()
        self.refresh()

    @property
    def around(self) -> range:
        """The pages that are seen now, and those next to them."""
        top = round(self.scroll_y) // self._page_size
        return range(max(0, top - 1), top + self._height // self._page_size + 2)

    @property
    def ends(self) -> set[int]:
        """The pages that Home and End show: read ahead and kept, so that neither waits for the store."""
        first, last = range(self._height), range(max(0, self.total - self._height), self.total)
        return {row // self._page_size for row in (*first, *last) if row < self.total}

    @property
    def line(self) -> Row | None:
        """The line under the cursor, once it is known."""
        return self._row(self.cursor)

    @property
    def chosen(self) -> str | None:
        """The code of the line under the cursor."""
        return None if self.line is None else self.line.key

    def _row(self, at: int) -> Row | None:
        page = self._pages.get(at // self._page_size, ())
        return page[at % self._page_size] if at < self.total and at % self._page_size < len(page) else None

    @property
    def _height(self) -> int:
        """Lines beneath the headings."""
        return max(1, self.scrollable_content_region.height - 1)

    def render_line(self, y: int) -> Strip:
        """The headings, or one line of the window."""
        width = self.scrollable_content_region.width
        at = round(self.scroll_y) + y - 1
        row = self._row(at) if y else None
        if y and at >= self.total:
            strip, kind = Strip.blank(width), "line"
        elif y == 0:
            strip, kind = self._strip(self._headed, width), "header"
        else:
            strip = self._strip(self._waiting if row is None else row.cells, width)
            kind = "cursor" if at == self.cursor else "waiting" if row is None else "line"
        return strip.apply_style(self.get_component_rich_style(f"paged-table--{kind}"))

    def _strip(self, cells: tuple[str, ...], width: int) -> Strip:
        drawn = self._drawn.get((cells, width))
        if drawn is None:
            drawn = self._drawn[cells, width] = self._draw(cells, width)
        return drawn

    def _draw(self, cells: Sequence[str], width: int) -> Strip:
        shown = [(text, one.width) for text, one in zip(cells, self._headings, strict=True) if one.above <= width]
        parts = [_fitted(text, room) + " " * GAP for text, room in shown[:-1]]
        rest = width - sum(room + GAP for _, room in shown[:-1])
        return Strip([Segment("".join([*parts, _fitted(shown[-1][0], max(1, rest))]))], width)

    # Moving.

    def action_by(self, lines: int) -> None:
        """Move the cursor so many lines up or down."""
        self._go(self.cursor + lines)

    def action_by_screen(self, screens: int) -> None:
        """A screenful up or down; the window goes with it."""
        lines = screens * (self._height - 1)
        self.scroll_to(y=self.scroll_y + lines, animate=False, force=True, immediate=True)
        self._go(self.cursor + lines)

    def action_to(self, row: int) -> None:
        """Move the cursor to the first line, or to the last."""
        self._go(row if row >= 0 else self.total + row)

    def action_select(self) -> None:
        """Open what the cursor is on."""
        if self.chosen is not None:
            self.post_message(self.RowSelected(self.chosen))

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there; another one opens."""
        at = round(self.scroll_y) + event.y - 1
        if event.y < 1 or at >= self.total:
            return
        if at == self.cursor:
            self.action_select()
        else:
            self._go(at)

    def _go(self, row: int) -> None:
        if self.total:
            self.cursor = max(0, min(row, self.total - 1))
            self._follow()

    def watch_cursor(self, before: int, now: int) -> None:
        """Draw the line that the cursor left and the line that it reached again, no other."""
        top = round(self.scroll_y)
        for row in (before, now):
            self.refresh(Region(0, row - top + 1, self.size.width, 1))

    def _follow(self) -> None:
        """Keep the cursor in the window, and the pages about it at hand."""
        top = round(self.scroll_y)
        wanted = min(max(top, self.cursor - self._height + 1), self.cursor)
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, force=True, immediate=True)
        self._want()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Fetch the pages that the moved window shows."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self._want()

    # Fetching.

    def _want(self) -> None:
        """Ask for the pages that are seen, then for their neighbours, at last for both ends."""
        seen = self.around
        last = max(0, self.total - 1) // self._page_size
        near = range(max(0, seen.start - AHEAD + 1), min(last, seen.stop + AHEAD - 2) + 1)
        middle = (round(self.scroll_y) + self._height // 2) / self._page_size - 0.5
        asked = {*near, *self.ends} - self._pages.keys()
        self._wanted = sorted(asked, key=lambda n: abs(n - middle), reverse=True)
        if self._wanted and not self._fetching and self._fetch is not None and self.is_attached:
            self._fetching = True
            if self._seen_whole:
                self.call_after_refresh(self._begin)  # What is read ahead must not delay the paint of what is here.
            else:
                self._begin()

    @property
    def _seen_whole(self) -> bool:
        """Whether every line of the window is in memory."""
        top = round(self.scroll_y)
        return all(row // self._page_size in self._pages for row in range(top, min(top + self._height, self.total)))

    def _begin(self) -> None:
        """Fetch the page wanted most; the next one when it is there."""
        self._fetching = bool(self._wanted) and self._fetch is not None
        if self._wanted and self._fetch is not None:
            number = self._wanted.pop()
            fetched = partial(self._fetched, number, self._reading)
            self.in_thread(partial(self._fetch, number), fetched, failed=self._unreadable, group="pages")

    def _fetched(self, number: int, reading: int, rows: Page) -> None:
        if reading == self._reading:
            self._keep(number, rows)
        self._begin()

    def _unreadable(self, error: CellbankError) -> None:
        self._fetching = False
        self.post_message(self.Unreadable(error))

    def _keep(self, number: int, rows: Page) -> None:
        self._pages[number] = rows
        here, ends = self.cursor // self._page_size, self.ends
        for far in sorted(self._pages, key=lambda n: (n not in ends, abs(n - here)))[KEPT:]:
            del self._pages[far]
        top = round(self.scroll_y)
        first, last = number * self._page_size, (number + 1) * self._page_size
        if first < top + self._height and last > top:
            self.refresh()


def _fitted(text: str, width: int) -> str:
    """A cell as text of just this width, its end cut with an ellipsis."""
    shown = stripped(text)
    cut = set_cell_size(shown, width)
    return cut if cut.rstrip() == shown.rstrip() else f"{set_cell_size(shown, width - 1)}…"
