"""Scan-back of a lot's or a box's labels: label after label, no key between; each right one is recorded at once."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cellbank.bank import Bank, Deed
from cellbank.domain.identifiers import normalised
from cellbank.domain.person import Verb
from cellbank.services.vial import scan_back
from cellbank.views import scan_back as view
from cellbank.views.scan_back import ScanBack
from tui.screens.base_screen import BaseScreen
from tui.text import sentences
from tui.text.markup_safe import lines, plain, sentence
from tui.text.vial_ranges import format_ranges
from tui.widgets.scan_bar import ScanBar
from tui.work.act_queue import ActQueue
from tui.work.write import Answer

BAR = 40
LAST = 200
"""Answers kept on the screen, the newest first; the record has them all."""


@dataclass(frozen=True)
class Answered:
    """One scan and what became of it; `why` is empty when the label was verified.

    `already`: it stood verified before this scan. Nothing is wrong with the vial, and its label counts once.
    """

    code: str
    why: tuple[str, ...] = ()
    already: bool = False


class ScanBackScreen(BaseScreen[ScanBack]):
    """Every scan is answered here; nothing else opens."""

    AUTO_FOCUS = "#answers"
    help_code: ClassVar[str] = "tui.help.scan_back"
    verbs: ClassVar[dict[str, Verb]] = {}
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", "tui.key.done")]

    def __init__(self, of: str) -> None:
        super().__init__()
        self.of = of
        self.verified: set[str] = set()
        self.answered: list[Answered] = []
        self._acts: ActQueue | None = None

    def body(self) -> ComposeResult:
        """How far it is; what still waits; the answers, the newest on top."""
        yield Static(id="count")
        yield Static(id="waiting")
        yield VerticalScroll(Static(id="answers-list"), id="answers")

    def on_mount(self) -> None:
        """Scans may come before the first reading."""
        self._acts = ActQueue(self.host.perform, self._deed, self._show_answer)

    def gather(self, bank: Bank) -> ScanBack:
        """The labels."""
        with bank.read() as reading:
            return view.scan_back(reading, self.of)

    async def show(self, seen: ScanBack) -> None:
        """The record's own count, with what was answered here since."""
        self.set_heading(plain(self.say("tui.scan_back.title", of=seen.of), "bold"))
        self._draw()

    # Scans.

    def on_scan_bar_scanned(self, event: ScanBar.Scanned) -> None:
        """A scan answers this task and goes no further."""
        event.stop()
        if not self.host.may(Verb.PRINT_LABEL):
            self.query_one(ScanBar).refuse(self.say("tui.scan_back.may_not"))
        elif self._acts is not None:
            self._acts.add(event.text)

    def _deed(self, text: str) -> Deed:
        return partial(scan_back, of=self.of, scanned=text)

    def _show_answer(self, text: str, answer: Answer) -> None:
        """One scan is answered; when nobody looks any more, a refusal is still loud."""
        if answer.error is None:
            code = answer.outcome.code if answer.outcome is not None else normalised(text)
            found = Answered(code)
            self.verified.add(code)
        else:
            already = {finding.code for finding in answer.error.findings} == {"label.verified_already"}
            why = tuple(sentences.refusal(self.host.wording, answer.error))
            found = Answered(answer.error.findings[0].subject if already else normalised(text), why, already)
        self.answered.insert(0, found)
        if not self.is_attached:
            if found.why and not found.already:
                self.app.notify(found.why[0], title=found.code, severity="error", markup=False)
            return
        self._answer(found)
        self._draw()

    def _answer(self, found: Answered) -> None:
        bar = self.query_one(ScanBar)
        if found.already:
            bar.say(f"= {found.why[0]}")
        elif found.why:
            bar.refuse(found.why[0])
        else:
            bar.say(f"✓ {self.say('tui.scan_back.right', vial=found.code)}")

    # What is seen.

    def _draw(self) -> None:
        seen = self.seen
        if seen is None:
            return
        done = {one.code for one in seen.vials if one.code in self.verified or one.code in seen.verified}
        waiting = [one for one in seen.vials if one.label is not None and one.code not in done]
        total = seen.labelled
        full = BAR if not waiting else min(BAR - 1, BAR * len(done) // max(1, total))
        self.query_one("#count", Static).update(
            sentence(
                plain(self.say("tui.scan_back.count", done=len(done), of=total), "bold"),
                plain(f"  {'█' * full}", "$success" if not waiting else "$primary"),
                plain("░" * (BAR - full), "$faint"),
            )
        )
        bare = sum(one.label is None for one in seen.vials)
        self.query_one("#waiting", Static).update(lines(self._waiting(waiting, bare)))
        self.query_one("#answers-list", Static).update(lines(self._line(one) for one in self.answered[:LAST]))

    def _waiting(self, waiting: list[view.Waiting], bare: int) -> list[Content]:
        shown = []
        if waiting:
            named = [one.position for one in waiting if one.position]
            listed = ", ".join(named) if named else format_ranges([one.number for one in waiting])
            shown.append(plain(self.say("tui.scan_back.waiting", listed=listed), "$muted"))
        else:
            shown.append(plain(f"✓ {self.say('tui.scan_back.all')}", "bold $success"))
        if bare:
            shown.append(plain(f"⚠ {self.say('tui.scan_back.bare', count=bare)}", "$warning"))
        return shown

    def _line(self, one: Answered) -> Content:
        if not one.why:
            return sentence(plain("✓ ", "$success"), plain(one.code))
        if one.already:
            said = self.say("tui.scan_back.already")
            return sentence(plain(f"= {said} ", "$muted"), plain(one.code), plain(f"  {' '.join(one.why)}", "$muted"))
        return sentence(
            plain(f"✗ {self.say('tui.refused')} ", "bold $error"),
            plain(one.code, "bold"),
            plain(f"  {' '.join(one.why)}"),
        )
