"""The record of anything that has a code: what is known, its lineage both ways, what stands against it, its history."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import TabbedContent, TabPane, Tabs

from cellbank.bank import Bank
from cellbank.domain.stations import GROWS
from tui.forms import registry
from tui.forms.form import Form
from tui.screens.base_screen import BaseScreen
from tui.screens.form import FormScreen
from tui.screens.growth import GrowthScreen
from tui.screens.record_fields import RecordSeen, facts, read_record
from tui.text.markup_safe import plain
from tui.widgets.field_list import FieldList
from tui.widgets.history import History
from tui.widgets.holds_and_deviations import COLUMNS, HoldsAndDeviations
from tui.widgets.lineage import Lineage
from tui.widgets.table import Table

TABS = {"facts": "#facts-text", "lineage": "Lineage", "standing": "HoldsAndDeviations", "history": "History"}
"""Each tab with what has the keyboard there."""
FORM_KEYS = ("f5", "f6", "f7", "f8", "f9")


class RecordScreen(BaseScreen[RecordSeen]):
    """The record of one thing by its code."""

    AUTO_FOCUS = "#facts-text"
    help_code: ClassVar[str] = "tui.help.record"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "tab(-1)", "tui.key.tabs", priority=True, tooltip="tui.tip.tabs"),
        Binding("right", "tab(1)", show=False, priority=True),
        Binding("ctrl+g", "growth", "tui.key.growth", tooltip="tui.tip.growth"),
        Binding("f10", "box", "tui.key.box", tooltip="tui.tip.box"),
    ]
    _offered: Sequence[Form] = ()

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code

    def body(self) -> ComposeResult:
        """The tabs."""
        with TabbedContent(id="tabs"):
            with TabPane(plain(self.say("tui.tab.facts")), id="facts"), VerticalScroll(id="facts-text"):
                yield FieldList()
            with TabPane(plain(self.say("tui.tab.lineage")), id="lineage"):
                yield Lineage()
            with TabPane(plain(self.say("tui.tab.standing")), id="standing"):
                yield HoldsAndDeviations([self.say(f"tui.column.{column}") for column in COLUMNS])
            with TabPane(plain(self.say("tui.tab.history")), id="history"):
                yield History()

    def on_mount(self) -> None:
        """The tabs are turned with the arrows: the keyboard belongs to what they show."""
        self.query_one(Tabs).can_focus = False

    def gather(self, bank: Bank) -> RecordSeen:
        """The thing's view, lineage, holds, deviations and history, in one snapshot."""
        return read_record(bank, self.code)

    def forms(self) -> Sequence[Form]:
        """The forms for the thing shown."""
        return self._offered

    def _offer(self, seen: RecordSeen) -> None:
        """Give F5 to F9 to the first forms of the station, those first that this person may use."""
        found = registry.forms_for(seen.trace.station, seen.trace.subject, seen.view)
        own = [one for one in found if not isinstance(one, registry.OF_ANYTHING)]
        own.sort(key=lambda one: not self.host.may(one.verb))
        self._offered = [*own, *(one for one in found if one not in own)]
        for at, key in enumerate(FORM_KEYS):
            if at < len(own):
                words = f"tui.form.{own[at].code}"
                self._bindings.key_to_bindings[key] = [Binding(key, f"form({at})", words, tooltip=f"{words}.tip")]
            else:
                self._bindings.key_to_bindings.pop(key, None)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Dim for roles that may not; growth only for what grows, a box only for what sits in one."""
        if action == "growth":
            return self.seen is not None and self.seen.trace.station in GROWS
        if action == "box":
            return self._box is not None
        if action == "form" and isinstance(parameters[0], int) and not self._may(parameters[0]):
            return None
        return super().check_action(action, parameters)

    def _may(self, at: int) -> bool:
        return at < len(self._offered) and self.host.may(self._offered[at].verb)

    @property
    def _box(self) -> str | None:
        """The box in which a vial sits."""
        position = getattr(self.seen.view, "position", None) if self.seen is not None else None
        return position.rpartition("/")[0] if isinstance(position, str) else None

    def action_box(self) -> None:
        """The map of the vial's box, with the cursor on it."""
        if self._box is not None:
            self.host.show_in_box(self._box, self.code)

    def action_form(self, at: int) -> None:
        """Open one of the station's forms."""
        self.app.push_screen(FormScreen(self._offered[at]))

    def action_growth(self) -> None:
        """The growth of the cultures that it came from and became."""
        self.app.push_screen(GrowthScreen(self.code))

    async def show(self, seen: RecordSeen) -> None:
        """Facts, lineage, history."""
        self._offer(seen)
        words, traced = self.host.wording, seen.trace
        station = words.term("station", traced.station)
        self.set_heading(plain(f"{station} {traced.subject}", "bold"))
        self.query_one(FieldList).fill(facts(words, seen.view))
        self.query_one(Lineage).fill(seen.tree)
        self.query_one(HoldsAndDeviations).show_standing(seen.standing)
        self._mark_standing(seen)
        await self.query_one(History).fill(seen.history, traced.subject, (traced.station.value,))

    def _mark_standing(self, seen: RecordSeen) -> None:
        """The tab says how much stands open, so that nobody must turn to it to know."""
        count = len(seen.standing.holds) + sum(one.is_open for one in seen.standing.deviations)
        said = self.say("tui.tab.standing")
        label = plain(f"{said} ■ {count}", "bold $warning") if count else plain(said)
        self.query_one(TabbedContent).get_tab("standing").label = label

    def action_tab(self, by: int) -> None:
        """The next or the previous tab."""
        tabs, names = self.query_one(TabbedContent), list(TABS)
        tabs.active = names[(names.index(tabs.active) + by) % len(names)]
        self.query_one(TABS[tabs.active]).focus()

    def on_tree_node_selected(self, event: Lineage.NodeSelected[str]) -> None:
        """Open a thing of the lineage, as a scan of its code would."""
        if event.node.data:
            self.host.open_code(event.node.data)

    def on_data_table_row_selected(self, event: Table.RowSelected) -> None:
        """Open a hold or a deviation."""
        if event.row_key.value:
            self.host.open_code(event.row_key.value)
