"""Growth of a thing's family: the plot, and beneath it a legend of which every line can be opened."""

from collections.abc import Iterator
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult

from cellbank.bank import Bank
from cellbank.views.growth import GrowthLine, GrowthView, growth_view
from tui.screens.base_screen import BaseScreen
from tui.text.markup_safe import cell, plain
from tui.widgets.growth import LOT, GrowthPlot, letter
from tui.widgets.table import Table

COLUMNS = ("line", "cultures", "reached", "lots_filled")


class GrowthScreen(BaseScreen[GrowthView]):
    """The growth of a donor, tissue, culture, lot or vial by its code."""

    help_code: ClassVar[str] = "tui.help.growth"

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code

    def body(self) -> ComposeResult:
        """The plot above, the lines beneath."""
        yield GrowthPlot(id="plot")
        yield Table([self.say(f"tui.column.{column}") for column in COLUMNS], id="legend")

    def gather(self, bank: Bank) -> GrowthView:
        """The points of every line."""
        with bank.read() as reading:
            return growth_view(reading, self.code)

    async def show(self, seen: GrowthView) -> None:
        """Plot and legend."""
        words = self.host.wording
        conventions = ", ".join(words.term("p0_convention", one) for one in seen.p0_conventions)
        passages = ", ".join(f"P{one.passage}" for one in seen.limits)
        title = self.say("tui.growth.title", code=seen.subject)
        said = self.say("tui.growth.particulars", conventions=conventions or "–", passages=passages or "–")
        self.set_heading(plain(title, "bold"), plain(f"  {said}", "$muted"))
        self.query_one(GrowthPlot).fill(seen)
        self.query_one(Table).fill((str(at), self._row(at, line)) for at, line in enumerate(seen.lines))

    def _row(self, at: int, line: GrowthLine) -> list[Text]:
        first, last = line.branches_from or line.cultures[0], line.cultures[-1]
        mark = "→" if line.branches_from is None else "↳"
        return [
            cell(letter(at), "bold"),
            cell(first if first == last else f"{first} {mark} {last}"),
            cell(" · ".join(self._reached(line))),
            cell(" ".join(f"{LOT} {lot.number}" for lot in line.lots)),
        ]

    def _reached(self, line: GrowthLine) -> Iterator[str]:
        """Doublings, passages and days at the last point of its own; that it grows, or has doublings undefined."""
        words = self.host.wording
        own = [point for point in line.points if point.culture in line.cultures]
        if own:
            passages = sorted({point.passage for point in own})
            yield words.value(own[-1].doublings)
            yield f"P{passages[0]}" if len(passages) == 1 else f"P{passages[0]}–P{passages[-1]}"
            yield self.say("tui.growth.day", day=own[-1].day)
        if line.growing_days is not None:
            yield self.say("tui.growth.grows")
        if line.undefined:
            yield f"✗ {self.say('tui.growth.undefined', codes=line.undefined)}"

    def on_data_table_row_highlighted(self, event: Table.RowHighlighted) -> None:
        """The line under the cursor is drawn over the others."""
        if event.row_key.value is not None:
            self.query_one(GrowthPlot).choose(int(event.row_key.value))

    def on_data_table_row_selected(self, event: Table.RowSelected) -> None:
        """Open the last culture of a line."""
        if self.seen is not None and event.row_key.value is not None:
            self.host.open_code(self.seen.lines[int(event.row_key.value)].cultures[-1])
