"""The languages that the bank speaks: one folder of texts each, and which of them this machine asks for.

A language is a folder named by its tag (`de`, `pt-br`) that holds a `language.toml`: its name, how it writes numbers,
and the words that people type for yes, no, never and the like. Nothing heavy is imported.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import NewType

import data

Language = NewType("Language", str)
"""The tag of a language that is known: made by `language_of` and `known_languages` only."""

BASE = Language("en")
"""The language in which sentences are written first: spoken where no other is asked for."""

SEARCH_PATH = [Path(data.__file__).parent / "locale"]
"""The folders that hold languages. A language found twice is refused: nobody's sentences replace another's."""

SHEET = "language.toml"
_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_NUMBER = re.compile("12([ \u00a0\u2009\u202f]?)345([.,])6")
"""How a language writes 12345.6. Thousands parted by a point or a comma are refused: the reader of typed numbers takes
either for a decimal sign, and a number shown must not become another one when it is typed again."""


@dataclass(frozen=True)
class Locale:
    """What a language's own file says of it. `typed`: the words people type, by what they mean (`yes`, `never`)."""

    tag: Language
    folder: Path
    name: str
    decimal: str
    thousands: str
    typed: Mapping[str, frozenset[str]]


def known_languages() -> tuple[Language, ...]:
    """Every language there is a folder of, the base language first, the others by their tags."""
    return tuple(_locales(tuple(SEARCH_PATH)))


def locale(language: Language) -> Locale:
    """What is said of a language."""
    return _locales(tuple(SEARCH_PATH))[language]


def language_of(name: str | None) -> Language | None:
    """The language of that tag, none when there is no such language."""
    return next((one for one in known_languages() if one == name), None)


def language_here() -> Language:
    """What `CELLBANK_LANG` says; else the language of the locale where the bank speaks it, else the base language."""
    asked = language_of(os.environ.get("CELLBANK_LANG"))
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    whole = re.split("[.@]", spoken.lower().replace("_", "-"), maxsplit=1)[0]
    return asked or language_of(whole) or language_of(whole.partition("-")[0]) or BASE


def typed(meaning: str) -> frozenset[str]:
    """The words that people type for a meaning, in every language: who types may read another language's screen."""
    return _typed(tuple(SEARCH_PATH))[meaning]


@cache
def _locales(search: tuple[Path, ...]) -> Mapping[Language, Locale]:
    found: dict[Language, Locale] = {}
    folders = (each for path in search for each in path.iterdir() if _is_language(each))
    for folder in sorted(folders, key=lambda each: (each.name != BASE, each.name)):
        tag = Language(folder.name)
        if tag in found:
            raise ValueError(f"the language {tag} is there twice: {found[tag].folder} and {folder}")
        found[tag] = _read(tag, folder)
    return found


def _is_language(folder: Path) -> bool:
    return _TAG.fullmatch(folder.name) is not None and (folder / SHEET).is_file()


def _read(tag: Language, folder: Path) -> Locale:
    import tomllib

    said = tomllib.loads((folder / SHEET).read_text(encoding="utf-8"))
    number = _NUMBER.fullmatch(said["language.number"])
    if number is None:
        raise ValueError(f"{folder / SHEET}: a number written {said['language.number']} could not be typed again")
    return Locale(tag, folder, said["language.name"], number[2], number[1], dict(_words(said)))


def _words(said: Mapping[str, str]) -> Iterator[tuple[str, frozenset[str]]]:
    for code, words in said.items():
        if code.startswith("words."):
            yield code.removeprefix("words."), frozenset(word.strip() for word in words.split(","))


@cache
def _typed(search: tuple[Path, ...]) -> Mapping[str, frozenset[str]]:
    meanings: dict[str, frozenset[str]] = {}
    for each in _locales(search).values():
        for meaning, words in each.typed.items():
            meanings[meaning] = meanings.get(meaning, frozenset()) | words
    for (one, its), (other, others) in combinations(meanings.items(), 2):
        if one.rpartition(".")[0] == other.rpartition(".")[0] and its & others:
            raise ValueError(f"{', '.join(sorted(its & others))} would mean {one} and {other}")
    return meanings
