"""Wording: a code and its parameters become a sentence, in one language. Nowhere else is a sentence built.

The texts lie in `data/locale/<language>/<station>.toml`, one flat `"code" = "sentence with {param}"` a line.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

from cellbank.domain.characters import shown
from cellbank.errors import CellbankError, Finding
from cellbank.languages import Language as Language, locale


def texts(language: Language) -> Mapping[str, str]:
    """Every sentence of a language by its code; a code that stands in two files is a mistake of ours."""
    return _texts(locale(language).folder)


@cache
def _texts(folder: Path) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for file in sorted(folder.glob("*.toml")):
        for code, sentence in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if code in found:
                raise ValueError(f"{code} stands twice in {folder.name}: again in {file.name}")
            found[code] = sentence
    return found


_KINDS: Mapping[str, tuple[str, ...]] = {
    "status": ("vial_status", "material_status"),
    "to": ("vial_status", "disposition"),
    "kind": ("hold_kind", "deviation_kind"),
    "roles": ("role",),
}
"""Parameters whose name is not the kind of their value."""

OwnWords = Mapping[str, Mapping[str, Mapping[str, str]]]
"""What a trial file calls what it names: kind (`test`, `marker`, `criterion`) → identifier → language → words."""
_OF_THE_TRIAL: Mapping[str, str] = {"tests": "test", "awaiting": "test", "conditional": "test", "markers": "marker"}
_LISTED = re.compile(r"( \| |, )")
_MEASURED = frozenset(
    {"value", "limit", "low", "high", "cumulative", "density", "viability", "volume_ml", "temperature_c", "hours"}
)
"""Parameters of findings that hold measured numbers, as text because the record holds them so."""
_DECIMAL = re.compile(r"(?<![\w.,])(\d+)\.(\d+)(?!\w|[.,]\d)")


_KEPT_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
"""An instant as the record keeps it: what a deviation or a refusal was told comes back from there as text."""


class Wording:
    """Sentences in one language; instants are shown in the zone given.

    `own_words` are the trial file's, where a front end has read them. The command line has not: who reads a test's
    identifier there is about to type it.
    """

    def __init__(self, language: Language, zone: ZoneInfo | None = None) -> None:
        self.language = language
        self._locale = locale(language)
        self.zone = zone or ZoneInfo("UTC")
        self.own_words: OwnWords = {}

    def say(self, code: str, /, **params: object) -> str:
        """The sentence of a code. An unknown code is shown as itself with its parameters: never an empty line.

        A parameter `limit_fr` beside `limit` is its own wording in that language, from a trial file that has both.
        """
        template = texts(self.language).get(code)
        own = {name: params.get(f"{name}_{self.language}", value) for name, value in params.items()}
        values = {name: self.named(name, value) for name, value in own.items()}
        if template is None:
            given = ", ".join(f"{name}: {value}" for name, value in values.items())
            return f"{code} ({given})" if given else code
        return Formatter().vformat(template, (), _Lenient(values))

    def named(self, name: str, value: object) -> str:
        """A parameter of a sentence: the word for it when its name is a kind of which there are words."""
        plain = value.value if isinstance(value, Enum) else value
        if isinstance(plain, list | tuple):
            return ", ".join(self.named(name, item) for item in plain)
        if name == "part":
            return " · ".join(self._field(part) for part in str(plain).split("."))
        if isinstance(plain, str) and (own := self.own_words.get(_OF_THE_TRIAL.get(name, name))):
            return "".join(
                own[part][self.language] if part in own else part for part in _LISTED.split(self.value(plain))
            )
        for kind in _KINDS.get(name, (name,)) if isinstance(plain, str) else ():
            if self.knows(f"term.{kind}.{plain}"):
                return self.term(kind, plain)
        return self.value(value)

    def _field(self, name: str) -> str:
        """A field of a content in words; itself, as a code is, when there are none."""
        return self.say(f"field.{name}") if self.knows(f"field.{name}") else self.value(name)

    def knows(self, code: str) -> bool:
        """Whether there is a sentence for the code."""
        return code in texts(self.language)

    def term(self, kind: str, value: object) -> str:
        """The word for a value of an enumeration (`term("disposition", "released")`), itself when there is none."""
        plain = value.value if isinstance(value, Enum) else str(value)
        return texts(self.language).get(f"term.{kind}.{plain}", str(plain))

    def value(self, value: object) -> str:
        """A parameter as it is shown: dates ISO, instants in the site's zone, numbers as the language writes them."""
        if isinstance(value, datetime):
            return value.astimezone(self.zone).strftime("%Y-%m-%d %H:%M %Z")
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Decimal):
            return self.number(value)
        if isinstance(value, Enum):
            return str(value.value)
        if isinstance(value, list | tuple | set | frozenset):
            return ", ".join(self.value(item) for item in value)
        if isinstance(value, str) and _KEPT_INSTANT.fullmatch(value):
            return self.value(datetime.fromisoformat(value))
        return shown(value, 400)

    def number(self, value: Decimal | int) -> str:
        """A number as this language writes it."""
        text = f"{value:,}" if isinstance(value, int) else format(value, "f")
        return text.replace(",", self._locale.thousands).replace(".", self._locale.decimal)

    def finding(self, finding: Finding) -> str:
        """The sentence of a finding; one about a row that has a name of its own (`named`) says it, where it can."""
        named = f"{finding.code}.named"
        code = named if finding.params.get("named") and self.knows(named) else finding.code
        params = {name: self._measured(name, value) for name, value in finding.params.items()}
        return self.say(code, **({"subject": finding.subject} | params))

    def _measured(self, name: str, value: object) -> object:
        """A measured number that is kept as text, with this language's decimal sign."""
        if name.removesuffix(f"_{self.language}") not in _MEASURED or not isinstance(value, str):
            return value
        return _DECIMAL.sub(rf"\1{self._locale.decimal}\2", value)

    def error(self, error: CellbankError) -> str:
        """The sentence of a refusal or a fault, without its findings."""
        if error.code.startswith("input."):
            return self.say(error.code, **(dict(error.params) | self._field_of(error.params)))
        return self.say(error.code, **error.params)

    def _field_of(self, params: Mapping[str, object]) -> dict[str, str]:
        """Where a wrong value would stand, in words: which kind of thing, which of its fields."""
        column = str(params.get("column", ""))
        return {"table": self.term("station", params.get("table", "")), "column": self.field(column)}

    def field(self, name: str) -> str:
        """A field of the record in words; its name with spaces when there are none."""
        codes = (f"{room}.{name}" for room in ("tui.field", "field", "column", "tui.ask"))
        return next((self.say(code) for code in codes if self.knows(code)), name.replace("_", " "))


class _Lenient(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
