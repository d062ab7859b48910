"""The release board: one row a requirement, met or not (a mark and a word), findings beneath as sentences."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import ListItem, ListView, Static

from cellbank.domain.requirement import Answer
from tui.host import host_of, say
from tui.text import sentences
from tui.text.markup_safe import lines, plain, sentence


class RequirementItem(ListItem):
    """One requirement with its findings."""

    def compose(self) -> ComposeResult:
        """The requirement, and beneath it what stands against it."""
        yield Static(classes="requirement")
        yield Static(classes="against")

    def fill(self, answer: Answer) -> None:
        """Show an answer."""
        met = answer.satisfied
        mark, word, style = ("✓", "tui.met", "$success") if met else ("✗", "tui.not_met", "bold $error")
        width = max(len(say(self, "tui.met")), len(say(self, "tui.not_met")))
        head = sentence(
            plain(f"{mark} {say(self, word):<{width}}  ", style),
            plain(sentences.requirement(host_of(self).wording, answer.requirement), "" if met else "bold"),
        )
        self.query_one(".requirement", Static).update(head)
        against = self.query_one(".against", Static)
        against.display = not met
        words = host_of(self).wording
        against.update(lines(plain(words.finding(finding)) for finding in answer.findings))


class RequirementList(ListView):
    """The requirements of a step in the gate's order; Enter asks for the evidence behind one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select_cursor", "tui.key.evidence", tooltip="tui.tip.evidence"),
    ]
    answers: tuple[Answer, ...] = ()

    def __init__(self, *, evidence: bool = True) -> None:
        super().__init__()
        self.evidence = evidence

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter is offered where a requirement has evidence to open."""
        return self.evidence or action != "select_cursor"

    async def fill(self, answers: Sequence[Answer]) -> None:
        """Show these answers; the cursor stays where it is, at first on the first that is not met."""
        another_step = [one.requirement for one in answers] != [one.requirement for one in self.answers]
        items = list(self.query(RequirementItem))
        missing = [RequirementItem() for _ in answers[len(items) :]]
        await self.mount_all(missing)
        for at, item in enumerate([*items, *missing]):
            item.display = at < len(answers)
            item.disabled = not item.display
            if item.display:
                item.fill(answers[at])
        self.answers = tuple(answers)
        if another_step:
            self.index = next((at for at, one in enumerate(answers) if not one.satisfied), 0)
            self.call_after_refresh(self._show_cursor)

    def _show_cursor(self) -> None:
        """The whole of the row under the cursor, with what stands against it."""
        if self.highlighted_child is not None:
            self.highlighted_child.scroll_visible(animate=False)

    @property
    def chosen(self) -> Answer | None:
        """The answer under the cursor."""
        return None if self.index is None or self.index >= len(self.answers) else self.answers[self.index]
