"""Every code that the rules raise has a sentence in every language, filled by the parameters that it carries."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import cellbank.domain
from cellbank.domain import eligibility, protocol
from cellbank.domain.eligibility import assess
from cellbank.domain.person import Role, Verb
from cellbank.languages import known_languages
from cellbank.wording import Language, Wording, texts
from tests.domain.builders import a_donor, second_text
from tests.domain.test_donor import ROUTE, TABLE
from tests.domain.test_protocol import changed, refused

ROOT = Path(cellbank.domain.__file__).parent
MODULES = [
    "donor",
    "eligibility",
    "tissue",
    "material",
    "culture",
    "growth",
    "testing",
    "specification",
    "lot",
    "vial",
    "storage",
    "subject",
    "dose",
    "protocol",
    "input_parsing",
    "section",
]
STATIONS = [
    "donor",
    "tissue",
    "material",
    "culture",
    "lot",
    "result",
    "number",
    "protocol",
    "storage",
    "subject",
    "dose",
    "vial",
]
IN_THE_FILE = {"line", "key", "value", "expected"}


def calls(module: str) -> Iterator[ast.Call]:
    tree = ast.parse((ROOT / f"{module}.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node


def raised() -> set[str]:
    """Every text of the domain that looks like a code, but for the names of columns in `record.key`."""
    found: set[str] = set()
    for module in MODULES:
        columns = {
            argument.value
            for call in calls(module)
            if isinstance(call.func, ast.Attribute) and call.func.attr == "key"
            for argument in call.args
            if isinstance(argument, ast.Constant)
        }
        for node in ast.walk(ast.parse((ROOT / f"{module}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in columns:
                parts = node.value.split(".")
                if len(parts) > 1 and parts[0] in STATIONS and all(part.isidentifier() for part in parts):
                    found.add(node.value)
    return found


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def given_in_the_source() -> Iterator[tuple[str, set[str]]]:
    """The codes raised with their parameters written out: `WrongInput("a.b", x=…)`, `wrong(…)`, `Finding(…, {…})`."""
    for module in MODULES:
        for call in calls(module):
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            first = call.args[0] if call.args else None
            if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
                continue
            if name in ("WrongInput", "wrong"):
                names = {keyword.arg for keyword in call.keywords if keyword.arg}
                yield first.value, names | (IN_THE_FILE if name == "wrong" else set())
            elif name == "Finding" and len(call.args) == 2:
                yield first.value, {"subject"}
            elif name == "Finding" and isinstance(call.args[2], ast.Dict):
                keys = [key.value for key in call.args[2].keys if isinstance(key, ast.Constant)]
                yield first.value, {"subject", *map(str, keys)}


def test_codes_are_found_at_all() -> None:
    found = raised()
    assert {"lot.test.failed", "donor.next.determine", "protocol.value.low", "number.ambiguous"} <= found
    assert len(found) > 100


@pytest.mark.parametrize("language", known_languages())
def test_every_code_has_a_sentence(language: Language) -> None:
    assert sorted(raised() - set(texts(language))) == []


@pytest.mark.parametrize("language", known_languages())
def test_no_sentence_asks_for_a_parameter_that_its_code_does_not_carry(language: Language) -> None:
    seen = 0
    for code, params in given_in_the_source():
        if code in texts(language) and code.split(".")[0] in STATIONS:
            seen += 1
            assert placeholders(texts(language)[code]) <= params, code
    assert seen > 40


def written_out_beside_the_domain() -> Iterator[tuple[str, set[str]]]:
    """The codes that services, store and command line raise, where every parameter is written out on the spot."""
    for path in sorted(file for file in ROOT.parent.rglob("*.py") if ROOT not in file.parents):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            first, *rest = node.args
            if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
                continue
            names = {keyword.arg or "**" for keyword in node.keywords}
            if node.func.id in ("WrongInput", "NotAllowed", "NotFound", "CannotWrite") and "**" not in names:
                yield first.value, names
            elif node.func.id == "Finding" and all(isinstance(one, ast.Constant | ast.Dict) for one in rest[1:2]):
                keys = [key for one in rest[1:2] if isinstance(one, ast.Dict) for key in one.keys]
                if all(isinstance(key, ast.Constant) for key in keys):
                    yield first.value, {"subject", *(str(key.value) for key in keys if isinstance(key, ast.Constant))}


@pytest.mark.parametrize("language", known_languages())
def test_no_refusal_of_an_act_leaves_a_gap_in_its_sentence(language: Language) -> None:
    seen = 0
    for code, params in written_out_beside_the_domain():
        if code in texts(language):
            seen += 1
            assert placeholders(texts(language)[code]) <= params, code
    assert seen > 150


@pytest.mark.parametrize("language", known_languages())
def test_who_may_not_do_what_is_said_in_words(language: Language) -> None:
    wording = Wording(language)
    for verb in Verb:
        said = wording.say("person.role.missing", name="x", verb=verb, roles=sorted(Role))
        assert f"({verb.value})" not in said, "the word of the code, not the code"
        assert wording.term("role", Role.QP) in said


@pytest.mark.parametrize("language", known_languages())
def test_what_is_found_of_donors_is_said_whole(language: Language) -> None:
    wording = Wording(language)
    for case in [*(case.values[0] for case in TABLE), a_donor(donation_days=()), a_donor(htlv_risk=None)]:
        found = assess(ROUTE, case)  # type: ignore[arg-type]
        for finding in (*found.findings, *found.next_steps):
            said = wording.finding(finding)
            assert "{" not in said
            assert finding.code not in said


@pytest.mark.parametrize("language", known_languages())
def test_what_is_wrong_with_a_trial_file_is_said_whole(language: Language) -> None:
    text, line = changed("shelf_life_months = 24", "shelf_life_month = 24", second_text())
    said = Wording(language).error(refused(text))
    assert str(line) in said
    assert "lot.shelf_life_months" in said


def test_every_finding_about_a_donor_has_its_standing() -> None:
    said = {code for code in raised() if code in eligibility.STANDING}
    assert said == set(eligibility.STANDING)


def test_every_kind_of_error_of_the_trial_file_has_a_code() -> None:
    assert set(protocol._CODES.values()) <= raised()
