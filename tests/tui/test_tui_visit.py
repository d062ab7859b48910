"""A visit at the desk, by keys and scans alone: from the enrolment to the injection, and what may happen instead."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cellbank.domain.visit import DoseStatus
from cellbank.services import hold
from cellbank.views import transfer, visit, visit_steps
from tests import clinic, journey
from tests.banks import PASSWORD
from tests.clinic import Scene
from tests.documents.conftest import unstored
from tests.documents.treated import ANNA, BRUNO, INVESTIGATOR
from tests.journey import Stages
from tests.tui.hands import Hands, at_the_desk
from tui.app.idle import LOCK_AFTER, Idle
from tui.desks.pharmacy import PharmacyDesk
from tui.forms.form import LATE_REASON
from tui.screens.dose_labels import DoseLabelsScreen
from tui.screens.form import FormScreen
from tui.screens.lock import LockScreen
from tui.screens.pull import PullScreen
from tui.screens.record import RecordScreen
from tui.screens.refusal import RefusalModal
from tui.screens.second_person import SecondPersonModal
from tui.screens.signing import SigningModal
from tui.screens.subject import SubjectScreen
from tui.screens.transfer import TransferScreen
from tui.screens.visit import VisitScreen
from tui.widgets.question import Question

__all__ = ["unstored"]
VISIT = f"{ANNA}/1"


def _at(name: str, stages: Stages, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    with clinic.at_station(stages, name, "sqlite", tmp_path, request) as scene:
        yield scene


@pytest.fixture
def stocked(stages: Stages, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    """A released product lot in its boxes, nobody enrolled."""
    yield from _at("stocked", stages, tmp_path, request)


@pytest.fixture
def treating(stages: Stages, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    """The morning of the first visits of Anna and Bruno, both confirmed."""
    yield from _at("treating", stages, tmp_path, request)


async def opened(hands: Hands, code: str, kind: type = VisitScreen) -> None:
    """Scan a code and wait for its screen."""
    await hands.scan(code)
    await hands.at(kind)


async def form(hands: Hands, key: str) -> None:
    """Press the key of a form."""
    await hands.press(key)
    await hands.at(FormScreen)


async def answer(hands: Hands, *answers: str) -> None:
    """Answer one question after another."""
    for one in answers:
        await hands.type(one, "enter")


async def record(hands: Hands, kind: type, *sees: str) -> None:
    """See what is announced, record it, and wait for the screen that follows."""
    await hands.sees(*sees)
    await hands.press("f5")
    await hands.at(kind)


async def checked(hands: Hands, kind: type = VisitScreen, name: str = "technician") -> None:
    """A second person signs in."""
    await hands.until(lambda: isinstance(hands.app.screen, SecondPersonModal), "the second person")
    await answer(hands, name, PASSWORD)
    await hands.at(kind)


async def pulled(hands: Hands, *vials: str) -> None:
    """Scan these vials at the pull in front; a second person checks."""
    await hands.at(PullScreen)
    for vial in vials:
        await hands.scan(vial)
    await hands.sees(f"scanned: {len(vials)}")
    await hands.press("f5")
    await checked(hands)


async def test_from_the_enrolment_to_the_injection_by_keys_and_scans_alone(stocked: Scene, tmp_path: Path) -> None:
    async with at_the_desk(stocked.bank, "pharmacist", size=(110, 40)) as hands:
        await _enrolled(hands, stocked)
        await _planned_and_reserved(hands, stocked)
        stocked.clock.forward(days=1)
        await opened(hands, VISIT)
        await _prescribed_and_confirmed(hands, stocked)
        await _pulled(hands, stocked)
        await _thawed(hands, stocked)
        await _prepared(hands, stocked)
        await _labelled(hands, stocked)
        await _dispensed_and_administered(hands, stocked)
    seen = clinic.the_visit(stocked, ANNA)
    (dose,) = seen.doses
    assert (dose.status, dose.pull_checked_by, dose.preparation_checked_by) == (
        DoseStatus.ADMINISTERED,
        "technician",
        "technician",
    )
    assert dose.thaw_started_at is not None
    assert dose.thaw_ended_at is not None
    assert timedelta(minutes=2) < dose.thaw_ended_at - dose.thaw_started_at < timedelta(minutes=4)
    assert (dose.conditional, dose.investigator) == (True, INVESTIGATOR)
    assert seen.validated_by == "pharmacist"
    clinic.assert_balanced(stocked)


async def again(hands: Hands, name: str, text: str) -> None:
    """Another answer to a question."""
    screen = hands.app.screen
    assert isinstance(screen, FormScreen)
    question = next(one for one in screen.questions if one.ask.name == name)
    question.focus_answer()
    await hands.press("end", *["backspace"] * len(question.text))
    await hands.type(text)


async def _enrolled(hands: Hands, scene: Scene) -> None:
    day = clinic.today(scene).isoformat()
    await form(hands, "f5")
    await answer(hands, ANNA, "1982-05", day, *clinic.answers(scene, age="17").values())
    await answer(hands, "", INVESTIGATOR)
    await hands.sees("This will be refused", "“17” does not meet the criterion “Age in completed years")
    await again(hands, "criterion:age", "41")
    await record(hands, SubjectScreen, "Follow-up until", "Within every limit")
    await hands.sees(f"Subject {ANNA}", "No visit is planned yet")


async def _planned_and_reserved(hands: Hands, scene: Scene) -> None:
    first = clinic.today(scene) + timedelta(days=1)
    await form(hands, "f5")
    await answer(hands, first.isoformat())
    await record(hands, SubjectScreen, f"Visit 1 (window {first - timedelta(days=7)}", "Visit 3")
    await form(hands, "f5")
    await record(hands, SubjectScreen, f"Visit 1, {first}", "V-", f"{scene['lot']} keeps until (the course asks")
    await hands.until(lambda: len(clinic.the_visit(scene, ANNA).reserved) == 1, "the reservation")


async def _prescribed_and_confirmed(hands: Hands, scene: Scene) -> None:
    await form(hands, "f5")
    await answer(hands, "80M", "68,5", "Dr Łukasik", "")
    await hands.sees("this will stand against the next step", "80000000 viable cells are more than the maximum")
    await again(hands, "cells", "8M")
    await record(hands, VisitScreen, "At most", "Within every limit")
    await hands.sees("F5 Validate prescription")
    await hands.press("f5")
    await hands.until(lambda: isinstance(hands.app.screen, SigningModal), "what is signed")
    await hands.sees("68.5", "Dr Łukasik", "Your signature means: approved")
    await hands.type(PASSWORD, "enter")
    await hands.at(VisitScreen)
    await hands.sees("F5 Contraindications")
    await form(hands, "f5")
    await answer(hands, *clinic.answers(scene, at_visit=True, platelets="12").values())
    await hands.sees(
        "this will stand against the next step", "“12” does not meet the criterion “Lumbar puncture: platelets"
    )
    await again(hands, "criterion:platelets", "180")
    await record(hands, VisitScreen, "Within every limit")


async def _pulled(hands: Hands, scene: Scene) -> None:
    await hands.sees("F5 Pull", "nothing stands against it")
    await hands.press("f5")
    await pulled(hands, *clinic.the_visit(scene, ANNA).reserved)
    await hands.sees("F5 Thaw", "left to put back")


async def _thawed(hands: Hands, scene: Scene) -> None:
    await form(hands, "f5")
    await hands.sees("Thaw began", "Thaw ended")
    assert [one.ask.name for one in hands.app.screen.query(Question)] == ["started_at", "ended_at", LATE_REASON]
    await hands.press("f5")
    await hands.sees("Answer this first: Thaw ended")
    scene.clock.forward(minutes=3)
    await hands.press("f6")
    await record(hands, VisitScreen, "The thaw lasted, min:s", "To be given by", "CEST")
    await hands.sees("F5 Prepare", "left")


async def _prepared(hands: Hands, scene: Scene) -> None:
    scene.clock.forward(minutes=10)
    await form(hands, "f5")
    await answer(hands, "5M", "88,4", "2,4", "5 mL, SYR-2210", "washed, in saline")
    await hands.sees("4\u202f420\u202f000", "4420000 viable cells are fewer than the minimum")
    await again(hands, "total", "10M")
    await hands.sees("8\u202f840\u202f000", "Within every limit")
    await hands.press("f5")
    await checked(hands)
    await hands.sees("F5 Dispense", "nothing stands against it", "F7 Labels")


async def _labelled(hands: Hands, scene: Scene) -> None:
    await hands.press("f7")
    await hands.at(DoseLabelsScreen)
    await hands.sees("dispensing label", "▀▀▀▀▀▀▀", f"Sujet {ANNA}", "Libération conditionnelle")
    await hands.press("f8")
    await hands.sees("labels written: 1", "▐●▌ flag of the syringe")
    await hands.press("f8")
    await hands.sees("why again?")
    folder = Path(scene.bank.place).parent / "labels"
    assert {path.read_bytes()[:4] for path in folder.iterdir()} == {b"%PDF"}
    assert len(list(folder.iterdir())) == 2
    await hands.press("escape")
    await hands.at(VisitScreen)


async def _dispensed_and_administered(hands: Hands, scene: Scene) -> None:
    await form(hands, "f5")
    await hands.sees("Dispensed on condition: result still to come", "Sterility of the thawed product")
    await hands.press("f5")
    await checked(hands)
    await hands.sees("F5 Administer")
    scene.clock.forward(minutes=10)
    await form(hands, "f5")
    await record(hands, VisitScreen, "2.4", INVESTIGATOR, "Within every limit")
    await hands.sees("✓ injected", "✓ administer")
    assert "F5" not in hands.text()
    await hands.press("f3")
    await hands.at(PharmacyDesk)
    await hands.sees("Result still to come", "Sterility of the thawed product")


async def test_a_dropped_vial_is_wasted_and_its_replacement_pulled_at_once(treating: Scene) -> None:
    dropped = clinic.the_visit(treating, ANNA).reserved[0]
    clinic.pull(treating, ANNA)
    other = clinic.the_visit(treating, BRUNO).reserved[0]
    async with at_the_desk(treating.bank, "pharmacist", size=(110, 34)) as hands:
        await opened(hands, VISIT)
        await form(hands, "f8")
        await hands.type("dropped on the floor")
        await record(hands, VisitScreen, "discarded before dispensing", "broken")
        await hands.sees("F5 Pull a replacement", "nothing stands against it")
        await hands.press("f5")
        await hands.at(PullScreen)
        await hands.scan(other)
        await hands.sees(f"✗ REFUSED: {other}", f"WRONG VIAL: {other} is set aside for {BRUNO}/1, not for {VISIT}.")
        await hands.scan(dropped)
        await hands.sees(f"{dropped} is broken: it cannot be taken.")
        seen = hands.app.screen.seen  # type: ignore[attr-defined]
        (spare,) = (one.code for one in seen.picks)
        await pulled(hands, spare)
        await hands.sees("F5 Thaw")
    attempts = clinic.the_visit(treating, ANNA).doses
    assert [(one.status, one.vials) for one in attempts] == [
        (DoseStatus.DISCARDED, (dropped,)),
        (DoseStatus.PULLED, (spare,)),
    ]
    clinic.assert_balanced(treating)


async def test_on_the_wrong_day_the_gate_says_so_and_the_pull_is_refused(treating: Scene) -> None:
    vials = clinic.the_visit(treating, ANNA).reserved
    treating.clock.forward(days=20)
    async with at_the_desk(treating.bank, "pharmacist", size=(110, 34)) as hands:
        await hands.sees("Window closed without injection", VISIT)
        await opened(hands, VISIT)
        await hands.sees("✗ findings: 1", "is outside the window of visit 1")
        await hands.press("f5")
        await hands.at(PullScreen)
        for vial in vials:
            await hands.scan(vial)
        await hands.sees("right vial")
        await hands.press("f5")
        await hands.until(lambda: isinstance(hands.app.screen, SecondPersonModal), "the second person")
        await answer(hands, "technician", PASSWORD)
        await hands.until(lambda: isinstance(hands.app.screen, RefusalModal), "the refusal")
        await hands.sees("is outside the window of visit 1")
    assert clinic.the_visit(treating, ANNA).doses == ()


async def test_the_labels_of_a_dose_that_would_not_be_dispensed_say_why_before_and_when_printed(
    treating: Scene,
) -> None:
    clinic.prepared(treating, ANNA)
    held = treating.act("technician", hold.put_hold, treating["lot"], "Freezer alarm").code
    async with at_the_desk(treating.bank, "pharmacist", size=(110, 40)) as hands:
        await opened(hands, VISIT)
        await hands.press("f7")
        await hands.at(DoseLabelsScreen)
        await hands.sees("would not be dispensed", held, "Freezer alarm")
        await hands.press("f8")
        await hands.until(lambda: isinstance(hands.app.screen, RefusalModal), "the refusal")
        await hands.press("escape")
        journey.lift(treating, held)
        await hands.until(lambda: "would not be dispensed" not in hands.text(), "the hold is lifted")
        await hands.press("f8")
        await hands.sees("labels written: 1")


async def test_a_hold_after_the_pull_reaches_the_bedside_in_french_too(treating: Scene) -> None:
    code = clinic.dispensed(treating, ANNA)
    async with at_the_desk(treating.bank, "pharmacist", language="fr", size=(80, 24)) as hands:
        await opened(hands, VISIT)
        await form(hands, "f5")
        await hands.sees("Administrer", "Dans toutes les limites")
        treating.act("qa", hold.put_hold, treating["lot"], "Résultat tardif positif")
        await hands.sees("BLOQUÉ", "Était-ce connu au chevet du patient")
        await hands.press("f5")
        await hands.sees("Répondez d'abord à", "Était-ce connu au chevet")
        await hands.press("escape")
        await hands.at(VisitScreen)
        await hands.sees("BLOQUÉ alors que la dose est en cours", "Résultat tardif positif")
        await form(hands, "f5")
        await answer(hands, "oui")
        await record(hands, VisitScreen, "Ceci ouvrira une déviation", "F5 Enregistrer")
        await hands.sees("✓ injectée le")
    dose = clinic.a_dose(treating, code)
    assert (dose.status, dose.hold_known) == (DoseStatus.ADMINISTERED, True)
    assert "dose.given_under_hold" in {one.limit_code for one in treating.open_deviations()}


async def test_the_vials_of_a_visit_are_sent_and_received_before_they_are_thawed(
    treating: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic.transferred(monkeypatch)
    (vial,) = clinic.the_visit(treating, ANNA).reserved
    async with at_the_desk(treating.bank, "pharmacist", size=(80, 24)) as hands:
        await opened(hands, VISIT)
        await hands.press("f5")
        await pulled(hands, vial)
        await hands.sees("F5 Send", "▶ transfer")
        await form(hands, "f5")
        await answer(hands, "SEAL-881", "LOG-7")
        await record(hands, VisitScreen, "pharmacy", vial, "Within every limit")
        await hands.sees("F5 Receive")
        await hands.press("f5")
        await hands.at(TransferScreen)
        await hands.sees("ransfer TR-", "production unit → pharmacy", "under way", "SEAL-881", vial, "F5 Receive")
        await form(hands, "f5")
        await answer(hands, "accepted", "", "-160")
        await record(hands, TransferScreen, "Within every limit")
        await hands.sees("✓ received", "-160")
        await hands.press("escape")
        await hands.at(VisitScreen)
        await hands.sees("✓ transfer", "F5 Thaw")
    (sent,) = treating.read(transfer.transfers)
    assert (sent.vials[0].code, sent.under_way, sent.received_by) == (vial, False, "pharmacist")


class Resting:
    """A clock of the idle terminal that the test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_the_thaw_clock_is_seen_by_nobody_signed_in_and_on_the_locked_screen_and_when_it_is_over(
    treating: Scene,
) -> None:
    code = clinic.prepared(treating, ANNA)
    resting = Resting()
    async with at_the_desk(treating.bank, size=(80, 24), idle=Idle(resting)) as hands:
        await hands.sees("left", VISIT, "prepared", code)
        treating.clock.forward(minutes=61)
        treating.act("qa", hold.put_hold, BRUNO, "Any entry moves the head")
        await hands.sees("OVER")
        await hands.sign_in("pharmacist")
        await opened(hands, VISIT)
        await hands.sees("OVER", "the thaw clock has run out")
        resting.now += LOCK_AFTER
        await hands.until(lambda: isinstance(hands.app.screen, LockScreen), "the lock")
        await hands.sees("OVER", code)
        await hands.type(PASSWORD, "enter")
        await hands.at(VisitScreen)
        await form(hands, "f5")
        await hands.sees("This will be refused", "the thaw clock has run out")
    assert clinic.a_dose(treating, code).status is DoseStatus.PREPARED


