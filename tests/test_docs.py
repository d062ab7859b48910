"""The pages in docs/: what they name is there, and what the code cites of them stands in them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_architecture import ROOT, assert_none, modules

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_LINK = re.compile(r"\[[^\]]+\]\((?P<target>[^)\s]+)\)")
_PATH = re.compile(r"`(?P<path>(?:cellbank|tui|labels|tests|data|docs)/[A-Za-z0-9_./*-]*)`")
_NAMED = re.compile(r"`(?P<path>(?:cellbank|tui|labels|tests)/[a-z_/]+\.py):(?P<name>\w+)`")
_HEADING = re.compile(r"^#+ (?P<title>.+)$", re.MULTILINE)
_CITED = {page: re.compile(rf"{page}(?:\.md)? ((?:§\d+(?:, | and )?)+)") for page in ("rules", "domain")}
_SECTIONS = {"rules": 16, "domain": 9}


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes of a page's headings."""
    titles = (match["title"].lower() for match in _HEADING.finditer(page.read_text("utf-8")))
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}


def dead_ends(page: Path, text: str) -> Iterator[str]:
    """Links of a page that lead nowhere, and paths of the repository in it that are not there."""
    for target in (match["target"] for match in _LINK.finditer(text)):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        led_to = (page.parent / path).resolve() if path else page
        if not led_to.exists() or (anchor and anchor not in anchors(led_to)):
            yield f"{page.name}: {target}"
    for path in (match["path"] for match in _PATH.finditer(text)):
        if not (any(ROOT.glob(path)) if "*" in path else (ROOT / path).exists()):
            yield f"{page.name}: {path}"
    for match in _NAMED.finditer(text):
        module = ROOT / match["path"]
        if not module.exists() or not re.search(rf"\b{match['name']}\b", module.read_text("utf-8")):
            yield f"{page.name}: {match['path']}:{match['name']}"


def sections_cited(text: str, page: str) -> Iterator[int]:
    """The sections of a page that a text cites: `rules.md §1, §8` is 1 and 8."""
    for match in _CITED[page].finditer(text):
        yield from map(int, re.findall(r"\d+", match[1]))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_is_there(page: Path) -> None:
    assert_none(dead_ends(page, page.read_text("utf-8")))


@pytest.mark.parametrize("page", ["rules", "domain"])
def test_every_section_that_the_code_cites_stands_on_its_page(page: str) -> None:
    text = (ROOT / f"docs/{page}.md").read_text("utf-8")
    known = [int(number) for number in re.findall(r"^## (\d+)\. ", text, re.MULTILINE)]
    assert known == list(range(1, _SECTIONS[page] + 1))
    cited = [(name, section) for name, text in modules() for section in sections_cited(text, page)]
    assert len(cited) > 10
    assert_none(f"{name}: §{section}" for name, section in cited if section not in known)


def test_the_requirements_that_the_rules_name_are_those_of_the_gate() -> None:
    """The table of §5 names every requirement of both gates, and names no other."""
    from cellbank.domain import dose_gate, gate

    asked = {
        requirement.__name__
        for step, requirements in (*gate.GATE.items(), *dose_gate.GATE.items())
        for requirement in requirements
    } | {"lot_is_released"}
    table = (ROOT / "docs/rules.md").read_text("utf-8").partition("## 5. ")[2].partition("## 6. ")[0]
    named = set(re.findall(r"`([a-z_]+)`", table))
    assert asked - {"still_released"} <= named, sorted(asked - named)


def test_a_dead_link_a_missing_path_and_a_name_that_is_gone_are_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One thing\n[here](#one-thing) [no](#another) [gone](gone.md) `cellbank/nowhere.py` `tests/*.py`\n"
        "`cellbank/errors.py:Finding` `cellbank/errors.py:NoSuchName`\n"
    )
    assert list(dead_ends(page, page.read_text())) == [
        "page.md: #another",
        "page.md: gone.md",
        "page.md: cellbank/nowhere.py",
        "page.md: cellbank/errors.py:NoSuchName",
    ]
    assert list(sections_cited("(rules.md §1, §8; domain.md §3), rules §5", "rules")) == [1, 8, 5]
    assert list(sections_cited("(domain.md §2 and §7, rules.md §10)", "domain")) == [2, 7]
