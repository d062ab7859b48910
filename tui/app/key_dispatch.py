"""Dispatch of keys: to the line that has the keyboard, on to the next line, or to the scan bar; decided at once.

A key is taken before the next one comes, so that what a scanner or quick hands send after Enter never lands in the line
before it.
"""

from textual import events
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from tui.screens.base_screen import BaseScreen
from tui.widgets.field import next_after
from tui.widgets.question import ChoiceRow
from tui.widgets.scan_bar import ScanBar


def dispatch(screen: Screen[object], focused: Widget | None, event: events.Event) -> bool:
    """Whether a key or a paste was used here, before Textual hands it to any widget."""
    bar = listening_bar(screen, focused)
    if isinstance(event, events.Key):
        clear_answers(screen, event)
        return move_focus(screen, focused, event.key) or (bar is not None and bar.feed_key(event))
    if bar is None or not isinstance(event, events.Paste):
        return False
    bar.insert(event.text.splitlines()[0] if event.text else "")
    return True


def listening_bar(screen: Screen[object], focused: Widget | None) -> ScanBar | None:
    """The scan bar, wherever no line has the keyboard."""
    if not isinstance(screen, BaseScreen) or isinstance(focused, Input | TextArea):
        return None
    return next(iter(screen.query(ScanBar)), None)


def move_focus(screen: Screen[object], focused: Widget | None, key: str) -> bool:
    """Move the keyboard at once where a key of a line leads to another line."""
    if not isinstance(focused, Input | ChoiceRow):
        return False
    if key == "enter" and _is_scan(listening_bar(screen, focused), focused):
        return False
    following = next_after(focused) if key == "enter" else None
    if following is not None:
        screen.set_focus(following)
    elif key in {"tab", "shift+tab"}:
        (screen.focus_next if key == "tab" else screen.focus_previous)()
    else:
        return False
    return True


def clear_answers(screen: Screen[object], event: events.Key) -> None:
    """What the bar answered before goes with the next key that does something; the letters of an answer leave it."""
    if not event.is_printable and isinstance(screen, BaseScreen):
        for bar in screen.query(ScanBar):
            bar.answer = None


def _is_scan(bar: ScanBar | None, focused: Input | ChoiceRow) -> bool:
    """Whether what was typed over a few choices is a scan; the words of a choice choose it."""
    if bar is None or not bar.text or not isinstance(focused, ChoiceRow):
        return False
    if not focused.choose(bar.text):
        return True
    bar.text = ""
    return False
