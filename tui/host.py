"""From any widget or screen to the app it lives in, with its own type."""

from typing import TYPE_CHECKING, cast

from textual.dom import DOMNode

if TYPE_CHECKING:
    from tui.app.app import CellbankApp


def app_of(node: DOMNode) -> "CellbankApp":
    """The cellbank app that a node lives in."""
    return cast("CellbankApp", node.app)


def say(node: DOMNode, code: str, /, **params: object) -> str:
    """A sentence in the language of the app."""
    return app_of(node).wording.say(code, **params)
