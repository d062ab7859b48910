"""Questions one below another, what was answered so far, and the present moment by one key; what follows is beneath.

What becomes of the answers is the form screen's.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from tui.forms import ask
from tui.forms.ask import Answers, Ask
from tui.forms.form import Form
from tui.screens.base_screen import BaseScreen
from tui.text.markup_safe import plain
from tui.widgets.clock import digits
from tui.widgets.keyless_scroll import KeylessScroll
from tui.widgets.question import Question


class QuestionsScreen(BaseScreen[tuple[Ask, ...]]):
    """The questions of one form."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f6", "now", "tui.key.now", tooltip="tui.tip.now"),
        Binding("pagedown", "read_on(1)", "tui.key.read_on", priority=True),
        Binding("pageup", "read_on(-1)", show=False, priority=True),
    ]

    def __init__(self, form: Form) -> None:
        super().__init__()
        self.form = form

    def body(self) -> ComposeResult:
        """The questions; beneath them what follows."""
        yield KeylessScroll(id="questions")
        yield KeylessScroll(Static(id="announced"), id="announcing")

    def on_mount(self) -> None:
        """Count the seconds where a form counts them from a moment."""
        if self.form.counts_from is not None:
            self.set_interval(1.0, self._count)

    @property
    def title_shown(self) -> str:
        """The verb, and the thing it is about."""
        return " ".join((self.say(f"tui.form.{self.form.code}"), self.form.of)).strip()

    def show_title(self, counted: str = "") -> None:
        """What is done to which thing; and the seconds counted, where some are."""
        tip = self.say(f"tui.form.{self.form.code}.tip")
        counting = [plain(f"  {counted}", "bold $primary")] if counted else []
        self.set_heading(plain(self.title_shown, "bold"), *counting, plain(f"  {tip}", "$muted"))

    def _count(self) -> None:
        found = self.answers().given
        since, ended = found.get(self.form.counts_from or ""), found.get(self.form.when)
        if since is not None and self.is_attached:
            span = (ended or self.host.bank.now()) - since
            self.show_title(f"⏱ {digits(span)}" if span >= timedelta(0) else "")

    def words_of(self, one: Ask) -> tuple[str, str]:
        """The words of a question, and an example of its answer."""
        words, code = self.host.wording, f"tui.ask.{one.name}"
        hint = self.say(f"{code}.hint") if words.knows(f"{code}.hint") else ""
        return one.label or self.say(code), one.hint or hint

    @property
    def questions(self) -> Sequence[Question]:
        """Every question, in its order."""
        return list(self.query(Question))

    def answers(self) -> Answers:
        """The answers typed so far, read."""
        texts = {one.ask.name: one.text for one in self.questions}
        return ask.answers(self.seen or (), texts, self.host.bank.zone)

    def on_keyless_scroll_moved(self) -> None:
        """The answer in hand stays in sight, and the keys shown are those of use now."""
        here = next((one for one in self.questions if one.has_focus_within), None)
        if here is not None:
            here.scroll_visible(animate=False)
        self.refresh_bindings()

    @property
    def _at_a_moment(self) -> Question | None:
        return next((one for one in self.questions if one.ask.moment and one.has_focus_within), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The key for the present moment is there where a moment is asked, the key to read on where the announcement is
        longer than its place.
        """
        if action == "now" and self._at_a_moment is None:
            return False
        if action == "read_on" and not self.query_one("#announcing", KeylessScroll).max_scroll_y:
            return False
        return super().check_action(action, parameters)

    def action_now(self) -> None:
        """The present moment, to the second."""
        bank, here = self.host.bank, self._at_a_moment
        if here is not None:
            here.text = ask.moment_text(bank.now(), bank.zone)

    def action_read_on(self, by: int) -> None:
        """Read all that is announced while the answers keep the keyboard."""
        announcing = self.query_one("#announcing", KeylessScroll)
        announcing.scroll_relative(y=by * max(1, announcing.size.height - 1), animate=False)
