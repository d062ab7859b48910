"""The blocks that certificates and other signed documents are made of. No word of theirs is written here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from labels.canvas import WHITE, Placed
from labels.flow import (
    DOT_PT,
    HAIRLINE,
    LEADING,
    MUTED,
    RULE,
    Flow,
    Line,
    Page,
    height_of,
    set_lines,
)
from labels.qr import QUIET_ZONE, symbol
from labels.typeface import BOLD, CAP_HEIGHT, REGULAR, ellipsized, fitted, typeface

TITLE_PT, REFERENCE_PT, HEADING_PT, VALUE_PT, TEXT_PT, SMALL_PT = 19.0, 14.0, 9.2, 9.0, 8.4, 6.8
SMALLEST_TITLE_PT = 8.0
SECTION_GAP = 12.0
RECORD_MODULE_DOTS = 4  # 0.34 mm at 300 dpi.


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature's manifestation (21 CFR 11.50): printed name, role, date and time with zone, meaning."""

    name: str
    role: str
    signed_at: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Masthead:
    """What stands at the head of a document's pages.

    `reference` (a lot) with its heading stands whole on every page; `left`, `right` and `running` are
    descriptive and may end in an ellipsis. `demo` is the word in the black bar of a demonstration, `alarm` what
    a reader of any single page must not miss, in a bar of its own below it.
    """

    title: str
    reference_heading: str
    reference: str
    left: str
    right: str
    running: str
    demo: str | None = None
    alarm: str | None = None

    def opening(self, page: Page, number: int) -> float:
        """Draw the head of page `number`, whole on the first and one line on the others."""
        top = 20.0
        for words in (self.demo, self.alarm):
            if words is not None:
                top = self._banner(page, words, top)
        top = max(40.0, top + 12)
        return self._first(page, top) if number == 1 else self._following(page, top)

    def _banner(self, page: Page, words: str, top: float) -> float:
        size = fitted(BOLD, words, page.format.width - 16, 10.0, 6.0)
        page.bar(page.format.left, top, page.format.width, 16)
        left = page.format.left + (page.format.width - typeface(BOLD).width(words, size)) / 2
        page.text(left, top + 8 + CAP_HEIGHT * size / 2, words, size, BOLD, grey=WHITE)
        return top + 20

    def _first(self, page: Page, top: float) -> float:
        half = page.format.width / 2 - 8
        page.text(page.format.left, top, ellipsized(BOLD, self.left, half, TEXT_PT), TEXT_PT, BOLD)
        page.text_right(page.format.right, top, ellipsized(REGULAR, self.right, half, TEXT_PT), TEXT_PT, grey=MUTED)
        page.bar(page.format.left, top + 7, page.format.width, 1.8)
        baseline = top + 36
        room = page.format.width * 0.38
        size = fitted(BOLD, self.reference, room, REFERENCE_PT, SMALLEST_TITLE_PT)
        page.text_right(page.format.right, baseline, self.reference, size, BOLD)
        page.text_right(page.format.right, baseline - 16, self.reference_heading, SMALL_PT, grey=MUTED)
        size = fitted(BOLD, self.title, page.format.width - room - 12, TITLE_PT, SMALLEST_TITLE_PT)
        page.text(page.format.left, baseline, self.title, size, BOLD)
        return baseline + 13

    def _following(self, page: Page, top: float) -> float:
        reference = f"{self.reference_heading} {self.reference}"
        page.text_right(page.format.right, top, reference, TEXT_PT, BOLD)
        room = page.format.width - typeface(BOLD).width(reference, TEXT_PT) - 12
        page.text(page.format.left, top, ellipsized(BOLD, self.running, room, TEXT_PT), TEXT_PT, BOLD)
        page.bar(page.format.left, top + 7, page.format.width, RULE)
        return top + 22


def foot(page: Page, left: str, right: str) -> None:
    """The foot of a page: where the record stood, and which page this is."""
    y = page.format.bottom + 18
    page.bar(page.format.left, y, page.format.width, HAIRLINE)
    page.text_right(page.format.right, y + 11, right, SMALL_PT, BOLD)
    page.text(
        page.format.left, y + 11, ellipsized(REGULAR, left, page.format.width * 0.75, SMALL_PT), SMALL_PT, grey=MUTED
    )


def feet(pages: Sequence[Page], left: str, words: str) -> None:
    """The foot of every page; `words` holds the two places `{page}` and `{pages}`."""
    for number, page in enumerate(pages, start=1):
        foot(page, left, words.replace("{page}", str(number)).replace("{pages}", str(len(pages))))


def heading(flow: Flow, text: str, following: float) -> None:
    """A heading that stays together with the `following` points below it."""
    flow.y += 0 if flow.at_top else SECTION_GAP
    line = Line(text, HEADING_PT, BOLD)
    flow.need(height_of([line]) + 4 + following)
    flow.lines([line])
    flow.y += 4


