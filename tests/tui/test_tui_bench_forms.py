"""The technician's work at the desk, from a donor to a filled lot, and what is announced on the way."""

from textual.widgets import Input

from cellbank.domain.lot import Tier
from cellbank.domain.vial import StockClass
from cellbank.views import material, testing
from cellbank.views.culture import culture_view
from cellbank.views.donor import DonorView, donor_view
from cellbank.views.lot import LotView, lot_view
from tests.banks import PASSWORD
from tests.journey import SHIPPED, Scene, a_donor, a_lot, a_tissue, thaw, vials_of
from tests.tui.hands import Hands, at_the_desk
from tests.tui.test_tui_forms import open_form
from tui.screens.form import FormScreen
from tui.screens.lot import LotScreen
from tui.screens.record import RecordScreen

ANOTHER_DONATION = "A9990 25 004272 9"
"""Another donation number, with its check character."""


async def the_form(hands: Hands) -> None:
    """Wait for the form that a key opened."""
    await hands.at(FormScreen)


async def answers(hands: Hands, *texts: str) -> None:
    """Answer the questions one after another; an empty text leaves one as it is."""
    for text in texts:
        await hands.type(text, "enter")


async def recorded(hands: Hands, what: str, *, code: str = "") -> str:
    """F5, and what it made opens; its code."""
    await hands.press("f5")
    await hands.until(lambda: isinstance(hands.app.screen, RecordScreen) and hands.app.screen.code != code, what)
    await hands.read()
    screen = hands.app.screen
    assert isinstance(screen, RecordScreen)
    return screen.code


async def test_a_donor_becomes_a_filled_lot_without_the_command_line(banked: Scene) -> None:
    clock = banked.clock
    procured = clock.now.strftime("%Y-%m-%dT06:00")
    async with at_the_desk(banked.bank, "technician", size=(100, 34)) as hands:
        await hands.press("f4")
        await hands.type("register donor", "enter")
        await the_form(hands)
        await answers(hands, "D-0500")
        await hands.press("right", "enter")
        await answers(hands, "1990", "ICF-3")
        donor = await recorded(hands, "the donor")
        assert donor == "D-0500"
        await hands.press("f5")
        await the_form(hands)
        await hands.type("A99902500427", "enter")
        await hands.sees("is not a donation identifier")
        await hands.press("up", *["backspace"] * 12)
        await answers(hands, ANOTHER_DONATION, procured, "liposuction", "120")
        await hands.sees("Cold ischaemia so far, h", "Hours left to begin processing", "Within every limit")
        tissue = await recorded(hands, "the tissue", code=donor)
        await hands.press("f5")
        await the_form(hands)
        await answers(hands, "4e7", "90", "3e7", "1272", banked["Collagenase NB6"], "")
        await hands.sees("Density, viable cells per cm²  23", "Within every limit")
        p0 = await recorded(hands, "the culture", code=tissue)
        clock.forward(days=7)
        await hands.press("f5")
        await the_form(hands)
        await answers(hands, "1.3e7", "92,4", "3e6", "1272")
        p1 = await recorded(hands, "its child", code=p0)
        clock.forward(days=5)
        await hands.press("f7")
        await the_form(hands)
        await answers(hands, "3.2e7", "93,8", "")
        await hands.press("right", "enter")
        await answers(hands, "5", "5M", "1")
        await hands.sees(
            "Passage at freeze  P1", "doublings at freeze  3.323", "needed  25", "available  30", "60 months"
        )
        await hands.press("f5")
        await hands.at(LotScreen)
        await hands.sees("master cell bank", "P1 · 3.323")
        number = hands.app.screen.number  # type: ignore[attr-defined]
    seen: LotView = banked.read(lot_view, number)
    assert (seen.tier, seen.culture, seen.donor, seen.vials_filled) == (Tier.MASTER, p1, "D-0500", 5)
    assert seen.expires_on.year == clock.now.year + 5


