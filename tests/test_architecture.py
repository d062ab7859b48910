"""The house itself: imports run one way, modules stay small, everything public is explained, every code has words."""

import ast
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter

import pytest
from importlinter.cli import lint_imports

from cellbank.domain import record
from cellbank.domain.identifiers import Station
from cellbank.domain.lot import Disposition
from cellbank.domain.tissue import Acceptance
from cellbank.domain.visit import DoseStatus
from cellbank.facts.lot import USE_AT_RISK
from cellbank.languages import BASE, known_languages, locale
from cellbank.services.movement import MOVED
from cellbank.services.vial import ENDS
from cellbank.wording import texts

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("cellbank", "tui", "labels")
LONGEST = 300
"""Lines of a module (architecture.md, "Shapes")."""
NOT_WRITTEN_BY_HAND = {"cellbank/store/migrations/versions/0001_first_schema.py"}


def modules() -> Iterator[tuple[str, str]]:
    """Every module of ours: its path from the root, and its text."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if name not in NOT_WRITTEN_BY_HAND:
                yield name, path.read_text("utf-8")


def assert_none(findings: Iterable[str]) -> None:
    """No finding; or all of them in one message, whatever pytest shortens."""
    found = list(findings)
    assert not found, "\n".join(["", *found])


def lint(config: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = lint_imports(config_filename=str(config), no_cache=True)
    return code, capsys.readouterr().out


def test_imports_run_one_way(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    code, said = lint(ROOT / ".importlinter", capsys)
    assert code == 0, said[said.find("Contracts") :]


def test_an_import_the_wrong_way_is_noticed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(ROOT)
    upside_down = tmp_path / "upside-down"
    upside_down.write_text(
        "[importlinter]\nroot_package = cellbank\n[importlinter:contract:down]\nname = Upside down\n"
        "type = layers\nlayers =\n    cellbank.store\n    cellbank.bank\n"
    )
    code, said = lint(upside_down, capsys)
    assert code != 0
    assert "Upside down BROKEN" in said


def test_a_fact_changes_nothing() -> None:
    """Whoever gathers facts is given a reading, never the unit of work, and sets nothing of what it is given."""
    facts = [(name, ast.parse(text)) for name, text in modules() if name.startswith("cellbank/facts/")]
    assert len(facts) > 10
    assert_none(f"{name}:{node.lineno} {said}" for name, tree in facts for node, said in writes(tree))


def test_what_changes_something_is_noticed() -> None:
    text = "from cellbank.store.unit_of_work import UnitOfWork\ndef fact(reading, dose):\n    dose.status = 1\n"
    assert [said for _, said in writes(ast.parse(text))] == ["UnitOfWork", "dose.status"]


def writes(tree: ast.AST) -> Iterator[tuple[ast.stmt | ast.expr, str]]:
    """Where a module imports the unit of work, or sets an attribute."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and any(each.name == "UnitOfWork" for each in node.names):
            yield node, "UnitOfWork"
        elif isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            yield node, ast.unparse(node)


def test_no_module_is_longer_than_three_hundred_lines() -> None:
    lengths = {name: text.count("\n") for name, text in modules()}
    assert len(lengths) > 50
    assert_none(f"{name} has {length} lines" for name, length in lengths.items() if length > LONGEST)


FACES = ("tui/", "cellbank/cli/", "cellbank/demo/", "cellbank/commands/")


def meanings_named(name: str, text: str) -> Iterator[str]:
    """Where a front end says by itself what a signature means."""
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, ast.alias | ast.Name)
            and (node.name if isinstance(node, ast.alias) else node.id) == "Meaning"
        ):
            yield f"{name}:{node.lineno}"


def test_only_the_act_says_what_its_signature_means() -> None:
    """A card that says it by itself says another meaning than the record, as soon as the trial file asks another."""
    faces = [(name, text) for name, text in modules() if name.startswith(FACES)]
    assert len(faces) > 50
    assert_none(found for name, text in faces for found in meanings_named(name, text))
    card = "from cellbank.domain.signature import Meaning\n\nSAID = Meaning.APPROVED\n"
    assert list(meanings_named("tui/card.py", card)) == ["tui/card.py:1", "tui/card.py:3"]


