"""Offers of a place: the verbs of its keys, the forms for the thing it shows, the forms for new things."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from textual.app import App
from textual.screen import Screen

from tui.forms import registry
from tui.forms.form import Form
from tui.host import Host
from tui.screens.base_screen import BaseScreen
from tui.screens.palette import PaletteItem
from tui.screens.paper import form_screen
from tui.screens.password import PasswordModal
from tui.screens.storage import StorageScreen
from tui.screens.vials import VialsScreen
from tui.widgets.key_bar import key_name

_OF_THE_PALETTE = frozenset({"verbs", "do"})


def verbs_for_this(app: Host, beneath: Screen[object]) -> list[PaletteItem]:
    """The forms for the thing in front, or for new things where a desk is in front."""
    own = list(_forms(app, beneath.forms())) if isinstance(beneath, BaseScreen) else []
    return own or list(_forms(app, _new()))


def all_verbs(app: Host, beneath: Screen[object]) -> list[PaletteItem]:
    """Every verb that can be done from here."""
    own = list(_forms(app, beneath.forms())) if isinstance(beneath, BaseScreen) else []
    return [*_keys(app, beneath), *own, *_places(app), *_forms(app, _new()), _own_password(app)]


def _own_password(app: Host) -> PaletteItem:
    """One's own password, which anyone signed in may change."""
    words, tip = app.wording.say("tui.password.change"), app.wording.say("tui.password.change.tip")
    return PaletteItem("", words, tip, partial(_change_password, app))


def _change_password(app: Host) -> None:
    if app.actor is not None:
        app.push_screen(PasswordModal(app.actor))


PLACES: Mapping[str, Callable[[], Screen[None]]] = {"storage": StorageScreen, "vials": VialsScreen}
"""Where one may go from anywhere, beside the desks."""


def _places(app: Host) -> Iterator[PaletteItem]:
    for name, screen in PLACES.items():
        words, tip = (app.wording.say(f"tui.go.{name}{part}") for part in ("", ".tip"))
        yield PaletteItem("", words, tip, partial(_go, app, screen))


def _go(app: Host, screen: Callable[[], Screen[None]]) -> None:
    app.push_screen(screen())


def _keys(app: Host, beneath: Screen[object]) -> Iterator[PaletteItem]:
    seen: set[str] = set()
    for one in beneath.active_bindings.values():
        known = one.binding.description.startswith("tui.") and one.binding.action not in _OF_THE_PALETTE
        if one.enabled and known and one.binding.key not in seen:
            seen.add(one.binding.key)
            words = app.wording.say(one.binding.description)
            tip = app.wording.say(one.binding.tooltip) if one.binding.tooltip else ""
            do = partial(_run, app, one.binding.action, one.node)
            yield PaletteItem(key_name(one.binding, app.key_names), words, tip, do)


async def _run(app: App[None], action: str, node: object) -> None:
    await app.run_action(action, node)  # type: ignore[arg-type]


def _new() -> Iterator[Form]:
    yield from (kind() for kind in registry.NEW)


def _forms(app: Host, forms: Iterable[Form]) -> Iterator[PaletteItem]:
    for form in forms:
        if app.may(form.verb) and not (form.reads_here and app.is_web):
            words, tip = (app.wording.say(f"tui.form.{form.code}{part}") for part in ("", ".tip"))
            yield PaletteItem("", words, tip, partial(app.push_screen, form_screen(form)))
