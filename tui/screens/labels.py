"""Printing a lot's vial labels: stock, which vials, the symbol as it will scan, the file; written within the act."""

from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, RadioButton, RadioSet, Static

from cellbank.bank import Bank, Deed
from cellbank.documents.preview import LabelPreview, StockLine, label_preview, stock_lines
from cellbank.domain.person import Verb
from cellbank.domain.vial import IN_STOCK
from cellbank.services.vial import VialPrint, print_vial_labels
from cellbank.views import lot, vial
from cellbank.views.lot import LotView
from cellbank.views.vial import VialLine
from tui.screens.printing import PrintScreen
from tui.screens.scan_back import ScanBackScreen
from tui.text.markup_safe import plain
from tui.text.vial_ranges import parse_ranges
from tui.widgets.choice import Choice
from tui.widgets.destination import Destination
from tui.work.output import Paper

WHICH = ("unlabelled", "all", "some")


@dataclass(frozen=True)
class LabelsSeen:
    """The lot's vials in stock, those without a label in force, and one label."""

    lot: LotView
    in_stock: tuple[VialLine, ...]
    unlabelled: tuple[VialLine, ...]
    preview: LabelPreview | None
    runs: int


class LabelsScreen(PrintScreen[LabelsSeen]):
    """Choose, look, F8: the file is there."""

    AUTO_FOCUS = "#stock"
    help_code: ClassVar[str] = "tui.help.labels"
    verbs: ClassVar[dict[str, Verb]] = {"print": Verb.PRINT_LABEL, "scan_back": Verb.PRINT_LABEL}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f8", "print", "tui.key.print", tooltip="tui.tip.print"),
        Binding("f9", "scan_back", "tui.key.scan_back", tooltip="tui.tip.scan_back"),
        Binding("tab", "app.focus_next", "tui.key.next"),
    ]
    reason_code: ClassVar[str] = "tui.labels.reason"

    def __init__(self, number: str) -> None:
        super().__init__()
        self.number = number
        self.stocks: list[StockLine] = stock_lines()
        self.has_run = False
        self._previewed: str | None = None

    def choices(self) -> ComposeResult:
        """The stock, which vials, and how much of a sheet is used."""
        yield Static(plain(self.say("tui.labels.stock"), "bold"))
        with RadioSet(id="stock"):
            for at, one in enumerate(self.stocks):
                yield Choice(plain(self._stock(one)), value=at == 0)
        yield Static(plain(self.say("tui.labels.which"), "bold"))
        with RadioSet(id="which"):
            for which in WHICH:
                yield Choice(plain(self.say(f"tui.labels.{which}", count="…")), id=which)
        yield Input(placeholder=self.say("tui.labels.numbers"), id="numbers", compact=True)
        yield Input(placeholder=self.say("tui.labels.skip"), id="skip", type="integer", compact=True)

    def _stock(self, one: StockLine) -> str:
        pages = self.say("tui.labels.roll") if one.per_page == 1 else self.say("tui.labels.sheet", count=one.per_page)
        number = self.host.wording.number
        width, height = (number(Decimal(f"{side:.1f}")) for side in (one.width_mm, one.height_mm))
        return f"{one.name}  {width} × {height} mm · {pages}"

    def on_mount(self) -> None:
        """The first stock; nothing is known of the vials yet."""
        self._show_fields()

    def gather(self, bank: Bank) -> LabelsSeen:
        """The lot, its vials, and the label of the first vial chosen."""
        with bank.read() as reading:
            seen = lot.lot_view(reading, self.number, self.host.wording.language)
            in_stock = tuple(line for line in vial.vials(reading, self.number) if line.status in IN_STOCK)
            waiting = set(seen.labels.outstanding)
            bare = tuple(line for line in in_stock if not line.label_verified and line.code not in waiting)
            code = self._previewed or next((line.code for line in (*bare, *in_stock)), None)
            preview = None if code is None else label_preview(reading, self.number, code)
            return LabelsSeen(seen, in_stock, bare, preview, len(vial.prints(reading, self.number)))

    async def show(self, seen: LabelsSeen) -> None:
        """Counts, the label, a file name that is free."""
        self.set_heading(plain(self.say("tui.labels.title", lot=self.number), "bold"))
        counts = {"unlabelled": len(seen.unlabelled), "all": len(seen.in_stock), "some": ""}
        for which, count in counts.items():
            self.query_one(f"#{which}", RadioButton).label = plain(self.say(f"tui.labels.{which}", count=count))
        if self.query_one("#which", RadioSet).pressed_index < 0:
            self.query_one("#unlabelled" if seen.unlabelled else "#all", RadioButton).value = True
        if not self.query_one(Destination).file:
            self.propose(f"{self.number}-{seen.runs + 1}")
        if seen.preview is None:
            self.query_one("#symbol-code", Static).update(plain(self.say("tui.labels.no_vials"), "$muted"))
        else:
            self._previewed = seen.preview.code
            self.show_label(seen.preview, again=self._reprints)
        self._show_fields()

    # What is chosen.

    @property
    def which(self) -> str:
        """The vials chosen to be labelled: `unlabelled`, `all` or `some`."""
        index = self.query_one("#which", RadioSet).pressed_index
        return WHICH[index] if index >= 0 else WHICH[0]

    def chosen(self) -> tuple[VialLine, ...]:
        """The vials chosen, of those in stock."""
        if self.seen is None:
            return ()
        if self.which == "unlabelled":
            return self.seen.unlabelled
        if self.which == "all":
            return self.seen.in_stock
        wanted = parse_ranges(self.query_one("#numbers", Input).value) or ()
        return tuple(line for line in self.seen.in_stock if line.number in wanted)

    def _stock_chosen(self) -> StockLine:
        return self.stocks[max(0, self.query_one("#stock", RadioSet).pressed_index)]

    @property
    def _reprints(self) -> bool:
        """Whether a vial is chosen that has a label."""
        bare = () if self.seen is None else self.seen.unlabelled
        return bool({line.code for line in self.chosen()} - {line.code for line in bare})

    def _show_fields(self) -> None:
        """Show the fields that the choice needs: vial numbers, labels to skip, a reason."""
        self.query_one("#numbers", Input).display = self.which == "some"
        self.query_one("#skip", Input).display = self._stock_chosen().per_page > 1
        self.query_one("#reason", Input).display = self._reprints

    def on_radio_set_changed(self) -> None:
        """Another stock or other vials: show the fields and the label anew."""
        self._choice_changed()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Other vial numbers: show the label anew."""
        if event.input.id == "numbers":
            self._choice_changed()

    def _choice_changed(self) -> None:
        self._show_fields()
        first = next(iter(self.chosen()), None)
        if first is not None and first.code != self._previewed:
            self._previewed = first.code
            self.read()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The scan-back is offered once a label was printed."""
        if action == "scan_back" and not self.has_run and (self.seen is None or not self.seen.lot.labels.outstanding):
            return None
        return super().check_action(action, parameters)

    def action_scan_back(self) -> None:
        """The labels are on their vials: scan them back."""
        self.app.push_screen(ScanBackScreen(self.number))

    # Printing.

    @property
    def count(self) -> int:
        """How many vials are chosen."""
        return len(self.chosen())

    def job(self, paper: Paper, form: str, reason: str | None) -> Deed:
        """The act that prints the labels of the vials chosen, on the stock chosen."""
        only = tuple(line.code for line in self.chosen())
        job = VialPrint(self._stock_chosen().name, form, reason, skip=self._skip(), only=only)
        return partial(print_vial_labels, number=self.number, job=job, keep=paper.stage)

    def _skip(self) -> int:
        typed = self.query_one("#skip", Input).value
        return int(typed) if typed.isdigit() and self._stock_chosen().per_page > 1 else 0

    def printed(self) -> None:
        """Offer the scan-back; propose a name for the next file at the next reading."""
        self.has_run = True
        self.refresh_bindings()
        self.query_one(Destination).propose("")
