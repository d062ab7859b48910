"""The filter of the trail: each answer narrows its entries, none is needed."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, Static

from cellbank.domain.identifiers import Station
from cellbank.views.trail import Wanted
from cellbank.wording import Wording, texts
from tui.forms import ask
from tui.forms.ask import Ask, Choice
from tui.screens.modal import Modal
from tui.text.markup_safe import plain
from tui.widgets.key_bar import KeyBar
from tui.widgets.question import Question

_ACTION = "term.action."


def asks(words: Wording, wanted: Wanted, people: Sequence[str]) -> tuple[Ask, ...]:
    """Person, action, thing, days, text, with what is asked for now."""
    actions = (
        Choice(code.removeprefix(_ACTION), said) for code, said in texts(words.language).items() if _ACTION in code
    )
    offered = sorted(actions, key=lambda one: one.words)
    since = "" if wanted.since is None else wanted.since.isoformat()
    until = "" if wanted.until is None else wanted.until.isoformat()
    return (
        ask.line("trail_person", optional=True, given=wanted.actor or "", suggested=tuple(people)),
        ask.one_of("trail_action", offered, optional=True, given=wanted.action or ""),
        ask.code("trail_code", *Station, optional=True, given=wanted.code or ""),
        ask.day("trail_since", optional=True, given=since),
        ask.day("trail_until", optional=True, given=until),
        ask.line("trail_text", optional=True, given=wanted.text or ""),
    )


class TrailFilterModal(Modal[Wanted]):
    """Answers with what is wanted."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "show_entries", "tui.key.show"),
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]

    def __init__(self, wanted: Wanted, people: Sequence[str]) -> None:
        super().__init__()
        self.wanted = wanted
        self.people = people

    def compose(self) -> ComposeResult:
        """The questions."""
        words = self.host.wording
        with Vertical(classes="card wide"):
            yield Static(plain(self.say("tui.trail.filter"), "bold $primary"), classes="title")
            with VerticalScroll(can_focus=False):
                for one in asks(words, self.wanted, self.people):
                    hint = f"tui.ask.{one.name}.hint"
                    yield Question(one, self.say(f"tui.ask.{one.name}"), self.say(hint) if words.knows(hint) else "")
            yield KeyBar()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on; after the last question the entries are shown."""
        fields = list(self.query(Input))
        at = fields.index(event.input)
        if at + 1 < len(fields):
            fields[at + 1].focus()
        else:
            self.action_show_entries()

    def action_show_entries(self) -> None:
        """Answer with the filter; a line that cannot be read says so."""
        questions = list(self.query(Question))
        found = ask.answers(
            [one.ask for one in questions], {one.ask.name: one.text for one in questions}, self.host.bank.zone
        )
        for one in questions:
            error = found.wrong.get(one.ask.name)
            one.show_complaint(None if error is None else self.host.wording.error(error))
        if not found.wrong:
            given = found.given
            names = ("trail_person", "trail_code", "trail_since", "trail_until", "trail_action", "trail_text")
            self.dismiss(Wanted(*(given[name] for name in names)))
