"""The screens of a stack that are in sight: the one in front and, where that is a card, what shows around it."""

from collections.abc import Iterator, Sequence
from typing import Any

from textual.screen import ModalScreen, Screen


def in_sight(stack: Sequence[Screen[Any]]) -> Iterator[Screen[Any]]:
    """From the front back to the first that covers all; what lies deeper reads again once it is in front."""
    for screen in reversed(stack):
        yield screen
        if not isinstance(screen, ModalScreen):
            return
