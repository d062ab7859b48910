"""The pharmacy desk: what is due, the gate of a visit, the pull by scanning, the clock."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from cellbank.bank import Bank
from cellbank.demo.stage import PASSWORD
from cellbank.passwords import cheap
from cellbank.views import dose as view
from cellbank.views.dose import DoseView
from cellbank.wording import Language, Wording
from tests.cli.clinic import CHECKED, PREPARED, SUBJECT, Clinic
from tests.cli.conftest import clinic as clinic, readied as readied, stocked as stocked
from tests.tui.hands import Hands, at_the_desk
from tui.desks.pharmacy import PharmacyDesk
from tui.screens.form import FormScreen
from tui.screens.pull import PullScreen
from tui.screens.record import RecordScreen
from tui.screens.refusal import RefusalModal
from tui.screens.second_person import SecondPersonModal
from tui.screens.subject import SubjectScreen
from tui.screens.visit import VisitScreen
from tui.widgets.clock import clock

VISIT = f"{SUBJECT}/1"


@pytest.fixture
def bank(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bank]:
    """The clinic's bank, open at the pharmacy."""
    monkeypatch.setattr("cellbank.bank.argon2id", cheap)
    with Bank.open(str(clinic.place)) as opened:
        yield opened


async def _signed_in(hands: Hands) -> None:
    await hands.sign_in("pharmacist", PASSWORD)
    assert isinstance(hands.app.screen, PharmacyDesk)


async def _at_the_pull(hands: Hands) -> PullScreen:
    await _signed_in(hands)
    await hands.press("enter")
    await hands.at(VisitScreen)
    await hands.press("f5")
    await hands.at(PullScreen)
    screen = hands.app.screen
    assert isinstance(screen, PullScreen)
    return screen


async def _form(hands: Hands, key: str) -> None:
    await hands.press(key)
    await hands.at(FormScreen)


async def _checked_by(hands: Hands, name: str) -> None:
    await hands.press("f5")
    await hands.until(lambda: isinstance(hands.app.screen, SecondPersonModal), "the second person")
    await hands.type(name, "enter")
    await hands.type(PASSWORD, "enter")


async def test_the_desk_lists_what_is_due_and_what_it_has(bank: Bank) -> None:
    async with at_the_desk(bank, size=(130, 32)) as hands:
        await _signed_in(hands)
        await hands.sees("Pharmacy · today", "doses under way: 0", VISIT, "▶ pull", "✓ validated", "✓ answered")
        await hands.sees("Nothing else waits.", "F5 Enrol subject", "F3 Pharmacy")


async def test_the_desk_says_how_many_of_the_vials_set_aside_are_held(bank: Bank, clinic: Clinic) -> None:
    aside = clinic.visit()["reserved"]
    async with at_the_desk(bank, size=(80, 24)) as hands:
        await _signed_in(hands)
        await hands.sees(VISIT)
        assert "held" not in hands.text()
        for vial in aside[:2]:
            clinic.ok("hold", "put", vial, "--reason", "dropped in the vapour", user="technician")
        await hands.sees("■ held: 2")
        clinic.ok("hold", "put", clinic.lot, "--reason", "late positive", user="qa")
        await hands.sees(f"■ held: {len(aside)}")


async def test_the_visit_shows_its_gate_and_what_to_pick(bank: Bank, clinic: Clinic) -> None:
    async with at_the_desk(bank, size=(130, 40)) as hands:
        await _signed_in(hands)
        await hands.press("enter")
        await hands.sees("✓ nothing stands against it", "Visit in its window", "✓ met", "F5 Pull")
        assert "Evidence" not in hands.text()
        await hands.press("right")
        await hands.sees(*clinic.visit()["reserved"])
        await hands.press("enter")
        await hands.until(lambda: hands.app.screen.__class__.__name__ == "LotScreen", "the vial")


async def test_vials_are_pulled_by_scanning_and_a_wrong_one_is_refused_loudly(bank: Bank, clinic: Clinic) -> None:
    right = clinic.reserved()
    other = clinic.visit(2)["reserved"][0]
    async with at_the_desk(bank, size=(130, 40)) as hands:
        screen = await _at_the_pull(hands)
        await hands.press("f5")
        assert hands.app.screen is screen
        await hands.scan(other)
        await hands.sees(f"✗ REFUSED: {other}", f"WRONG VIAL: {other} is set aside for {SUBJECT}/2, not for {VISIT}.")
        await hands.scan("no-vial-at-all")
        await hands.sees("✗ REFUSED: no-vial-at-all")
        await hands.scan(SUBJECT)
        await hands.sees(f"✗ REFUSED: {SUBJECT}")
        assert hands.app.screen is screen
        assert screen.scanned == []
        for code in (*right, right[0]):
            await hands.scan(code)
        await hands.until(lambda: sorted(screen.scanned) == sorted(right), "the scans")
        await hands.sees(f"scanned: {len(right)}")
        assert "Open" not in hands.text()
        await _checked_by(hands, "pharmacist")
        await hands.sees("✗ ", "The second person")
        await hands.press("shift+tab", *["backspace"] * 10)
        await hands.type("technician", "enter")
        await hands.type(PASSWORD, "enter")
        await hands.until(lambda: isinstance(hands.app.screen, VisitScreen), "the visit")
        await hands.until(lambda: clinic.ok("dose", "list"), "the dose")
        (dose,) = clinic.ok("dose", "list")
        await hands.sees(dose["code"], "pulled", "left to put back", "F5 Thaw", "F8 Waste")
        assert sorted(dose["vials"]) == sorted(right)
        assert dose["pull_checked_by"] == "technician"
    kept = json.dumps(clinic.refusals())
    for code in ("dose.vial.reserved", "dose.vial.unknown", "person.second.same"):
        assert code in kept


