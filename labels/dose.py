"""The label of a dose on its way to the subject (Regulation (EU) 536/2014, Annex VI, outer packaging).

The first language is printed whole or the label is refused; the second stands beside it where there is room. A
print head knows black and white only, and so does this label.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from labels.canvas import BLACK, WHITE, Drawing, Placed
from labels.errors import LabelError
from labels.flow import Format, Line, Page, set_lines
from labels.qr import symbol
from labels.render import renderer
from labels.stock import MM_PER_INCH, POINTS_PER_INCH, Stock, module_dots
from labels.typeface import BOLD, CAP_HEIGHT, REGULAR, fitted, typeface

SYMBOL_SHARE = 0.28  # Of the height: 17 mm on a label of 60 mm.
HEADING_PT, IDENTITY_PT, UNTIL_PT, MAIN_PT, CODE_PT = 5.2, 15.0, 14.0, 8.4, 6.4
SMALLEST_IDENTITY_PT, SMALLEST_MAIN_PT = 7.0, 6.0
DETAIL_PT, SMALLEST_DETAIL_PT, STEP_PT = 7.0, 5.4, 0.2  # DejaVu at 5.4 pt has the x-height of Times at 6.6 pt.
SCALES = (1.0, 0.92, 0.85, 0.78)  # Of everything but the details, until both languages have room.
DETAILS = 5  # Lines of details when none of them wraps; that is tried first, at the larger sizes.
TIGHT = 1.18  # From baseline to baseline, as a share of the size.
FOOT_PT, BANNER_PT, RULE_PT, GAP_PT = 6.4, 9.0, 0.7, 2.6

_PT_PER_MM = POINTS_PER_INCH / MM_PER_INCH


class Twofold(NamedTuple):
    """A text in the label's own language, and in a second one for where there is room."""

    first: str
    second: str = ""


@dataclass(frozen=True, slots=True)
class DispensingWords:
    """The fixed words of a dispensing label."""

    subject: Twofold
    visit: Twofold
    use_before: Twofold
    lot: Twofold
    clinical_use_only: Twofold


@dataclass(frozen=True, slots=True)
class DispensingLabel:
    """What a dose's label says.

    `code` is the dose's, at most 16 of `0-9 A-Z -`; `lots` those of its vials, each printed whole; `until`
    the end of its use to the minute with the zone; `strength` what was measured. `condition` names a conditional
    release and what it waits for; `demo` prints DEMO in a black bar.
    """

    code: str
    words: DispensingWords
    subject: str
    visit: str
    until: str
    lots: tuple[str, ...]
    trial: str
    product: Twofold
    strength: Twofold
    form: Twofold
    route: Twofold
    directions: Twofold
    storage: Twofold
    human_cells: Twofold
    do_not_refreeze: Twofold
    investigator: Twofold
    contact: str
    address: str
    telephone: str
    condition: Twofold | None = None
    demo: bool = False


def dispensing_drawing(label: DispensingLabel, stock: Stock) -> Drawing:
    """The drawing. Refuses an identity or a first language without room."""
    for both in (True, False) if label.words.subject.second else (False,):
        for scale in SCALES:
            found = _Layout(label, stock, scale, both=both).drawing()
            if found is not None:
                return found
    raise LabelError("label.text.no_room", label=label.code, stock=stock.name)


render_dispensing = renderer(dispensing_drawing)
"""Dispensing labels as one PDF, or as `zpl`. Refuses what `rendered` refuses, and what the drawing does."""


