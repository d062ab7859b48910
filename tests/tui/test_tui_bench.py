"""The bench desk: what waits, in whose order, and how few keys the job takes; growth as it is drawn."""

import re

import pytest

from cellbank.errors import Finding
from cellbank.services import hold
from cellbank.views import testing
from cellbank.views.culture import culture_view
from cellbank.wording import Language, Wording
from tests.banks import PASSWORD
from tests.journey import Scene, a_donor, a_material, a_result, a_tissue, thaw, vials_of
from tests.tui.hands import Hands, at_the_desk
from tests.tui.test_tui_bench_forms import ANOTHER_DONATION, answers, the_form
from tests.tui.test_tui_release import open_lot
from tui.desks import tasks
from tui.desks.bench import BenchDesk
from tui.screens.growth import GrowthScreen
from tui.screens.record import RecordScreen
from tui.screens.signing import SigningModal


def a_busy_bench(scene: Scene) -> dict[str, str]:
    """Something of everything that can wait."""
    codes = {"donor": a_donor(scene, "D-0500")}
    scene.clock.forward(days=1)
    codes["tissue"] = a_tissue(scene, "D-0500", ANOTHER_DONATION, hours=21, accepted=False)
    codes["culture"] = thaw(scene, vials_of(scene, scene["master"])[:1])
    codes["result"] = a_result(scene, scene["master"], "cfu-f", "11.5", reviewed=False)
    codes["own"] = a_result(scene, scene["master"], "cfu-f", "12", by="reviewer", reviewed=False)
    codes["material"] = a_material(scene, "Trypsin", days=12, lot_number="TR-9")
    scene.act("technician", hold.report_deviation, scene["P1"], "Incubator door open")
    codes["deviation"] = scene.open_deviations()[0].code
    scene.clock.forward(hours=1)
    return codes


def the_order(hands: Hands, codes: dict[str, str]) -> list[str]:
    """The names of the tasks from the top to the bottom of the screen."""
    found = re.findall(
        "|".join(map(re.escape, codes.values())), "\n".join(line[:40] for line in hands.text().split("\n"))
    )
    names = {code: name for name, code in codes.items()}
    return [names[code] for code in found]


@pytest.mark.parametrize(
    ("language", "said"), [("en", "sign the clinical selection"), ("fr", "signer la sélection clinique")]
)
def test_a_finding_is_said_without_the_subject_that_stands_beside_it(language: Language, said: str) -> None:
    step = Finding("donor.next.selection", "D-0500")
    assert tasks.without_subject(Wording(language), step) == said


async def test_a_technician_sees_the_clock_first_and_begins_the_job_with_one_key(banked: Scene) -> None:
    codes = a_busy_bench(banked)
    async with at_the_desk(banked.bank, "technician", size=(120, 30)) as hands:
        await hands.sees("Process tissue", "! 22:00 of 24 h, little time · pending", "P2, day 0", "Trypsin TR-9")
        await hands.sees("pending · sign the clinical selection", "Incubator door open", "results for you to review: 0")
        assert the_order(hands, codes) == ["tissue", "culture", "donor", "material", "deviation", "result", "own"]
        await hands.sees("F5 Isolate")
        await hands.press("down")
        await hands.sees("F5 Passage")
        banked.clock.forward(days=5)
        await hands.press("f5")
        await the_form(hands)
        await answers(hands, "3.5e7", "95,5", "4e6", "1800")
        await hands.sees("Within every limit")
        await hands.press("f5")
        await hands.until(lambda: isinstance(hands.app.screen, RecordScreen), "the child")
        await hands.press("f1")
        await hands.until(lambda: isinstance(hands.app.screen, BenchDesk), "the desk")
        await hands.sees("OVER the limit of 24 h")
    assert banked.read(culture_view, codes["culture"]).children != ()


