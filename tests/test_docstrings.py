"""Docstrings: whoever refuses says so, and each names a thing of the field rather than a pronoun."""

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
LOOKS_UP = {"codes.get_by_code", "codes.resolve", "get_by_code"}
"""What refuses a code that the bank does not know."""
SAYS_SO = re.compile(r"\b(refus\w+|rais(es|ed)|not allowed|impossible)\b", re.IGNORECASE)

_LITTLE_WORDS = """
a about above after again against all already also an and another any anything are as asked at away back be because
been before began begins behind being below beneath beside best between beyond both but by can cannot chosen comes
could did do does doing done down each either else end ends enough every everybody everyone everything far few first
for found from front given gives goes gone good had happened has have he her here hers him his how i if in instead
into is it its itself just kept know known last later least less let like little long looked made make makes many
may me mean means meant meanwhile might more most much must my needed never new next no nobody none nor not nothing
now of off old on once one ones only or other others otherwise our out over own part possible put rather ready same
seen set shall she should shown shows since so some somebody something stands still such take taken takes than that
the their them then there these they this those though through till to together told too two under unless until up
upon us use used very was way we well went were what whatever when where wherever whether which while who whole whom
whose why will with within without would yes yet you your
"""
WORDS_WITHOUT_A_THING = frozenset(_LITTLE_WORDS.split())
"""Pronouns and what goes with them: a docstring of these words alone helps nobody who does not know the function."""
_WORD = re.compile(r"[^\W_]+")

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
    """The name that a call calls, or a raise raises: `refuse`, `codes.get_by_code`, `Refused`."""
    target = node.exc if isinstance(node, ast.Raise) else node
    return ast.unparse(target.func) if isinstance(target, ast.Call) else ""


def given(function: Function) -> set[str]:
    """The names of what a function is given, and of each thing of a list that it is given."""
    arguments = function.args
    names = {each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    loops = (node for node in own_nodes(function) if isinstance(node, ast.comprehension | ast.For))
    return names | {ast.unparse(loop.target) for loop in loops if ast.unparse(loop.iter) in names}


def refuses(function: Function) -> bool:
    """Whether a function refuses in its own body: it raises, calls `refuse`, or looks up a code that it is given."""
    asks_first = any(called(node) == "codes.exists" for node in own_nodes(function))
    handed = set() if asks_first else given(function)
    for node in own_nodes(function):
        name = called(node)
        last = name.rpartition(".")[2]
        if isinstance(node, ast.Raise):
            found = last in REFUSALS
        elif isinstance(node, ast.Call) and name in LOOKS_UP:
            found = bool(node.args) and ast.unparse(node.args[-1]) in handed
        else:
            found = name == "refuse" or name.startswith("refuse_")
        if found:
            return True
    return False


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
    refusing = {each for each, function in known.items() if refuses(function)}
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
    counts = [silent(name, text) for name, text in modules()]
    assert sum(many for many, _ in counts) > 200
    assert_none(each for _, found in counts for each in found)


def names_nothing(docstring: str) -> bool:
    """Whether the first paragraph of a docstring holds no noun, no name and no number."""
    words = _WORD.findall(docstring.partition("\n\n")[0].lower())
    return WORDS_WITHOUT_A_THING.issuperset(words)


def nameless(name: str, text: str) -> Iterator[str]:
    """The docstrings of a module that name nothing."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            said = ast.get_docstring(node)
            if said is not None and names_nothing(said):
                yield f"{name}:{node.lineno} {node.name}: {said}"


def test_a_docstring_names_a_thing() -> None:
    assert_none(each for name, text in modules() for each in nameless(name, text))


def test_a_docstring_without_a_thing_is_noticed() -> None:
    assert names_nothing("What, unless it is in front, and where to.")
    assert names_nothing("Why.")
    assert not names_nothing("Why the culture was thrown away.")


def test_a_function_that_refuses_in_silence_is_noticed() -> None:
    text = (
        'def says():\n    """Refused: an odd one."""\n    raise Refused(Finding("odd"))\n'
        'def silent():\n    """It."""\n    _helper()\n'
        "def _helper():\n    refuse(findings)\n"
        'def looks_up(code):\n    """One."""\n    return codes.get_by_code(work, Lot, code)\n'
        'def knows(lot):\n    """One."""\n    return codes.get_by_code(work, Lot, lot.number)\n'
        'def free():\n    """A dialog."""\n    self.refuse(text)\n'
        'class Thing:\n    """A thing."""\n    def method(self):\n        """It."""\n        raise NotFound("x")\n'
    )
    assert silent("module.py", text) == (
        4,
        ["module.py:20 Thing.method", "module.py:9 looks_up", "module.py:4 silent"],
    )