async def test_vials_pulled_go_back_in_time_and_late_ones_open_a_deviation(treating: Scene) -> None:
    vials = clinic.the_visit(treating, ANNA).reserved
    clinic.pull(treating, ANNA)
    async with at_the_desk(treating.bank, "pharmacist", size=(110, 34)) as hands:
        await hands.sees("left to put back")
        await opened(hands, VISIT)
        await form(hands, "f6")
        await hands.type("the subject has a fever")
        await hands.sees(f"{vials[0]} goes to", "TANK", "Within every limit")
        treating.clock.forward(minutes=5)
        await hands.type(" and cannot come")
        await hands.sees("This will open a deviation", "Seconds out of the tank")
        await hands.press("f5")
        await hands.at(VisitScreen)
        await hands.sees("F5 Pull")
    assert clinic.the_visit(treating, ANNA).reserved == vials
    assert [one.limit_code for one in treating.open_deviations()] == ["storage.put_back.late"]


async def test_a_dose_comes_back_from_the_ward_and_is_destroyed_and_its_results_are_recorded_on_it(
    treating: Scene,
) -> None:
    code = clinic.dispensed(treating, ANNA)
    async with at_the_desk(treating.bank, "pharmacist", size=(110, 34)) as hands:
        await opened(hands, VISIT)
        await form(hands, "f9")
        await hands.type("the subject refused")
        await record(hands, VisitScreen, "Within every limit")
        await hands.press("f3")
        await hands.at(PharmacyDesk)
        await hands.sees("Destroy returned dose", code)
        await opened(hands, code, RecordScreen)
        await form(hands, "f5")
        await hands.type("autoclaved")
        await record(hands, RecordScreen, "Destroy", "Within every limit")
    assert clinic.a_dose(treating, code).status is DoseStatus.DESTROYED
    async with at_the_desk(treating.bank, "technician", size=(110, 34)) as hands:
        await opened(hands, code, RecordScreen)
        await hands.sees("F5 Result")


