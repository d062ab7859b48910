"""Vial numbers as people write them: `1-12, 15`."""

import re

_PART = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?")


def vial_numbers(text: str) -> tuple[int, ...] | None:
    """The numbers of `1-12, 15`, each once and in order; None when it cannot be read or names none."""
    found: set[int] = set()
    for part in re.sub(r"\s*[-–]\s*", "-", text.strip()).replace(";", ",").replace(",", " ").split():
        match = _PART.fullmatch(part)
        if match is None:
            return None
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            return None
        found.update(range(first, last + 1))
    return tuple(sorted(found)) or None
