"""What a table's edge cuts off is read beneath it; names, fields and rows are said in words, what fits comes first."""

import re
from dataclasses import fields

import pytest

from cellbank.domain import record
from cellbank.domain.vial import VialStatus
from cellbank.domain.visit import DoseStatus
from cellbank.errors import Finding, WrongInput
from cellbank.services import hold
from cellbank.views import protocol
from cellbank.views.audit import EntryView
from cellbank.views.culture import CultureView
from cellbank.views.donor import DonorView
from cellbank.views.dose import DoseView
from cellbank.views.hold import DeviationView
from cellbank.views.lot import LotView
from cellbank.views.testing import ResultView
from cellbank.views.vial import VialLine
from cellbank.views.visit import SubjectView, VisitView
from cellbank.wording import Language, Wording
from tests.journey import Scene, a_donor, a_result, vials_of
from tests.tui.hands import Hands, at_the_desk
from tui.screens.record import RecordScreen
from tui.screens.record_fields import kind_of
from tui.text import sentences
from tui.widgets.full_row import FullRow
from tui.widgets.table import Table

LONG = "The door of the incubator stood open from the evening until the first round of the morning after"


def beneath(hands: Hands) -> str:
    """What stands beneath the table, its line breaks undone."""
    whole = hands.app.screen.query_one(FullRow)
    return re.sub(r"\s+", " ", str(whole.content)) if whole.display else ""


async def test_the_row_under_the_cursor_is_read_whole_at_eighty_columns(ready: Scene) -> None:
    a_result(ready, ready["lot"], "viability", "93.0", reviewed=False)
    ready.act("technician", hold.report_deviation, ready["P1"], LONG)
    async with at_the_desk(ready.bank, "technician", size=(80, 24)) as hands:
        table = hands.app.screen.query_one(Table)
        assert LONG not in hands.text()
        await hands.press("home", *["down"] * (table.row_count - 1))
        await hands.until(lambda: LONG in beneath(hands) or "93.0" in beneath(hands), "a row")
        await hands.press("home")
        await hands.until(lambda: LONG in beneath(hands), "the deviation whole")
        shown = hands.text().replace("\n", " ")
        assert LONG in re.sub(r"\s+", " ", shown)
        await hands.pilot.resize_terminal(200, 24)
        await hands.until(lambda: LONG in hands.text() and not beneath(hands), "the table, wide enough")


async def test_of_several_columns_that_are_cut_each_is_named(ready: Scene) -> None:
    async with at_the_desk(ready.bank, "qa", size=(60, 30)) as hands:
        await hands.press("tab")
        await hands.until(lambda: beneath(hands).count(" · "), "the columns beyond the edge")
        assert re.search(r"Expires \d{4}-\d\d-\d\d · Vials \d+ filled", beneath(hands))


@pytest.mark.parametrize(("language", "said"), [("en", "Viability 93.0 %"), ("fr", "Viabilité 93.0 %")])
async def test_a_task_names_a_test_by_the_words_of_the_trial_file(ready: Scene, language: Language, said: str) -> None:
    a_result(ready, ready["lot"], "viability", "93.0", reviewed=False)
    async with at_the_desk(ready.bank, "technician", language=language, size=(120, 24)) as hands:
        await hands.sees(said)
        assert "viability" not in hands.text()