async def test_what_a_move_a_cancellation_and_a_withdrawal_lead_to_is_told_before(treating: Scene) -> None:
    last = clinic.the_visit(treating, ANNA, 3)
    async with at_the_desk(treating.bank, "pharmacist", size=(110, 34)) as hands:
        await opened(hands, f"{ANNA}/3")
        await hands.press("f4")
        await hands.type("move", "enter")
        await hands.at(FormScreen)
        await again(hands, "to", clinic.today(treating).isoformat())
        await again(hands, "because", "holiday")
        await hands.sees("This will be refused", f"{ANNA}/3 would be less than 70 days from")
        await hands.press("escape", "escape")
        await hands.at(VisitScreen)
        await hands.press("f4")
        await hands.type("cancel", "enter")
        await hands.at(FormScreen)
        await hands.type("given up")
        await record(hands, VisitScreen, "Vials set free  1", last.reserved[0])
        await opened(hands, ANNA, SubjectScreen)
        await form(hands, "f9")
        await hands.type("moves away")
        await record(hands, SubjectScreen, "Vials set free  2", "of visit 1")
        await hands.sees("✗ withdrawn", "moves away")
    visits = treating.read(visit.visits, ANNA)
    assert not any(one.reserved or one.cancelled_on for one in visits)
    assert treating.read(visit.subject_view, ANNA).withdrawn_because == "moves away"


