"""What a table's edge cuts off is read beneath it; what the trial file names is said in its own words."""

import re

import pytest

from cellbank.errors import Finding
from cellbank.services import hold
from cellbank.views import protocol
from cellbank.wording import Language, Wording
from tests.journey import Scene, a_donor, a_result
from tests.tui.hands import Hands, at_the_desk
from tui.widgets.lines import Lines
from tui.widgets.whole import Whole

LONG = "The door of the incubator stood open from the evening until the first round of the morning after"


def beneath(hands: Hands) -> str:
    """What stands beneath the table, its line breaks undone."""
    whole = hands.app.screen.query_one(Whole)
    return re.sub(r"\s+", " ", str(whole.content)) if whole.display else ""


async def test_the_row_under_the_cursor_is_read_whole_at_eighty_columns(ready: Scene) -> None:
    a_result(ready, ready["lot"], "viability", "93.0", reviewed=False)
    ready.act("technician", hold.report_deviation, ready["P1"], LONG)
    async with at_the_desk(ready.bank, "technician", size=(80, 24)) as hands:
        table = hands.app.screen.query_one(Lines)
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
