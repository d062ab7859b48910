"""One visit: the gate of its next step, the vials to pick, the attempts so far; from here its acts begin."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import TabbedContent, TabPane, Tabs

from cellbank.bank import Bank, Credentials
from cellbank.domain.gate import Answer as Asked
from cellbank.domain.gate import Step
from cellbank.domain.person import Verb
from cellbank.domain.visit import DoseStatus
from cellbank.services import dose as services
from cellbank.views import pull, visit
from cellbank.views.dose import DoseView
from cellbank.views.pull import PickLine
from cellbank.views.visit import VisitView
from tui import visit_words
from tui.screens.ask import AskCard
from tui.screens.place import Place
from tui.screens.pull import PullScreen
from tui.screens.second import SecondCard
from tui.widgets.board import Board
from tui.widgets.clock import Now, clock
from tui.widgets.lines import Lines
from tui.widgets.plain import cell, lines, plain, sentence
from tui.writing import Write

TABS = ("board", "picks", "attempts")
PICKS = ("position", "code", "lot", "status")
ATTEMPTS = ("number", "dose", "state", "pulled", "by", "note")
ACTS = {
    "dispense": frozenset({DoseStatus.PREPARED}),
    "waste": frozenset({DoseStatus.PULLED, DoseStatus.THAWED, DoseStatus.PREPARED, DoseStatus.DISPENSED}),
}
"""In which states of the attempt an act is offered; the service decides."""


@dataclass(frozen=True)
class VisitSeen:
    """One visit with the answers of the gate at its next step."""

    visit: VisitView
    step: Step
    answers: tuple[Asked, ...]
    picks: tuple[PickLine, ...]
    now: Now

    @property
    def under_way(self) -> DoseView | None:
        """The attempt that must still come to an end."""
        return next((one for one in self.visit.doses if one.under_way), None)


def next_step(seen: VisitView) -> Step:
    """The pull; the dispensing while an attempt is under way."""
    return Step.DISPENSE if any(one.under_way for one in seen.doses) else Step.PULL


class VisitScreen(Place[VisitSeen]):
    """A visit by its subject and number."""

    AUTO_FOCUS = "Board"
    help_code: ClassVar[str] = "tui.help.visit"
    verbs: ClassVar[dict[str, Verb]] = dict.fromkeys(("pull", "dispense", "waste"), Verb.TREAT)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "tab(-1)", "tui.key.tabs", priority=True, tooltip="tui.tip.visit_tabs"),
        Binding("right", "tab(1)", show=False, priority=True),
        Binding("f5", "pull", "tui.key.pull", tooltip="tui.tip.pull"),
        Binding("f7", "dispense", "tui.key.dispense", tooltip="tui.tip.dispense"),
        Binding("f8", "waste", "tui.key.waste", tooltip="tui.tip.waste"),
    ]

    def __init__(self, subject: str, number: int) -> None:
        super().__init__()
        self.subject = subject
        self.number = number
        self.writing = False

    def body(self) -> ComposeResult:
        """The tabs."""
        with TabbedContent(id="tabs"):
            with TabPane(plain(self.say("tui.tab.gate")), id="board"):
                yield Board(evidence=False)
            with TabPane(plain(self.say("tui.tab.picks")), id="picks"):
                yield Lines([self.say(f"tui.column.{column}") for column in PICKS], id="pick-lines")
            with TabPane(plain(self.say("tui.tab.attempts")), id="attempts"):
                yield Lines([self.say(f"tui.column.{column}") for column in ATTEMPTS], id="attempt-lines")

    def on_mount(self) -> None:
        """The tabs are turned with the arrows; the clock counts every second."""
        self.query_one(Tabs).can_focus = False
        super().on_mount()
        self.set_interval(1.0, self._tick)

    def gather(self, bank: Bank) -> VisitSeen:
        """The visit and the gate, in one snapshot."""
        with bank.read() as reading:
            seen = visit.visit_view(reading, visit.named(reading, self.subject, self.number))
            step = next_step(seen)
            answers = visit.visit_check(reading, self.subject, self.number, step)
            picks = pull.pick_lines(reading, self.subject, self.number)
            return VisitSeen(seen, step, answers, picks, Now(reading.now))

    async def show(self, seen: VisitSeen) -> None:
        """The visit's lines, the gate, the vials, the attempts."""
        self._tick()
        await self.query_one(Board).fill(seen.answers)
        self.query_one("#pick-lines", Lines).fill((one.code, self._pick(one)) for one in seen.picks)
        attempts = ((one.code, self._attempt(one)) for one in seen.visit.doses)
        self.query_one("#attempt-lines", Lines).fill(attempts)

    def _tick(self) -> None:
        if self.seen is None or not self.is_attached:
            return
        words, seen = self.cellbank.wording, self.seen
        found = seen.visit
        count = sum(len(answer.findings) for answer in seen.answers)
        state = f"✗ {self.say('tui.findings', count=count)}" if count else f"✓ {self.say('tui.ready')}"
        head = sentence(
            plain(f"{self.say('tui.column.visit')} {found.code}", "bold"),
            plain(f"  {words.value(found.planned_on)} ({visit_words.window(words, found)})", "$muted"),
        )
        lacks = sentence(
            plain(f"{self.say('tui.column.prescription')} {visit_words.prescription(words, found)} · "),
            plain(f"{self.say('tui.column.contraindications')} {visit_words.contraindications(words, found)}"),
        )
        step = sentence(
            plain(f"{self.say(f'tui.step.{seen.step}')}: ", "bold"),
            plain(state, "bold $error" if count else "$success"),
        )
        if (dose := seen.under_way) is not None:
            status = words.term("dose_status", dose.status)
            ticking = plain(f"   {dose.code} {status} {clock(words, dose, seen.now())}", "bold $primary")
            step = sentence(step, ticking)
        self.where(lines([head, lacks, step]))

    def _pick(self, one: PickLine) -> list[Text]:
        status = self.cellbank.wording.term("vial_status", one.status)
        return [cell(one.position or "–"), cell(one.code, "bold"), cell(one.lot), cell(status)]

    def _attempt(self, one: DoseView) -> list[Text]:
        words = self.cellbank.wording
        by = one.pulled_by if one.pull_checked_by is None else f"{one.pulled_by}, {one.pull_checked_by}"
        status = words.term("dose_status", one.status)
        parts = (one.attempt, one.code, status, words.value(one.pulled_at), by, one.ended_because or "")
        return [cell(part) for part in parts]

    def action_tab(self, by: int) -> None:
        """The next or the previous tab."""
        tabs = self.query_one(TabbedContent)
        tabs.active = TABS[(TABS.index(tabs.active) + by) % len(TABS)]
        self.query_one({"board": "Board", "picks": "#pick-lines", "attempts": "#attempt-lines"}[tabs.active]).focus()

    def on_data_table_row_selected(self, event: Lines.RowSelected) -> None:
        """The record of a vial or of a dose."""
        if event.row_key.value is not None:
            self.cellbank.open_code(event.row_key.value)

    # Acts.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Each act is offered while the attempt is where it can follow."""
        dose = None if self.seen is None else self.seen.under_way
        if action == "pull" and (self.seen is None or dose is not None):
            return False
        if action in ACTS and (dose is None or dose.status not in ACTS[action]):
            return False
        return super().check_action(action, parameters)

    def action_pull(self) -> None:
        """The pull task."""
        self.app.push_screen(PullScreen(self.subject, self.number))

    def action_dispense(self) -> None:
        """The dose leaves the pharmacy, checked by a second person."""
        card = SecondCard(self.say("tui.dispense.title", visit=self._code), self._dispense)
        self.app.push_screen(card)

    def _dispense(self, second: Credentials) -> Write:
        deed = partial(services.dispense, subject_code=self.subject, number=self.number)
        return Write(deed, "tui.dispense.done", {"visit": self._code}, second=second)

    def action_waste(self) -> None:
        """The attempt came to nothing, with a reason."""
        ask = AskCard(self.say("tui.waste.title", visit=self._code), self.say("tui.waste.why"))
        self.app.push_screen(ask, self._waste)

    def _waste(self, because: str | None) -> None:
        if because is not None:
            deed = partial(services.waste, subject_code=self.subject, number=self.number, reason=because)
            self._perform(Write(deed, "tui.waste.done"))

    def _perform(self, write: Write) -> None:
        write.params["visit"] = self._code
        self.cellbank.perform(write)

    @property
    def _code(self) -> str:
        return f"{self.subject}/{self.number}"