async def test_a_visit_that_did_not_take_place_is_cancelled_and_says_so(treating: Scene) -> None:
    [vial] = clinic.the_visit(treating, ANNA).reserved
    treating.clock.forward(days=20)
    async with at_the_desk(treating.bank, "pharmacist", size=(110, 34)) as hands:
        await hands.sees("Window closed without injection", VISIT)
        await opened(hands, VISIT)
        await hands.press("f4")
        await hands.type("cancel visit", "enter")
        await hands.at(FormScreen)
        await hands.type("was in hospital")
        await record(hands, VisitScreen, "Vials set free", "1")
        await hands.sees("cancelled 2026-", "was in hospital", f"{VISIT} was cancelled on")
        assert "F5" not in hands.text()
        await hands.press("ctrl+e")
        await hands.at(RecordScreen)
        await hands.sees("was in hospital")
        await hands.press("f3")
        await hands.at(PharmacyDesk)
        await hands.until(lambda: VISIT not in hands.text(), "the visit missed is off the list of what waits")
        await opened(hands, ANNA, SubjectScreen)
        await hands.sees("cancelled")
    assert vial in clinic.spare(treating)


async def test_short_stock_says_what_is_missing_and_by_when(treating: Scene) -> None:
    for number in range(4):
        clinic.a_course(treating, f"36-{number:03}")
    clinic.enrol(treating, "36-900")
    async with at_the_desk(treating.bank, "pharmacist", size=(110, 34)) as hands:
        await hands.sees("Plan visits", "36-900")
        await opened(hands, "36-900", SubjectScreen)
        await form(hands, "f5")
        await answer(hands, clinic.today(treating).isoformat())
        await record(hands, SubjectScreen, "Visit 3")
        await form(hands, "f5")
        await hands.sees("This will be refused", "visit 3: 1 vials are needed and 0 are there; 1 are missing, by")


