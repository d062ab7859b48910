"""A transfer: who sent what sealed how, whether it arrived and how warm it was; its vials; F5 receives it."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from cellbank.bank import Bank
from cellbank.domain.identifiers import Station
from cellbank.domain.person import Verb
from cellbank.views.transfer import TransferView, transfer_view
from tui.forms import registry
from tui.forms.form import Form
from tui.forms.transfer import Receive
from tui.screens.base_screen import BaseScreen
from tui.screens.form import FormScreen
from tui.text import sentences
from tui.text.markup_safe import cell, lines, plain, sentence
from tui.widgets.table import Table

FIELDS = (
    "seal",
    "logger",
    "sent_at",
    "sent_by",
    "received_at",
    "received_by",
    "warmest_c",
    "temperature_file",
    "note",
)
COLUMNS = ("code", "status", "position")


class TransferScreen(BaseScreen[TransferView]):
    """A transfer by its code."""

    help_code: ClassVar[str] = "tui.help.transfer"
    verbs: ClassVar[dict[str, Verb]] = {"receive": Verb.RECORD_STORAGE}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "receive", "tui.form.transfer.receive", tooltip="tui.form.transfer.receive.tip")
    ]

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code

    def body(self) -> ComposeResult:
        """The transfer's particulars, then its vials."""
        yield Static(id="transfer")
        yield Table([self.say(f"tui.column.{column}") for column in COLUMNS])

    def gather(self, bank: Bank) -> TransferView:
        """The transfer with its vials as they are now."""
        with bank.read() as reading:
            return transfer_view(reading, self.code)

    async def show(self, seen: TransferView) -> None:
        """Under way or received; its facts; its vials."""
        words = self.host.wording
        ends = " → ".join(words.term("custodian", end) for end in (seen.sender, seen.recipient))
        title = plain(f"{words.term('station', Station.TRANSFER)} {seen.code}", "bold")
        self.set_heading(sentence(title, plain(f"  {ends}  "), self._state(seen)))
        known = [(name, getattr(seen, name)) for name in FIELDS]
        listed = [(sentences.label(words, name), words.value(value)) for name, value in known if value is not None]
        width = max(len(name) for name, _ in listed)
        shown = [sentence(plain(f"{name:<{width}}  ", "$muted"), plain(said)) for name, said in listed]
        self.query_one("#transfer", Static).update(lines(shown))
        rows = (
            (one.code, [cell(one.code, "bold"), cell(words.term("vial_status", one.status)), cell(one.position or "–")])
            for one in seen.vials
        )
        self.query_one(Table).fill(rows)
        self.refresh_bindings()

    def _state(self, seen: TransferView) -> Content:
        if seen.under_way:
            return plain(f"▶ {self.say('tui.transfer.under_way')}", "bold $primary")
        if seen.accepted:
            return plain(f"✓ {self.say('tui.transfer.received')}", "bold $success")
        return plain(f"✗ {self.say('tui.transfer.not_accepted')}", "bold $error")

    def on_data_table_row_selected(self, event: Table.RowSelected) -> None:
        """Open the vial."""
        if event.row_key.value:
            self.host.open_code(event.row_key.value)

    def forms(self) -> Sequence[Form]:
        """The forms for the transfer."""
        return [] if self.seen is None else registry.forms_for(Station.TRANSFER, self.code, self.seen)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """F5 is there until the transfer is received."""
        if action == "receive" and (self.seen is None or not self.seen.under_way):
            return False
        return super().check_action(action, parameters)

    def action_receive(self) -> None:
        """The seal judged, the logger read, the vials put away."""
        self.app.push_screen(FormScreen(Receive(self.code)))
