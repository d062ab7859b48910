"""Storage at a glance: every tank, rack and box, how full each is; from here into a box."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cellbank.bank import Bank
from cellbank.domain.identifiers import Station
from cellbank.domain.person import Verb
from cellbank.domain.storage import Custodian, PlaceKind
from cellbank.views import storage
from cellbank.views.storage import PlaceLine
from tui.forms import registry
from tui.forms.form import Form
from tui.forms.storage import AddPlace
from tui.screens.base_screen import BaseScreen
from tui.screens.box import BoxScreen
from tui.screens.form import FormScreen
from tui.screens.place_labels import PlaceLabelsScreen
from tui.text.markup_safe import cell, plain
from tui.widgets.table import Table

COLUMNS = ("place", "filled", "free", "kind", "custodian", "code")
BAR = 10
"""Characters of the bar that shows how full a place is."""


def bar(taken: int, of: int) -> str:
    """`███░░░░░░░`: as much of the bar as is taken, never all of it while a position is free."""
    if not of:
        return "–" * BAR
    full = min(-(-taken * BAR // of), BAR if taken >= of else BAR - 1)
    return "█" * full + "░" * (BAR - full)


class StorageScreen(BaseScreen[tuple[PlaceLine, ...]]):
    """Every tank, rack and box, or those in one tank or rack."""

    help_code: ClassVar[str] = "tui.help.storage"
    verbs: ClassVar[dict[str, Verb]] = {"add": Verb.RECORD_STORAGE, "labels": Verb.PRINT_LABEL}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "add", "tui.form.storage.add", tooltip="tui.form.storage.add.tip"),
        Binding("f8", "labels", "tui.key.labels", tooltip="tui.tip.place_labels"),
    ]

    def __init__(self, of: str = "") -> None:
        super().__init__()
        self.of = of

    def body(self) -> ComposeResult:
        """A table of places."""
        yield Table([self.say(f"tui.column.{column}") for column in COLUMNS])

    def gather(self, bank: Bank) -> tuple[PlaceLine, ...]:
        """The places with their counts."""
        with bank.read() as reading:
            inside = f"{storage.place_view(reading, self.of).path}/" if self.of else ""
            return tuple(one for one in storage.places(reading) if f"{one.path}/".startswith(inside))

    async def show(self, seen: tuple[PlaceLine, ...]) -> None:
        """Each place under the one it stands in; beside the title how full each custodian is."""
        title = self.of and seen[0].path if seen else self.of
        self.set_heading(
            plain(title or self.say("tui.storage.title"), "bold"), plain(f"  {self._totals(seen)}", "$muted")
        )
        self.query_one(Table).fill((one.path, self._row(one)) for one in seen)

    def _totals(self, seen: Sequence[PlaceLine]) -> str:
        if not seen:
            return self.say("tui.storage.none")
        parts = []
        for keeper in Custodian:
            boxes = [one for one in seen if one.custodian is keeper and one.kind is PlaceKind.BOX]
            if boxes:
                name = self.host.wording.term("custodian", keeper)
                taken, all_of = sum(one.vials for one in boxes), sum(one.positions for one in boxes)
                parts.append(f"{name} {taken}/{all_of}")
        return " · ".join(parts)

    def _row(self, one: PlaceLine) -> list[Text]:
        words = self.host.wording
        depth, name = one.path.count("/"), one.path.rpartition("/")[2]
        held = f"  ■ {self.say('tui.held')}" if one.held else ""
        return [
            cell(f"{'  ' * depth}{name}{held}", "bold"),
            cell(f"{bar(one.vials, one.positions)} {one.vials}/{one.positions}"),
            cell(one.free),
            cell(words.term("place_kind", one.kind)),
            cell(words.term("custodian", one.custodian)),
            cell(one.code),
        ]

    @property
    def chosen(self) -> PlaceLine | None:
        """The place under the cursor."""
        path = self.query_one(Table).chosen
        return next((one for one in self.seen or () if one.path == path), None)

    def on_data_table_row_selected(self, event: Table.RowSelected) -> None:
        """Into a box, or into a tank or rack alone."""
        one = next((one for one in self.seen or () if one.path == event.row_key.value), None)
        if one is not None and one.path != self.of:
            in_it = BoxScreen(one.path) if one.kind is PlaceKind.BOX else StorageScreen(one.path)
            self.app.push_screen(in_it)

    def forms(self) -> Sequence[Form]:
        """The forms for the place under the cursor."""
        one = self.chosen
        return [] if one is None else registry.forms_for(Station.PLACE, one.path, one)

    def action_labels(self) -> None:
        """The label of the place under the cursor, and of what stands in it."""
        if self.chosen is not None:
            self.app.push_screen(PlaceLabelsScreen(self.chosen.path))

    def action_add(self) -> None:
        """A place in the one under the cursor, or a new tank."""
        one = self.chosen
        self.app.push_screen(FormScreen(AddPlace("" if one is None or one.kind is PlaceKind.BOX else one.path)))