async def test_the_pick_list_and_the_accountability_log_are_written_to_files(treating: Scene) -> None:
    folder = Path(treating.bank.place).parent / "documents"
    async with at_the_desk(treating.bank, "pharmacist", size=(110, 34)) as hands:
        await form(hands, "f6")
        await hands.sees("Size of the document", "Nothing is recorded")
        await hands.press("f5")
        await hands.sees("Written:", "pick-list-")
        await hands.press("escape")
        await form(hands, "f7")
        await hands.press("up", "right")
        await hands.sees("● CSV", "Size of the document")
        await hands.press("f5")
        await hands.sees("accountability.csv")
        await hands.press("f5")
        await hands.sees("accountability-2.csv")
    assert (folder / "accountability.csv").read_bytes().startswith(b"number,at")
    assert len(list(folder.glob("pick-list-*.pdf"))) == 1


async def test_the_arrows_go_from_question_to_question_in_a_form_longer_than_the_screen(stocked: Scene) -> None:
    async with at_the_desk(stocked.bank, "pharmacist", size=(80, 24)) as hands:
        await form(hands, "f5")
        screen = hands.app.screen
        assert isinstance(screen, FormScreen)
        for at in range(1, len(screen.questions)):
            await hands.press("down")
            await hands.until(lambda at=at: in_hand(hands) == at, f"question {at}")
            await hands.until(lambda: in_sight(hands), f"question {at} in sight")
        await hands.press("up")
        assert in_hand(hands) == len(screen.questions) - 2
        await hands.pilot.resize_terminal(80, 20)
        await hands.until(lambda: in_sight(hands), "the question in sight on a smaller screen")