async def test_the_cells_must_suffice_and_the_classes_add_up_before_a_lot_is_filled(banked: Scene) -> None:
    culture = thaw(banked, vials_of(banked, banked["master"])[:1])
    banked.clock.forward(days=6)
    async with at_the_desk(banked.bank, "technician", size=(100, 34)) as hands:
        await open_form(hands, culture, "f7")
        await answers(hands, "9e7", "95", "")
        await hands.press("right", "right", "right", "enter")
        await answers(hands, "10", "10M", "1", "2")
        await hands.sees("This will be refused", "100")
        await hands.press(*["up"] * 4, "end", *["backspace"] * 2)
        await hands.type("8")
        await hands.sees("Viable cells needed  80", "Viable cells available  85")
        await hands.press("f5")
        await hands.at(LotScreen)
        number = hands.app.screen.number  # type: ignore[attr-defined]
    assert len(vials_of(banked, number, StockClass.DISPENSABLE)) == 6
    assert len(vials_of(banked, number, StockClass.RETAINED)) == 2


async def test_thawing_what_is_not_a_released_bank_announces_the_deviation(ready: Scene) -> None:
    vial = vials_of(ready, ready["lot"])[0]
    async with at_the_desk(ready.bank, "technician", language="fr", size=(100, 34)) as hands:
        await hands.scan(vial)
        await hands.at(LotScreen)
        await hands.press("enter")
        await hands.at(RecordScreen)
        await hands.press("f4")
        await hands.type("décongeler", "enter")
        await the_form(hands)
        await answers(hands, "4300000", "1908", "")
        await hands.sees("Ceci ouvrira une déviation", ready["lot"], "P3")
        await hands.press("f5")
        await hands.sees("Déviation ouverte")
    limits = {one.limit_code for one in ready.open_deviations()}
    assert {"culture.thaw.product", "culture.thaw.unreleased"} <= limits


async def test_a_sample_is_entered_marker_by_marker_and_a_reactive_one_announces_its_hold(banked: Scene) -> None:
    donor = a_donor(banked, "D-0501")
    a_tissue(banked, donor, ANOTHER_DONATION)
    async with at_the_desk(banked.bank, "technician", size=(80, 24)) as hands:
        await open_form(hands, donor, "f6")
        await answers(hands, banked.clock.now.date().isoformat(), "EFS", "CLIA")
        for _ in SHIPPED.markers:
            await hands.press("right", "enter")
        await hands.sees("Eligibility  pending", "sign the clinical selection")
        await hands.press("f5")
        await hands.sees("Recorded: donor tested")
        await hands.until(lambda: isinstance(hands.app.screen, RecordScreen), "the donor")
        await hands.press("f7")
        await the_form(hands)
        await hands.type("hbs", "enter")
        await hands.sees("→ HBsAg")
        await hands.press("right", "right", "enter")
        await hands.sees("This will hold D-0501", "donor reactive: hbsag reactive")
    seen: DonorView = banked.read(donor_view, donor)
    assert {(one.outcome.value, one.laboratory, one.method) for one in seen.tests} == {("negative", "EFS", "CLIA")}
    assert len(seen.tests) == len(SHIPPED.markers)
    assert banked.open_holds() == []


async def test_a_result_tells_its_limit_and_outcome_and_the_form_stays_for_the_next(banked: Scene) -> None:
    grown = thaw(banked, vials_of(banked, banked["master"])[:1])
    number = a_lot(banked, grown, harvested=banked.trial.thawed.harvested)
    async with at_the_desk(banked.bank, "technician", size=(80, 24)) as hands:
        await hands.scan(number)
        await hands.at(LotScreen)
        await hands.press("f4")
        await hands.type("result", "enter")
        await the_form(hands)
        await hands.sees("Viability · Sterility", "Potency")
        await answers(hands, "viab", "72,5", "", "", "Lab A")
        await hands.sees("→ Viability · >= 80 %")
        await hands.sees("Limit  >= 80 %", "Outcome  does not conform", "This will open a deviation")
        await hands.press("f5")
        await hands.sees("Deviation opened: D-", "Recorded: result recorded")
        await hands.until(lambda: hands.app.screen.query_one("#questions Input", Input).value == "", "the next")
        await hands.type("ster", "enter")
        await hands.type("no", "right", "enter")
        await hands.sees("Outcome  conforms", "Lab A")
        await hands.press("f5")
        await hands.until(lambda: len(banked.read(testing.results, number)) == 2, "the second result")
    found = banked.read(testing.results, number)
    assert [(one.test, one.value, one.unit, one.laboratory) for one in found] == [
        ("viability", "72.5", "%", "Lab A"),
        ("sterility", "no growth", None, "Lab A"),
    ]


