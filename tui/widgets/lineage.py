"""The lineage of one thing as a tree: where it came from, and what became of it; Enter opens the thing of a branch."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from cellbank.views import lineage
from cellbank.views.lineage import Branch
from tui.host import host_of, say
from tui.text import sentences
from tui.text.marks import DISPOSITION_MARKS
from tui.text.markup_safe import cell, stripped


class Lineage(Tree[str]):
    """Both ways from one thing; the data of a node is the code that it opens."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select_cursor", "tui.key.open"),
        Binding("space", "toggle_node", "tui.key.fold"),
    ]

    def __init__(self) -> None:
        super().__init__(Text(""))
        self.show_root = True
        self.auto_expand = False
        self.guide_depth = 3
        self._shown: lineage.Tree | None = None

    def fill(self, seen: lineage.Tree) -> None:
        """Show a tree, all of it open; nothing moves when nothing changed."""
        if seen == self._shown:
            return
        self._shown = seen
        at = self.cursor_line
        self.clear()
        words = host_of(self).wording
        self.root.set_label(cell(f"{words.term('station', seen.station)} {seen.code}", "bold"))
        self._side("tui.upstream", "↑", seen.upstream)
        self._side("tui.downstream", "↓", seen.downstream)
        self.root.expand()
        self.call_after_refresh(self.move_cursor_to_line, max(0, at))

    def _side(self, code: str, arrow: str, branches: Sequence[Branch]) -> None:
        shown = say(self, code) if branches else say(self, f"{code}.none")
        side = self.root.add(cell(f"{arrow} {shown}"), expand=True, allow_expand=bool(branches))
        for branch in branches:
            self._grow(side, branch)

    def _grow(self, under: TreeNode[str], branch: Branch) -> None:
        node = under.add(self._label(branch), data=branch.code or None, expand=True, allow_expand=bool(branch.children))
        for child in branch.children:
            self._grow(node, child)

    def _label(self, branch: Branch) -> Text:
        words = host_of(self).wording
        if not branch.code:
            counts = [f"{count} {words.term('vial_status', status)}" for status, count in branch.untouched.items()]
            name = f"{words.term('station', branch.station)} × {sum(branch.untouched.values())}"
            return cell(sentences.pair(words, name, ", ".join(counts)))
        label = Text.assemble(f"{words.term('station', branch.station)} ", (stripped(branch.code), "bold"))
        label.append(stripped("".join(f" · {one}" for one in self._particulars(branch))))
        return label

    def _particulars(self, branch: Branch) -> Iterator[str]:
        words = host_of(self).wording
        for name, value in branch.particulars.items():
            if name == "passage":
                yield f"P{value}"
            elif name == "disposition":
                yield f"{DISPOSITION_MARKS.get(value, '')} {words.term(name, str(value))}"  # type: ignore[call-overload]
            else:
                yield words.term(name, str(value))
        if branch.again:
            yield say(self, "tui.lineage.again")
