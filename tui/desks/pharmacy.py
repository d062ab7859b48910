"""The pharmacy desk: doses under way, visits of the week with what each lacks and what comes next, what else waits."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from cellbank.bank import Bank
from cellbank.domain.person import Verb
from cellbank.views.pharmacy_day import DueVisit, PharmacyDay, Waiting, pharmacy_day
from tui.forms import papers, subject
from tui.forms.form import Form
from tui.screens.base_screen import BaseScreen
from tui.screens.paper import form_screen
from tui.text import visit_words
from tui.text.markup_safe import cell, plain
from tui.widgets.open_doses import OpenDoses
from tui.widgets.table import Table

DUE = ("visit", "planned_on", "until", "next", "prescription", "contra", "reserved")
WAITING = ("chore", "code", "on", "detail")
KEYS: dict[str, type[Form]] = {"f5": subject.Enrol, "f6": papers.PickList, "f7": papers.Accountability}


class PharmacyDesk(BaseScreen[PharmacyDay]):
    """The visits, doses and chores that need the pharmacist today."""

    help_code: ClassVar[str] = "tui.help.pharmacy"
    shows_open_doses: ClassVar[bool] = False
    verbs: ClassVar[dict[str, Verb]] = {}
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(key, f"begin('{key}')", f"tui.form.{form.code}", tooltip=f"tui.form.{form.code}.tip")
            for key, form in KEYS.items()
        ),
        Binding("tab", "app.focus_next", "tui.key.other_list"),
    ]

    def body(self) -> ComposeResult:
        """The clocks, the visits, everything else."""
        yield OpenDoses(id="running")
        yield Table([self.say(f"tui.column.{column}") for column in DUE], id="due")
        yield Static(id="waiting-title")
        yield Table([self.say(f"tui.column.{column}") for column in WAITING], id="waiting")

    def gather(self, bank: Bank) -> PharmacyDay:
        """The whole day, in one snapshot."""
        with bank.read() as reading:
            return pharmacy_day(reading)

    async def show(self, seen: PharmacyDay) -> None:
        """Both lists as rows."""
        counts = self.say("tui.pharmacy.counts", visits=len(seen.due), running=len(seen.running))
        self.set_heading(plain(self.say("tui.pharmacy.title"), "bold"), plain(f"  {counts}", "$muted"))
        self.query_one("#due", Table).fill((one.visit.code, self._due(one)) for one in seen.due)
        title = self.say("tui.pharmacy.waiting" if seen.waiting else "tui.pharmacy.nothing_waits")
        self.query_one("#waiting-title", Static).update(plain(title, "bold"))
        waiting = self.query_one("#waiting", Table)
        waiting.display = bool(seen.waiting)
        waiting.fill((f"{one.chore}|{one.code}", self._waiting(one)) for one in seen.waiting)

    def _due(self, one: DueVisit) -> list[Text]:
        words, seen = self.host.wording, one.visit
        parts = (
            words.value(seen.planned_on),
            visit_words.until(seen),
            "–" if one.next is None else f"▶ {self.say(f'tui.next.{one.next}')}",
            visit_words.prescription(words, seen),
            visit_words.contraindications(words, seen),
        )
        aside = cell(len(seen.reserved))
        if one.held:
            aside = cell(f"{len(seen.reserved)}  ■ {self.say('tui.pharmacy.held', count=one.held)}", "bold $error")
        return [cell(seen.code, "bold"), *(cell(part) for part in parts), aside]

    def _waiting(self, one: Waiting) -> list[Text]:
        words = self.host.wording
        listed = words.named("tests" if one.chore == "result" else "", one.what)
        detail = self.say("tui.chore.visits", what=listed) if one.chore == "reserve" else listed
        parts = ("–" if one.on is None else words.value(one.on), detail)
        return [cell(self.say(f"tui.chore.{one.chore}")), cell(one.code, "bold"), *(cell(part) for part in parts)]

    def on_data_table_row_selected(self, event: Table.RowSelected) -> None:
        """Open the thing: a visit, a subject, a dose, a transfer."""
        code = (event.row_key.value or "").rpartition("|")[2]
        if code:
            self.host.open_code(code)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Dim for roles that may not."""
        if action == "begin" and not self.host.may(KEYS[str(parameters[0])].verb):
            return None
        return super().check_action(action, parameters)

    def action_begin(self, key: str) -> None:
        """A new subject, or a document."""
        self.app.push_screen(form_screen(KEYS[key]()))
