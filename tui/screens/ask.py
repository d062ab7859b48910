"""One question with one line as its answer: a reason, a conclusion."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from tui.screens.modal import Modal
from tui.text.markup_safe import plain
from tui.widgets.field import Field
from tui.widgets.key_bar import KeyBar


class AskModal(Modal[str]):
    """Answers with the line, stripped and not empty, or with nothing."""

    AUTO_FOCUS = "Input"

    def __init__(self, title: str, prompt: str, given: str = "") -> None:
        super().__init__()
        self.given = given
        self.title_shown = title
        self.prompt = prompt

    def compose(self) -> ComposeResult:
        """The question and its input."""
        with Vertical(classes="card"):
            yield Static(plain(self.title_shown, "bold $primary"), classes="title")
            yield Field(self.given, placeholder=self.prompt, max_length=400)
            yield KeyBar()

    def on_input_submitted(self) -> None:
        """Answer, when something was written."""
        said = self.query_one(Field).value.strip()
        if said:
            self.dismiss(said)
