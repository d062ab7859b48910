"""What is longer than its place, and rolls on to whatever has the keyboard in it."""

from textual.containers import VerticalScroll
from textual.message import Message


class Scroll(VerticalScroll, can_focus=False, inherit_bindings=False):
    """A scroll without keys of its own.

    Textual's takes the arrows and the pages from everything inside it as soon as there is more than fits: the page
    would move, the keyboard would stay where nobody sees it, and the next arrow would change an answer out of sight.
    """

    class Moved(Message):
        """The lines stand otherwise than before, or have more or less room."""

    def watch_virtual_size(self) -> None:
        """More lines, or fewer."""
        self.post_message(self.Moved())

    def on_resize(self) -> None:
        """More room, or less."""
        self.post_message(self.Moved())
