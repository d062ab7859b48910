"""Quality at the desk: what waits, what QA and the qualified person decide from there, and what is refused."""

from datetime import timedelta
from pathlib import Path

import pytest

from cellbank.domain.lot import Disposition, Tier
from cellbank.domain.vial import StockClass
from cellbank.facts.protocol import trial_suspension
from cellbank.services import hold
from cellbank.views import donor, lot, material, protocol, tissue
from tests.banks import PASSWORD
from tests.journey import Scene, a_donor, a_lot, a_material, a_result, a_tissue, release, version
from tests.tui.hands import Hands, at_the_desk
from tests.tui.test_tui_release import open_lot
from tui.desks.quality import QualityDesk
from tui.screens.form import FormScreen
from tui.screens.palette import VerbPalette
from tui.screens.record import RecordScreen
from tui.screens.signing import SigningModal
from tui.widgets.table import Table


async def do(hands: Hands, verb: str, *answers: str, keys: str = "f4") -> None:
    """A verb of the thing in front by a part of its words; then its answers, one after another."""
    await hands.press(keys)
    await hands.until(lambda: isinstance(hands.app.screen, VerbPalette), "the verbs")
    await hands.type(verb, "enter")
    await hands.at(FormScreen)
    for answer in answers:
        await hands.type(answer, "enter")


async def sign(hands: Hands, *sees: str) -> None:
    """F5, what is signed, the password."""
    await hands.press("f5")
    await hands.until(lambda: isinstance(hands.app.screen, SigningModal), "the signature")
    await hands.sees(*sees)
    await hands.type(PASSWORD, "enter")
    await hands.until(lambda: not isinstance(hands.app.screen, SigningModal), "the answer")


def rows(hands: Hands) -> list[str]:
    """What needs someone today, line by line as on the screen."""
    today = hands.app.screen.query_one("#today", Table)
    return [" ".join(str(part).strip() for part in today.get_row_at(at)) for at in range(today.row_count)]


async def open_task(hands: Hands, code: str) -> None:
    """Down to a row of the desk, Enter, and wait for the record behind it."""
    today = hands.app.screen.query_one("#today", Table)
    await hands.until(lambda: any(code in row for row in rows(hands)), code)
    at = next(at for at, row in enumerate(rows(hands)) if code in row)
    await hands.press("ctrl+home", *["down"] * at, "enter")
    await hands.until(lambda: hands.app.screen is not today.screen, "what the row opens")
    await hands.read()


async def test_the_desk_has_first_what_its_person_can_do(ready: Scene) -> None:
    put = ready.act("technician", hold.put_hold, ready["donor"], "A doubt").code
    tissue_code = a_tissue(ready, a_donor(ready, "D-0428"), "A9990 25 004272 9", accepted=False)
    async with at_the_desk(ready.bank, "qa", size=(100, 30)) as hands:
        await hands.until(lambda: any("findings: 1" in row for row in rows(hands)), "the gate's answer")
        assert [row.split("  ")[0].split(" D-")[0] for row in rows(hands)][-1].startswith("Lot waits")
        assert rows(hands)[0].startswith(f"▸ Hold {put} D-0427: A doubt (technician)")
        assert any(row.startswith(f"▸ Accept tissue {tissue_code} donation") for row in rows(hands))
        assert any(row.startswith("▸ Determine donor D-0428 pending. D-0428:") for row in rows(hands))
    async with at_the_desk(ready.bank, "qp", size=(100, 30)) as hands:
        await hands.until(lambda: any("findings: 1" in row for row in rows(hands)), "the gate's answer")
        assert not any(row.startswith("▸") for row in rows(hands))


async def test_a_deviation_says_in_a_sentence_what_it_is_about_on_the_desk_and_on_its_record(ready: Scene) -> None:
    a_result(ready, ready["lot"], "viability", "40")
    (deviation,) = ready.open_deviations()
    async with at_the_desk(ready.bank, "qa", size=(80, 24)) as hands:
        await hands.until(lambda: any(deviation.code in row for row in rows(hands)), "the deviation")
        row = next(row for row in rows(hands) if deviation.code in row)
        assert row.count(ready["lot"]) == 1
        await open_task(hands, deviation.code)
        await hands.sees("kind        out of specification", f"limit       {ready['lot']}: the result")
        shown = hands.text().splitlines()
        at = next(at for at, line in enumerate(shown) if "limit       " in line)
        assert shown[at + 1].startswith(" " * 13), "a long value goes on beneath itself"
        assert shown[at + 1].strip()


async def test_the_cursor_stays_on_its_thing_when_the_list_moves(ready: Scene) -> None:
    ready.act("technician", hold.put_hold, ready["donor"], "A doubt")
    async with at_the_desk(ready.bank, "qa") as hands:
        today = hands.app.screen.query_one("#today", Table)
        await hands.until(lambda: any("findings: 1" in row for row in rows(hands)), "the gate's answer")
        await hands.press("down")
        chosen = today.chosen
        a_tissue(ready, a_donor(ready, "D-0428"), "A9990 25 004272 9", accepted=False)
        await hands.until(lambda: today.row_count == 4, "the new rows")
        assert today.chosen == chosen == f"waiting|{ready['lot']}"


