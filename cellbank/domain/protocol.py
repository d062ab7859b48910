"""The trial file: the sections that each station owns, composed, versioned, approved by QA."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Any, ClassVar, get_args

import sqlalchemy as sa
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from cellbank.domain import record
from cellbank.domain.characters import shown
from cellbank.domain.culture import CultureProtocol
from cellbank.domain.donor import DonorProtocol
from cellbank.domain.dose import DoseProtocol
from cellbank.domain.lot import LotProtocol
from cellbank.domain.material import MaterialProtocol
from cellbank.domain.record import Instant, Line, Record
from cellbank.domain.section import Counted, Said, Section, wrong
from cellbank.domain.specification import Specification, endotoxin_limit
from cellbank.domain.storage import StorageProtocol
from cellbank.domain.subject import SubjectProtocol
from cellbank.domain.testing import Outcome, ResultFacts, Stage, evaluate
from cellbank.domain.tissue import TissueProtocol
from cellbank.domain.toml_lines import Path, key_lines
from cellbank.domain.vial import VialProtocol
from cellbank.errors import Finding, WrongInput
from cellbank.languages import Language, known_languages


class TrialState(StrEnum):
    """A loaded trial file counts for nothing until QA approved it."""

    LOADED = "loaded"
    APPROVED = "approved"


class TrialVersion(Record, table=True):
    """One version of the trial file, its text kept as it was loaded."""

    __tablename__ = "trial_version"
    __table_args__ = record.strict(
        record.one_of("state", TrialState, "trial_version"),
        sa.UniqueConstraint("trial", "version", name="trial_version_once"),
    )
    code_column: ClassVar[str] = "version"

    trial: Line = record.text(max_length=40)
    version: Line = record.text(max_length=40)
    content: str = record.prose()
    digest: Line = record.text(min_length=64, max_length=64)
    state: TrialState = record.choice(TrialState, default=TrialState.LOADED)
    loaded_at: Instant = record.instant()
    approved_at: Instant | None = record.instant(default=None)
    effective_on: date | None = record.day(default=None)


UNSAID = (Language("fr"), Language("en"))
"""The languages of a trial file that does not say them: those of every file before any could."""


class RecordProtocol(Section):
    """How the record is kept: from how many hours on an entry is late (reason and witness, rules.md §1), and the
    fields, as `table.field`, whose correction needs a second person (rules.md §7).
    """

    late_entry_hours: Counted
    critical_fields: tuple[Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z0-9_]+$")], ...]


def _as_set(value: object) -> object:
    is_list = isinstance(value, tuple) and all(isinstance(item, str) for item in value)
    return frozenset(value) if is_list and isinstance(value, tuple) else value


def _known_languages(tags: tuple[Language, ...]) -> tuple[Language, ...]:
    for tag in tags:
        if tag not in known_languages():
            raise wrong("protocol.value.choice", value=tag, expected=", ".join(known_languages()))
        if tags.count(tag) > 1:
            raise wrong("protocol.row.twice", twice=tag)
    return tags


class Protocol(Section):
    """The whole trial file: one section a station. `illustrative` are the dotted paths of values that are not the
    sponsor's; those of a specification read `specification.criteria.<test>`. `languages`: in which each of its texts
    is written; its labels are in the first, with the second beside it.
    """

    code: Annotated[Said, Field(max_length=40)]
    version: Annotated[Said, Field(max_length=40)]
    title: Said
    acronym: Said
    sponsor: Said
    sponsor_code: Said
    site: Said
    languages: Annotated[tuple[Language, ...], AfterValidator(_known_languages)] = Field(UNSAID, min_length=1)
    illustrative: Annotated[frozenset[Said], BeforeValidator(_as_set)]
    donor: DonorProtocol
    tissue: TissueProtocol
    material: MaterialProtocol
    culture: CultureProtocol
    specification: Specification
    lot: LotProtocol
    vial: VialProtocol
    storage: StorageProtocol
    subject: SubjectProtocol
    dose: DoseProtocol
    record: RecordProtocol

    def is_illustrative(self, path: str) -> bool:
        """Whether the value at a dotted path, or what it is part of, is marked as not the sponsor's."""
        parts = path.split(".")
        return any(".".join(parts[:end]) in self.illustrative for end in range(1, len(parts) + 1))


def parse_protocol(text: str) -> Protocol:
    """Read a trial file (TOML). Refused with the line, the key, what was expected and what stands there; the error
    names the first problem and holds all of them in `findings`.
    """
    plain = _read(text)
    lines = key_lines(text)
    try:
        protocol = Protocol.model_validate(_frozen(plain), context={"languages": _languages(plain)})
    except ValidationError as error:
        raise _refused(_findings(error.errors(include_url=False), lines)) from error
    unknown = list(_unknown_paths(protocol, plain["illustrative"], lines))
    if unknown:
        raise _refused(unknown)
    rows = (f"specification.criteria.{one.test}" for one in protocol.specification.criteria if one.illustrative)
    return protocol.model_copy(update={"illustrative": protocol.illustrative.union(rows)})