def grid(flow: Flow, pairs: Sequence[tuple[str, str]], *, columns: int = 3) -> None:
    """Headings over their values, a few a row; the first row is bold. Long values wrap."""
    width = flow.format.width / columns
    for start in range(0, len(pairs), columns):
        face = REGULAR if start else BOLD
        cells = [
            [
                *set_lines(name, width - 12, SMALL_PT, grey=MUTED),
                *set_lines(value, width - 12, VALUE_PT, face),
            ]
            for name, value in pairs[start : start + columns]
        ]
        height = max(map(height_of, cells)) + 7
        flow.need(height)
        flow.page.rule(flow.y)
        for column, lines in enumerate(cells):
            flow.page.column(flow.format.left + column * width, flow.y + 3, lines)
        flow.y += height
    flow.page.rule(flow.y)


def statement(flow: Flow, title: str, text: str) -> None:
    """A sentence that stands out: bold, in a frame with a black edge."""
    lines = set_lines(text, flow.format.width - 24, VALUE_PT, BOLD)
    height = height_of(lines) + 11
    heading(flow, title, height)
    flow.page.bar(flow.format.left, flow.y, 3, height)
    flow.page.frame(flow.format.left, flow.y, flow.format.width, height)
    flow.page.column(flow.format.left + 12, flow.y + 4.5, lines)
    flow.y += height


def numbered(flow: Flow, title: str, notes: Sequence[str]) -> None:
    """A numbered list, which may go on over several pages."""
    if not notes:
        return
    heading(flow, title, 2 * TEXT_PT * LEADING)
    for number, note in enumerate(notes, start=1):
        flow.need(TEXT_PT * LEADING)
        flow.page.text(flow.format.left, flow.y + TEXT_PT, f"{number}.", TEXT_PT)
        flow.lines(set_lines(note, flow.format.width - 16, TEXT_PT), indent=16.0)
        flow.y += 1.5


def signatures(flow: Flow, title: str, signed: Sequence[Signature]) -> None:
    """Two cards a row: the meaning, then name, role and moment. A card is never broken."""
    width = (flow.format.width - 10) / 2
    cards = [_card(signature, width - 18) for signature in signed]
    for start in range(0, len(cards), 2):
        pair = cards[start : start + 2]
        height = max(map(height_of, pair)) + 11
        if start:
            flow.y += 8
            flow.need(height)
        else:
            heading(flow, title, height)
        for column, card in enumerate(pair):
            x = flow.format.left + column * (width + 10)
            flow.page.frame(x, flow.y, width, height)
            flow.page.column(x + 9, flow.y + 4.5, card)
        flow.y += height


def _card(signature: Signature, width: float) -> list[Line]:
    return [
        *set_lines(signature.meaning, width, TEXT_PT, grey=MUTED),
        *set_lines(signature.name, width, VALUE_PT + 0.6, BOLD),
        *set_lines(signature.role, width, TEXT_PT),
        *set_lines(signature.signed_at, width, TEXT_PT),
    ]


def record_head(flow: Flow, title: str, *, entry: str, hash_name: str, chain_hash: str, changed: str) -> None:
    """Where the record stood when this was printed: its head as a symbol and as text, and what was changed.

    The symbol holds the hash in upper case, so that a scan of the paper can be compared with the record.
    """
    drawn = symbol(chain_hash.upper())
    side = drawn.size * RECORD_MODULE_DOTS * DOT_PT
    quiet = QUIET_ZONE * RECORD_MODULE_DOTS * DOT_PT
    x = flow.format.left + side + 2 * quiet
    room = flow.format.right - x - 8
    grouped = " ".join(chain_hash[start : start + 8] for start in range(0, len(chain_hash), 8))
    lines = [
        Line(entry, TEXT_PT, BOLD),
        *set_lines(hash_name, room, SMALL_PT, grey=MUTED),
        *set_lines(grouped, room, TEXT_PT),
        *set_lines(changed, room, TEXT_PT),
    ]
    height = max(side + 2 * quiet, height_of(lines) + 10)
    heading(flow, title, height)
    flow.page.frame(flow.format.left, flow.y, flow.format.width, height)
    x_dots, y_dots = round((flow.format.left + quiet) / DOT_PT), round((flow.y + (height - side) / 2) / DOT_PT)
    flow.page.symbols.append(Placed(drawn, x_dots, y_dots, RECORD_MODULE_DOTS))
    flow.page.column(x, flow.y + (height - height_of(lines)) / 2, lines)
    flow.y += height


@dataclass(frozen=True, slots=True)
class Closing:
    """How a working document ends: where the record stood when it was printed, with the words for it.

    `entry` is already a sentence ("Entry 12345"); `standing` says what the document shows of the record; `page`
    holds the two places `{page}` and `{pages}`.
    """

    title: str
    entry: str
    hash_name: str
    chain_hash: str
    standing: str
    page: str

    def close(self, flow: Flow, reference: str) -> None:
        """The record's head below the text, and the foot of every page."""
        record_head(
            flow,
            self.title,
            entry=self.entry,
            hash_name=self.hash_name,
            chain_hash=self.chain_hash,
            changed=self.standing,
        )
        feet(flow.pages, f"{reference} · {self.entry} · {self.chain_hash[:16]}", self.page)