async def test_a_reviewer_reviews_with_a_key_and_the_password_but_never_what_is_their_own(banked: Scene) -> None:
    codes = a_busy_bench(banked)
    async with at_the_desk(banked.bank, "reviewer", size=(80, 24)) as hands:
        await hands.sees("results for you to review: 1", "Review result", "Waits for review")
        assert the_order(hands, codes)[0] == "result"
        assert the_order(hands, codes)[-1] == "own"
        await hands.press("f5")
        await hands.until(lambda: isinstance(hands.app.screen, SigningModal), "what is signed")
        await hands.sees(codes["result"], "11.5", "Your signature means: reviewed", "As entered: for information")
        await hands.type(PASSWORD, "enter")
        await hands.until(lambda: isinstance(hands.app.screen, BenchDesk), "the desk")
        await hands.sees("results for you to review: 0")
        await hands.press("end")
        await hands.until(lambda: "F5" not in hands.text(), "no job for one's own result")
        await hands.press("enter")
        await hands.at(RecordScreen)
        await hands.press("f5")
        await hands.sees("Findings against this: 1", "reviewer entered")
        await hands.type(PASSWORD, "enter")
        await hands.sees("✗ reviewer entered", "cannot review it. Another reviewer must.")
        await hands.press("escape")
        await hands.until(lambda: isinstance(hands.app.screen, RecordScreen), "the record again")
    reviewed = {one.code: one.reviewed_by for one in banked.read(testing.results, banked["master"])}
    assert (reviewed[codes["result"]], reviewed[codes["own"]]) == ("reviewer", None)


async def test_quality_invalidates_a_result_with_its_cause(banked: Scene) -> None:
    code = a_result(banked, banked["master"], "cfu-f", "11.5")
    async with at_the_desk(banked.bank, "qa", size=(100, 30)) as hands:
        await hands.scan(code)
        await hands.at(RecordScreen)
        await hands.press("f5")
        await the_form(hands)
        await hands.type("Wrong tube")
        await hands.press("f5")
        await hands.sees("Wrong tube", "Your signature means: approved")
        await hands.type(PASSWORD, "enter")
        await hands.sees("Recorded: result invalidated")
    assert banked.read(testing.result_view, code).invalidated_cause == "Wrong tube"


@pytest.mark.parametrize(
    ("language", "title", "limit", "unit"),
    [
        ("en", "Growth of", "limit 20 (version 1)", "days in culture"),
        ("fr", "Croissance de", "limite 20 (version 1)", "jours de culture"),
    ],
)
async def test_growth_is_drawn_with_its_limit_its_letters_and_a_legend(
    ready: Scene, language: Language, title: str, limit: str, unit: str
) -> None:
    spare = thaw(ready, vials_of(ready, ready["master"])[1:2])
    ready.clock.forward(days=3)
    async with at_the_desk(ready.bank, "technician", language=language, size=(80, 24)) as hands:
        await open_lot(hands, ready["lot"])
        await hands.press("ctrl+g")
        await hands.until(lambda: isinstance(hands.app.screen, GrowthScreen), "the growth")
        await hands.sees(
            f"{title} {ready['lot']}", limit, unit, "◆", "A◆", f"{'7.636' if language == 'en' else '7,636'} · P0–P2"
        )
        await hands.press("ctrl+t")
        await hands.press("escape")
        await hands.scan(ready["donor"])
        await hands.at(RecordScreen)
        await hands.press("ctrl+g")
        await hands.sees(f"{title} {ready['donor']}", f"{ready['P1']} ↳ {spare}")
        await hands.press("down", "enter")
        await hands.at(RecordScreen)
        assert hands.app.screen.code == spare  # type: ignore[attr-defined]


async def test_growth_that_has_no_point_yet_says_so_and_what_does_not_grow_offers_none(banked: Scene) -> None:
    donor = a_donor(banked, "D-0500")
    code = a_result(banked, banked["master"], "cfu-f", "11.5")
    async with at_the_desk(banked.bank, "technician", size=(80, 24)) as hands:
        await hands.scan(donor)
        await hands.sees("^G Growth")
        await hands.press("ctrl+g")
        await hands.sees("No doublings are known yet")
        await hands.scan(code)
        await hands.at(RecordScreen)
        assert "^G" not in hands.text()