async def test_a_step_of_a_donor_names_its_markers_by_the_words_of_the_trial_file(ready: Scene) -> None:
    with ready.bank.read() as reading:
        markers = protocol.own_words(reading)["marker"]
    a_donor(ready, "D-0500")
    words = Wording("fr")
    words.own_words = {"marker": markers}
    finding = Finding("donor.repeat.incomplete", "D-0500", {"markers": "nat-hiv, nat-hbv, another"})
    assert words.finding(finding).endswith(f"{markers['nat-hiv']['fr']}, {markers['nat-hbv']['fr']}, another.")


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"value": "3.4 %", "limit": "<= 2.5 %"}, "3,4 %"),
        ({"value": "3.4 %", "limit": ">= 1.5, <= 2.5 %"}, ">= 1,5, <= 2,5 %"),
        ({"value": "ISO 1.2.3", "limit": "v1.2"}, "ISO 1.2.3"),
    ],
)
def test_a_finding_in_french_has_the_decimal_comma(params: dict[str, str], said: str) -> None:
    finding = Finding("lot.test.failed", "L-260003-K", {"test": "cd45", "result": "R-260040-J", **params})
    assert said in Wording("fr").finding(finding)
    assert params["value"] in Wording("en").finding(finding)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "culture, cells harvested: -1 is too low"), ("fr", "culture, cellules récoltées : -1 est trop bas")],
)
def test_a_wrong_value_is_told_by_the_words_of_its_field(language: Language, said: str) -> None:
    error = WrongInput("input.low", table="culture", column="harvested_total", value="-1", limit="0")
    assert Wording(language).error(error).startswith(said)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_field_of_the_record_has_words(language: Language) -> None:
    words = Wording(language)
    for table, kind in record.record_kinds().items():
        assert words.knows(f"term.station.{table}"), table
        for column in record.columns_of(kind):
            if column.name != "id" and not column.name.endswith("_id"):
                codes = [f"{room}.{column.name}" for room in ("column", "tui.field", "field", "tui.ask")]
                assert any(map(words.knows, codes)), f"{table}.{column.name}"


def test_a_row_that_was_altered_is_named_by_its_own_code_too() -> None:
    params = {"table": "lot", "row": "0b7e", "column": "volume_ml", "recorded": "1.0", "found": "9.0"}
    said = Wording("en").finding(Finding("audit.row.differs", "0b7e", params | {"named": "L-260002-M"}))
    assert said.startswith("lot 0b7e (L-260002-M): volume_ml is")
    assert Wording("en").finding(Finding("audit.row.differs", "0b7e", params)).startswith("lot 0b7e: volume_ml is")


async def test_thawing_for_expansion_comes_first_for_a_bank_and_last_for_a_product(ready: Scene) -> None:
    async with at_the_desk(ready.bank, "technician", size=(110, 30)) as hands:
        hands.app.push_screen(RecordScreen(vials_of(ready, ready["master"])[2]))
        await hands.sees("F5 Thaw bank vials")
        hands.app.push_screen(RecordScreen(vials_of(ready, ready["lot"])[0]))
        await hands.sees("F5 Place", "F6 Use for test")
        assert "F5 Thaw" not in hands.text()
        forms = hands.app.screen.forms()  # type: ignore[attr-defined]
        assert [one.code for one in forms].index("culture.thaw") > [one.code for one in forms].index("vial.discard")


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    "kind", [CultureView, DeviationView, DonorView, DoseView, LotView, ResultView, SubjectView, VialLine, VisitView]
)
def test_every_field_of_a_record_screen_has_words(kind: type, language: Language) -> None:
    words = Wording(language)
    rooms = ("tui.field", "field", "column", "tui.ask")
    for field in fields(kind):
        assert any(words.knows(f"{room}.{field.name}") for room in rooms), field.name


@pytest.mark.parametrize(("language", "said"), [("en", "returned from the ward"), ("fr", "retournée du service")])
def test_a_dose_that_came_back_is_not_said_to_have_gone_to_the_sponsor(language: Language, said: str) -> None:
    words = Wording(language)
    before, after = {"status": "dispensed"}, {"status": "returned"}
    change = {"table": "dose", "id": "1", "before": before, "after": after}
    done = {"action": "dose.returned", "code": "DO-260001-W", "id": "1", "table": "dose"}
    entry = EntryView(1, "", "", "qa", "", "", None, (done,), (change,), (), "", None)
    assert said in " ".join(sentences.changes(words, entry, "DO-260001-W", ("dose",)))
    assert kind_of("status", DoseStatus.RETURNED) == "dose_status"
    assert words.term("dose_status", DoseStatus.RETURNED) == said
    assert kind_of("status", VialStatus.RETURNED) == "status"
