"""A stock-take of a box: scan what is in it, without being told what should be; compared only when it is done."""

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cellbank.bank import Bank, Outcome
from cellbank.commands import storage as commands
from cellbank.domain.identifiers import Station
from cellbank.domain.person import Verb
from cellbank.views.storage import PlaceLine, place_view
from tui.forms.vial import DiscardSeveral
from tui.screens.base_screen import BaseScreen
from tui.screens.form import FormScreen
from tui.text import sentences
from tui.text.markup_safe import lines, plain, sentence
from tui.widgets.scan_bar import ScanBar
from tui.work.lookup import Scanned, look_up
from tui.work.scan_queue import ScanQueue
from tui.work.write import Answer, Write


class CountScreen(BaseScreen[PlaceLine]):
    """Scan after scan; F5 compares and records. What differs is counted a second time, as blindly as the first."""

    AUTO_FOCUS = "#counted"
    help_code: ClassVar[str] = "tui.help.count"
    verbs: ClassVar[dict[str, Verb]] = {"record": Verb.RECORD_STORAGE, "missing": Verb.RECORD_STORAGE}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "record", "tui.key.compare", tooltip="tui.tip.compare"),
        Binding("f6", "missing", "tui.key.missing", tooltip="tui.tip.missing"),
        Binding("f8", "start_again", "tui.key.start_again", tooltip="tui.tip.start_again"),
    ]

    def __init__(self, box: str) -> None:
        super().__init__()
        self.box = box
        self.first: tuple[str, ...] | None = None
        self.scanned: list[str] = []
        self.outcome: Outcome | None = None
        self.said = ""
        self.writing = False
        self._scans = ScanQueue(self, self._look_up, self._found, self.show_error)
        self._leaving = False

    def body(self) -> ComposeResult:
        """How many; what was found out; the vials counted, the newest on top."""
        yield Static(id="count")
        yield Static(id="told")
        yield VerticalScroll(Static(id="counted-list"), id="counted")

    def gather(self, bank: Bank) -> PlaceLine:
        """The box, by name only: what is in it is for the count to say."""
        with bank.read() as reading:
            return place_view(reading, self.box)

    async def show(self, seen: PlaceLine) -> None:
        """The box's path and grid, and the count so far."""
        grid = f"{seen.rows} × {seen.columns}"
        self.set_heading(plain(self.say("tui.count.title", box=seen.path), "bold"), plain(f"  {grid}", "$muted"))
        self._draw()

    # Scans.

    def on_scan_bar_scanned(self, event: ScanBar.Scanned) -> None:
        """A scan answers this task and goes no further."""
        event.stop()
        self._leaving = False
        self._scans.add(event.text)

    def _look_up(self, code: str) -> Scanned:
        return look_up(self.host.bank, code)

    def _found(self, found: Scanned) -> None:
        bar = self.query_one(ScanBar)
        if self.outcome is not None:
            bar.refuse(self.say("tui.count.over"))
        elif found.station is not Station.VIAL:
            bar.refuse(self.say("tui.count.no_vial", code=found.code))
        elif found.code in self.scanned:
            bar.say(self.say("tui.count.twice", vial=found.code))
        else:
            self.scanned.insert(0, found.code)
            bar.say(f"✓ {self.say('tui.count.right', vial=found.code, count=len(self.scanned))}")
            self._draw()

    def _draw(self) -> None:
        which = "first" if self.first is None else "second"
        count = plain(self.say(f"tui.count.{which}", count=len(self.scanned)), "bold $primary")
        self.query_one("#count", Static).update(count)
        self.query_one("#told", Static).update(lines(self._summary_lines()))
        self.query_one("#counted-list", Static).update(lines(plain(f"✓ {code}") for code in self.scanned))
        self.refresh_bindings()

    def _summary_lines(self) -> list[Content]:
        if self.outcome is None:
            return [plain(f"⚠ {self.said}", "bold $warning")] if self.said else []
        params = self.outcome.actions[0].params
        seen, missing, unexpected = params["counted"], list(params["missing"]), list(params["unexpected"])
        expected = len(self.scanned) - len(unexpected) + len(missing)
        told = [plain(self.say("tui.count.done", seen=seen, expected=expected), "bold")]
        if not missing and not unexpected:
            return [*told, plain(f"✓ {self.say('tui.count.same')}", "bold $success")]
        for name, codes in (("missing", missing), ("unexpected", unexpected)):
            if codes:
                words = plain(f"✗ {self.say(f'tui.count.{name}', count=len(codes))}  ", "bold $error")
                told.append(sentence(words, plain(", ".join(codes))))
        return told

    # The act.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys to compare and to forget are there once they have a use."""
        if action in {"record", "start_again"} and self.outcome is not None:
            return False
        if action == "missing" and not self._missing:
            return False
        if action == "start_again" and not self.scanned:
            return None
        return super().check_action(action, parameters)

    def action_record(self) -> None:
        """Compare with the record, and record it when it agrees or was counted twice alike."""
        if self.writing or not self._scans.is_idle:
            return
        self.writing = True
        counted = tuple(self.scanned)
        first, second = (counted, None) if self.first is None else (self.first, counted)
        deed = commands.Count(self.box, first, second)
        self.host.perform(Write(deed, on_answer=partial(self._compared, counted)))

    def _compared(self, counted: tuple[str, ...], answer: Answer) -> bool:
        self.writing = False
        if not self.is_attached:
            return False
        self.query_one(ScanBar).answer = None
        if answer.outcome is not None:
            self.outcome, self.said = answer.outcome, ""
            self._draw()
            return True
        codes = {finding.code for finding in answer.error.findings} if answer.error is not None else set()
        if answer.error is None or not codes & {"storage.count.again", "storage.count.unlike"}:
            return False
        self.app.bell()
        self.said = " ".join(sentences.refusal(self.host.wording, answer.error))
        self.first, self.scanned = counted, []
        self._draw()
        return True

    @property
    def _missing(self) -> list[str]:
        """The vials that a recorded count has not found."""
        return [] if self.outcome is None else list(self.outcome.actions[0].params["missing"])

    def action_missing(self) -> None:
        """Declare them missing, by an act of its own."""
        reason = self.say("tui.count.title", box=self.box)
        self.app.push_screen(FormScreen(DiscardSeveral(vials=self._missing, how="missing", because=reason)))

    def action_start_again(self) -> None:
        """Forget the scans of this count."""
        self.scanned.clear()
        self._draw()

    def action_back(self) -> None:
        """Leave; a count that was begun is given up only when Escape is pressed twice."""
        if self.scanned and self.outcome is None and not self._leaving:
            self._leaving = True
            self.query_one(ScanBar).say(self.say("tui.count.leave"))
            return
        super().action_back()
