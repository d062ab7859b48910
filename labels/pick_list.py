"""The pick list of a day, A4: which vials for whom, where they stand, and a map of every box to open.

A vial to take is marked by its number in the list *and* by a black cell, never by shade alone. No word is written
here: headings arrive in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from labels.blocks import SMALL_PT, TEXT_PT, VALUE_PT, Closing, Masthead, grid, heading
from labels.canvas import WHITE, Placed
from labels.errors import LabelError
from labels.flow import (
    DOT_PT,
    HAIRLINE,
    HAIRLINE_GREY,
    LEADING,
    MUTED,
    RULE,
    SHADE,
    Flow,
    Line,
    bound,
    height_of,
    set_lines,
)
from labels.qr import QUIET_ZONE, symbol
from labels.typeface import BOLD, CAP_HEIGHT, REGULAR, fitted, typeface

MODULE_DOTS = 4  # 0.34 mm at 300 dpi.
TICK_PT, MARK_PT = 9.0, 11.0
SIGNING_PT = 40.0
LARGEST_CELL_PT, CELL_HEIGHT_PT = 46.0, 20.0
SMALLEST_PT = 4.0


@dataclass(frozen=True, slots=True)
class PickWords:
    """Every fixed word of a pick list."""

    title: str
    day: str
    subject: str
    visit: str
    prescribed: str
    window: str
    vial: str
    lot: str
    position: str
    taken: str
    performed_by: str
    checked_by: str
    name: str
    signed: str
    boxes: str
    custodian: str
    legend: str
    nowhere: str
    demo: str = "DEMO"


@dataclass(frozen=True, slots=True)
class PickVial:
    """A vial to take. `mark` is its number in the list and on the maps; `position` is None when it is not stored."""

    mark: str
    code: str
    lot: str
    number: str
    stock_class: str
    position: str | None


@dataclass(frozen=True, slots=True)
class PickVisit:
    """A visit to serve: whose it is, what was prescribed, and the vials set aside for it."""

    subject: str
    visit: str
    prescribed: str
    window: str
    vials: tuple[PickVial, ...]


@dataclass(frozen=True, slots=True)
class PickBox:
    """A box to open, as rows A … and columns 1 ….

    `take` are the marks by position ("C4"), `others` a letter for each vial that stays. A mark that looks like a
    position would mislead: they are plain numbers.
    """

    path: str
    code: str
    custodian: str
    rows: int
    columns: int
    take: Mapping[str, str]
    others: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PickList:
    """Everything a pick list says."""

    words: PickWords
    day: str
    sponsor: str
    trial: str
    visits: tuple[PickVisit, ...]
    boxes: tuple[PickBox, ...]
    closing: Closing
    demo: bool = False


def render_pick_list(listed: PickList) -> bytes:
    """The list as PDF. Refuses no visits, a missing glyph, a control character, a mark outside its box."""
    if not listed.visits:
        raise LabelError("label.pick_list.empty", day=listed.day)
    words = listed.words
    head = Masthead(
        title=words.title,
        reference_heading=words.day,
        reference=listed.day,
        left=listed.sponsor,
        right=listed.trial,
        running=f"{words.title} · {listed.trial}",
        demo=words.demo if listed.demo else None,
    )
    flow = Flow(head.opening)
    for visit in listed.visits:
        _visit(flow, words, visit)
    for place, box in enumerate(listed.boxes):
        _box(flow, words, box, first=not place)
    listed.closing.close(flow, f"{words.title} {listed.day}")
    return bound(flow.pages, title=f"{words.title} {listed.day}")


def _visit(flow: Flow, words: PickWords, visit: PickVisit) -> None:
    """The visit's head, its vials with their boxes to tick, and room for two signatures."""
    heading(flow, f"{words.subject} {visit.subject} · {words.visit} {visit.visit}", 120)
    grid(flow, [(words.prescribed, visit.prescribed), (words.window, visit.window)], columns=2)
    flow.y += 4
    for vial in visit.vials:
        _vial(flow, words, vial)
    _signing(flow, words)


def _vial(flow: Flow, words: PickWords, vial: PickVial) -> None:
    """One vial: a box to tick, its mark, code, lot, place, and the symbol to scan in the list's margin."""
    drawn = symbol(vial.code)
    side = drawn.size * MODULE_DOTS * DOT_PT
    quiet = QUIET_ZONE * MODULE_DOTS * DOT_PT
    height = side + 2 * quiet
    flow.need(height)
    page, left, right = flow.page, flow.format.left, flow.format.right
    middle = flow.y + height / 2
    baseline = middle + CAP_HEIGHT * MARK_PT / 2
    page.rule(flow.y)
    page.frame(left + 2, middle - TICK_PT / 2, TICK_PT, TICK_PT, grey=0.0)
    page.text(left + 20, baseline, vial.mark, MARK_PT, BOLD)
    page.column(left + 52, middle - 12, [Line(vial.code, VALUE_PT + 0.6, BOLD), Line(words.vial, SMALL_PT, grey=MUTED)])
    about = f"{vial.number} · {vial.stock_class}"
    page.column(
        left + 150,
        middle - 12,
        [Line(f"{words.lot} {vial.lot}", VALUE_PT), *set_lines(about, 120, SMALL_PT, grey=MUTED)],
    )
    x_symbol = right - height
    place = words.nowhere if vial.position is None else vial.position
    lines = [*set_lines(place, x_symbol - left - 282, VALUE_PT, BOLD), Line(words.position, SMALL_PT, grey=MUTED)]
    page.column(left + 276, middle - height_of(lines) / 2, lines)
    x_dots, y_dots = round((x_symbol + quiet) / DOT_PT), round((flow.y + quiet) / DOT_PT)
    page.symbols.append(Placed(drawn, x_dots, y_dots, MODULE_DOTS))
    flow.y += height


