"""Holds and deviations of one thing: open ones, a line each; Enter opens the paper."""

from collections.abc import Iterator

from rich.text import Text

from cellbank.views.holds_and_deviations import Standing
from tui.host import host_of, say
from tui.text.markup_safe import cell
from tui.widgets.table import Table

COLUMNS = ("kind", "code", "subject", "state", "reason")


class HoldsAndDeviations(Table):
    """Holds first, then deviations, those that block first."""

    def show_standing(self, seen: Standing) -> None:
        """Fill the table."""
        self.fill(self._rows(seen))

    def _rows(self, seen: Standing) -> Iterator[tuple[str, list[Text]]]:
        words = host_of(self).wording
        for hold in seen.holds:
            kind, put = words.term("hold_kind", hold.kind), f"{hold.put_by}, {words.value(hold.put_at)}"
            state = f"■ {say(self, 'tui.open')}"
            yield hold.code, [cell(one) for one in (kind, hold.code, hold.subject, state, f"{hold.reason} · {put}")]
        for found in seen.deviations:
            mark = "■" if found.is_open else "✓"
            state = say(self, "tui.open") if found.is_open else say(self, "tui.closed", by=found.closed_by or "")
            broken = words.finding(found.limit)
            row = (words.term("station", "deviation"), found.code, found.subject, f"{mark} {state}", broken)
            yield found.code, [cell(one) for one in row]
