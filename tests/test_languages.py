"""A language is a folder: a third one, German, is put on the search path, and every face speaks it."""

import ast
import shutil
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from label_reading import text_of

from cellbank import languages
from cellbank.bank import Bank
from cellbank.demo.made_up import shipped_trial
from cellbank.documents import label_kinds, preview
from cellbank.documents.dose import syringe_flag
from cellbank.domain.identifiers import Station, own_code
from cellbank.domain.input_parsing import typed_flag
from cellbank.domain.lot import Lot
from cellbank.domain.protocol import parse_protocol
from cellbank.domain.section import Words
from cellbank.domain.specification import limit_in_words
from cellbank.facts import lot
from cellbank.languages import BASE, Language, known_languages, language_here, language_of, locale
from cellbank.passwords import cheap
from cellbank.store import codes
from cellbank.store.unit_of_work import Reading
from cellbank.wording import Wording, texts
from tests.banks import ON_SQLITE, START, Ticking
from tests.cli.shell import Shell
from tests.documents import treated
from tests.documents.treated import ANNA, BOXES, TREATING
from tests.domain.builders import second_text
from tests.domain.test_protocol import changed, refused
from tests.journey import Kept, Scene, opened
from tests.services.conftest import released
from tests.test_architecture import modules, unlike
from tests.tui.hands import at_the_desk
from tests.tui.test_tui_release import open_lot

__all__ = ["released"]

DE = Language("de")
SHEET = """\
"language.name" = "Deutsch"
"language.number" = "12\N{NARROW NO-BREAK SPACE}345,6"
"language.pair" = "{name}: {value}"
"words.yes" = "ja, j"
"words.no" = "nein"
"words.never" = "nie"
"words.not_applicable" = "entfällt"
"words.outcome.negative" = "negativ, nicht-nachgewiesen"
"words.outcome.reactive" = "reaktiv"
"words.outcome.confirmed" = "positiv, bestätigt"
"words.outcome.not_confirmed" = "nicht-bestätigt"
"words.outcome.indeterminate" = "unbestimmt"
"""
GERMAN = {
    "cli.language": "„{value}“ ist keine Sprache von cellbank. Erwartet: {expected}.",
    "lot.not_found": "Es gibt kein Los {code}.",
    "field.disposition": "Entscheidung",
    "term.disposition.released": "freigegeben",
    "term.place_kind.box": "Schachtel",
    "tui.growth.title": "Wachstum von {code}",
    "label.dose.use_before": "Zu verwenden vor",
    "label.dose.strength_millions": "{cells} × 10⁶ lebende Zellen in {volume} mL",
    "certificate.heading.title": "Analysenzertifikat",
}


def a_language(folder: Path, sheet: str = SHEET) -> Path:
    """The English texts with some German ones in their places, as a language of their own; the folder that holds it."""
    shutil.copytree(locale(BASE).folder, folder / DE)
    for file in (folder / DE).glob("*.toml"):
        lines = file.read_text("utf-8").splitlines()
        said = ((line, GERMAN.get(line.partition(" = ")[0].strip('"'))) for line in lines)
        kept = (line if own is None else f'{line.partition(" = ")[0]} = "{own}"' for line, own in said)
        file.write_text("\n".join(kept) + "\n", "utf-8")
    (folder / DE / languages.SHEET).write_text(sheet, "utf-8")
    return folder


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """German on the search path; its folder."""
    folder = a_language(tmp_path / "locale")
    monkeypatch.setattr(languages, "SEARCH_PATH", [*languages.SEARCH_PATH, folder])
    return folder / DE


def in_german(text: str) -> str:
    """A trial file in German and English, with no word of French."""
    said = text.replace("{ fr = ", "{ de = ").replace('title = "', 'languages = ["de", "en"]\ntitle = "', 1)
    for french, own in (("Voie intrathécale", "Intrathekale Anwendung"), ("absence de croissance", "kein Wachstum")):
        said = said.replace(f'{{ de = "{french}"', f'{{ de = "{own}"')
    return said


