"""How complicated the program is, reported at the end of a run and never forced: nothing is shredded for a count."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("cellbank", "tui", "labels")
MOST_BRANCHES, MOST_LINES = 8, 40
"""Beyond these a function is counted: its decisions, `and` and `or` among them, and its lines with the docstring."""
_DECISIONS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.IfExp, ast.ExceptHandler, ast.comprehension, ast.match_case)


@dataclass(frozen=True)
class Shape:
    """A function, its decisions and its lines."""

    name: str
    decisions: int
    lines: int


def shapes(text: str) -> Iterator[Shape]:
    """Every function of a module, those within others too."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield Shape(node.name, 1 + _decisions(node), (node.end_lineno or node.lineno) - node.lineno + 1)


def _decisions(node: ast.AST) -> int:
    within = list(ast.walk(node))
    both = sum(len(one.values) - 1 for one in within if isinstance(one, ast.BoolOp))
    return both + sum(isinstance(one, _DECISIONS) for one in within)


def report() -> str:
    """One line: how many functions there are, how many are beyond each number."""
    texts = (path.read_text("utf-8") for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    found = [one for text in texts for one in shapes(text)]
    branched = sum(one.decisions > MOST_BRANCHES for one in found)
    long = sum(one.lines > MOST_LINES for one in found)
    return (
        f"{len(found)} functions: {branched} with more than {MOST_BRANCHES} decisions counting and/or, "
        f"{long} longer than {MOST_LINES} lines (reported, not forced)"
    )
