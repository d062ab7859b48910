"""What is installed is what was tested: constraints.txt pins every requirement and names no source."""

import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DIRECT = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]
CONSTRAINTS = (ROOT / "constraints.txt").read_text("utf-8")


def lines(constraints: str) -> list[str]:
    bare = (line.partition("#")[0].strip() for line in constraints.splitlines())
    return [line for line in bare if line]


def is_exact(requirement: Requirement) -> bool:
    """`name==1.2.3` and nothing beside it: no range, no wildcard, no marker, no address."""
    specifiers = list(requirement.specifier)
    return (
        len(specifiers) == 1
        and specifiers[0].operator == "=="
        and not specifiers[0].version.endswith(".*")
        and not (requirement.url or requirement.marker or requirement.extras)
    )


def unpinned(requirements: Iterable[str], constraints: str) -> list[str]:
    pins = [Requirement(line) for line in lines(constraints)]
    pinned = {canonicalize_name(pin.name) for pin in pins if is_exact(pin)}
    names = {canonicalize_name(Requirement(requirement).name) for requirement in requirements}
    return sorted(names - pinned)


def places(constraints: str) -> list[str]:
    """Lines that name a place: an option (one that begins with a dash), an address, or a path."""
    return [
        line
        for line in constraints.splitlines()
        if line.startswith("-") or " @ " in line or "/" in line or "\\" in line
    ]


def wanted_by(requirement: Requirement) -> Iterator[Requirement]:
    """What the installed distribution asks for here, with the extras that were asked of it."""
    for text in distribution(requirement.name).requires or []:
        wanted = Requirement(text)
        extras = ("", *sorted(requirement.extras))
        if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in extras):
            yield wanted


def transitive(requirements: Iterable[str]) -> list[str]:
    waiting = [Requirement(requirement) for requirement in requirements]
    seen: dict[str, Requirement] = {}
    while waiting:
        requirement = waiting.pop()
        key = f"{canonicalize_name(requirement.name)}{sorted(requirement.extras)}"
        if key not in seen:
            seen[key] = requirement
            waiting.extend(wanted_by(requirement))
    return sorted(canonicalize_name(requirement.name) for requirement in seen.values())


def test_every_requirement_is_pinned_exactly() -> None:
    assert unpinned(DIRECT, CONSTRAINTS) == []


def test_everything_a_requirement_brings_along_is_pinned_exactly() -> None:
    brought = transitive(DIRECT)
    assert "psycopg-binary" in brought, "extras are followed"
    assert unpinned(brought, CONSTRAINTS) == []


def test_every_line_is_one_exact_pin_and_no_name_comes_twice() -> None:
    pins = [Requirement(line) for line in lines(CONSTRAINTS)]
    assert [str(pin) for pin in pins if not is_exact(pin)] == []
    names = [canonicalize_name(pin.name) for pin in pins]
    assert sorted(set(names)) == sorted(names)


def test_no_line_names_an_address_or_a_path() -> None:
    assert places(CONSTRAINTS) == []


def test_a_range_a_wildcard_and_a_missing_name_are_noticed() -> None:
    constraints = "ranged>=1\nwild==1.*\nmarked==1; python_version > '3'\nfine==1  # a remark\n"
    assert unpinned(["ranged", "wild", "marked", "missing", "Fine>=0"], constraints) == [
        "marked",
        "missing",
        "ranged",
        "wild",
    ]


def test_an_address_a_path_and_an_option_are_noticed() -> None:
    named = ["a @ https://example.org/a.whl", "--extra-" + "index-url x", "-e .", "./wheels", "# from https://x"]
    assert places("\n".join([*named, "fine==1"])) == named
