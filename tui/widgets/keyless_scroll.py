"""A scroll for content longer than its place, which rolls on to the widget that has the keyboard."""

from textual.containers import VerticalScroll
from textual.message import Message


class KeylessScroll(VerticalScroll, can_focus=False, inherit_bindings=False):
    """A scroll without keys of its own.

    Textual's takes the arrows and the pages from everything inside it as soon as there is more than fits: the page
    would move, the keyboard would stay where nobody sees it, and the next arrow would change an answer out of sight.
    """

    class Moved(Message):
        """The content moved, or its height or the room for it changed."""

    def watch_virtual_size(self) -> None:
        """The content became longer or shorter."""
        self.post_message(self.Moved())

    def on_resize(self) -> None:
        """The room for the content changed."""
        self.post_message(self.Moved())
