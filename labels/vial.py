"""The label of a frozen vial: the code as a symbol and as text, and what Annex VI asks of a small container.

The elements are those of Regulation (EU) 536/2014, Annex VI, for small immediate packaging (domain.md §5). A bank vial
has no subject. The period of use is off unless it is given (Regulation (EU) 2022/2239).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from labels.canvas import WHITE, Bar, Drawing, Placed, Text
from labels.errors import LabelError
from labels.qr import Symbol, symbols
from labels.render import rendered
from labels.stock import MM_PER_INCH, POINTS_PER_INCH, Calibration, Stock, module_dots
from labels.typeface import BOLD, CAP_HEIGHT, REGULAR, fitted, typeface, wrapped

ILLUSTRATIVE = "†"

# Sizes in points are for a label of 33 × 13 mm and grow with the stock. DejaVu at 3.8 pt has the x-height of Arial at
# 4 pt, 0.73 mm: nine dots at 300 dpi.
DESIGN_WIDTH_MM, DESIGN_HEIGHT_MM = 33.0, 13.0
CODE_PT, MAIN_PT, STRENGTH_PT, SMALL_PT, NUMBER_PT = 6.4, 5.2, 4.9, 4.5, 8.0
SMALLEST_CODE_PT, SMALLEST_PT = 5.0, 3.8
WIDEST_GAP = 0.22  # Between two lines, as a share of the size.
BANNER_MM, BANNER_GAP_MM = 2.0, 0.4

_PT_PER_MM = POINTS_PER_INCH / MM_PER_INCH


@dataclass(frozen=True, slots=True)
class VialLabel:
    """What one vial's label says, in the label's own language.

    `code` is the payload of the symbol, at most 16 of `0-9 A-Z -`; `number` a short one for the eye
    ("17/24"). `extra` lines are printed in their order where they fit; every other text is printed whole or
    the label is refused. `period_of_use` is printed as given. `illustrative` marks the strength with a dagger
    (made-up data), `demo` prints DEMO in a black bar.
    """

    code: str
    number: str
    lot: str
    product: str
    strength: str
    trial: str
    sponsor: str
    route: str
    extra: tuple[str, ...] = ()
    period_of_use: str | None = None
    illustrative: bool = False
    demo: bool = False


class _Line(NamedTuple):
    text: str
    face: str
    size: float
    smallest: float = SMALLEST_PT


class _Frame(NamedTuple):
    """What the labels of one lot share: the text's width, where the code goes, and everything else."""

    width: float
    code_size: float
    middle: float
    texts: tuple[Text, ...]
    bars: tuple[Bar, ...]


def render_vials(
    labels: Sequence[VialLabel],
    stock: Stock,
    *,
    form: str = "pdf",
    skip: int = 0,
    dpi: int | None = None,
    calibration: Calibration | None = None,
) -> bytes:
    """The labels as one PDF, or as `zpl` at `dpi`. Refuses what `rendered` does, a text without room."""
    return rendered(
        [label.code for label in labels],
        lambda told: _drawings(labels, told),
        stock,
        form=form,
        skip=skip,
        dpi=dpi,
        calibration=calibration,
    )


def _drawings(labels: Sequence[VialLabel], stock: Stock) -> Iterator[Drawing]:
    layout = _Layout(stock)
    for label, symbol in zip(labels, symbols([label.code for label in labels]), strict=True):
        yield layout.drawing(label, symbol)