def in_hand(hands: Hands) -> int:
    """Which question has the keyboard."""
    screen = hands.app.screen
    assert isinstance(screen, FormScreen)
    return next(at for at, one in enumerate(screen.questions) if one.has_focus_within)


def in_sight(hands: Hands) -> bool:
    """Whether all of the question that has the keyboard is seen."""
    screen = hands.app.screen
    assert isinstance(screen, FormScreen)
    return screen.query_one("#questions").region.contains_region(screen.questions[in_hand(hands)].region)


async def test_all_that_is_announced_can_be_read_while_the_answers_keep_the_keyboard(stocked: Scene) -> None:
    async with at_the_desk(stocked.bank, "pharmacist", size=(80, 24)) as hands:
        day = clinic.today(stocked).isoformat()
        await form(hands, "f5")
        unmet = dict.fromkeys(("intracranial_hypertension", "puncture_site_infection", "other_contraindication"), "yes")
        answered = clinic.answers(stocked, platelets="12", minor="yes", **unmet)
        await answer(hands, ANNA, "1982-05", day, *answered.values())
        await answer(hands, "", INVESTIGATOR)
        await hands.sees("This will be refused", "PgUp/PgDn", f"Investigator                   {INVESTIGATOR}")
        assert hands.text().count("“Minor?”") == 1
        await hands.press("pagedown")
        await hands.until(lambda: hands.text().count("“Minor?”") == 2, "the last of what is announced")


async def test_vials_too_few_for_the_dose_are_told_before_the_second_person_signs(
    treating: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit_steps, "needed_for", lambda *_: 2)
    (vial,) = clinic.the_visit(treating, ANNA).reserved
    async with at_the_desk(treating.bank, "pharmacist", size=(80, 24)) as hands:
        await opened(hands, VISIT)
        await hands.press("f5")
        await hands.at(PullScreen)
        await hands.scan(vial)
        await hands.sees("scanned: 1 · needed: 2")
        await hands.press("f5")
        await hands.sees("⚠ Pull for", "fewer than the 2 that the dose", vial)


async def test_a_vial_never_put_into_a_tank_is_pulled_and_the_screens_say_that_it_has_no_position(
    unstored: Scene,
) -> None:
    [vial] = clinic.the_visit(unstored, ANNA).reserved
    async with at_the_desk(unstored.bank, "pharmacist", size=(110, 34)) as hands:
        await opened(hands, VISIT)
        await hands.press("right")
        await hands.sees("✗ not stored", vial)
        await hands.press("f5")
        await hands.at(PullScreen)
        await hands.sees("✗ not stored", vial)
        await pulled(hands, vial)
        await hands.sees("F5 Thaw")
