"""The pull: scan each vial out of the tank, a second person signs in, the vials are pulled; a wrong one is refused."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from cellbank.bank import Bank, Credentials, Reading
from cellbank.commands import dose as commands
from cellbank.domain.dose import VisitStep
from cellbank.domain.person import Verb
from cellbank.domain.vial import VialStatus
from cellbank.domain.visit_facts import ScanAtPull
from cellbank.errors import CellbankError, NotFound, Refused, WrongInput, WrongScan
from cellbank.facts.pull import scan_at_pull
from cellbank.facts.visit import get_visit
from cellbank.services.pull_scan import refuse_scan
from cellbank.views import pull, visit
from cellbank.views.pull import PickLine
from cellbank.views.visit_steps import way
from tui.screens.base_screen import BaseScreen
from tui.screens.second_person import SecondPersonModal
from tui.text import sentences, visit_words
from tui.text.markup_safe import cell, lines, plain
from tui.widgets.scan_bar import ScanBar
from tui.widgets.table import Table
from tui.work.scan_queue import ScanQueue
from tui.work.write import Answer, Write

COLUMNS = ("scanned", "position", "code", "lot", "status")


@dataclass(frozen=True)
class PullSeen:
    """The vials to fetch, how many make a dose, and whether a second person checks."""

    picks: tuple[PickLine, ...]
    needed: int
    second: bool


@dataclass(frozen=True)
class ScanAnswer:
    """What a scan turned out to be: a vial with what stands against it, or the error because it is no vial."""

    text: str
    answer: ScanAtPull | CellbankError


class PullScreen(BaseScreen[PullSeen]):
    """Every scan is answered here; nothing else opens. `replacing` draws from what nobody reserved."""

    help_code: ClassVar[str] = "tui.help.pull"
    verbs: ClassVar[dict[str, Verb]] = {"check": Verb.TREAT}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "check", "tui.key.second", tooltip="tui.tip.second"),
        Binding("f8", "start_again", "tui.key.start_again", tooltip="tui.tip.start_again"),
    ]

    def __init__(self, subject: str, number: int, *, replacing: bool = False) -> None:
        super().__init__()
        self.subject = subject
        self.number = number
        self.replacing = replacing
        self.scanned: list[str] = []
        self._scans = ScanQueue(self, self._look_up, self._scanned, self.show_error)

    @property
    def visit(self) -> str:
        """The visit's code."""
        return f"{self.subject}/{self.number}"

    def body(self) -> ComposeResult:
        """The vials to scan; beneath, the last wrong one."""
        yield Table([self.say(f"tui.column.{column}") for column in COLUMNS], opens=False)
        yield Static(id="wrong")

    def gather(self, bank: Bank) -> PullSeen:
        """The vials set aside, or those to draw in their place."""
        with bank.read() as reading:
            seen = visit.visit_view(reading, get_visit(reading, self.subject, self.number))
            found = way(reading, seen)
            picks = pull.pick_lines(reading, self.subject, self.number, replacing=self.replacing)
            return PullSeen(picks, found.needed, VisitStep.PULL in found.second_at)

    async def show(self, seen: PullSeen) -> None:
        """The vials, scanned or not yet."""
        self._show_scanned()

    def _show_scanned(self) -> None:
        if self.seen is None:
            return
        counts = self.say("tui.pull.counts", scanned=len(self.scanned), needed=self.seen.needed)
        title = self.say("tui.pull.replacing" if self.replacing else "tui.pull.title", visit=self.visit)
        self.set_heading(plain(title, "bold"), plain(f"  {counts}", "bold $primary"))
        listed = {one.code for one in self.seen.picks}
        beside = [PickLine(code, "", None, VialStatus.STORED) for code in self.scanned if code not in listed]
        self.query_one(Table).fill((one.code, self._row(one)) for one in (*self.seen.picks, *beside))
        self.refresh_bindings()

    def _row(self, one: PickLine) -> list[Text]:
        words, there = self.host.wording, one.code in self.scanned
        mark = f"✓ {self.say('tui.pull.scanned')}" if there else f"… {self.say('tui.pull.waits')}"
        status = words.term("vial_status", one.status) if one.lot else "–"
        place = visit_words.place(words, one) if one.lot else "–"
        return [cell(mark), cell(place), cell(one.code, "bold"), cell(one.lot), cell(status)]

    # Scans.

    def on_scan_bar_scanned(self, event: ScanBar.Scanned) -> None:
        """A scan answers this task and goes no further."""
        event.stop()
        self._scans.add(event.text)

    def _look_up(self, text: str) -> ScanAnswer:
        try:
            with self.host.bank.read() as reading:
                return ScanAnswer(text, self._asked(reading, text))
        except (NotFound, WrongInput) as error:
            return ScanAnswer(text, error)

    def _asked(self, reading: Reading, text: str) -> ScanAtPull:
        return scan_at_pull(reading, self.subject, self.number, text, replacing=self.replacing)

    def _scanned(self, looked: ScanAnswer) -> None:
        if isinstance(looked.answer, CellbankError):
            self._wrong(looked.text, looked.text, sentences.refusal(self.host.wording, looked.answer))
        elif looked.answer.findings:
            said = [self.host.wording.finding(finding) for finding in looked.answer.findings]
            self._wrong(looked.text, looked.answer.code, said)
        else:
            self._right(looked.answer.code)

    def _right(self, code: str) -> None:
        if code not in self.scanned:
            self.scanned.append(code)
        self.query_one("#wrong", Static).update(plain(""))
        self.query_one(Table).choose(code)
        self.query_one(ScanBar).say(self.say("tui.pull.right", vial=code, count=len(self.scanned)))
        self._show_scanned()

    def _wrong(self, text: str, code: str, said: Sequence[str]) -> None:
        title = plain(f" ✗ {self.say('tui.pull.wrong', code=code)} ", "bold reverse $error")
        self.query_one("#wrong", Static).update(lines([title, *(plain(f"  • {one}", "bold") for one in said)]))
        self.query_one(ScanBar).refuse(said[0])
        deed = partial(
            refuse_scan, subject_code=self.subject, number=self.number, scanned=text, replacing=self.replacing
        )
        self.host.perform(Write(deed, "tui.pull.kept", on_answer=_refusal_kept))

    def action_start_again(self) -> None:
        """Forget the scans so far."""
        self.scanned.clear()
        self.query_one("#wrong", Static).update(plain(""))
        self._show_scanned()

    # The act.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The check is dim until a vial was scanned."""
        if action in {"check", "start_again"} and not self.scanned:
            return None
        return super().check_action(action, parameters)

    def action_check(self) -> None:
        """The second person looks at the vials and signs in; where the trial file asks for none, the pull itself."""
        if self.seen is not None and not self.seen.second:
            self.host.perform(replace(self._pull(None), on_answer=self._alone))
            return
        self.app.push_screen(SecondPersonModal(self._to_check(), self._pull), self._pulled)

    def _to_check(self) -> str:
        """What the second person looks at; vials too few for a dose are found out here, not once they are thawed."""
        needed, count = 0 if self.seen is None else self.seen.needed, len(self.scanned)
        code = "tui.pull.check_fewer" if count < needed else "tui.pull.check"
        return self.say(code, visit=self.visit, count=count, needed=needed, vials=", ".join(self.scanned))

    def _pull(self, second: Credentials | None) -> Write:
        deed = commands.Pull(self.subject, self.number, tuple(self.scanned), self.replacing)
        return Write(deed, "tui.pull.done", {"visit": self.visit, "count": len(self.scanned)}, second=second)

    def _alone(self, answer: Answer) -> bool:
        self._pulled(answer.error is None)
        return answer.error is None

    def _pulled(self, kept: bool | None) -> None:
        if kept and self.app.screen is self:
            self.action_back()


def _refusal_kept(answer: Answer) -> bool:
    """The refusal of a scan is shown already; that it could not be kept is not."""
    return isinstance(answer.error, Refused | WrongScan)
