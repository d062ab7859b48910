"""The way of a visit in one glance: each step with its mark, the one that comes next stands out; never colour alone."""

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from cellbank.views.visit_steps import StepLine
from tui.host import host_of
from tui.text.markup_safe import plain
from tui.widgets.key_bar import wrap_groups


class VisitStepsLine(Static):
    """`✓ pull 09:12 →  ▶ thaw →  prepare`; a step is never broken over two lines."""

    _steps: Sequence[Content] = ()

    def fill(self, steps: Sequence[StepLine]) -> None:
        """Show these steps."""
        now = next((at for at, line in enumerate(steps) if not line.done), None)
        arrows = [" →"] * (len(steps) - 1) + [""]
        self._steps = [
            self._step(line, at == now, arrow) for at, (line, arrow) in enumerate(zip(steps, arrows, strict=True))
        ]
        self._draw()

    def on_resize(self) -> None:
        """Break the steps into lines of the new width."""
        self._draw()

    def _draw(self) -> None:
        if self.content_size.width:
            self.update(wrap_groups(self._steps, self.content_size.width))

    def _step(self, line: StepLine, is_now: bool, arrow: str) -> Content:
        app = host_of(self)
        word = app.wording.term("visit_step", line.step)
        if line.done:
            at = "" if line.at is None else f" {line.at.astimezone(app.bank.zone):%H:%M}"
            return plain(f"✓ {word}{at}{arrow}", "$success")
        return plain(f"▶ {word}{arrow}", "bold $primary") if is_now else plain(f"{word}{arrow}", "$muted")