def _read(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        line, column = map(int, place.groups()) if place else (len(text.splitlines()), 1)
        raise _refused([Finding("protocol.syntax", f"line {line}", {"line": line, "column": column})]) from error


def _languages(plain: Mapping[str, Any]) -> tuple[str, ...]:
    """The languages that every text of the file must have; none when the file names them wrongly, which is refused."""
    said = plain.get("languages", UNSAID)
    return tuple(one for one in said if isinstance(one, str)) if isinstance(said, list | tuple) else ()


def _frozen(value: object) -> object:
    """Lists as tuples, so that the sections can be strict and unchangeable."""
    if isinstance(value, dict):
        return {name: _frozen(item) for name, item in value.items()}
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def _refused(findings: Iterable[Finding]) -> WrongInput:
    ordered = sorted(findings, key=lambda finding: (int(str(finding.params["line"])), finding.code))
    error = WrongInput(ordered[0].code, **ordered[0].params)
    error.findings = tuple(ordered)
    return error


_CODES: Mapping[str, str] = {
    "string_type": "protocol.value.text",
    "string_too_short": "protocol.value.empty",
    "string_too_long": "protocol.value.long",
    "too_short": "protocol.value.empty",
    "too_long": "protocol.value.long",
    "string_pattern_mismatch": "protocol.value.form",
    "value_error": "protocol.value.characters",
    "int_type": "protocol.value.whole",
    "bool_type": "protocol.value.flag",
    "decimal_type": "protocol.value.decimal",
    "tuple_type": "protocol.value.list",
    "frozen_set_type": "protocol.value.list",
    "model_type": "protocol.value.table",
    "enum": "protocol.value.choice",
    "literal_error": "protocol.value.choice",
    "greater_than": "protocol.value.low",
    "greater_than_equal": "protocol.value.low",
    "less_than": "protocol.value.high",
    "less_than_equal": "protocol.value.high",
}
"""Our code for each of pydantic's kinds of error; what a section raises itself bears our code already."""


def _findings(errors: Iterable[Any], lines: Mapping[Path, int]) -> Iterator[Finding]:
    """One finding an error; a key missing only because it was misspelt is not reported twice."""
    found = [_finding(error, lines) for error in errors]
    meant = {finding.params.get("expected") for finding in found if finding.code == "protocol.key.misspelt"}
    for finding in found:
        if finding.code != "protocol.key.missing" or finding.params["key"] not in meant:
            yield finding


def _finding(error: Mapping[str, Any], lines: Mapping[Path, int]) -> Finding:
    context = dict(error.get("ctx", {}))
    path: Path = tuple(error["loc"])
    if "key" in context:
        path = (*path, context.pop("key"))
    line = next(lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in lines)
    params: dict[str, object] = {"line": line, "key": dotted(path), "value": "", "expected": ""}
    kind = str(error["type"])
    if kind in ("missing", "extra_forbidden"):
        code, expected = _about_a_key(path, kind)
        return Finding(code, dotted(path), params | {"expected": expected})
    params["value"] = shown(error["input"]) if isinstance(error["input"], str | int | float) else ""
    if kind.startswith("protocol."):
        return Finding(kind, dotted(path), params | context)
    params["expected"] = ", ".join(re.findall(r"'([^']*)'", str(context.get("expected", ""))))
    if _CODES.get(kind) in ("protocol.value.low", "protocol.value.high"):
        params["expected"] = str(next(iter(context.values())))
    return Finding(_CODES.get(kind, "protocol.value.wrong"), dotted(path), params)


def dotted(path: Path) -> str:
    """A place in the file as people write it: `specification.criteria[3].limit`, rows counted from 1."""
    said = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return said.removeprefix(".")


def _about_a_key(path: Path, kind: str) -> tuple[str, str]:
    """The code for a key that is missing or not known, and the key or keys that were expected."""
    fields = _section_at(path[:-1]).model_fields
    known = list(fields)
    if kind == "missing":
        is_section = len(path) == 1 and _section_in(fields[str(path[-1])].annotation) is not None
        return ("protocol.section.missing" if is_section else "protocol.key.missing"), str(path[-1])
    near = get_close_matches(str(path[-1]), known, n=1)
    if near:
        return "protocol.key.misspelt", dotted((*path[:-1], near[0]))
    return "protocol.key.unknown", ", ".join(known)


def _section_at(path: Path) -> type[Section]:
    section: type[Section] = Protocol
    for part in path:
        if isinstance(part, str):
            section = _section_in(section.model_fields[part].annotation) or section
    return section


def _section_in(annotation: object) -> type[Section] | None:
    """The section that an annotation holds: itself, the rows of a tuple, or what is optional."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return next((found for found in map(_section_in, get_args(annotation)) if found is not None), None)


def _unknown_paths(protocol: Protocol, paths: list[str], lines: Mapping[Path, int]) -> Iterator[Finding]:
    for position, path in enumerate(paths):
        if not _exists(protocol, path.split(".")):
            line = lines.get(("illustrative", position), 1)
            params = {"line": line, "key": f"illustrative[{position + 1}]", "value": shown(path), "expected": ""}
            yield Finding("protocol.illustrative.unknown", path, params)


def _exists(value: object, parts: list[str]) -> bool:
    """Whether a dotted path leads to something in the file; a row is named by its test, marker or id."""
    for part in parts:
        if isinstance(value, tuple):
            names = ("test", "marker", "id", "step")
            value = next((row for row in value if part in [getattr(row, name, None) for name in names]), None)
        elif isinstance(value, Section) and part in type(value).model_fields:
            value = getattr(value, part)
        else:
            return False
    return value is not None


def outcome_of(protocol: Protocol, stage: Stage, result: ResultFacts) -> Outcome:
    """A result against the criterion of its stage; informative when the stage has none for it."""
    criterion = next((c for c in protocol.specification.at(stage) if c.test == result.test), None)
    if criterion is None:
        return Outcome.INFORMATIVE
    return evaluate(criterion, result.value, result.unit, result.method, recipient_limit(protocol))


def recipient_limit(protocol: Protocol) -> Decimal:
    """The strictest endotoxin limit: the trial file's lowest weight and largest volume, in EU/mL."""
    specification = protocol.specification
    return endotoxin_limit(
        specification.endotoxin_k_eu_per_kg,
        protocol.dose.endotoxin_lowest_weight_kg,
        protocol.dose.endotoxin_largest_volume_ml,
    )
