"""Characters that may never enter the record, and text as it may be shown back to the person who gave it."""

import unicodedata

_BIDI = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def is_hostile(character: str) -> bool:
    """Whether a character may never enter the record: C0, DEL, C1, bidirectional controls, surrogates."""
    return unicodedata.category(character) in {"Cc", "Cs"} or character in _BIDI or character in "\u2028\u2029"


def shown(value: object, most: int = 60) -> str:
    """A value as it may be shown back to the person: hostile characters replaced, at most 60 characters."""
    said = "".join("\N{REPLACEMENT CHARACTER}" if is_hostile(c) else c for c in str(value))
    return said if len(said) <= most else said[: most - 1] + "…"
