"""The examples in the docstrings of the domain: each formula shows what it gives, and gives it."""

import ast
import doctest
import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import pytest

import cellbank.domain
from tests.test_architecture import assert_none

FORMULAS = {
    "cellbank.domain.allocation": {"allocate", "fewest_boxes"},
    "cellbank.domain.dose": {"vials_for_dose", "usable_until", "planned_visits"},
    "cellbank.domain.eligibility": {"earliest_repeat"},
    "cellbank.domain.growth": {"viable", "population_doublings", "doubling_time_h", "passage_of"},
    "cellbank.domain.identifiers": {"with_check", "own_code", "vial_code", "normalised", "donation_id"},
    "cellbank.domain.lot": {"is_in_date"},
    "cellbank.domain.dates": {"months_after", "month_end"},
    "cellbank.domain.input_parsing": {"typed_decimal", "typed_count", "typed_reported"},
    "cellbank.domain.specification": {"endotoxin_limit"},
    "cellbank.domain.testing": {"evaluate"},
    "cellbank.domain.tissue": {"hours_between"},
}
"""What must show an example; others may."""


def modules_of_the_domain() -> Iterator[str]:
    """Every module of the domain, whatever rooms it has."""
    yield from (found.name for found in pkgutil.walk_packages(cellbank.domain.__path__, "cellbank.domain."))


def examples(module: ModuleType) -> dict[str, int]:
    """How many examples each function of a module shows."""
    found = doctest.DocTestFinder(exclude_empty=True).find(module)
    return {test.name.removeprefix(f"{module.__name__}."): len(test.examples) for test in found if test.examples}


@pytest.mark.parametrize("name", sorted(modules_of_the_domain()))
def test_every_example_gives_what_it_says(name: str) -> None:
    found = doctest.testmod(importlib.import_module(name))
    assert found.failed == 0, f"{found.failed} of {found.attempted} examples"


def test_every_formula_shows_an_example() -> None:
    shown = {name: examples(importlib.import_module(name)) for name in FORMULAS}
    assert all(shown.values())
    assert_none(f"{name}.{one}" for name, all_of_it in FORMULAS.items() for one in sorted(all_of_it - set(shown[name])))


def test_a_wrong_example_is_noticed() -> None:
    module = ModuleType("wrong")
    text = 'def twice(one):\n    """Two of it.\n\n    >>> twice(2)\n    5\n    """\n    return 2 * one\n'
    exec(compile(ast.parse(text), "wrong", "exec"), module.__dict__)  # noqa: S102 — the text is the line above
    module.__dict__["twice"].__module__ = "wrong"
    assert doctest.testmod(module, verbose=False, report=False).failed == 1