class _Layout:
    """Where things go on the labels of one stock; lengths in points, from the label's upper left corner."""

    def __init__(self, stock: Stock) -> None:
        self._stock = stock
        self._width = stock.label_width_mm * _PT_PER_MM
        self._height = stock.label_height_mm * _PT_PER_MM
        self._inset = stock.inset_mm * _PT_PER_MM
        growth = min(stock.label_width_mm / DESIGN_WIDTH_MM, stock.label_height_mm / DESIGN_HEIGHT_MM)
        self._growth = max(growth, 0.9)
        self._module_dots = module_dots(stock, 21)
        self._quiet_dots = stock.quiet_zone * self._module_dots
        self._frame_of: tuple[object, ...] = ()
        self._frame = _Frame(0.0, 0.0, 0.0, (), ())
        self._block = (21 + 2 * stock.quiet_zone) * self._module_dots * stock.dot_pt

    def drawing(self, label: VialLabel, symbol: Symbol) -> Drawing:
        """The symbol with its number below, the lines beside it, and the DEMO bar at the right edge."""
        shared = _shared(label)
        if shared != self._frame_of:
            self._frame, self._frame_of = self._framed(label), shared
        frame = self._frame
        code = self._line(_Line(label.code, BOLD, frame.code_size, SMALLEST_CODE_PT), frame.middle, frame.width)
        placed = Placed(symbol, self._quiet_dots, self._quiet_dots, self._module_dots)
        return Drawing((code, self._number(label.number), *frame.texts), frame.bars, (placed,))

    def _framed(self, label: VialLabel) -> _Frame:
        """What the labels of one lot have in common, laid out once."""
        banner = BANNER_MM * _PT_PER_MM * self._growth if label.demo else 0.0
        gap = BANNER_GAP_MM * _PT_PER_MM * self._growth if label.demo else 0.0
        width = self._width - self._block - self._inset - banner - gap
        bar, word = self._banner(banner) if label.demo else ((), ())
        first, *others = self._placed(self._lines(label, width))
        texts = (*(self._line(line, middle, width) for line, middle in others), *word)
        return _Frame(width, first[0].size, first[1], texts, bar)

    def _number(self, number: str) -> Text:
        """The short number, below the symbol's quiet zone and centred under it."""
        room = self._block - 2 * self._inset
        between = self._height - self._inset - self._block
        largest = min(NUMBER_PT * self._growth, between / CAP_HEIGHT)
        size = fitted(BOLD, number, room, largest, SMALLEST_PT)
        left = (self._block - typeface(BOLD).width(number, size)) / 2
        baseline = self._block + (min(between, 1.2 * size) + CAP_HEIGHT * size) / 2
        return Text(left, baseline, size, BOLD, number)

    def _lines(self, label: VialLabel, width: float) -> list[_Line]:
        """The lines with the sizes they will have; the extra ones only as far as there is room."""
        dagger = f" {ILLUSTRATIVE}" if label.illustrative else ""
        until = [] if label.period_of_use is None else [label.period_of_use]
        lines = [
            _Line(label.code, BOLD, CODE_PT, SMALLEST_CODE_PT),
            *_description(label.product, BOLD, MAIN_PT, width),
            _Line(label.strength + dagger, REGULAR, STRENGTH_PT),
            _Line(f"Lot {label.lot}", BOLD, MAIN_PT),
        ]
        for text in (label.route, label.trial, label.sponsor, *until):
            lines += _description(text, REGULAR, SMALL_PT, width)
        fits = typeface(REGULAR)
        extra = [_Line(text, REGULAR, SMALL_PT) for text in label.extra if fits.width(text, SMALLEST_PT) <= width]
        while extra and self._spare(lines + extra) < 0:
            extra.pop()
        lines += extra
        if self._spare(lines) < 0:
            raise LabelError("label.lines.too_many", lines=len(lines), stock=self._stock.name)
        return self._sized(lines)

    def _spare(self, lines: Sequence[_Line]) -> float:
        """How much of the height is left when every line has its smallest size."""
        return self._height - 2 * self._inset - sum(line.smallest for line in lines)

    def _sized(self, lines: Sequence[_Line]) -> list[_Line]:
        """The lines at the largest sizes that share the height: each the same way between smallest and wanted."""
        wished = sum(line.size * self._growth - line.smallest for line in lines)
        share = min(1.0, self._spare(lines) / wished)
        return [
            line._replace(size=line.smallest + share * (line.size * self._growth - line.smallest)) for line in lines
        ]

    def _placed(self, lines: Sequence[_Line]) -> Iterator[tuple[_Line, float]]:
        """The lines from the top with their middles, the height that is left shared between them."""
        total = sum(line.size for line in lines)
        gap = min((self._height - 2 * self._inset - total) / total, WIDEST_GAP)
        top = (self._height - total * (1 + gap)) / 2
        for line in lines:
            pitch = line.size * (1 + gap)
            yield line, top + pitch / 2
            top += pitch

    def _line(self, line: _Line, middle: float, width: float) -> Text:
        """A line shrunk to the width; it is seen where its capitals are, so these are centred on the middle."""
        size = fitted(line.face, line.text, width, line.size, line.smallest)
        return Text(self._block, middle + CAP_HEIGHT * size / 2, size, line.face, line.text)

    def _banner(self, width: float) -> tuple[tuple[Bar], tuple[Text]]:
        """The black bar at the right edge and the word DEMO in it, read upward."""
        left = self._width - self._inset - width
        height = self._height - 2 * self._inset
        size = fitted(BOLD, "DEMO", height - 2 * self._inset, width / CAP_HEIGHT * 0.7, SMALLEST_PT)
        start = (self._height + typeface(BOLD).width("DEMO", size)) / 2
        word = Text(left + (width + CAP_HEIGHT * size) / 2, start, size, BOLD, "DEMO", WHITE, True)
        return (Bar(left, self._inset, width, height),), (word,)


def _shared(label: VialLabel) -> tuple[object, ...]:
    """Everything a label says but its own code and number."""
    return (
        label.lot,
        label.product,
        label.strength,
        label.trial,
        label.sponsor,
        label.route,
        label.extra,
        label.period_of_use,
        label.illustrative,
        label.demo,
    )


def _description(text: str, face: str, size: float, width: float) -> list[_Line]:
    """A descriptive text in one line if it fits at the smallest size, otherwise in as many as it needs."""
    if typeface(face).width(text, SMALLEST_PT) <= width:
        return [_Line(text, face, size)]
    return [_Line(part, face, SMALLEST_PT) for part in wrapped(face, text, width, SMALLEST_PT)]
