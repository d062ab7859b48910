"""The keys that work here and now, with what they do; wraps to a second line where the terminal is narrow."""

from collections.abc import Mapping, Sequence

from textual import events
from textual.app import App
from textual.binding import ActiveBinding, Binding
from textual.content import Content
from textual.screen import Screen
from textual.style import Style
from textual.widgets import Static

from tui.host import host_of, say
from tui.text.markup_safe import lines, plain, sentence

GAP = "  "
_SHOWN = {"question_mark": "?", "left": "←→", "up": "↑↓", "pageup": "PgUp/PgDn", "pagedown": "PgUp/PgDn"}


def key_name(binding: Binding, known: Mapping[str, str]) -> str:
    """A key as people call it: `F5`, `^P`, `Esc`."""
    key = binding.key_display or binding.key
    if key in _SHOWN:
        return _SHOWN[key]
    return known.get(key) or key.replace("ctrl+", "^").upper()


def wrap_groups(groups: Sequence[Content], width: int) -> Content:
    """Groups in lines of at most this width; a group is never broken."""
    rows: list[list[Content]] = []
    used = 0
    for group in groups:
        used += len(GAP) + group.cell_length
        if not rows or used > width:
            rows.append([])
            used = group.cell_length
        rows[-1].append(group)
    return lines(Content(GAP).join(row) for row in rows)


def same_contents(some: Sequence[Content], others: Sequence[Content]) -> bool:
    """Whether two rows of contents look the same; contents compare equal by their letters, dim or not."""
    return len(some) == len(others) and all(one.is_same(other) for one, other in zip(some, others, strict=True))


def rank(found: ActiveBinding, app: App[None]) -> tuple[int, int]:
    """Where a key stands: Enter, the place's own, Escape, then the app's in their order."""
    key = found.binding.key
    if found.node is app:
        own = [binding.key for binding in type(app).BINDINGS if isinstance(binding, Binding)]
        return 1, own.index(key) if key in own else len(own)
    return 0, {"enter": 0, "escape": 2}.get(key, 1)


class KeyBar(Static):
    """Every key of the place and of the app that is not hidden; disabled ones are dim; a click presses the key."""

    _groups: Sequence[Content] = ()

    def on_mount(self) -> None:
        """Follow the bindings of the screen."""
        self.screen.bindings_updated_signal.subscribe(self, self._renew)

    def _renew(self, screen: Screen[object]) -> None:
        if screen is self.screen:
            self._show(self._drawn(screen))

    def on_resize(self) -> None:
        """Break the keys into lines of the new width."""
        self.update(wrap_groups(self._groups, self.content_size.width))
        self.call_after_refresh(self.refresh, layout=True)  # Asked for within a layout, another one is not made.

    def _show(self, groups: Sequence[Content]) -> None:
        if not same_contents(groups, self._groups):
            self._groups = groups
            self.update(wrap_groups(groups, self.content_size.width))

    def on_click(self, event: events.Click) -> None:
        """A click on a key presses it."""
        key = event.style.meta.get("press")
        if isinstance(key, str):
            self.app.simulate_key(key)

    def _drawn(self, screen: Screen[object]) -> list[Content]:
        known = host_of(self).key_names
        shown = [found for found in screen.active_bindings.values() if found.binding.show and found.binding.description]
        shown.sort(key=lambda found: rank(found, host_of(self)))
        seen: set[str] = set()
        parts = []
        for found in shown:
            if found.binding.action in seen:
                continue
            seen.add(found.binding.action)
            parts.append(self._one(found.binding, found.enabled, key_name(found.binding, known)))
        return parts

    def _one(self, binding: Binding, enabled: bool, name: str) -> Content:
        words = say(self, binding.description)
        key_style, words_style = ("bold $primary", "$foreground") if enabled else ("$faint", "$faint")
        one = sentence(plain(name, key_style), plain(f" {words}", words_style))
        return one.stylize(Style.from_meta({"press": binding.key}))
