"""One visit: its way step by step, the gate of what comes next, the vials to pick, the attempts; every act."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static, TabbedContent, TabPane, Tabs

from cellbank.bank import Bank
from cellbank.domain.identifiers import Station
from cellbank.domain.person import Verb
from cellbank.views.dose import DoseView
from cellbank.views.pull import PickLine
from cellbank.views.visit_steps import Act
from tui.forms import registry
from tui.forms.form import Form
from tui.screens import visit_acts
from tui.screens.base_screen import BaseScreen
from tui.screens.record import RecordScreen
from tui.screens.visit_seen import VisitSeen, read_visit
from tui.text import visit_words
from tui.text.markup_safe import cell, lines, plain, sentence
from tui.widgets.requirement_list import RequirementList
from tui.widgets.table import Table
from tui.widgets.visit_steps import VisitStepsLine

TABS = {"board": "RequirementList", "picks": "#pick-lines", "attempts": "#attempt-lines"}
"""Each tab with what has the keyboard there."""
PICKS = ("position", "code", "lot", "status")
ATTEMPTS = ("number", "dose", "state", "note", "pulled", "by")
"""Why it ended stands where a narrow terminal still shows it."""


class VisitScreen(BaseScreen[VisitSeen]):
    """A visit by its subject and number; F5 is always the act that comes next."""

    AUTO_FOCUS = "RequirementList"
    help_code: ClassVar[str] = "tui.help.visit"
    verbs: ClassVar[dict[str, Verb]] = {"next": Verb.TREAT, "act": Verb.TREAT, "labels": Verb.PRINT_LABEL}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "tab(-1)", "tui.key.tabs", priority=True, tooltip="tui.tip.visit_tabs"),
        Binding("right", "tab(1)", show=False, priority=True),
        Binding("f5", "next", "tui.key.pull"),
        Binding("f6", "act('replace')", "tui.key.replace", tooltip="tui.tip.replace"),
        Binding("f6", "act('put_back')", "tui.form.dose.put_back", tooltip="tui.form.dose.put_back.tip"),
        Binding("f7", "labels", "tui.key.labels", tooltip="tui.tip.dose_labels"),
        Binding("f8", "act('waste')", "tui.key.waste", tooltip="tui.tip.waste"),
        Binding("f9", "act('return')", "tui.form.dose.return", tooltip="tui.form.dose.return.tip"),
        Binding("ctrl+e", "record", "tui.key.its_record", tooltip="tui.tip.its_record"),
    ]

    def __init__(self, subject: str, number: int) -> None:
        super().__init__()
        self.subject = subject
        self.number = number
        self._held_before: tuple[str, ...] | None = None

    @property
    def code(self) -> str:
        """The visit's code."""
        return f"{self.subject}/{self.number}"

    def body(self) -> ComposeResult:
        """The way, what holds the dose, the tabs."""
        yield VisitStepsLine(id="way")
        yield Static(id="held")
        with TabbedContent(id="tabs"):
            with TabPane(plain(self.say("tui.tab.gate")), id="board"):
                yield RequirementList(evidence=False)
            with TabPane(plain(self.say("tui.tab.picks")), id="picks"):
                yield Table([self.say(f"tui.column.{column}") for column in PICKS], id="pick-lines")
            with TabPane(plain(self.say("tui.tab.attempts")), id="attempts"):
                yield Table([self.say(f"tui.column.{column}") for column in ATTEMPTS], id="attempt-lines")

    def on_mount(self) -> None:
        """The tabs are turned with the arrows."""
        self.query_one(Tabs).can_focus = False

    def gather(self, bank: Bank) -> VisitSeen:
        """The visit, its way and the gate."""
        return read_visit(bank, self.subject, self.number)

    async def show(self, seen: VisitSeen) -> None:
        """The visit's lines, the gate, the vials, the attempts."""
        self._offer(seen.way.next)
        self.set_heading(lines([self._head(seen), self._next(seen)]))
        self.query_one(VisitStepsLine).fill(seen.way.steps)
        self._show_held(seen.under_way)
        await self.query_one(RequirementList).fill(seen.answers)
        self.query_one("#pick-lines", Table).fill((one.code, self._pick(one)) for one in seen.picks)
        if not seen.picks:
            self._leave_the_picks()
        attempts = ((one.code, self._attempt(one)) for one in seen.visit.doses)
        self.query_one("#attempt-lines", Table).fill(attempts)

    def _head(self, seen: VisitSeen) -> Content:
        words, found = self.host.wording, seen.visit
        return sentence(
            plain(f"{self.say('tui.column.visit')} {found.code}", "bold"),
            plain(f"  {words.value(found.planned_on)} ({visit_words.window(words, found)})", "$muted"),
        )

    def _next(self, seen: VisitSeen) -> Content:
        if seen.visit.cancelled_on is not None:
            params = {"on": seen.visit.cancelled_on, "because": seen.visit.cancelled_because}
            return plain(f"– {self.say('tui.visit.cancelled', **params)}", "bold")
        if seen.way.next is None:
            return plain(f"✓ {self.say('tui.visit.injected', at=seen.visit.injected_at)}", "bold $success")
        count = sum(len(answer.findings) for answer in seen.answers)
        state = f"✗ {self.say('tui.findings', count=count)}" if count else f"✓ {self.say('tui.ready')}"
        return sentence(
            plain(f"F5 {self.say(visit_acts.words_of(seen.way.next))}", "bold $primary"),
            plain(f"   {self._gate_of(seen)}"),
            plain(state, "bold $error" if count else "bold $success"),
        )

    def _gate_of(self, seen: VisitSeen) -> str:
        """Which permission the gate is asked for, unless F5 asks for that one itself."""
        if seen.way.next is not None and seen.way.next.value == seen.way.gate.value:
            return ""
        return f"{self.say(f'tui.step.{seen.way.gate}')}  "

    def _show_held(self, attempt: DoseView | None) -> None:
        """A hold that falls while a dose is under way must reach the bedside: loud, and a bell when it is new."""
        holds = () if attempt is None else attempt.holds
        banner = self.query_one("#held", Static)
        banner.display = bool(holds)
        said = [plain(f" ✗ {self.say('tui.visit.held_after_pull')} ", "bold reverse $error")] if holds else []
        said += [plain(f"   {hold.code} · {hold.subject}: {hold.reason}", "bold $error") for hold in holds]
        banner.update(lines(said))
        codes = tuple(sorted(hold.code for hold in holds))
        if self._held_before is not None and set(codes) - set(self._held_before):
            self.app.bell()
        self._held_before = codes

    def _pick(self, one: PickLine) -> list[Text]:
        status = self.host.wording.term("vial_status", one.status)
        return [
            cell(visit_words.place(self.host.wording, one)),
            cell(one.code, "bold"),
            cell(one.lot),
            cell(status),
        ]

    def _attempt(self, one: DoseView) -> list[Text]:
        words = self.host.wording
        by = one.pulled_by if one.pull_checked_by is None else f"{one.pulled_by}, {one.pull_checked_by}"
        status = words.term("dose_status", one.status)
        parts = (one.attempt, one.code, status, one.ended_because or "", words.value(one.pulled_at), by)
        return [cell(part) for part in parts]

    def action_tab(self, by: int) -> None:
        """The next or the previous tab."""
        tabs, names = self.query_one(TabbedContent), list(TABS)
        tabs.active = names[(names.index(tabs.active) + by) % len(names)]
        self.query_one(TABS[tabs.active]).focus()

    def _leave_the_picks(self) -> None:
        """Once the vials are out there is nothing to pick: back to the gate."""
        if self.query_one(TabbedContent).active == "picks":
            self.action_tab(-1)

    def on_data_table_row_selected(self, event: Table.RowSelected) -> None:
        """The record of a vial or of a dose."""
        if event.row_key.value is not None:
            self.host.open_code(event.row_key.value)

    # Acts.

    def forms(self) -> Sequence[Form]:
        """The forms for the visit and for its attempt."""
        return [] if self.seen is None else registry.forms_for(Station.VISIT, self.code, self.seen.visit)

    def _offer(self, following: Act | None) -> None:
        """Give F5 the words of what comes next."""
        if following is not None:
            words = visit_acts.words_of(following)
            self._bindings.key_to_bindings["f5"] = [Binding("f5", "next", words, tooltip=f"{words}.tip")]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """An act's key is there while the act can follow."""
        if action in {"act", "labels", "next"} and self.seen is None:
            return False
        if action == "next" and self.seen is not None and self.seen.way.next is None:
            return False
        asked = str(parameters[0]) if action == "act" else action
        if action in {"act", "labels"} and not visit_acts.fits(asked, self.seen):
            return False
        return super().check_action(action, parameters)

    def action_next(self) -> None:
        """The act that comes next."""
        if self.seen is None or self.seen.way.next is None:
            return
        if self.seen.way.next is Act.RECEIVE and self.seen.way.transfer is not None:
            self.host.open_code(self.seen.way.transfer)
        else:
            self.app.push_screen(visit_acts.next_screen(self.seen.way.next, self.code))

    def action_act(self, name: str) -> None:
        """Open the form of an act beside the next one."""
        self.app.push_screen(visit_acts.other_screen(name, self.code))

    def action_labels(self) -> None:
        """The dispensing label and the flag of the syringe."""
        if self.seen is not None and self.seen.under_way is not None:
            self.app.push_screen(visit_acts.labels(self.seen.under_way.code, self.code))

    def action_record(self) -> None:
        """The visit's own record, with its history."""
        self.app.push_screen(RecordScreen(self.code))
