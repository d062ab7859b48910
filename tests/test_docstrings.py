"""Docstrings: whoever refuses says so, and names what is refused."""

import ast
import re
from collections.abc import Iterator

from cellbank import errors
from labels.errors import LabelError
from tests.test_architecture import assert_none, modules

REFUSALS = {LabelError.__name__} | {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.CellbankError) and kind is not errors.CellbankError
}
"""The classes that are raised at a person; `CellbankError` itself is a mistake of ours."""
LOOKS_UP = {"get_by_code", "named", "resolve"}
"""What refuses a code that the bank does not know."""
SAYS_SO = re.compile(r"\b(refus\w+|rais(es|ed)|not allowed|impossible)\b", re.IGNORECASE)

YET = ("cellbank/cli/", "cellbank/facts/", "cellbank/services/", "cellbank/views/")
"""Rooms that are being moved, and whose docstrings follow."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def own_nodes(function: Function) -> Iterator[ast.AST]:
    """What a function does itself: its body without the functions inside it."""
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop()
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield node
            pending.extend(ast.iter_child_nodes(node))


def called(node: ast.AST) -> str:
    """The name that a call calls, or a raise raises: `refuse`, `codes.named`, `Refused`."""
    target = node.exc if isinstance(node, ast.Raise) else node
    return ast.unparse(target.func) if isinstance(target, ast.Call) else ""


def refuses(node: ast.AST) -> bool:
    """Whether a statement refuses by itself."""
    name = called(node)
    last = name.rpartition(".")[2]
    if isinstance(node, ast.Raise):
        return last in REFUSALS
    return name == "refuse" or name.startswith("refuse_") or (last in LOOKS_UP and name.startswith("codes."))


def functions(tree: ast.AST, within: str = "") -> Iterator[tuple[str, Function]]:
    """Every function and method of a module with its name."""
    for node in getattr(tree, "body", []):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{within}{node.name}", node
        elif isinstance(node, ast.ClassDef):
            yield from functions(node, f"{within}{node.name}.")


def silent(name: str, text: str) -> tuple[int, list[str]]:
    """How many public functions of a module refuse, by themselves or through its private ones; which do not say so."""
    known = dict(functions(ast.parse(text)))
    refusing = {each for each, function in known.items() if any(map(refuses, own_nodes(function)))}
    private = {each: each.rpartition(".")[2] for each in known if each.rpartition(".")[2].startswith("_")}
    while True:
        through = {private[each] for each in refusing if each in private}
        more = {
            each
            for each, function in known.items()
            if any(called(node).removeprefix("self.") in through for node in own_nodes(function))
        }
        if more <= refusing:
            break
        refusing |= more
    public = [each for each in sorted(refusing) if not any(part.startswith("_") for part in each.split("."))]
    told = {each: ast.get_docstring(known[each]) or "" for each in public}
    return len(public), [f"{name}:{known[e].lineno} {e}" for e, said in told.items() if not SAYS_SO.search(said)]


def test_whoever_refuses_says_so() -> None:
    counts = [silent(name, text) for name, text in modules() if not name.startswith(YET)]
    assert sum(many for many, _ in counts) > 70
    assert_none(each for _, found in counts for each in found)


def test_a_function_that_refuses_in_silence_is_noticed() -> None:
    text = (
        'def says():\n    """Refused: an odd one."""\n    raise Refused(Finding("odd"))\n'
        'def silent():\n    """It."""\n    _helper()\n'
        "def _helper():\n    refuse(findings)\n"
        'def looks_up():\n    """One."""\n    return codes.named(work, Lot, code)\n'
        'def free():\n    """A dialog."""\n    self.refuse(text)\n'
        'class Thing:\n    """A thing."""\n    def method(self):\n        """It."""\n        raise NotFound("x")\n'
    )
    assert silent("module.py", text) == (
        4,
        ["module.py:17 Thing.method", "module.py:9 looks_up", "module.py:4 silent"],
    )