def unexplained(name: str, text: str) -> Iterator[str]:
    """What is public and has no docstring: the module, its classes and functions, and their methods."""
    tree = ast.parse(text)
    if text.strip() and ast.get_docstring(tree) is None:
        yield name
    pending: list[tuple[str, ast.AST]] = [("", tree)]
    while pending:
        within, node = pending.pop()
        for child in getattr(node, "body", []):
            if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and child.name[0] != "_":
                if ast.get_docstring(child) is None and not inherits_its_words(child):
                    yield f"{name}:{child.lineno} {within}{child.name}"
                if isinstance(child, ast.ClassDef):
                    pending.append((f"{within}{child.name}.", child))


FROM_OUTSIDE = {
    # Named by SQLAlchemy and Textual, which say what they are.
    "process_bind_param",
    "process_result_value",
    "compare_values",
    "compose",
    "render",
    "on_mount",
    "on_unmount",
    "check_action",
    "get_system_commands",
}


def inherits_its_words(node: ast.AST) -> bool:
    """A method that a library names and explains; Textual's handlers and actions say by their name what they answer."""
    name = str(getattr(node, "name", ""))
    overload = any(isinstance(each, ast.Name) and each.id == "overload" for each in getattr(node, "decorator_list", ()))
    return overload or name in FROM_OUTSIDE or name.startswith(("on_", "action_", "watch_", "validate_"))


def test_everything_public_is_explained() -> None:
    assert_none(each for name, text in modules() for each in unexplained(name, text))


def test_what_is_not_explained_is_noticed() -> None:
    text = '"""A module."""\nclass Thing:\n    """A thing."""\n    def public(self): ...\n    def _private(self): ...\n'
    assert list(unexplained("module.py", text)) == ["module.py:4 Thing.public"]
    assert list(unexplained("module.py", "x = 1\n")) == ["module.py"]


# Codes and their sentences.

SPEAKERS = {
    "Finding": 0,
    "CellbankError": 0,
    "WrongInput": 0,
    "NotFound": 0,
    "NotAllowed": 0,
    "NotIntact": 0,
    "CannotWrite": 0,
    "wrong": 0,
    "_finding": 0,
}
"""Who is given a code, and where among the arguments; `Refused` and `Conflict` take theirs by name."""
BY_NAME = {"Refused", "Conflict"}


@dataclass
class Spoken:
    """A code in the source: where, and the parameters given with it; None when they cannot be read off."""

    places: list[str] = field(default_factory=list)
    params: set[str] | None = field(default_factory=set)

    def also(self, place: str, params: set[str] | None) -> None:
        """The same code in another place: its sentence may use what either gives."""
        self.places.append(place)
        self.params = None if params is None or self.params is None else self.params | params


def codes_in(name: str, text: str) -> Iterator[tuple[str, str, set[str] | None]]:
    """Every code written out in a module, with its place and its parameters."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            yield from _code_of(node, f"{name}:{node.lineno}")


def _code_of(node: ast.Call, place: str) -> Iterator[tuple[str, str, set[str] | None]]:
    speaker = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    by_name = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    given: set[str] | None = set(by_name) - ({"code"} if speaker in BY_NAME else set())
    if any(keyword.arg is None for keyword in node.keywords):
        given = None
    if speaker in BY_NAME:
        said = by_name.get("code")
    elif speaker in SPEAKERS and len(node.args) > SPEAKERS[speaker]:
        said = node.args[SPEAKERS[speaker]]
    else:
        return
    if speaker == "Finding":
        given = _of_finding(node)
    elif speaker == "_finding":
        given = None
    elif speaker == "wrong":
        given = None  # The loader of the trial file adds where it stands.
    for code in _literals(said):
        yield code, place, given


def _literals(said: ast.expr | None) -> Iterator[str]:
    if isinstance(said, ast.Constant) and isinstance(said.value, str):
        yield said.value
    elif isinstance(said, ast.IfExp):
        yield from _literals(said.body)
        yield from _literals(said.orelse)


def _of_finding(node: ast.Call) -> set[str] | None:
    """A finding's parameters when they are written out as a dictionary; its subject is always one."""
    params = node.args[2] if len(node.args) > 2 else next((k.value for k in node.keywords if k.arg == "params"), None)
    if params is None:
        return {"subject"}
    if isinstance(params, ast.Dict) and all(isinstance(key, ast.Constant) for key in params.keys):
        return {"subject"} | {str(key.value) for key in params.keys if isinstance(key, ast.Constant)}
    return None


