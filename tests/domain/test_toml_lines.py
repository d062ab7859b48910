"""The line of every key of a TOML text, whatever way it is written."""

import tomllib
from typing import Any

from hypothesis import given, strategies as st

from cellbank.demo.made_up import shipped_trial
from cellbank.domain.toml_lines import Path, key_lines
from tests.domain.builders import second_text

TEXT = '''# a comment = 1
a = 1
"quoted key" = "x # no comment"
b.c.d = 'literal ] }'
long = """
a = [
"quoted" \\""" }
"""
literal = \'\'\'
[x]
\'\'\'
list = [
  1, # one
  # two
  "]",
  { x = 1, "y.z" = [2] },
]

[table]   # with a comment
inline = { one = 1, two = { three = 3 } }

[table.below]
e = 2026-01-01T00:00:00Z

[[rows]]
f = 1
[[rows]]
g = 1
[rows.sub]
h = 1
[[rows.sub.deep]]
i = [[1, 2], [3]]
'''


def test_every_way_of_writing_a_key_has_its_line() -> None:
    lines = key_lines(TEXT)
    expected: dict[Path, int] = {
        ("a",): 2,
        ("quoted key",): 3,
        ("b", "c", "d"): 4,
        ("long",): 5,
        ("literal",): 9,
        ("list",): 12,
        ("list", 0): 13,
        ("list", 1): 15,
        ("list", 2, "y.z"): 16,
        ("table",): 19,
        ("table", "inline", "two", "three"): 20,
        ("table", "below", "e"): 23,
        ("rows", 0, "f"): 26,
        ("rows", 1): 27,
        ("rows", 1, "g"): 28,
        ("rows", 1, "sub", "h"): 30,
        ("rows", 1, "sub", "deep", 0): 31,
        ("rows", 1, "sub", "deep", 0, "i", 1, 0): 32,
    }
    assert {path: lines.get(path) for path in expected} == expected


def paths_of(value: Any, path: Path = ()) -> set[Path]:
    if isinstance(value, dict):
        items: list[tuple[str | int, Any]] = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    else:
        return {path}
    return {path}.union(*(paths_of(item, (*path, name)) for name, item in items))


def test_nothing_that_tomllib_finds_is_without_a_line_and_nothing_else_has_one() -> None:
    for text in (TEXT, shipped_trial(), second_text()):
        assert set(key_lines(text)) == paths_of(tomllib.loads(text))


KEYS = st.text("abc-_1", min_size=1, max_size=4)
VALUES = st.recursive(
    st.one_of(st.integers(-5, 5).map(str), st.sampled_from(['"#"', "'[x]'", '"\\"}"', "true", '"""\n=]"""', "1.5"])),
    lambda inner: st.lists(inner, max_size=3).map(lambda items: "[\n" + ",\n".join(items) + "]"),
    max_leaves=5,
)


@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_any_well_formed_text_is_walked_to_its_end(pairs: dict[str, str]) -> None:
    text = "\n".join(f"{key} = {value} # [" for key, value in pairs.items())
    lines = key_lines(text)
    assert set(lines) == paths_of(tomllib.loads(text))
    assert [lines[(key,)] for key in pairs] == sorted(lines[(key,)] for key in pairs)
