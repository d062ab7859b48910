"""Vial numbers as people write them: `1-12, 15`."""

import re
from collections.abc import Sequence

_PART = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?")


def parse_ranges(text: str) -> tuple[int, ...] | None:
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


def format_ranges(numbers: Sequence[int]) -> str:
    """Numbers in their order as people write them: `1–12, 15`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return ", ".join("–".join(map(str, run)) for run in runs)