def spoken() -> dict[str, Spoken]:
    found: dict[str, Spoken] = defaultdict(Spoken)
    for name, text in modules():
        for code, place, params in codes_in(name, text):
            found[code].also(place, params)
    return dict(sorted(found.items()))


def fields_of(sentence: str) -> set[str]:
    """The parameters that a sentence asks for."""
    return {
        name.partition(".")[0].partition("[")[0] for _, name, _, _ in Formatter().parse(sentence) if name is not None
    }


def speechless(codes: dict[str, Spoken], sentences: dict[str, dict[str, str]]) -> list[str]:
    """What is wrong between the codes and their sentences, one line each."""
    wrong = []
    for code, said in codes.items():
        missing = [language for language in sentences if code not in sentences[language]]
        if missing:
            wrong.append(f"{code} has no sentence in {' and '.join(missing)} ({said.places[0]})")
            continue
        for language, known in sentences.items():
            unknown = set() if said.params is None else fields_of(known[code]) - said.params
            if unknown:
                wrong.append(f"{code} in {language} asks for {sorted(unknown)}, which {said.places} never give")
    return wrong


def test_every_code_has_a_sentence_in_every_language() -> None:
    codes = spoken()
    assert len(codes) > 100
    assert_none(speechless(codes, {language: dict(texts(language)) for language in known_languages()}))


def test_a_code_without_a_sentence_and_a_parameter_never_given_are_noticed() -> None:
    source = (
        'raise NotFound("lot.not_found", code=code)\nraise Refused(Finding("lot.held", lot, {"hold": hold}))\n'
        'raise Refused(code="bank.exists", place=place)\nraise WrongInput("x.low" if low else "x.high")\n'
    )
    codes: dict[str, Spoken] = defaultdict(Spoken)
    for code, place, params in codes_in("module.py", source):
        codes[code].also(place, params)
    assert set(codes) == {"lot.not_found", "lot.held", "bank.exists", "x.low", "x.high"}
    english = {"lot.not_found": "{code}", "lot.held": "{subject} {hold}", "bank.exists": "{other}", "x.low": "low"}
    assert speechless(dict(codes), {"en": english}) == [
        "bank.exists in en asks for ['other'], which ['module.py:3'] never give",
        "x.high has no sentence in en (module.py:4)",
    ]


def test_every_code_put_together_from_parts_has_a_sentence_in_every_language() -> None:
    """What the source does not write out whole: codes by column fault, by what a late entry lacks, by station."""
    faults = {"missing", "short", "long", "low", "not_above", "high", "control", "space", "zone", "form", "type"}
    codes = [f"input.{word}" for word in sorted(faults)] + ["act.refused", "act.late.reason", "act.late.witness"]
    codes += [f"{station.value}.not_found" for station in Station]
    codes += ["bank.locked", "bank.full", "bank.read_only", "bank.unreadable", "bank.unreachable", "bank.failing"]
    assert set(record._WRONGNESS.values()) <= faults
    assert_none(code for code in codes if not all(code in texts(language) for language in known_languages()))