@pytest.fixture(scope="module")
def kept_in_german(sqlite_template: Kept, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """A closed bank whose trial is German: a released lot, two courses reserved."""
    place = str(tmp_path_factory.mktemp("german") / "bank.db")
    shutil.copyfile(sqlite_template.place, place)
    clock, trial = Ticking(START), replace(TREATING, text=in_german(TREATING.text))
    with pytest.MonkeyPatch.context() as patch, Bank.open(place, clock=clock, hasher=cheap()) as bank:
        folder = a_language(tmp_path_factory.mktemp("locale") / "locale")
        patch.setattr(languages, "SEARCH_PATH", [*languages.SEARCH_PATH, folder])
        scene = treated.make_courses(Scene(bank, clock, sqlite_template.people, trial))
        return Kept(place, sqlite_template.people, clock.now, dict(scene.codes))


@pytest.fixture
def scene(kept_in_german: Kept, german: Path, tmp_path: Path) -> Iterator[Scene]:
    """A copy of it, open."""
    place = str(tmp_path / "bank.db")
    shutil.copyfile(kept_in_german.place, place)
    with opened(place, kept_in_german, replace(TREATING, text=in_german(TREATING.text))) as scene:
        yield scene


# --- The registry -------------------------------------------------------------------------------------------------


def test_the_languages_are_the_folders(german: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert known_languages() == ("en", "de", "fr")
    assert (locale(DE).name, locale(DE).folder) == ("Deutsch", german)
    assert language_of("nl") is None
    monkeypatch.delenv("CELLBANK_LANG", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    for spoken, meant in {"de_AT.UTF-8": "de", "de": "de", "fr_FR@euro": "fr", "C.UTF-8": "en", "nl_BE": "en"}.items():
        monkeypatch.setenv("LC_ALL", spoken)
        assert language_here() == meant


def test_numbers_are_written_as_the_language_says(german: Path) -> None:
    words = {language: Wording(language) for language in known_languages()}
    assert {tag: said.number(1234567) for tag, said in words.items()} == dict.fromkeys(words, "1\u202f234\u202f567")
    assert words[DE].value(Decimal("7.636")) == "7,636"
    assert words[BASE].value(Decimal("7.636")) == "7.636"


@pytest.mark.parametrize("number", ["12.345,6", "12,345.6", "12'345.6", "1234"])
def test_a_language_whose_numbers_could_be_typed_as_others_is_refused(
    number: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = a_language(tmp_path, SHEET.replace("12\N{NARROW NO-BREAK SPACE}345,6", number))
    monkeypatch.setattr(languages, "SEARCH_PATH", [*languages.SEARCH_PATH, folder])
    with pytest.raises(ValueError, match="could not be typed again"):
        known_languages()


def test_what_is_typed_is_understood_in_every_language(german: Path) -> None:
    assert [typed_flag(word) for word in ("ja", "oui", "Yes", "nein", "non", "no")] == [True] * 3 + [False] * 3


def test_a_word_with_two_meanings_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = a_language(tmp_path, SHEET.replace('"nein"', '"nein, o"'))
    monkeypatch.setattr(languages, "SEARCH_PATH", [*languages.SEARCH_PATH, folder])
    with pytest.raises(ValueError, match="o would mean yes and no"):
        typed_flag("o")


def test_a_language_is_not_replaced_by_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(locale(BASE).folder, tmp_path / BASE)
    monkeypatch.setattr(languages, "SEARCH_PATH", [*languages.SEARCH_PATH, tmp_path])
    with pytest.raises(ValueError, match="en is there twice"):
        known_languages()


def test_a_missing_sentence_is_reported(german: Path) -> None:
    said = {language: texts(language) for language in known_languages()}
    assert list(unlike(said)) == []
    lacking = {code: text for code, text in said[DE].items() if code != "lot.not_found"} | {"lot.extra": "{more}"}
    assert list(unlike(said | {DE: lacking})) == ["lot.not_found is not said in de", "lot.extra is said in de only"]


def test_no_code_knows_a_language_by_its_tag() -> None:
    said = {
        (name, node.value)
        for name, text in modules()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and node.value in known_languages()
    }
    assert said == {
        ("cellbank/languages.py", "en"),  # The base language.
        ("cellbank/domain/protocol.py", "fr"),  # The languages of the trial files that do not say theirs.
        ("cellbank/domain/protocol.py", "en"),
    }


# --- The trial file -----------------------------------------------------------------------------------------------


def test_a_trial_file_that_does_not_say_its_languages_has_the_two_that_all_had() -> None:
    for text in (shipped_trial(), second_text()):
        protocol = parse_protocol(text)
        assert protocol.languages == ("fr", "en")
        assert protocol.lot.product_name.languages == ("fr", "en")
    for lacking in ("fr", "en"):
        text, line = changed('name = { fr = "AgHBs", en = "HBsAg" }', f'name = {{ {lacking} = "HBsAg" }}')
        error = refused(text)
        other = "en" if lacking == "fr" else "fr"
        assert (error.code, error.params["line"]) == ("protocol.key.missing", line)
        assert error.params["key"] == f"donor.markers[2].name.{other}"


def test_a_trial_in_another_language_needs_no_french(german: Path) -> None:
    protocol = parse_protocol(in_german(second_text()))
    assert protocol.languages == ("de", "en")
    assert protocol.lot.product_name.languages == ("de", "en")
    text, _ = changed('name = { de = "AgHBs", en = "HBsAg" }', 'name = { en = "HBsAg" }', in_german(second_text()))
    assert refused(text).params["key"] == "donor.markers[2].name.de"


def test_a_text_may_have_more_languages_and_a_reader_of_another_has_english(german: Path) -> None:
    text, _ = changed('{ fr = "AgHBs", en = "HBsAg" }', '{ de = "HBs-Antigen", en = "HBsAg", fr = "AgHBs" }')
    name = parse_protocol(text).donor.markers[1].name
    assert name.languages == ("fr", "en", "de")
    assert [name.said(language) for language in ("de", "fr", "nl")] == ["HBs-Antigen", "AgHBs", "HBsAg"]
    assert Words(de="nur deutsch").said("fr") == "nur deutsch"


def test_a_language_that_is_not_known_is_refused_with_the_list(german: Path) -> None:
    text, line = changed('{ fr = "AgHBs", en = "HBsAg" }', '{ fr = "AgHBs", en = "HBsAg", nl = "HBsAg" }')
    error = refused(text)
    assert (error.code, error.params["line"], error.params["expected"]) == ("protocol.key.unknown", line, "en, de, fr")
    text, line = changed('title = "', 'languages = ["nl"]\ntitle = "')
    error = refused(text)
    assert (error.code, error.params["expected"]) == ("protocol.value.choice", "en, de, fr")
    for wrong in ("[]", '"fr"', '["fr", "fr"]'):
        assert refused(changed('title = "', f'languages = {wrong}\ntitle = "')[0]).params["key"].startswith("languages")


def test_a_limit_is_kept_in_the_words_of_each_language(german: Path) -> None:
    found = parse_protocol(in_german(shipped_trial())).specification.criteria
    sterility = next(one for one in found if one.test == "sterility")
    assert limit_in_words(sterility, None) == {"limit": "no growth", "limit_de": "kein Wachstum"}


def _product(reading: Reading, number: str) -> tuple[str, Words]:
    """The product as the dossier of a lot, which is signed, names it; and its words in the trial file."""
    facts, content = lot.dossier(reading, codes.get_by_code(reading, Lot, number))
    return content["lot"]["product"], facts.protocol.lot.product_name


def test_what_is_signed_names_the_product_in_the_trials_first_language(scene: Scene) -> None:
    signed, words = scene.read(_product, scene["lot"])
    assert (signed, words.languages) == (words.said(DE), ("de", "en"))


@ON_SQLITE
def test_what_is_signed_of_a_trial_that_says_no_language_names_it_in_french(released: Scene) -> None:
    signed, words = released.read(_product, released["lot"])
    assert (signed, words.languages) == (words.said("fr"), ("fr", "en"))


# --- The faces ----------------------------------------------------------------------------------------------------


def test_the_command_line_speaks_it(scene: Scene) -> None:
    shell = Shell(Path(scene.bank.place))
    listed = shell.run("--lang", "de", "lot", "list").out
    assert "Entscheidung" in listed
    assert "freigegeben" in listed
    assert "7,636" in shell.run("lot", "show", scene["lot"], LANG="de").out
    assert "7.636" in shell.run("lot", "show", scene["lot"]).out
    unknown = own_code(Station.LOT, 2099, 1)
    assert shell.run("--lang", "de", "lot", "show", unknown).err.strip() == f"Es gibt kein Los {unknown}."


def test_an_unknown_language_is_refused_with_the_list(scene: Scene) -> None:
    shell = Shell(Path(scene.bank.place))
    for ended in (shell.run("--lang", "nl", "lot", "list"), shell.run("lot", "list", LANG="nl")):
        assert ended.code == 2
        assert "en, de, fr" in ended.err


async def test_the_terminal_ui_speaks_it(scene: Scene) -> None:
    async with at_the_desk(scene.bank, "technician", language=DE, size=(80, 24)) as hands:
        await open_lot(hands, scene["lot"])
        await hands.press("ctrl+g")
        await hands.sees(f"Wachstum von {scene['lot']}", "7,636")


def test_the_labels_of_a_german_trial_are_german_with_english_beside(scene: Scene) -> None:
    treated.begin_visits(scene)
    code = treated.pulled(scene, ANNA)
    treated.prepared(scene, ANNA)
    text = " ".join(" ".join(text_of(scene.read(label_kinds.printed, label_kinds.DISPENSING, code))).split())
    for wanted in ("Zu verwenden vor / Use before", "8,8 × 10⁶ lebende Zellen in 2,4 mL", "8.8 × 10⁶ viable cells"):
        assert wanted in text
    assert "Intrathekale Anwendung" in text
    assert scene.read(syringe_flag, code).route == "Intrathekale Anwendung"


def test_a_places_label_and_a_certificate_are_in_the_readers_language(scene: Scene, tmp_path: Path) -> None:
    assert "Schachtel" in scene.read(preview.preview, label_kinds.PLACE, BOXES[0], DE).words[1]
    shell, kept = Shell(Path(scene.bank.place)), tmp_path / "coa.pdf"
    shell.run("--lang", "de", "document", "certificate", scene["lot"], "--output", kept)
    assert "Analysenzertifikat" in " ".join(text_of(kept.read_bytes()))
