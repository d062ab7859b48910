"""A code as a QR symbol, quickly.

The codes of the bank use `0-9 A-Z -`, so that the symbol stays in alphanumeric mode. For one version, level,
length and mask the modules are an affine function of the payload bits over GF(2): a table made once by the
`qrcode` library gives every further symbol by exclusive or, bit for bit what `qrcode` would draw.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import qrcode
from qrcode.util import MODE_ALPHA_NUM, QRData

from labels.errors import LabelError

ALPHABET = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-")
QUIET_ZONE = 4  # ISO/IEC 18004: four light modules on every side.
MASK = 3  # Any mask can be read; a fixed one spares the eight trials of the automatic choice.

# Version, level and how many alphanumeric characters it holds (ISO/IEC 18004, table 7): the sturdiest level
# of the smallest symbol comes first.
LADDER = ((1, "Q", 16), (1, "M", 20), (2, "Q", 29), (2, "M", 38), (3, "Q", 47), (4, "Q", 67))
LONGEST = LADDER[-1][2]

_LEVELS = {"M": qrcode.ERROR_CORRECT_M, "Q": qrcode.ERROR_CORRECT_Q}
_VALUES = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"  # The order of the alphanumeric mode.
_WORTH_A_TABLE = 128  # A table costs about as much as this many single symbols.


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR symbol without its quiet zone.

    `bits` is a text of 0 (light) and 1 (dark), row after row from the top; each row ends in one further 0, so
    that a run of dark modules never spans two rows.
    """

    text: str
    version: int
    level: str
    bits: str

    @property
    def size(self) -> int:
        """Modules a side."""
        return 17 + 4 * self.version

    @property
    def rows(self) -> tuple[str, ...]:
        """The rows from the top, as texts of 0 and 1."""
        step = self.size + 1
        return tuple(self.bits[start : start + step - 1] for start in range(0, len(self.bits), step))


def symbol(text: str) -> Symbol:
    """One code as a symbol. Refuses no text, characters beyond `0-9 A-Z -`, and more than 67 of them."""
    version, level = _version_and_level(text)
    return _as_symbol(text, version, level, _drawn(text, version, level))


def symbols(texts: Sequence[str]) -> Iterator[Symbol]:
    """Many codes as symbols, in order: bit for bit those of `symbol`, only sooner. Refuses what `symbol` refuses."""
    lengths = Counter(map(len, texts))
    for text in texts:
        if lengths[len(text)] < _WORTH_A_TABLE:
            yield symbol(text)
        else:
            version, level = _version_and_level(text)
            yield _as_symbol(text, version, level, _table(version, level, len(text)).matrix(text))


def half_blocks(drawn: Symbol, *, ink_is_dark: bool = False) -> list[str]:
    """The symbol with its quiet zone as lines of half blocks, for a terminal.

    `ink_is_dark` says whether a filled block shows dark: true for dark letters on a light ground (or when the
    caller sets those colours), false for a terminal of light letters on a dark ground.
    """
    width = drawn.size + 2 * QUIET_ZONE
    border = ["0" * width] * QUIET_ZONE
    side = "0" * QUIET_ZONE
    rows = [*border, *(side + row + side for row in drawn.rows), *border]
    if len(rows) % 2:
        rows.append("0" * width)
    blocks = {"00": " ", "10": "▀", "01": "▄", "11": "█"}
    if not ink_is_dark:
        blocks = {"11": " ", "01": "▀", "10": "▄", "00": "█"}
    return [
        "".join(blocks[upper + lower] for upper, lower in zip(*pair, strict=True))
        for pair in zip(rows[::2], rows[1::2], strict=True)
    ]


def _version_and_level(text: str) -> tuple[int, str]:
    if not text:
        raise LabelError("label.code.empty")
    if not ALPHABET.issuperset(text):
        strange = sorted(set(text) - ALPHABET)
        raise LabelError("label.code.characters", characters=tuple(f"U+{ord(c):04X}" for c in strange))
    for version, level, capacity in LADDER:
        if len(text) <= capacity:
            return version, level
    raise LabelError("label.code.too_long", text=text, length=len(text), limit=LONGEST)


def _as_symbol(text: str, version: int, level: str, matrix: int) -> Symbol:
    size = 17 + 4 * version
    return Symbol(text, version, level, format(matrix, f"0{size * (size + 1)}b"))


def _drawn(text: str, version: int, level: str) -> int:
    """The matrix as `qrcode` draws it, as one number whose binary digits are `Symbol.bits`."""
    code = qrcode.QRCode(version=version, error_correction=_LEVELS[level], mask_pattern=MASK, border=0)
    code.add_data(QRData(text.encode("ascii"), mode=MODE_ALPHA_NUM))
    code.make(fit=False)
    return int("".join("1" if dark else "0" for row in code.get_matrix() for dark in (*row, False)), 2)


class _Table:
    """What each pair of characters at each place adds to the matrix of `length` zeros."""

    def __init__(self, version: int, level: str, length: int) -> None:
        self._version, self._level = version, level
        self._starts = range(0, length, 2)
        self._length = length
        self._zeros = _drawn("0" * length, version, level)
        self._of_bits = [self._changes(start) for start in self._starts]
        self._of_pairs: list[dict[str, int]] = [{} for _ in self._starts]

    def _changes(self, start: int) -> list[int]:
        """What each payload bit of the pair at `start` changes: 11 bits, or 6 for a last character alone."""
        wide = min(2, self._length - start)
        changes = []
        for bit in range(11 if wide == 2 else 6):
            high, low = divmod(1 << bit, 45)
            pair = _VALUES[high] + _VALUES[low] if wide == 2 else _VALUES[low]
            text = "0" * start + pair + "0" * (self._length - start - wide)
            changes.append(_drawn(text, self._version, self._level) ^ self._zeros)
        return changes

    def _of_pair(self, place: int, pair: str) -> int:
        value = 0
        for character in pair:
            value = value * 45 + _VALUES.index(character)
        change = 0
        for bit, changed in enumerate(self._of_bits[place]):
            if value >> bit & 1:
                change ^= changed
        self._of_pairs[place][pair] = change
        return change

    def matrix(self, text: str) -> int:
        """The matrix of a text of this table's length."""
        matrix = self._zeros
        for place, start in enumerate(self._starts):
            pair = text[start : start + 2]
            change = self._of_pairs[place].get(pair)
            matrix ^= self._of_pair(place, pair) if change is None else change
        return matrix


@lru_cache(maxsize=16)
def _table(version: int, level: str, length: int) -> _Table:
    return _Table(version, level, length)