def actions_in(name: str, text: str) -> Iterator[tuple[str, str]]:
    """Every action that a module records as it is written out, with its place."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "record":
            for action in _literals(node.args[0] if node.args else None):
                yield action, f"{name}:{node.lineno}"


def nameless_actions(actions: Iterable[tuple[str, str]], sentences: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """The actions that the trail of a language could only show by their codes."""
    for action, place in actions:
        missing = [language for language, said in sentences.items() if f"term.action.{action}" not in said]
        if missing:
            yield f"{action} has no term.action in {' and '.join(missing)} ({place})"


def test_every_action_that_is_recorded_has_a_name_in_every_language() -> None:
    actions = [found for name, text in modules() if name.startswith("cellbank/") for found in actions_in(name, text)]
    assert len({action for action, _ in actions}) > 50
    assert_none(nameless_actions(actions, {language: texts(language) for language in known_languages()}))


def test_an_action_without_a_name_is_noticed() -> None:
    text = (
        'work.record("lot.filled", lot)\nwork.record("lot.sold" if sold else "lot.lent", lot)\nwork.record(one, lot)\n'
    )
    named = {"term.action.lot.filled": "filled", "term.action.lot.lent": "lent"}
    sold = named | {"term.action.lot.sold": "sold"}
    assert list(nameless_actions(actions_in("module.py", text), {"en": sold, "fr": named})) == [
        "lot.sold has no term.action in fr (module.py:2)"
    ]


def test_every_action_put_together_from_parts_has_a_name_in_every_language() -> None:
    """What a service passes on, or makes of a status; what is written out at `record` is found by itself."""
    actions = ["lot.attested", "lot.approved", "lot.released", "lot.reaffirmed", MOVED, USE_AT_RISK]
    actions += [f"lot.{end.value}" for end in (Disposition.REJECTED, Disposition.RECALLED)]
    actions += [f"tissue.{decided.value}" for decided in (Acceptance.ACCEPTED, Acceptance.REJECTED)]
    actions += [f"dose.{end.value}" for end in (DoseStatus.WASTED, DoseStatus.DISCARDED)]
    actions += [
        "vial.used",
        "vial.placed",
        "vial.relocated",
        "storage.emptied",
        *(f"vial.{how}" for how in ENDS if how != "test"),
    ]
    named = {language: texts(language) for language in known_languages()}
    assert_none(nameless_actions(((action, "put together") for action in actions), named))


def unlike(sentences: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Where a language says other codes than the base language, or asks for other parameters; one line each."""
    base = sentences[BASE]
    for language, said in sentences.items():
        yield from (f"{code} is not said in {language}" for code in sorted(set(base) - set(said)))
        yield from (f"{code} is said in {language} only" for code in sorted(set(said) - set(base)))
        for code in sorted(set(said) & set(base)):
            if fields_of(said[code]) != fields_of(base[code]):
                yield f"{code} in {language} takes other parameters"


def test_all_languages_say_the_same_codes_with_the_same_parameters() -> None:
    assert len(known_languages()) > 1
    assert_none(unlike({language: texts(language) for language in known_languages()}))


def test_every_sentence_can_be_filled_and_none_is_empty() -> None:
    broken = []
    for language in known_languages():
        for code, sentence in texts(language).items():
            try:
                fields_of(sentence)
            except ValueError:
                broken.append(f"{language}: {code}")
            if not sentence.strip():
                broken.append(f"{language}: {code} is empty")
    assert broken == []


def test_the_texts_of_a_language_lie_in_files_of_the_same_names() -> None:
    named = {language: {file.name for file in locale(language).folder.iterdir()} for language in known_languages()}
    assert_none(language for language, names in named.items() if names != named[BASE])


def test_the_locale_files_are_flat() -> None:
    for language in known_languages():
        for item in locale(language).folder.iterdir():
            nested = [
                code for code, said in tomllib.loads(item.read_text("utf-8")).items() if not isinstance(said, str)
            ]
            assert nested == [], f"{language}/{item.name}"
