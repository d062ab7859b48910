"""One lot: its release board, its vials, its history; where it is attested, released, rejected, its labels printed."""

from collections.abc import Iterator
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import TabbedContent, TabPane, Tabs

from cellbank.bank import Bank, Deed
from cellbank.commands import lot as commands
from cellbank.commands.vial import Verify
from cellbank.domain.identifiers import Station
from cellbank.domain.person import Verb
from cellbank.views.vial import VialLine
from tui.forms import registry
from tui.forms.form import Form
from tui.screens import lot_verbs
from tui.screens.ask import AskModal
from tui.screens.base_screen import BaseScreen
from tui.screens.evidence import EvidenceModal
from tui.screens.growth import GrowthScreen
from tui.screens.labels import LabelsScreen
from tui.screens.lot_seen import LotSeen, read_lot
from tui.screens.record import RecordScreen
from tui.screens.scan_back import ScanBackScreen
from tui.screens.signing import SigningModal
from tui.text import sentences
from tui.text.marks import DISPOSITION_MARKS as MARKS, LABEL_MARKS
from tui.text.markup_safe import cell, lines, plain, sentence
from tui.widgets.history import History
from tui.widgets.lineage import Lineage
from tui.widgets.requirement_list import RequirementList
from tui.widgets.scan_bar import ScanBar
from tui.widgets.table import Table
from tui.work.lookup import Scanned
from tui.work.write import Answer, Write

TABS = {"board": "RequirementList", "vials": "Table", "lineage": "Lineage", "history": "History"}
"""Each tab with what has the keyboard there."""
VIAL_COLUMNS = ("code", "number", "class", "status", "label", "note")


