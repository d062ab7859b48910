"""A file of an investigator's answers, `criterion = answer`: TOML, a JSON object, or CSV. Nothing in it is guessed."""

import csv
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn

from cellbank.errors import WrongInput

ANSWERED_ON = "answered_on"
INVESTIGATOR = "investigator"
_HEADERS = frozenset({"criterion", "critère", "critere"})


@dataclass(frozen=True)
class AnswersFile:
    """The answers by criterion, and by whom and on which day when the file says so."""

    answers: Mapping[str, str]
    answered_on: date | None
    investigator: str | None


def read_answers(text: str, path: str) -> AnswersFile:
    """Read a file of answers; its ending says its form, else its first character does.

    `answered_on` and `investigator` may stand in it beside the criteria. Refused: what cannot be read, an answer
    that is not one value, a key given twice, a file without an answer.
    """
    found = _pairs(text.removeprefix("\ufeff"), path)
    given: dict[str, str] = {}
    for key, value in found:
        if key in given:
            raise WrongInput("criteria.twice", path=path, key=key)
        given[key] = _said(value, key, path)
    on = given.pop(ANSWERED_ON, None)
    investigator = given.pop(INVESTIGATOR, None)
    if not given:
        raise WrongInput("criteria.empty", path=path)
    return AnswersFile(given, None if on is None else _day(on, path), investigator)


def _pairs(text: str, path: str) -> Iterable[tuple[str, Any]]:
    form = path.lower().rpartition(".")[2]
    if form == "json" or (form not in {"toml", "csv"} and text.lstrip().startswith("{")):
        return _json(text, path)
    if form == "csv":
        return _csv(text, path)
    try:
        return list(tomllib.loads(text, parse_float=str).items())
    except tomllib.TOMLDecodeError as error:
        raise WrongInput("criteria.syntax", path=path, form="TOML", why=str(error)) from error


def _json(text: str, path: str) -> list[tuple[str, Any]]:
    try:
        found = json.loads(text, parse_float=str, parse_constant=_no_constant, object_pairs_hook=lambda pairs: pairs)
    except ValueError as error:
        raise WrongInput("criteria.syntax", path=path, form="JSON", why=str(error)) from error
    if not isinstance(found, list) or not all(isinstance(pair, tuple) for pair in found):
        raise WrongInput("criteria.syntax", path=path, form="JSON", why="{ }")
    return found


def _no_constant(value: str) -> NoReturn:
    raise ValueError(value)


def _csv(text: str, path: str) -> list[tuple[str, str]]:
    """Two columns, `criterion` and `answer`; a heading is left out."""
    first = text.lstrip().split("\n", 1)[0]
    delimiter = next((one for one in ";\t," if one in first), ",")
    rows = [row for row in csv.reader(text.splitlines(), delimiter=delimiter) if any(cell.strip() for cell in row)]
    if rows and rows[0][0].strip().lower() in _HEADERS:
        rows = rows[1:]
    for row in rows:
        if len(row) != len(("criterion", "answer")):
            raise WrongInput("criteria.syntax", path=path, form="CSV", why=delimiter.join(row))
    return [(row[0].strip(), row[1].strip()) for row in rows]


def _said(value: Any, key: str, path: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime) or not isinstance(value, str | int | date):
        raise WrongInput("criteria.value", path=path, key=key)
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def _day(text: str, path: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongInput("criteria.value", path=path, key=ANSWERED_ON) from error
