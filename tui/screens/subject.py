"""A subject: the course of visits with what each has and lacks; the acts on the whole course."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from cellbank.bank import Bank
from cellbank.domain.identifiers import Station
from cellbank.views import visit
from cellbank.views.visit import SubjectView, VisitView
from tui.forms import registry, subject
from tui.forms.form import Form
from tui.screens.base_screen import BaseScreen
from tui.screens.form import FormScreen
from tui.screens.record import RecordScreen
from tui.text import visit_words
from tui.text.markup_safe import cell, lines, plain, sentence
from tui.widgets.table import Table

COLUMNS = ("visit", "planned_on", "prescription", "contra", "reserved", "state")
KEYS: Mapping[type[Form], str] = {
    subject.PlanVisits: "f5",
    subject.ReserveCourse: "f5",
    subject.CancelCourse: "f8",
    subject.Withdraw: "f9",
}
"""The key of each act on the course; the two on F5 never fit at once."""


class SubjectScreen(BaseScreen[SubjectView]):
    """A subject by pseudonym."""

    help_code: ClassVar[str] = "tui.help.subject"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(key, f"form('{form.code}')", f"tui.form.{form.code}", tooltip=f"tui.form.{form.code}.tip")
            for form, key in KEYS.items()
        ),
        Binding("ctrl+e", "record", "tui.key.its_record", tooltip="tui.tip.its_record"),
    ]
    _offered: Sequence[Form] = ()

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code

    def body(self) -> ComposeResult:
        """The visits."""
        yield Table([self.say(f"tui.column.{column}") for column in COLUMNS])

    def gather(self, bank: Bank) -> SubjectView:
        """The subject with the whole course."""
        with bank.read() as reading:
            return visit.subject_view(reading, self.code)

    async def show(self, seen: SubjectView) -> None:
        """The subject's particulars, then the visits."""
        self._offer(seen)
        self.set_heading(lines([self._head(seen), *self._remarks(seen)]))
        self.query_one(Table).fill((one.code, self._visit(one)) for one in seen.visits)

    def _head(self, seen: SubjectView) -> Content:
        said = self.say(
            "tui.subject.particulars",
            born=seen.born,
            on=seen.enrolled_on,
            investigator=seen.investigator,
            until=seen.follow_up_until,
        )
        return sentence(plain(self.say("tui.subject.title", code=seen.code), "bold"), plain(f"  {said}", "$muted"))

    def _remarks(self, seen: SubjectView) -> list[Content]:
        if seen.withdrawn_on is not None:
            said = self.say("tui.subject.withdrawn", on=seen.withdrawn_on, because=seen.withdrawn_because)
            return [plain(f"✗ {said}", "bold $error")]
        return [] if seen.visits else [plain(f"◌ {self.say('tui.subject.no_visits')}", "$warning")]

    def _visit(self, one: VisitView) -> list[Text]:
        words = self.host.wording
        parts = (
            words.value(one.planned_on),
            visit_words.prescription(words, one),
            visit_words.contraindications(words, one),
            len(one.reserved),
            visit_words.standing(words, one),
        )
        return [cell(one.code, "bold"), *(cell(part) for part in parts)]

    def on_data_table_row_selected(self, event: Table.RowSelected) -> None:
        """Open the visit."""
        if event.row_key.value:
            self.host.open_code(event.row_key.value)

    # Acts.

    def forms(self) -> Sequence[Form]:
        """The forms for the course that fit now."""
        return self._offered

    def _offer(self, seen: SubjectView) -> None:
        self._offered = registry.forms_for(Station.SUBJECT, seen.code, seen)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A form's key is there where the form fits, and dim for roles that may not."""
        if action == "form":
            form = next((one for one in self._offered if one.code == parameters[0]), None)
            return False if form is None else self.host.may(form.verb) or None
        return super().check_action(action, parameters)

    def action_form(self, code: str) -> None:
        """Open one of the course's forms."""
        self.app.push_screen(FormScreen(next(one for one in self._offered if one.code == code)))

    def action_record(self) -> None:
        """Open the subject's plain record, with its history."""
        self.app.push_screen(RecordScreen(self.code))
