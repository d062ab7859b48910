"""The house of the terminal UI: no circle of imports, one place where work ends, no handler called twice."""

import ast
import importlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest
from textual.message import Message
from textual.message_pump import MessagePump

import tui

ROOM = Path(tui.__file__).parent
THREADS = "tui.work.threads"
"""The only module that runs a worker and hears of its end."""


def modules() -> dict[str, str]:
    """Every module of the terminal UI by its name, with its text."""
    found = {}
    for path in sorted(ROOM.rglob("*.py")):
        name = ".".join(("tui", *path.relative_to(ROOM).with_suffix("").parts))
        found[name.removesuffix(".__init__")] = path.read_text("utf-8")
    return found


def imports_of(texts: Mapping[str, str]) -> dict[str, set[str]]:
    """Which modules each imports, wherever in it the import stands: for types only and within functions too."""
    graph: dict[str, set[str]] = {}
    for name, text in texts.items():
        asked: set[str] = set()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                asked |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                asked |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        graph[name] = {one for one in asked if one in texts} - {name}
    return graph


def reachable(graph: Mapping[str, set[str]], start: str) -> set[str]:
    """Every module that one leads to."""
    found: set[str] = set()
    pending = [start]
    while pending:
        following = graph[pending.pop()] - found
        found |= following
        pending += following
    return found


def circles(texts: Mapping[str, str]) -> list[list[str]]:
    """The strongly connected components of more than one module."""
    graph = imports_of(texts)
    leads_to = {name: reachable(graph, name) for name in graph}
    together = {
        frozenset(other for other in leads_to[name] if name in leads_to[other])
        for name in graph
        if name in leads_to[name]
    }
    return sorted(sorted(one) for one in together)


def test_no_modules_import_one_another_in_a_circle() -> None:
    assert len(modules()) > 100
    assert circles(modules()) == []


def test_a_circle_is_noticed_though_it_is_closed_by_types_or_within_a_function() -> None:
    texts = {
        "tui.a": "from tui.b import B\n",
        "tui.b": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from tui import c\n",
        "tui.c": "def later():\n    import tui.a\n",
        "tui.d": "from tui import a\n",
    }
    assert circles(texts | {"tui": ""}) == [["tui.a", "tui.b", "tui.c"]]
    assert circles({"tui": "", "tui.a": texts["tui.a"], "tui.b": ""}) == []


# Work that ends.


def workers(texts: Mapping[str, str]) -> Iterator[str]:
    """Whatever runs a worker or hears of its end past the one place that drops no failure."""
    for name, text in texts.items():
        for node in ast.walk(ast.parse(text)):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in {"run_worker", "to_thread", "create_task"}:
                yield f"{name}:{called.lineno} {called.attr}"
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "worker_state_changed" in node.name:
                yield f"{name}:{node.lineno} {node.name}"
            if isinstance(node, ast.Attribute | ast.Name) and _named(node) == "work" and _decorates(text, node):
                yield f"{name}:{node.lineno} @work"


def _named(node: ast.Attribute | ast.Name) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id


def _decorates(text: str, node: ast.AST) -> bool:
    """Whether a name stands behind an `@` at the beginning of its line."""
    line = text.splitlines()[getattr(node, "lineno", 1) - 1]
    return line.lstrip().startswith("@")


def in_the_ui(texts: Mapping[str, str]) -> dict[str, str]:
    """The modules that run inside the app; the server has tasks of its own."""
    return {name: text for name, text in texts.items() if not name.startswith("tui.serving")}


def test_work_runs_in_one_place_which_drops_no_failure() -> None:
    found = list(workers(in_the_ui(modules())))
    assert {one.partition(":")[0] for one in found} == {THREADS}, found


@pytest.mark.parametrize(
    "text",
    [
        "self.run_worker(work, thread=True)",
        "async def f(): await asyncio.to_thread(g)",
        "class A:\n    def on_worker_state_changed(self, event): ...",
        "class A:\n    @work(thread=True)\n    def f(self): ...",
    ],
)
def test_work_past_that_place_is_noticed(text: str) -> None:
    assert len(list(workers({"tui.a": text}))) == 1


# Handlers.


def asks_its_base(texts: Mapping[str, str]) -> Iterable[str]:
    """Every `super().on_…()`: Textual calls the handler of each base by itself, so that the base would work twice.

    `on_event` is no handler but Textual's own dispatch, which an app may stand before.
    """
    for name, text in texts.items():
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Attribute) or not node.attr.startswith(("on_", "_on_")):
                continue
            of = node.value
            of_base = isinstance(of, ast.Call) and isinstance(of.func, ast.Name) and of.func.id == "super"
            if of_base and node.attr != "on_event":
                yield f"{name}:{node.lineno} {node.attr}"


def test_no_handler_calls_that_of_its_base() -> None:
    assert list(asks_its_base(modules())) == []


def test_a_handler_that_calls_that_of_its_base_is_noticed() -> None:
    text = "class A(B):\n    def on_mount(self):\n        super().on_mount()\n"
    text += "    async def on_event(self, event):\n        await super().on_event(event)\n"
    assert list(asks_its_base({"tui.a": text})) == ["tui.a:3 on_mount"]


def messages() -> set[str]:
    """The handler's name of every message that there is, Textual's and our own."""
    found, pending = set(), [Message]
    while pending:
        kind = pending.pop()
        found.add(getattr(kind, "handler_name", ""))
        pending += kind.__subclasses__()
    return found


def handlers() -> Iterator[tuple[type, str]]:
    """Every handler of ours that is called by the name of what it handles."""
    for name in modules():
        for kind in vars(importlib.import_module(name)).values():
            if isinstance(kind, type) and issubclass(kind, MessagePump) and kind.__module__ == name:
                yield from ((kind, one) for one in vars(kind) if one.startswith("on_") and one != "on_event")


def test_every_handler_is_called_by_a_message_that_there_is() -> None:
    """A message is renamed with its widget: a handler left behind would never be called, and nobody would say so."""
    found = list(handlers())
    assert len(found) > 80
    assert [f"{kind.__name__}.{name}" for kind, name in found if name not in messages()] == []
    assert "on_board_moved" not in messages()
