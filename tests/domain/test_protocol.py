"""The trial file: what it says, and that every mistake in it is refused with its line, its key and what is meant."""

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from cellbank.demo.made_up import shipped_trial
from cellbank.domain.dose import Moment
from cellbank.domain.protocol import Protocol, parse_protocol
from cellbank.domain.section import Section
from cellbank.domain.testing import Stage
from cellbank.errors import WrongInput
from tests.domain.builders import second, second_text, shipped

TEXTS: dict[str, Callable[[], str]] = {"shipped": shipped_trial, "second": second_text}

ON_VIAL = "period_of_use_on_vial = true"
BOTH = '{ fr = "Suspension", en = "Suspension" }'


def refused(text: str) -> WrongInput:
    with pytest.raises(WrongInput) as caught:
        parse_protocol(text)
    return caught.value


def changed(old: str, new: str, text: str | None = None) -> tuple[str, int]:
    """The second trial's file with one passage replaced, and the line on which it begins."""
    whole = text or second_text()
    assert whole.count(old) == 1, f"{old!r} stands {whole.count(old)} times"
    return whole.replace(old, new), whole[: whole.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        ("shelf_life_months = 24", "shelf_life_month = 24", "protocol.key.misspelt", "lot.shelf_life_month"),
        ("shelf_life_months = 24", "shelf_life_months = 24\nzzz = 1", "protocol.key.unknown", "lot.zzz"),
        ("shelf_life_months = 24", 'shelf_life_months = "24"', "protocol.value.whole", "lot.shelf_life_months"),
        ("shelf_life_months = 24", "shelf_life_months = true", "protocol.value.whole", "lot.shelf_life_months"),
        ("shelf_life_months = 24", "shelf_life_months = 0", "protocol.value.low", "lot.shelf_life_months"),
        ('endotoxin_k_eu_per_kg = 5', "endotoxin_k_eu_per_kg = 0.2", "protocol.value.decimal",
         "specification.endotoxin_k_eu_per_kg"),
        ('limit = "90"', "limit = 90.5", "protocol.value.decimal", "specification.criteria[1].limit"),
        ('limit = "90"', 'limit = "90,5"', "protocol.value.decimal", "specification.criteria[1].limit"),
        ('comparator = ">"\n', 'comparator = "≥"\n', "protocol.value.choice", "specification.criteria[1].comparator"),
        ('unit = "%"', "unit = 5", "protocol.value.text", "specification.criteria[1].unit"),
        ('unit = "%"', 'unit = ""', "protocol.value.empty", "specification.criteria[1].unit"),
        ('unit = "%"', 'unit = " %"', "protocol.value.characters", "specification.criteria[1].unit"),
        ('unit = "%"', 'unit = "EU/mmL"', "protocol.value.choice", "specification.criteria[1].unit"),
        ('unit = "%"', '', "protocol.criterion.unit", "specification.criteria[1].kind"),
        ('conforming = ["no growth"]', 'conforming = "no growth"', "protocol.value.list",
         "specification.criteria[2].conforming"),
        ('marker = "hbsag"', 'marker = "HBsAg"', "protocol.value.identifier", "donor.markers[2].marker"),
        ('synonyms = ["chagas"]', 'synonyms = ["hiv"]', "protocol.row.twice", "donor.markers"),
        ('synonyms = ["chagas"]', 'synonyms = ["chagas", 3]', "protocol.value.text", "donor.markers[3].synonyms[2]"),
        ('asked = "unless_repeated"', 'asked = "sometimes"', "protocol.value.choice", "donor.markers[4].asked"),
        ('asked = "unless_repeated"', 'asked = "by_risk"', "protocol.donor.panel", "donor.markers"),
        ("repeat_allowed = true", "repeat_allowed = false", "protocol.donor.unless_repeated", "donor.markers"),
        ("repeat_allowed = true", "repeat_allowed = 1", "protocol.value.flag", "donor.repeat_allowed"),
        ('id = "haemodilution"', 'id = "other"', "protocol.donor.haemodilution", "donor.selection"),
        ('cfu_f_percent = "2.5"', "", "protocol.culture.cfu_f", "culture.p0_convention"),
        ('minimum_viability_percent = "85.5"', "minimum_viability_percent = 101", "protocol.value.high",
         "culture.minimum_viability_percent"),
        ("seeding_density_min_per_cm2 = 500\n", "seeding_density_min_per_cm2 = 9001\n", "protocol.range.reversed",
         "culture.seeding_density_min_per_cm2"),
        ('{ role = "qa", meaning = "approved" }', '{ role = "boss", meaning = "approved" }', "protocol.value.choice",
         "lot.release_signatures[2].role"),
        ('product = { fr = "Cellules d\'essai", en = "Test cells" }', 'product = "Test cells"', "protocol.value.table",
         "vial.product"),
        (ON_VIAL, f'{ON_VIAL}\nthawed_forms = {BOTH}', "protocol.key.misspelt", "vial.thawed_forms"),
        (ON_VIAL, f'{ON_VIAL}\nthawed_form = "Suspension"', "protocol.value.table", "vial.thawed_form"),
        (ON_VIAL, f'{ON_VIAL}\nthawed_storage = {{ en = "Cool" }}', "protocol.key.missing", "vial.thawed_storage.fr"),
        (ON_VIAL, f'{ON_VIAL}\nthawed_directions = {{ fr = "", en = "x" }}', "protocol.value.empty",
         "vial.thawed_directions.fr"),
        ('illustrative = [', 'illustrative = ["vial.thawed_form", ', "protocol.illustrative.unknown",
         "illustrative[1]"),
        ('steps = ["prescription", "reserve", "pull",', 'steps = ["reserve", "prescription", "pull",',
         "protocol.dose.steps_order", "dose.steps"),
        ('"dispense", "administer"]', '"administer"]', "protocol.dose.step_missing", "dose.steps"),
        ('second_person_at = ["pull"]', 'second_person_at = ["thaw"]', "protocol.dose.second_person",
         "dose.second_person_at"),
        ('critical_fields = ["result.value"]', 'critical_fields = ["value"]', "protocol.value.form",
         "record.critical_fields[1]"),
        ("each_visit = true", "each_visit = false", "protocol.subject.each_visit", "subject.criteria"),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_with_its_key_and_says_what_was_expected(old: str, new: str, code: str, key: str) -> None:
    text, _ = changed(old, new)
    error = refused(text)
    assert error.code == code
    assert error.params["key"] == key
    assert error.findings[0].params == error.params


@pytest.mark.parametrize(
    ("old", "new", "below"),
    [
        ("shelf_life_months = 24", "shelf_life_month = 24", 0),
        ("shelf_life_months = 24", 'shelf_life_months = 24\n# a comment with [brackets] = and "quotes"\nzzz = 1', 2),
        ('unit = "%"', "unit = 5", 0),
        ('{ role = "qa", meaning = "approved" }', '{ role = "boss", meaning = "approved" }', 0),
        ('{ role = "qa", meaning = "approved" }', '{ role = "qa",  meaning = "waved at" }', 0),
        ('    { step = "seed", item = "Medium B" },', '\n\n    { step = "seed", item = 5 },', 2),
        ('marker = "hbsag"', 'marker = "HBsAg"', 0),
        ('title = "Umbilical stromal cells in a made-up condition"', 'title = """\nmany\nlines"""\nsitee = "x"', 0),
        ("repeat_allowed = true", "repeat_allowed = 1", 0),
        ("minimum_tanks = 1", "minimum_tanks = 0", 0),
        (ON_VIAL, f'{ON_VIAL}\nthawed_form = "Suspension"', 1),
        (ON_VIAL, f"{ON_VIAL}\nthawed_storage = {BOTH}\nthawed_storag = {BOTH}", 2),
        ("[tissue]\n", "[tissue]\nextra.dotted.key = 1\n", 1),
    ],
)
def test_the_line_is_the_one_on_which_the_mistake_stands(old: str, new: str, below: int) -> None:
    text, line = changed(old, new)
    assert refused(text).params["line"] == line + below


def test_the_words_of_the_thawed_product_may_be_left_out() -> None:
    assert second().vial.thawed_form is None
    text, _ = changed(ON_VIAL, f"{ON_VIAL}\nthawed_form = {BOTH}")
    words = parse_protocol(text).vial
    assert words.thawed_form is not None
    assert (words.thawed_form.said("fr"), words.thawed_storage) == ("Suspension", None)


def test_the_shipped_words_of_the_thawed_product_are_marked_as_illustrative() -> None:
    for key in ("thawed_form", "thawed_storage", "thawed_directions"):
        assert getattr(shipped().vial, key) is not None
        assert shipped().is_illustrative(f"vial.{key}")


def test_a_missing_key_points_at_its_section() -> None:
    text, _ = changed("minimum_tanks = 1\n", "")
    error = refused(text)
    assert (error.code, error.params["key"]) == ("protocol.key.missing", "storage.minimum_tanks")
    assert error.params["line"] == text[: text.index("[storage]")].count("\n") + 1


def test_a_missing_section_is_named() -> None:
    text = second_text()
    start, end = text.index("[storage]"), text.index("[subject]")
    error = refused(text[:start] + text[end:])
    assert (error.code, error.params["expected"]) == ("protocol.section.missing", "storage")


def test_a_row_of_an_array_points_at_its_own_line() -> None:
    text, line = changed('test = "sterility"\n', 'test = "sterility"\nsurprise = 1\n')
    error = refused(text)
    assert (error.params["key"], error.params["line"]) == ("specification.criteria[2].surprise", line + 1)


def test_an_unknown_key_names_the_nearest_and_the_missing_one_is_not_told_twice() -> None:
    text, _ = changed("shelf_life_months = 24", "shelf_live_months = 24")
    error = refused(text)
    assert [finding.code for finding in error.findings] == ["protocol.key.misspelt"]
    assert error.params["expected"] == "lot.shelf_life_months"


def test_all_mistakes_are_reported_at_once_in_the_order_of_the_file() -> None:
    text, _ = changed("repeat_allowed = true", "repeat_allowed = 1")
    text, _ = changed("minimum_tanks = 1", "minimum_tanks = 0", text)
    text, _ = changed('unit = "%"', "unit = 5", text)
    error = refused(text)
    assert [finding.code for finding in error.findings] == [
        "protocol.value.flag",
        "protocol.value.text",
        "protocol.value.low",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = ", 1), ("a = 1\nb = = 2\n", 2), ("a = 1\na = 2\n", 2), ("[x\n", 1), ('a = "x', 1), ("\x00", 1)],
)
def test_what_is_not_toml_is_refused_with_its_line(text: str, line: int) -> None:
    error = refused(text)
    assert error.code == "protocol.syntax"
    assert error.params["line"] == line


def test_an_empty_file_lacks_everything() -> None:
    codes = {finding.code for finding in refused("").findings}
    assert codes == {"protocol.key.missing", "protocol.section.missing"}


def test_an_illustrative_path_must_exist() -> None:
    text, line = changed('"lot.shelf_life_months"', '"lot.shelf_life_weeks"')
    error = refused(text)
    assert error.code == "protocol.illustrative.unknown"
    assert (error.params["value"], error.params["line"]) == ("lot.shelf_life_weeks", line)


def test_what_is_illustrative_is_known_by_path_by_section_and_by_criterion() -> None:
    trial = second()
    assert trial.is_illustrative("lot.shelf_life_months")
    assert trial.is_illustrative("donor.sample_days_after"), "the whole section is"
    assert trial.is_illustrative("specification.criteria.sterility")
    assert not trial.is_illustrative("specification.criteria.viability")
    assert not trial.is_illustrative("lot")
    assert not trial.is_illustrative("lot.strength")


@pytest.mark.parametrize(
    "path",
    [
        "dose.cells_per_dose",
        "dose.maximum_volume_ml",
        "lot.strength",
        "vial.strength",
        "culture.passage_limit",
        "lot.shelf_life_months",
        "dose.minimum_cells",
        "dose.maximum_cells",
        *(
            f"specification.criteria.{one.test}"
            for one in shipped().specification.criteria
            if one.kind != "informative"
        ),
    ],
)
def test_what_the_sponsor_has_not_published_is_marked_as_illustrative(path: str) -> None:
    assert shipped().is_illustrative(path)


def test_the_shipped_text_says_what_is_public() -> None:
    trial = shipped()
    assert (trial.code, trial.acronym, trial.sponsor_code) == (
        "NCT06592703",
        "MAESTRO-4MS",
        "35RC21_9806_MAESTRO-4MS",
    )
    assert (trial.dose.injections, trial.dose.interval_months) == (3, 3)
    assert (trial.subject.expected_subjects, trial.subject.follow_up_months) == (10, 12)
    assert trial.vial.route.fr == "Voie intrathécale"
    assert not trial.vial.period_of_use_on_vial
    assert not any(trial.is_illustrative(f"dose.{fact}") for fact in ("injections", "interval_months"))


def test_the_second_trial_is_another_one() -> None:
    trial = second()
    assert trial.dose.post_thaw_from == Moment.END_OF_PREPARATION
    assert str(trial.culture.cumulative_doublings_limit) == "12.5", "decimals are exact"
    assert [criterion.test for criterion in trial.specification.at(Stage.DOSE)] == ["viability"]


@pytest.mark.parametrize("name", TEXTS)
def test_a_protocol_never_changes(name: str) -> None:
    trial = parse_protocol(TEXTS[name]())
    assert trial == parse_protocol(TEXTS[name]())
    with pytest.raises(ValidationError):
        trial.record.late_entry_hours = 1  # type: ignore[misc]
    assert hash(trial)


@pytest.mark.parametrize("name", TEXTS)
def test_windows_line_ends_change_neither_the_values_nor_the_lines(name: str) -> None:
    text = TEXTS[name]()
    assert parse_protocol(text.replace("\n", "\r\n")) == parse_protocol(text)
    broken, line = changed("late_entry_hours = ", "late_entry_hourz = ", text)
    assert refused(broken.replace("\n", "\r\n")).params["line"] == line


def test_every_section_is_closed_and_unchangeable() -> None:
    sections = [one.annotation for one in Protocol.model_fields.values() if isinstance(one.annotation, type)]
    closed = [section for section in sections if issubclass(section, Section)]
    assert len(closed) == 11
    assert all(one.model_config.get("extra") == "forbid" and one.model_config.get("frozen") for one in closed)
