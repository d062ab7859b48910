"""The one door through which text reaches the screen: never markup, never an action, never a control sequence.

Textual reads a `str` as markup: `Lot [L-1] released` loses its number, `[/]` crashes, `[@click=…]` runs an action.
Everything that a widget shows is made here, texts of ours included.
"""

from collections.abc import Iterable

from rich.text import Text
from textual.content import Content

from cellbank.domain.characters import is_hostile

REPLACED = "\N{REPLACEMENT CHARACTER}"
_HELD = (("« ", "«\N{NO-BREAK SPACE}"), (" »", "\N{NO-BREAK SPACE}»"), (" ?", "\N{NO-BREAK SPACE}?"))
"""What French sets apart by a space and no line may begin or end with, typed in a trial file with a plain one."""


def stripped(value: object) -> str:
    """A value as one line of text, each control or bidirectional character replaced."""
    text = str(value)
    if text.isprintable():  # Nothing hostile is printable: most texts need no look at each character.
        return text
    return "".join(REPLACED if is_hostile(character) else character for character in text)


def shortened(text: str, most: int) -> str:
    """As much of a text as there is room for."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def plain(value: object, style: str = "") -> Content:
    """A value as content for a widget, in one style of ours (`bold $error`)."""
    text = stripped(value)
    for typed, held in _HELD:
        text = text.replace(typed, held)
    return Content.styled(text, style) if style else Content(text)


def cell(value: object, style: str = "") -> Text:
    """A value as a cell of a table; `style` is one that Rich knows (`bold`, `dim`), never a colour of the theme."""
    return Text(stripped(value), style=style, no_wrap=True, overflow="ellipsis")


def lines(parts: Iterable[Content]) -> Content:
    """Contents one below another."""
    return Content("\n").join(list(parts))


def sentence(*parts: Content) -> Content:
    """Contents one after another, without anything between."""
    return Content.assemble(*parts)
