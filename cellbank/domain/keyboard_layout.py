"""Scanned text: an AIM prefix taken off, and a code that arrived through another keyboard layout set right.

A scanner types keys. When it takes the keyboard for QWERTY and the computer takes it for AZERTY, or the reverse,
digits arrive as `&é"'(-è_çà` or `!@#$%^&*()`, the dash as `)`, `°`, `6` or `^`, and A/Q, Z/W and M change places.
Which text another layout makes of one of our codes is known exactly, so the way back is too: it is taken only where
the dash betrays the layout, the text has the shape of a code of ours, and the check character fits. What could be
read in two ways is refused, and what arrived as it should is never touched.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cellbank.domain.identifiers import PREFIX, Station, check_is_right, has_own_form, normalised
from cellbank.errors import WrongInput

_AS_TYPED = "0123456789"
_SWAPPED = {"a": "q", "q": "a", "z": "w", "w": "z"}


@dataclass(frozen=True)
class Layout:
    """What arrives when a scanner types for one keyboard and the computer has another.

    `digits` are what arrives for 0 to 9, `dash` and `m` what arrives for these keys, with and without shift; `aim` is
    what arrives for the `]` before an AIM identifier, empty where that key is lost.
    """

    name: str
    digits: str
    dash: str
    m: str
    aim: str

    def letter(self, character: str) -> str | None:
        """The letter that was meant."""
        if character in self.m:
            return "m"
        return _SWAPPED.get(character, character) if character in _LETTERS else None

    def digit(self, character: str) -> str | None:
        """The digit that was meant."""
        at = self.digits.find(character)
        return None if at < 0 else str(at)


_LETTERS = frozenset("abcdefghijklnopqrstuvwxyz")  # Without M: it never arrives as a letter.
_TO_AZERTY, _TO_QWERTY = (",?", "$£"), (";:", "-_])")
LAYOUTS: tuple[Layout, ...] = (
    Layout("azerty", "à&é\"'(-è_ç", ")", *_TO_AZERTY),
    Layout("azerty of a Mac, or Belgian", "à&é\"'(§è!ç", ")", *_TO_AZERTY),
    Layout("azerty, digits of the keypad", _AS_TYPED, ")", *_TO_AZERTY),
    Layout("azerty, shift lock", _AS_TYPED, "°", *_TO_AZERTY),
    Layout("qwerty", ")!@#$%^&*(", "6", *_TO_QWERTY),
    Layout("qwerty, British", ')!"£$%^&*(', "6", *_TO_QWERTY),
    Layout("qwerty, digits of the keypad", _AS_TYPED, "6", *_TO_QWERTY),
    Layout("qwerty, shift lock", _AS_TYPED, "^", *_TO_QWERTY),
)
"""The keyboard that the computer has while the scanner types for the other one."""

SHAPES: Mapping[str, tuple[str, ...]] = {
    prefix.lower(): ("dddddd-ddd-", "dddddd-dddd-") if station is Station.VIAL else ("dddddd-",)
    for station, prefix in PREFIX.items()
}
"""After a prefix and its dash, before the check character: a vial's number has three digits, or four."""

_AIM_AWAY = re.compile(r"[a-z].", re.DOTALL)


def repaired(text: str) -> str:
    """The code that a scan stands for: in capitals, without its AIM prefix, in our own keyboard layout.

    Refused: a text with the shape that another layout gives our codes whose check character does not fit, or that
    could be two codes. Whether the bank knows the code is another question.

    >>> repaired("v)é-ààà&)àà&)e"), repaired("v6@^)))!6))!6e")
    ('V-260001-001-E', 'V-260001-001-E')
    """
    code = normalised(text)
    if has_own_form(code):
        return code
    found = sorted(set(_meant(code)))
    right = [one for one in found if check_is_right(one)]
    if len(right) == 1:
        return right[0]
    if right:
        raise WrongInput("code.layout.ambiguous", value=text, codes=", ".join(right))
    if any(not character.isalnum() for character in code) and found:
        raise WrongInput("code.layout", value=text)
    return code


def typed_codes(text: str) -> tuple[str, ...]:
    """Several codes between commas, each set right; the comma is also what AZERTY makes of a scanned M.

    Refused: what `repaired` refuses.
    """
    return tuple(repaired(part) if code is None else code for part, code in _own_among(text))


def typed_aliases(text: str) -> tuple[str, ...]:
    """Several things between commas, by our codes, each set right, or by what others call them, as it was typed."""
    return tuple(part if code is None else code for part, code in _own_among(text))


def _own_among(text: str) -> Iterator[tuple[str, str | None]]:
    """What stands between commas, and the code of ours that it is, none where it is another text."""
    parts = [part.strip() for part in text.split(",")]
    for at, part in enumerate(parts):
        before = "," if at and not parts[at - 1] else ""
        after = "," if at + 1 < len(parts) else ""
        if part:
            yield part, _with_its_commas(before, part, after)


def _with_its_commas(before: str, part: str, after: str) -> str | None:
    for tried in dict.fromkeys((part, f"{before}{part}", f"{part}{after}", f"{before}{part}{after}")):
        try:
            code = repaired(tried)
        except WrongInput:
            continue
        if has_own_form(code):
            return code
    return None


def _meant(code: str) -> Iterator[str]:
    """Every text of the shape of our codes that would have arrived as this one through another layout."""
    typed = code.lower()
    for layout in LAYOUTS:
        for rest in _without_aim(typed, layout):
            for prefix, shapes in SHAPES.items():
                for shape in shapes:
                    found = _read(rest, prefix, f"-{shape}", layout)
                    if found is not None:
                        yield found.upper()


def _without_aim(typed: str, layout: Layout) -> Iterator[str]:
    yield typed
    if typed[:1] and typed[0] in layout.aim and _AIM_AWAY.match(typed[1:3]):
        yield typed[3:]
    if layout.aim == _TO_QWERTY[1] and _AIM_AWAY.match(typed[:2]):
        yield typed[2:]


def _read(typed: str, prefix: str, shape: str, layout: Layout) -> str | None:
    """The code, when every character of the text is what the layout makes of a character of this shape."""
    letters = len(prefix)
    if len(typed) != letters + len(shape) + 1:
        return None
    found = [layout.letter(character) for character in typed[:letters]]
    for character, kind in zip(typed[letters:-1], shape, strict=True):
        found.append(_dash(character, layout) if kind == "-" else layout.digit(character))
    found.append(layout.digit(typed[-1]) or layout.letter(typed[-1]))
    read = "".join(one for one in found if one is not None)
    return read if len(read) == len(typed) and read.startswith(prefix) else None


def _dash(character: str, layout: Layout) -> str | None:
    return "-" if character == layout.dash else None
