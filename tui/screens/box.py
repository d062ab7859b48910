"""A box as a map: what stands in each position, what is free; a vial scanned is found, Enter opens it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, ScrollableContainer
from textual.content import Content
from textual.widgets import Static

from cellbank.bank import Bank
from cellbank.domain.identifiers import Station
from cellbank.domain.person import Verb
from cellbank.views.storage import HELD, LETTER, BoxMap, Cell, PlaceLine, box_map, place_view
from tui.forms import registry
from tui.forms.form import Form
from tui.forms.storage import PlaceHere
from tui.screens.base_screen import BaseScreen
from tui.screens.count import CountScreen
from tui.screens.form import FormScreen
from tui.screens.place_labels import PlaceLabelsScreen
from tui.screens.record import RecordScreen
from tui.screens.scan_back import ScanBackScreen
from tui.text.markup_safe import lines, plain, sentence
from tui.widgets.box_map import COLOURS, FREE, RESERVED, BoxGrid, letter_of
from tui.widgets.scan_bar import ScanBar
from tui.work.lookup import Scanned


@dataclass(frozen=True)
class BoxSeen:
    """A box, and it as a place among others."""

    box: BoxMap
    line: PlaceLine


class BoxScreen(BaseScreen[BoxSeen]):
    """One box by its path or code; opened for a vial, the cursor is on it."""

    AUTO_FOCUS = "BoxGrid"
    help_code: ClassVar[str] = "tui.help.box"
    verbs: ClassVar[dict[str, Verb]] = {
        "count": Verb.RECORD_STORAGE,
        "labels": Verb.PRINT_LABEL,
        "scan_back": Verb.PRINT_LABEL,
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "count", "tui.key.count", tooltip="tui.tip.count"),
        Binding("f8", "labels", "tui.key.labels", tooltip="tui.tip.place_labels"),
        Binding("f9", "scan_back", "tui.key.scan_back", tooltip="tui.tip.scan_back"),
    ]

    def __init__(self, code: str, vial: str | None = None) -> None:
        super().__init__()
        self.code = code
        self._jump = vial

    def body(self) -> ComposeResult:
        """The grid; beside it the vial under the cursor and what the letters mean."""
        with Horizontal(id="box"):
            with ScrollableContainer(id="grid", can_focus=False):
                yield BoxGrid()
            with ScrollableContainer(id="beside", can_focus=False):
                yield Static(id="cell")
                yield Static(id="letters")

    def gather(self, bank: Bank) -> BoxSeen:
        """The box now."""
        with bank.read() as reading:
            return BoxSeen(box_map(reading, self.code), place_view(reading, self.code))

    async def show(self, seen: BoxSeen) -> None:
        """The grid, the legend with counts, the vial under the cursor."""
        box, line = seen.box, seen.line
        keeper = self.host.wording.term("custodian", box.custodian)
        full = self.say("tui.box.full", vials=line.vials, positions=line.positions)
        held = [plain(f" · ■ {self.say('tui.held')}", "bold $warning")] if box.held else []
        self.set_heading(plain(box.path, "bold"), plain(f"  {box.code} · {keeper} · {full}", "$muted"), *held)
        self.query_one(BoxGrid).fill(box)
        self.query_one("#letters", Static).update(lines(self._legend(box)))
        if self._jump is not None:
            self.query_one(BoxGrid).choose(self._jump)
            self._jump = None
        self._show_cell()

    def _legend(self, box: BoxMap) -> Iterator[Content]:
        letters = [letter_of(cell) for cell in box.cells.values()]
        counts = Counter(letter.upper() for letter in letters)
        counts[FREE] = box.rows * box.columns - len(letters)
        words = {letter: self.host.wording.term("stock_class", one) for one, letter in LETTER.items()}
        words |= {
            RESERVED: self.say("tui.box.reserved"),
            HELD: self.say("tui.box.held"),
            FREE: self.say("tui.box.free"),
        }
        for letter, word in words.items():
            if counts[letter]:
                yield sentence(
                    plain(f"{letter}  ", COLOURS[letter]), plain(f"{word}  "), plain(counts[letter], "$muted")
                )
        if any(letter.islower() for letter in letters):
            yield plain(self.say("tui.box.small"), "$muted")

    def on_box_grid_moved(self) -> None:
        """Show the vial in the position under the cursor."""
        self._show_cell()

    def _show_cell(self) -> None:
        grid = self.query_one(BoxGrid)
        shown = [plain(grid.position, "bold $primary")]
        shown += [plain(self.say("tui.box.empty"), "$muted")] if grid.cell is None else list(self._cell(grid.cell))
        self.query_one("#cell", Static).update(lines(shown))
        self.refresh_bindings()

    def _cell(self, cell: Cell) -> Iterator[Content]:
        words = self.host.wording
        yield plain(cell.code, "bold")
        yield plain(f"{cell.lot} · {self.say('tui.column.number')} {cell.number}")
        yield plain(f"{words.term('stock_class', cell.stock_class)} · {words.term('vial_status', cell.status)}")
        state = "verified" if cell.label_verified else "unverified"
        yield plain(self.say(f"tui.box.{state}"), "" if cell.label_verified else "$warning")
        if cell.reserved_for is not None:
            yield plain(self.say("tui.box.reserved_for", visit=cell.reserved_for), "$primary")
        if cell.held:
            yield plain(f"■ {self.say('tui.held')}", "bold $error")

    def handle_scan(self, scanned: Scanned) -> bool:
        """A vial of this box is gone to; of another place, it opens as anywhere."""
        if scanned.station is not Station.VIAL or not self.query_one(BoxGrid).choose(scanned.code):
            return False
        self.query_one(ScanBar).say(
            self.say("tui.box.found", vial=scanned.code, position=self.query_one(BoxGrid).position)
        )
        return True

    def on_box_grid_selected(self) -> None:
        """The vial's record; a free position asks which vial goes there."""
        grid = self.query_one(BoxGrid)
        if grid.cell is not None:
            self.app.push_screen(RecordScreen(grid.cell.code))
        elif self.seen is not None and self.host.may(PlaceHere.verb):
            self.app.push_screen(FormScreen(PlaceHere(f"{self.seen.box.path}/{grid.position}")))

    def forms(self) -> Sequence[Form]:
        """The forms for the box."""
        return [] if self.seen is None else registry.forms_for(Station.PLACE, self.seen.box.path, self.seen.line)

    def action_count(self) -> None:
        """Begin a count of the box."""
        if self.seen is not None:
            self.app.push_screen(CountScreen(self.seen.box.path))

    def action_labels(self) -> None:
        """The box's own label."""
        if self.seen is not None:
            self.app.push_screen(PlaceLabelsScreen(self.seen.box.path))

    def action_scan_back(self) -> None:
        """Scan its labels back."""
        if self.seen is not None:
            self.app.push_screen(ScanBackScreen(self.seen.box.path))