async def test_incoming_things_are_accepted_and_blocked_from_the_desk(banked: Scene) -> None:
    code = a_tissue(banked, a_donor(banked, "D-0428"), "A9990 25 004272 9", accepted=False)
    lot_of_material = a_material(banked, "Trypsin", accepted=False)
    async with at_the_desk(banked.bank, "qa", size=(80, 24)) as hands:
        await open_task(hands, code)
        assert isinstance(hands.app.screen, RecordScreen)
        await do(hands, "accepts the tissue")
        await sign(hands, "Your signature means", code, "donation  A9990250042729")
        await hands.sees("Recorded: tissue accepted")
        await hands.press("escape")
        await hands.until(lambda: isinstance(hands.app.screen, QualityDesk), "the desk")
        await hands.until(lambda: not any(code in row for row in rows(hands)), "the tissue to be gone")
        await open_task(hands, lot_of_material)
        await do(hands, "block", "Supplier's notice")
        await sign(hands, "Trypsin", "status  blocked")
        await hands.sees("Recorded: material blocked")
    assert banked.read(tissue.tissue_view, code).acceptance == "accepted"
    assert banked.read(material.material_view, lot_of_material).status == "blocked"


async def test_a_donor_is_determined_from_the_desk(banked: Scene) -> None:
    code = a_donor(banked, "D-0428")
    async with at_the_desk(banked.bank, "qa", size=(80, 24)) as hands:
        await open_task(hands, code)
        await do(hands, "determine", "")
        assert isinstance(hands.app.screen, FormScreen)
        await hands.press("up", "right", "right")
        await sign(hands, "Your signature means", "determination  ineligible")
        await hands.sees("Recorded: donor determined")
    assert banked.read(donor.donor_view, code).determination == "ineligible"


async def test_the_qualified_person_extends_and_recalls_a_released_lot(ready: Scene) -> None:
    number = ready["lot"]
    release(ready, number)
    before = ready.read(lot.lot_view, number).expires_on
    async with at_the_desk(ready.bank, "qp", size=(100, 30)) as hands:
        await open_lot(hands, number)
        await do(hands, "extend", (before + timedelta(days=31)).isoformat(), "STAB-24")
        await sign(hands, "Your signature means: approved", "STAB-24", before.isoformat())
        await hands.sees("Recorded: expiry extended")
        await do(hands, "recall", "Complaint 7")
        await sign(hands, "Complaint 7", "recalled")
        await hands.sees("↩ recalled")
    seen = ready.read(lot.lot_view, number)
    assert (seen.disposition, seen.expires_on) == (Disposition.RECALLED, before + timedelta(days=31))


async def test_quality_records_the_green_light_and_lets_a_bank_be_used_at_risk(banked: Scene) -> None:
    number = a_lot(banked, banked["P1"], Tier.MASTER, None, {StockClass.DISPENSABLE: 1}, viable_per_vial=10)
    async with at_the_desk(banked.bank, "qa", size=(100, 30)) as hands:
        await open_lot(hands, number)
        await do(hands, "green", "SPON-44", "")
        await hands.press("f5")
        await hands.sees("Recorded: green light recorded")
        await do(hands, "use at risk", "Sterility clear on day 10")
        await sign(hands, "Sterility clear on day 10", "master cell bank")
        await hands.sees("Recorded: use at risk signed")
    seen = banked.read(lot.lot_view, number)
    assert (seen.green_light, [one.action for one in seen.signatures]) == ("SPON-44", ["lot.use_at_risk_signed"])


async def test_a_trial_file_is_loaded_approved_suspended_and_resumed(banked: Scene, tmp_path: Path) -> None:
    file = tmp_path / "trial-2.toml"
    file.write_text(version(banked.trial.text, "2"), encoding="utf-8")
    async with at_the_desk(banked.bank, "qa", size=(100, 30)) as hands:
        await do(hands, "load trial", str(tmp_path / "none.toml"))
        await hands.sees("cannot be read")
        await hands.press("up", "end", *["backspace"] * len("none.toml"))
        await hands.type("trial-2.toml", "enter")
        await hands.sees("Version  2", "NCT06592703")
        await hands.press("f5")
        await hands.sees("Recorded: trial file loaded")
        await hands.until(lambda: isinstance(hands.app.screen, QualityDesk), "the desk")
        await hands.until(lambda: any("Approve trial file" in row for row in rows(hands)), "the version")
        await hands.press("ctrl+home", "enter")
        await hands.at(FormScreen)
        await sign(hands, "Your signature means: approved", "NCT06592703")
        await hands.sees("Recorded: trial file approved")
        await do(hands, "suspend", "Letter of the authority")
        await hands.press("f5")
        await hands.until(lambda: isinstance(hands.app.screen, QualityDesk), "the desk")
        await hands.until(lambda: any("Trial suspended" in row for row in rows(hands)), "the suspension")
        await hands.press("ctrl+home", "enter")
        await hands.at(FormScreen)
        await hands.type("Answered", "enter")
        await sign(hands, "Letter of the authority", "Answered")
        await hands.sees("Recorded: trial resumed")
    assert [(one.version, one.in_force) for one in banked.read(protocol.versions)] == [("1", False), ("2", True)]
    assert banked.read(trial_suspension) is None


@pytest.mark.parametrize("name", ["technician", "pharmacist"])
async def test_who_is_not_of_quality_is_offered_none_of_its_decisions(ready: Scene, name: str) -> None:
    async with at_the_desk(ready.bank, name) as hands:
        await open_lot(hands, ready["lot"])
        await hands.press("ctrl+p")
        await hands.until(lambda: isinstance(hands.app.screen, VerbPalette), "the verbs")
        offered = {one.words for one in hands.app.screen.offered}  # type: ignore[attr-defined]
        assert {"Hold", "Suspend trial"} <= offered
        assert not {"Recall", "Extend expiry", "Green light", "Approve trial file", "Resume trial"} & offered