class LotScreen(BaseScreen[LotSeen]):
    """A lot by its number; opened from a vial's code, that vial is chosen."""

    help_code: ClassVar[str] = "tui.help.lot"
    verbs: ClassVar[dict[str, Verb]] = {
        "attest": Verb.ATTEST_BATCH,
        "release": Verb.RELEASE,
        "reject": Verb.RELEASE,
        "labels": Verb.PRINT_LABEL,
        "verify": Verb.PRINT_LABEL,
        "scan_back": Verb.PRINT_LABEL,
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "tab(-1)", "tui.key.tabs", priority=True, tooltip="tui.tip.tabs"),
        Binding("right", "tab(1)", show=False, priority=True),
        Binding("ctrl+g", "growth", "tui.key.growth", tooltip="tui.tip.growth"),
        Binding("f5", "attest", "tui.key.attest", tooltip="tui.tip.attest"),
        Binding("f6", "release", "tui.key.release", tooltip="tui.tip.release"),
        Binding("f7", "reject", "tui.key.reject", tooltip="tui.tip.reject"),
        Binding("f8", "labels", "tui.key.labels", tooltip="tui.tip.labels"),
        Binding("f9", "verify", "tui.key.verify", tooltip="tui.tip.verify"),
        Binding("f10", "scan_back", "tui.key.scan_back", tooltip="tui.tip.scan_back"),
    ]

    def __init__(self, number: str, vial: str | None = None) -> None:
        super().__init__()
        self.number = number
        self.scanned = vial
        self.writing = False

    def body(self) -> ComposeResult:
        """The tabs."""
        with TabbedContent(id="tabs"):
            with TabPane(plain(self.say("tui.tab.board")), id="board"):
                yield RequirementList()
            with TabPane(plain(self.say("tui.tab.vials")), id="vials"):
                yield Table([self.say(f"tui.column.{column}") for column in VIAL_COLUMNS])
            with TabPane(plain(self.say("tui.tab.lineage")), id="lineage"):
                yield Lineage()
            with TabPane(plain(self.say("tui.tab.history")), id="history"):
                yield History()

    def on_mount(self) -> None:
        """The tabs are turned with the arrows: the keyboard belongs to what they show."""
        self.query_one(Tabs).can_focus = False

    def gather(self, bank: Bank) -> LotSeen:
        """The lot's view, the answers of its gate, its vials and history, in one snapshot."""
        return read_lot(bank, self.number, self.host.wording.language)

    async def show(self, seen: LotSeen) -> None:
        """The lot's line, the board, the vials, the history."""
        first = self.query_one(RequirementList).answers == ()
        more = {
            "expires": seen.lot.expires_on,
            "passage": seen.lot.passage,
            "doublings": sentences.said(self.host.wording, seen.lot.cumulative_doublings),
            "donor": seen.lot.donor,
        }
        particulars = plain(self.say("tui.lot.particulars", **more), "$muted")
        self.set_heading(lines([sentence(*self._line(seen)), particulars]))
        await self.query_one(RequirementList).fill(seen.check.answers)
        self.query_one(Table).fill((line.code, self._vial(seen, line)) for line in seen.vials)
        self.query_one(Lineage).fill(seen.tree)
        await self.query_one(History).fill(seen.history, self.number, ("lot",))
        if first and self.scanned is not None:
            self._choose_vial(self.scanned)

    def _line(self, seen: LotSeen) -> Iterator[Content]:
        words, found = self.host.wording, seen.lot
        disposition = words.term("disposition", found.disposition)
        yield plain(f"{self.say('tui.lot')} {found.number}", "bold")
        yield plain(f"  {words.term('tier', found.tier)} · ")
        yield plain(f"{MARKS[found.disposition]} {disposition}", "bold $primary")
        if found.held:
            yield plain(f" · ■ {self.say('tui.held')}", "bold $warning")
        count = len(seen.check.findings)
        state = f"✗ {self.say('tui.findings', count=count)}" if count else f"✓ {self.say('tui.ready')}"
        yield plain(" · ")
        yield plain(state, "bold $error" if count else "bold $success")

    def _vial(self, seen: LotSeen, line: VialLine) -> list[Text]:
        words, state = self.host.wording, seen.label_state(line)
        return [
            cell(line.code, "bold"),
            cell(line.number),
            cell(words.term("stock_class", line.stock_class)),
            cell(words.term("vial_status", line.status)),
            cell(f"{LABEL_MARKS[state]} {self.say(f'tui.label.{state}')}"),
            cell(line.status_note or ""),
        ]

    def forms(self) -> list[Form]:
        """The forms for the lot beside the verbs of its keys."""
        return [] if self.seen is None else registry.forms_for(Station.LOT, self.number, self.seen.lot)

    # Turning to things.

    def action_tab(self, by: int) -> None:
        """The next or the previous tab."""
        names = list(TABS)
        self._turn_to(names[(names.index(self.query_one(TabbedContent).active) + by) % len(names)])

    def _turn_to(self, tab: str) -> None:
        self.query_one(TabbedContent).active = tab
        self.query_one(TABS[tab]).focus()

    def handle_scan(self, scanned: Scanned) -> bool:
        """A scan of this lot or of one of its vials is answered here."""
        if scanned.lot != self.number:
            return False
        if scanned.station is Station.VIAL:
            self._choose_vial(scanned.code)
        return True

    def _choose_vial(self, code: str) -> None:
        self.scanned = code
        self._turn_to("vials")
        self.query_one(Table).choose(code)
        bar = self.query_one(ScanBar)
        if self._waits():
            bar.say(self.say("tui.label.confirm", vial=code))
        else:
            bar.say(self.say("tui.vial.found", vial=code))
        self.refresh_bindings()

    def _waits(self) -> bool:
        return self.seen is not None and self.scanned in self.seen.lot.labels.outstanding

    def on_list_view_selected(self) -> None:
        """The evidence behind the requirement under the cursor."""
        answer = self.query_one(RequirementList).chosen
        if answer is not None and self.seen is not None:
            self.app.push_screen(EvidenceModal(answer, self.seen), self._open_evidence)

    def on_data_table_row_selected(self, event: Table.RowSelected) -> None:
        """The record of a vial."""
        if event.row_key.value is not None:
            self.app.push_screen(RecordScreen(event.row_key.value))

    def on_tree_node_selected(self, event: Lineage.NodeSelected[str]) -> None:
        """Open a thing of the lineage."""
        if event.node.data:
            self.host.open_code(event.node.data)

    def _open_evidence(self, code: str | None) -> None:
        if code is not None:
            self.host.open_code(code)

    def action_growth(self) -> None:
        """The growth of the cultures that it came from and became."""
        self.app.push_screen(GrowthScreen(self.number))

    # Acts.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Scan-back is offered only for the vial that was scanned, and only while its label waits."""
        if action == "verify" and not self._waits():
            return False
        if action == "scan_back" and (self.seen is None or not self.seen.lot.labels.outstanding):
            return False
        return super().check_action(action, parameters)

    def action_attest(self) -> None:
        """QA attests the batch record."""
        self._show_to_sign("attest", commands.Attest(self.number))

    def action_release(self) -> None:
        """The qualified person releases."""
        self._show_to_sign("release", commands.Release(self.number))

    def action_reject(self) -> None:
        """The qualified person rejects, with a reason."""
        ask = AskModal(self.say("tui.reject.title", lot=self.number), self.say("tui.reject.why"))
        self.app.push_screen(ask, self._reject_because)

    def _reject_because(self, because: str | None) -> None:
        if because is not None:
            self._show_to_sign("reject", commands.Reject(self.number, because))

    def _show_to_sign(self, verb: str, deed: Deed) -> None:
        app = self.host
        if self.seen is not None and app.actor is not None:
            prepare = partial(lot_verbs.signing, app.bank, app.actor, self.number, app.wording, verb, deed)
            self.app.push_screen(SigningModal(lot_verbs.title(self.seen.lot, app.wording, verb), prepare))

    def action_labels(self) -> None:
        """Print labels for the lot's vials."""
        self.app.push_screen(LabelsScreen(self.number))

    def action_scan_back(self) -> None:
        """Scan label after label."""
        self.app.push_screen(ScanBackScreen(self.number))

    def action_verify(self) -> None:
        """The scanned label stands on its vial."""
        code = self.scanned
        if code is None or self.writing:
            return
        self.writing = True
        deed = Verify([code])
        self.host.perform(Write(deed, "tui.label.verified_done", {"vial": code}, on_answer=self._verified))

    def _verified(self, answer: Answer) -> bool:
        self.writing = False
        if answer.error is None and self.is_attached:
            self.query_one(ScanBar).answer = None
        return False