async def test_quality_signs_the_clinical_selection_with_its_questions_shown(banked: Scene) -> None:
    donor = a_donor(banked, "D-0502")
    async with at_the_desk(banked.bank, "qa", language="fr", size=(100, 34)) as hands:
        await open_form(hands, donor, "f5")
        await hands.press("right", "enter")
        await hands.sees("Sélection clinique", "● acceptée")
        await hands.press("f5")
        await hands.sees("Aucun antécédent de cancer", "Votre signature signifie", "D-0502")
        await hands.type(PASSWORD, "enter")
        await hands.sees("Enregistré : sélection clinique")
    seen: DonorView = banked.read(donor_view, donor)
    assert seen.selection_accepted is True


async def test_a_withdrawal_tells_which_lots_it_holds_and_the_history_is_answered(banked: Scene) -> None:
    donor = banked["donor"]
    async with at_the_desk(banked.bank, "technician", size=(80, 24)) as hands:
        await open_form(hands, donor, "f8")
        await hands.press("right", "right")
        await hands.sees("● no", "Eligibility  eligible")
        await hands.press("f5")
        await hands.sees("Recorded: donor's history answered")
        await hands.until(lambda: isinstance(hands.app.screen, RecordScreen), "the donor")
        await hands.press("f9")
        await the_form(hands)
        await answers(hands, "Letter of the day")
        await hands.sees("This will hold D-0427", f"Lots held  {banked['master']}")
        await hands.press("f5")
        await hands.sees("Recorded: consent withdrawn")
    assert [(one.kind.value, one.subject) for one in banked.open_holds()] == [("donor_withdrawn", donor)]


async def test_a_delivery_is_received_lot_after_lot_with_the_supplier_kept(banked: Scene) -> None:
    async with at_the_desk(banked.bank, "technician", size=(80, 24)) as hands:
        await hands.press("f4")
        await hands.type("receive material", "enter")
        await the_form(hands)
        await answers(hands, "Trypsin", "TR-1", "Acme", "2028-06")
        await hands.press("f5")
        await hands.until(lambda: hands.app.screen.query_one("#questions Input", Input).value == "", "the next")
        await hands.type("Coll", "right", "enter")
        await answers(hands, "LOT-1", "", "2028-06-15")
        await hands.sees("This will be refused")
        await hands.press("up", "up", "up", "end", *["backspace"] * 5)
        await hands.type("NB-2", "f5")
        await hands.until(lambda: len(banked.read(material.materials)) == 5, "the second lot")
    found = [(one.item, one.lot_number, one.supplier) for one in banked.read(material.materials)]
    assert ("Trypsin", "TR-1", "Acme") in found
    assert ("Collagenase NB6", "NB-2", "Acme") in found


async def test_what_is_left_of_a_harvest_is_seeded_and_a_culture_is_discarded_with_its_reason(banked: Scene) -> None:
    async with at_the_desk(banked.bank, "technician", size=(80, 24)) as hands:
        await open_form(hands, banked["P1"], "f5")
        await answers(hands, "9e6", "3000")
        await hands.sees("This will be refused")
        await hands.press("up", "up", "end", *["backspace"] * 3)
        await hands.type("2e6")
        await hands.sees("Density, viable cells per cm²  667", "This will open a deviation", "outside 1000 to 5000")
        code = await recorded(hands, "the child", code=banked["P1"])
        await hands.sees("F8 Discard")
        await hands.press("f8")
        await the_form(hands)
        await answers(hands, "Cloudy")
        await hands.press("f5")
        await hands.sees("Recorded: culture discarded")
    assert banked.read(culture_view, code).discarded_because == "Cloudy"
    assert [one.limit_code for one in banked.open_deviations()] == ["culture.density.outside"]