class _Layout:
    """A label being laid out from the top; lengths in points from its upper left corner.

    `scale` is that of the large sizes; without `both`, the condition and the details are in the first language
    alone.
    """

    def __init__(self, label: DispensingLabel, stock: Stock, scale: float, *, both: bool) -> None:
        self._label, self._stock, self._both = label, stock, both
        self._scale = scale
        self._identity_pt, self._until_pt, self._main_pt = scale * IDENTITY_PT, scale * UNTIL_PT, scale * MAIN_PT
        self._page = Page(Format(stock.label_width_mm * _PT_PER_MM, stock.label_height_mm * _PT_PER_MM))
        self._left = stock.inset_mm * _PT_PER_MM
        self._right = self._page.format.width_pt - self._left
        self._bottom = self._page.format.height_pt - self._left
        self._width = self._right - self._left

    def drawing(self) -> Drawing | None:
        """Who and until when beside the symbol, what it is below, then everything else; None when it has no room."""
        top = self._banner() if self._label.demo else 0.0
        y = self._head(max(top, self._left), self._symbol(top))
        y = self._main(y + GAP_PT) + GAP_PT
        if not self._details(y, self._foot()):
            return None
        page = self._page
        return Drawing(tuple(page.texts), tuple(page.bars), tuple(page.symbols))

    def _banner(self) -> float:
        """The black bar of a demonstration; the height below it."""
        inset = self._left
        self._page.bar(inset, inset, self._width, BANNER_PT)
        start = (self._page.format.width_pt - typeface(BOLD).width("DEMO", 7.0)) / 2
        baseline = inset + (BANNER_PT + CAP_HEIGHT * 7.0) / 2
        self._page.text(start, baseline, "DEMO", 7.0, BOLD, grey=WHITE)
        return inset + BANNER_PT + 1.0

    def _symbol(self, top: float) -> tuple[float, float]:
        """The symbol in the left corner with the code below it; where both end, to the right and downwards."""
        stock, code = self._stock, self._label.code
        drawn = symbol(code)
        dots = module_dots(stock, drawn.size, SYMBOL_SHARE * self._scale)
        quiet, across = stock.quiet_zone * dots, (drawn.size + 2 * stock.quiet_zone) * dots
        written = typeface(BOLD).width(code, CODE_PT)
        block = max(across * stock.dot_pt, self._left + written + 4.0)
        x_dots, y_dots = round(block / stock.dot_pt - across) // 2 + quiet, round(top / stock.dot_pt) + quiet
        self._page.symbols.append(Placed(drawn, x_dots, y_dots, dots))
        below = (y_dots + across - 2 * quiet) * stock.dot_pt  # Half of the quiet zone is left free.
        baseline = below + quiet * stock.dot_pt / 2 + CAP_HEIGHT * CODE_PT
        self._page.text(max((block - written) / 2, self._left), baseline, code, CODE_PT, BOLD)
        return block, baseline

    def _head(self, y: float, beside: tuple[float, float]) -> float:
        """Subject, visit and lot in a row, below them the end of use in white on black; the height below."""
        label, words, left = self._label, self._label.words, beside[0]
        width = self._right - left
        x, heights = left, []
        for share, name, values in (
            (0.43, words.subject, (label.subject,)),
            (0.17, words.visit, (label.visit,)),
            (0.40, words.lot, label.lots),
        ):
            heights.append(self._identity(x, y, share * width - GAP_PT, name, values, self._identity_pt))
            x += share * width
        y += HEADING_PT * TIGHT + max(heights) + 2.0
        height = HEADING_PT * TIGHT + self._until_pt * 0.95 + 3.2
        self._page.bar(left, y, width, height)
        self._identity(left + 4, y + 1.6, width - 8, words.use_before, (label.until,), self._until_pt, grey=WHITE)
        return max(y + height, beside[1])

    def _identity(
        self,
        x: float,
        y: float,
        width: float,
        name: Twofold,
        values: Sequence[str],
        largest: float,
        grey: float = BLACK,
    ) -> float:
        """A small heading in both languages over a large value that is never cut, or a few below each other.

        The height of the values; refused where one has no room.
        """
        heading = " / ".join(dict.fromkeys(filter(None, name)))
        size = fitted(REGULAR, heading, width, HEADING_PT, 4.0)
        self._page.text(x, y + HEADING_PT * 0.9, heading, size, grey=grey)
        most = largest if len(values) == 1 else max(largest / len(values), SMALLEST_IDENTITY_PT)
        sizes = [fitted(BOLD, value, width, most, SMALLEST_IDENTITY_PT) for value in values]
        for line, (value, fit) in enumerate(zip(values, sizes, strict=True)):
            self._page.text(x, y + HEADING_PT * TIGHT + most * (0.8 + line), value, fit, BOLD, grey=grey)
        return most * (len(values) - 0.08)

    def _main(self, y: float) -> float:
        """Product, strength as measured, route; then the condition in a frame. The height below."""
        label = self._label
        self._page.bar(self._left, y, self._width, RULE_PT)
        y += RULE_PT + 1.6
        for text in (label.product, label.strength, label.route):
            y = self._beside(y, text, self._main_pt)
        return y if label.condition is None else self._condition(y + 1.5, label.condition)

    def _beside(self, y: float, text: Twofold, size: float, width: float | None = None) -> float:
        """The first language in bold, and the second after it on the same line if it fits."""
        width = self._width if width is None else width
        lines = self._whole(text.first, width, size)
        for line in lines:
            self._page.text(self._left, y + line.size, line.text, line.size, BOLD)
            y += line.size * TIGHT
        end = typeface(BOLD).width(lines[-1].text, lines[-1].size)
        second = f" / {text.second}"
        small = next(
            (at for at in _sizes(lines[-1].size * 0.86, SMALLEST_DETAIL_PT) if _width(second, at) <= width - end), None
        )
        if text.second and small is not None:
            self._page.text(self._left + end, y - lines[-1].size * (TIGHT - 1), second, small)
        return y

    def _whole(self, text: str, width: float, size: float) -> list[Line]:
        """A bold text in one line if it may be shrunk to it, otherwise wrapped."""
        if typeface(BOLD).width(text, SMALLEST_MAIN_PT) <= width:
            return [Line(text, fitted(BOLD, text, width, max(size, SMALLEST_MAIN_PT), SMALLEST_MAIN_PT), BOLD)]
        return set_lines(text, width, SMALLEST_MAIN_PT, BOLD)

    def _condition(self, y: float, condition: Twofold) -> float:
        """What the release still waits for, in a heavy frame."""
        room = self._width - 10
        lines = self._whole(condition.first, room, 6.8 * self._scale)
        if condition.second and self._both:
            lines += set_lines(condition.second, room, 5.6)
        height = _height(lines) + 4.0
        for x, top, width, tall in (
            (self._left, y, self._width, 1.0),
            (self._left, y + height - 1.0, self._width, 1.0),
            (self._left, y, 3.0, height),
            (self._right - 1.0, y, 1.0, height),
        ):
            self._page.bar(x, top, width, tall)
        self._column(self._left + 6, y + 1.8, lines)
        return y + height

    def _foot(self) -> float:
        """Trial and main contact, at the lower edge; the height above them."""
        label, only = self._label, self._label.words.clinical_use_only
        contact = f" · {label.address} · {label.telephone}"
        size = fitted(BOLD, label.contact + contact, self._width, FOOT_PT, SMALLEST_DETAIL_PT - 0.4)
        baseline = self._bottom - 0.2 * size
        self._page.text(self._left, baseline, label.contact, size, BOLD)
        start = self._left + typeface(BOLD).width(label.contact, size)
        self._page.text(start, baseline, contact, size)
        top = baseline - size * 1.05 - FOOT_PT * TIGHT
        trial = fitted(BOLD, label.trial, self._width * 0.45, FOOT_PT, SMALLEST_DETAIL_PT)
        self._page.text_right(self._right, top + FOOT_PT, label.trial, trial, BOLD)
        self._beside(top, only, FOOT_PT, self._width - typeface(BOLD).width(label.trial, trial) - 6)
        self._page.bar(self._left, top - 1.4, self._width, RULE_PT)
        return top - 1.4

    def _details(self, top: float, bottom: float) -> bool:
        """Everything else at the largest size that fits, a column a language; whether any fits."""
        languages = (0, 1) if self._both else (0,)
        width = (self._width - 8 * (len(languages) - 1)) / len(languages)
        sizes = list(_sizes(DETAIL_PT, SMALLEST_DETAIL_PT))
        for size, wraps in [(size, False) for size in sizes[:7]] + [(size, True) for size in sizes]:
            columns = [self._texts(language, width, size) for language in languages]
            if top + max(map(_height, columns)) + 2.0 <= bottom and (wraps or max(map(len, columns)) <= DETAILS):
                for place, column in enumerate(columns):
                    self._column(self._left + place * (width + 8), top, column)
                return True
        return False

    def _texts(self, language: int, width: float, size: float) -> list[Line]:
        label = self._label
        cells = " · ".join(filter(None, (label.human_cells[language], label.do_not_refreeze[language])))
        said = (label.form, label.directions, label.storage, Twofold(cells, cells), label.investigator)
        return [line for text in said if text[language] for line in set_lines(text[language], width, size)]

    def _column(self, x: float, y: float, lines: Sequence[Line]) -> None:
        for line in lines:
            self._page.text(x, y + line.size, line.text, line.size, line.face)
            y += line.size * TIGHT


def _width(text: str, size: float) -> float:
    return typeface(REGULAR).width(text, size)


def _height(lines: Sequence[Line]) -> float:
    return sum(line.size for line in lines) * TIGHT


def _sizes(largest: float, smallest: float) -> Iterator[float]:
    """From the largest size down to the smallest."""
    steps = round((largest - smallest) / STEP_PT)
    yield from (round(largest - step * STEP_PT, 1) for step in range(steps + 1))