async def test_a_refused_pull_lists_every_finding(bank: Bank, clinic: Clinic) -> None:
    async with at_the_desk(bank, size=(130, 40)) as hands:
        screen = await _at_the_pull(hands)
        await hands.scan(clinic.reserved()[0])
        await hands.until(lambda: screen.scanned, "the scan")
        clinic.ok("hold", "put", clinic.lot, "--reason", "freezer alarm", user="qa")
        clinic.ok("trial", "suspend", "--reason", "safety board", user="qa")
        await _checked_by(hands, "technician")
        await hands.until(lambda: isinstance(hands.app.screen, RefusalModal), "the refusal")
        await hands.sees("✗ Refused", "freezer alarm", "suspended")
        assert clinic.ok("dose", "list") == []


async def test_the_clock_runs_at_the_desk_and_the_attempt_ends_with_a_reason(bank: Bank, clinic: Clinic) -> None:
    _thawed(bank, clinic)
    async with at_the_desk(bank, size=(130, 40)) as hands:
        await _signed_in(hands)
        await hands.sees("doses under way: 1", "left", "▶ prepare")
        await hands.press("enter")
        await hands.sees("▶", "left", "thawed", "F5 Prepare")
        before = hands.text()
        await hands.until(lambda: hands.text() != before, "the next second")
        await _form(hands, "f8")
        await hands.type("the syringe fell")
        await hands.sees("discarded before dispensing", "destroyed")
        await hands.press("f5")
        await hands.until(lambda: clinic.ok("dose", "list")[0]["ended_because"], "the end")
        await hands.sees("F5 Pull a replacement")


async def test_a_prepared_dose_is_dispensed_with_a_second_person(bank: Bank, clinic: Clinic) -> None:
    _thawed(bank, clinic)
    clinic.treat("dose", "prepare", SUBJECT, 1, *PREPARED, *CHECKED)
    async with at_the_desk(bank, size=(130, 40)) as hands:
        await _signed_in(hands)
        await hands.press("enter")
        await hands.sees("✓ nothing stands against it", "prepared", "left", "F5 Dispense")
        await _form(hands, "f5")
        await hands.sees("Dispensed on condition", "Sterility of the thawed product", "To be given by")
        await hands.press("f5")
        await hands.until(lambda: isinstance(hands.app.screen, SecondPersonModal), "the second person")
        await hands.press("tab", "enter")
        await hands.sees("✗ Type the name and the password of the second person.")
        await hands.press("shift+tab")
        await hands.type("technician", "enter")
        await hands.type(PASSWORD, "enter")
        await hands.until(lambda: clinic.ok("dose", "list")[0]["status"] == "dispensed", "the dispensing")
        await hands.sees("dispensed", "F5 Administer", "F8 Waste", "F9 Returned")


async def test_a_subject_scanned_at_the_desk_opens_the_course_and_its_record(bank: Bank) -> None:
    async with at_the_desk(bank, size=(130, 40)) as hands:
        await _signed_in(hands)
        await hands.scan(SUBJECT)
        await hands.until(lambda: isinstance(hands.app.screen, SubjectScreen), "the course")
        await hands.sees(f"Subject {SUBJECT}", f"{SUBJECT}/3", "F9 Withdraw")
        await hands.press("ctrl+e")
        await hands.until(lambda: isinstance(hands.app.screen, RecordScreen), "the record")
        await hands.sees(SUBJECT, "Known")


async def test_the_pharmacy_speaks_french_and_shows_its_keys_on_a_small_terminal(bank: Bank) -> None:
    async with at_the_desk(bank, language="fr", size=(80, 24)) as hands:
        await _signed_in(hands)
        await hands.sees("Pharmacie · aujourd’hui", "✓ validée", "F3 Pharmacie", "Tab Autre liste", "^Q Quitter")
        await hands.press("enter")
        await hands.sees("rien ne s’y oppose", "F5 Sortir", "←→ Onglets", "^Q Quitter")
        await hands.press("f5")
        await hands.sees("Sortie pour", "pas encore", "F5 Seconde personne", "F8 Recommencer", "^Q Quitter")


@pytest.mark.parametrize(
    ("left", "language", "said"),
    [
        (timedelta(minutes=42, seconds=7, milliseconds=500), "en", "▶ 42:07 left"),
        (timedelta(minutes=14, seconds=59), "en", "! 14:59 little time"),
        (-timedelta(minutes=3, seconds=20), "en", "✗ 03:20 OVER"),
        (-timedelta(seconds=1), "fr", "✗ 00:01 DÉPASSÉ"),
    ],
)
def test_the_clock_says_in_words_how_long(
    bank: Bank, clinic: Clinic, left: timedelta, language: Language, said: str
) -> None:
    dose = _thawed(bank, clinic)
    assert dose.usable_until is not None
    assert clock(Wording(language), dose, dose.usable_until - left) == said


def _thawed(bank: Bank, clinic: Clinic) -> DoseView:
    clinic.treat("dose", "pull", SUBJECT, 1, "--vial", *clinic.reserved(), *CHECKED)
    now = datetime.now(UTC).isoformat()
    clinic.treat("dose", "thaw", SUBJECT, 1, "--started-at", now, "--ended-at", now)
    with bank.read() as reading:
        return view.doses(reading)[0]