def _signing(flow: Flow, words: PickWords) -> None:
    """Room for the person who takes the vials and the one who checks."""
    flow.need(SIGNING_PT + 6)
    width = (flow.format.width - 10) / 2
    for place, role in enumerate((words.performed_by, words.checked_by)):
        x = flow.format.left + place * (width + 10)
        flow.page.frame(x, flow.y + 3, width, SIGNING_PT)
        flow.page.text(x + 6, flow.y + 3 + TEXT_PT + 2, role, TEXT_PT, BOLD)
        y = flow.y + SIGNING_PT - 4
        for start, end, word in ((6.0, 0.48, words.name), (width * 0.52, 0.97, words.signed)):
            flow.page.bar(x + start, y - 7, width * end - start, HAIRLINE, MUTED)
            flow.page.text(x + start, y + 1, word, SMALL_PT - 0.8, grey=MUTED)
    flow.y += SIGNING_PT + 6


def _box(flow: Flow, words: PickWords, box: PickBox, *, first: bool) -> None:
    """The map of one box: its path, its grid, and what the marks mean below the last row."""
    strange = sorted((set(box.take) | set(box.others)) - set(_positions(box)))
    if strange:
        raise LabelError("label.pick_list.position", box=box.path, position=strange[0])
    height = (box.rows + 1) * CELL_HEIGHT_PT
    heading(flow, f"{words.boxes} · {box.path}", height + 2 * TEXT_PT * LEADING)
    flow.lines([Line(f"{box.code} · {words.custodian} {box.custodian} · {len(box.take)} {words.taken}", TEXT_PT)])
    flow.y += 3
    _Map(flow, box).draw()
    flow.y += 4
    if first:
        flow.lines(set_lines(words.legend, flow.format.width, SMALL_PT, grey=MUTED))


def _positions(box: PickBox) -> Iterator[str]:
    for row in range(box.rows):
        yield from (f"{chr(ord('A') + row)}{column}" for column in range(1, box.columns + 1))


class _Map:
    """A box's grid at its place on the page."""

    def __init__(self, flow: Flow, box: PickBox) -> None:
        self._flow, self._box = flow, box
        self._margin = 16.0
        self._cell = min((flow.format.width - self._margin) / box.columns, LARGEST_CELL_PT)
        self._x, self._y = flow.format.left + self._margin, flow.y + 12.0

    def draw(self) -> None:
        """Column numbers, row letters, cells; the flow moves below them."""
        box, page = self._box, self._flow.page
        for column in range(box.columns):
            self._centred(str(column + 1), self._x + column * self._cell, self._y - 12, 12, TEXT_PT, REGULAR, MUTED)
        for row in range(box.rows):
            y = self._y + row * CELL_HEIGHT_PT
            letter = chr(ord("A") + row)
            page.text(self._x - self._margin + 3, y + CELL_HEIGHT_PT / 2 + 3, letter, TEXT_PT, grey=MUTED)
            for column in range(box.columns):
                self._draw_cell(f"{letter}{column + 1}", self._x + column * self._cell, y)
        width, height = box.columns * self._cell, box.rows * CELL_HEIGHT_PT
        for row in range(box.rows + 1):
            page.bar(self._x, self._y + row * CELL_HEIGHT_PT, width, HAIRLINE, HAIRLINE_GREY)
        for column in range(box.columns + 1):
            page.bar(self._x + column * self._cell, self._y, HAIRLINE, height, HAIRLINE_GREY)
        page.bar(self._x, self._y - RULE, width, RULE)
        self._flow.y = self._y + height

    def _draw_cell(self, position: str, x: float, y: float) -> None:
        mark, other = self._box.take.get(position), self._box.others.get(position)
        if mark is not None:
            self._flow.page.bar(x, y, self._cell, CELL_HEIGHT_PT)
            self._centred(mark, x, y, CELL_HEIGHT_PT, MARK_PT, BOLD, WHITE)
        elif other is not None:
            self._flow.page.bar(x, y, self._cell, CELL_HEIGHT_PT, SHADE)
            self._centred(other, x, y, CELL_HEIGHT_PT, SMALL_PT, REGULAR, MUTED)

    def _centred(self, text: str, x: float, y: float, height: float, largest: float, face: str, grey: float) -> None:
        size = fitted(face, text, self._cell - 1, largest, SMALLEST_PT)
        left = x + (self._cell - typeface(face).width(text, size)) / 2
        self._flow.page.text(left, y + (height + CAP_HEIGHT * size) / 2, text, size, face, grey=grey)
