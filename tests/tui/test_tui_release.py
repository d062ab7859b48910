"""From sign-in to a signed release, and every way in which it is refused."""

import threading

import pytest

from cellbank.bank import Bank
from cellbank.domain.lot import Disposition
from cellbank.domain.vial import StockClass
from cellbank.services import hold
from cellbank.views.lot import LotView, lot_view
from cellbank.views.material import uses_behind
from tests.banks import PASSWORD
from tests.journey import Scene, a_lot, thaw, vials_of
from tests.tui.hands import Hands, at_the_desk
from tui.desks.quality import QualityDesk
from tui.screens.lot import LotScreen
from tui.screens.signing import SigningModal


async def open_lot(hands: Hands, number: str) -> None:
    """Scan a lot's number and wait for its board."""
    await hands.scan(number)
    await hands.at(LotScreen)


def disposition(scene: Scene, number: str) -> Disposition:
    """Where a lot stands."""
    found: LotView = scene.read(lot_view, number)
    return found.disposition


async def test_the_qualified_person_releases_a_ready_lot_from_the_keyboard(ready: Scene) -> None:
    number = ready["lot"]
    shown = ready.check(number).digest
    async with at_the_desk(ready.bank, "qp") as hands:
        assert isinstance(hands.app.screen, QualityDesk)
        await hands.sees(number, "ready to release: 1", "DEMO")
        await hands.press("enter")
        await hands.at(LotScreen)
        await hands.sees("nothing stands against it", "✓ met", "Donor eligible, consent in force")
        await hands.press("f6")
        await hands.sees("Release lot", "Your signature means: released", "signed by", shown, "What is signed, whole")
        await hands.type(PASSWORD, "enter")
        await hands.until(lambda: not isinstance(hands.app.screen, SigningModal), "the signature")
        await hands.sees("✓ released")
    assert disposition(ready, number) is Disposition.RELEASED
    signed = ready.read(lot_view, number).signatures[-1]
    assert (signed.name, signed.action, signed.digest) == ("qp", "lot.released", shown)


async def test_quality_attests_the_batch_record(banked: Scene) -> None:
    number = an_untested_lot(banked)
    async with at_the_desk(banked.bank, "qa", size=(80, 24)) as hands:
        await open_lot(hands, number)
        await hands.press("f5")
        await hands.sees("Attest lot", "qualified person (released): still to sign")
        await hands.type(PASSWORD, "enter")
        await hands.until(lambda: not isinstance(hands.app.screen, SigningModal), "the signature")
        await hands.sees("✓ met      Batch record and environment attested")
    assert [signed.action for signed in banked.read(lot_view, number).signatures] == ["lot.attested"]


def an_untested_lot(scene: Scene) -> str:
    """A product lot just filled: no label, no result, no signature."""
    scene.clock.forward(days=10)
    culture = thaw(scene, vials_of(scene, scene["master"], StockClass.DISPENSABLE)[:1])
    scene.clock.forward(days=6)
    return a_lot(scene, culture, harvested=scene.trial.thawed.harvested)


async def test_a_refused_release_lists_every_finding(banked: Scene) -> None:
    number = an_untested_lot(banked)
    findings = banked.check(number).findings
    assert len(findings) >= 5
    async with at_the_desk(banked.bank, "qp", size=(120, 60)) as hands:
        await open_lot(hands, number)
        await hands.press("f6")
        await hands.sees("Findings against this")
        await hands.type(PASSWORD, "enter")
        await hands.sees("Refused", "Nothing was signed; the refusal is recorded.")
        for finding in findings:
            sentence = " ".join(hands.app.wording.finding(finding).split())[:60]
            await hands.until(
                lambda sentence=sentence: sentence in " ".join(hands.text().replace("│", " ").split()), sentence
            )
    assert disposition(banked, number) is Disposition.QUARANTINED


async def test_a_wrong_password_signs_nothing_and_may_be_typed_again(ready: Scene) -> None:
    number = ready["lot"]
    async with at_the_desk(ready.bank, "qp") as hands:
        await open_lot(hands, number)
        await hands.press("f6")
        await hands.sees("Your signature means")
        await hands.type("not my password", "enter")
        await hands.sees("The password is wrong")
        assert disposition(ready, number) is Disposition.QUARANTINED
        await hands.type(PASSWORD, "enter")
        await hands.sees("✓ released")


async def test_a_role_that_may_not_release_finds_the_key_dim(ready: Scene) -> None:
    async with at_the_desk(ready.bank, "technician") as hands:
        await open_lot(hands, ready["lot"])
        await hands.press("f6")
        await hands.pilot.pause()
        assert isinstance(hands.app.screen, LotScreen)


async def test_what_changed_since_it_was_shown_is_not_signed(ready: Scene) -> None:
    number = ready["lot"]
    async with at_the_desk(ready.bank, "qp") as hands:
        await open_lot(hands, number)
        await hands.press("f6")
        await hands.sees("Your signature means")
        code = ready.act("technician", lot_result, number).code
        await hands.type(PASSWORD, "enter")
        await hands.sees("Refused", "has changed since it was shown", f"results · {code}: was –, is now {code}")
    assert disposition(ready, number) is Disposition.QUARANTINED


def lot_result(work: object, number: str) -> None:
    """One more result on the lot: another dossier than the one shown."""
    from cellbank.services.testing import record_result

    record_result(work, number, "viability", "93.0", work.today, None, None, None)  # type: ignore[arg-type, attr-defined]


async def test_the_qualified_person_rejects_with_a_reason(ready: Scene) -> None:
    number = ready["lot"]
    async with at_the_desk(ready.bank, "qp") as hands:
        await open_lot(hands, number)
        await hands.press("f7")
        await hands.sees("Why?")
        await hands.type("Visible particles", "enter")
        await hands.sees("A rejection is final", "Visible particles")
        await hands.type(PASSWORD, "enter")
        await hands.sees("✗ rejected")
    found = ready.read(lot_view, number)
    assert (found.disposition, found.decided_because) == (Disposition.REJECTED, "Visible particles")


async def test_leaving_the_screen_during_a_write_keeps_the_write(ready: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    number = ready["lot"]
    begun, go_on = threading.Event(), threading.Event()
    perform = Bank.perform

    def slowly(self: Bank, *args: object, **named: object) -> object:
        begun.set()
        assert go_on.wait(20)
        return perform(self, *args, **named)  # type: ignore[arg-type]

    async with at_the_desk(ready.bank, "qp") as hands:
        await open_lot(hands, number)
        await hands.press("f6")
        await hands.sees("Your signature means")
        monkeypatch.setattr(Bank, "perform", slowly)
        await hands.type(PASSWORD, "enter")
        await hands.until(begun.is_set, "the write to begin")
        await hands.press("escape", "escape", "f1")
        assert not isinstance(hands.app.screen, LotScreen | SigningModal)
        go_on.set()
        await hands.sees("your signature")
    assert disposition(ready, number) is Disposition.RELEASED


async def test_the_board_reads_itself_again_when_the_head_moves(ready: Scene) -> None:
    number = ready["lot"]
    async with at_the_desk(ready.bank, "qp") as hands:
        await open_lot(hands, number)
        await hands.sees("nothing stands against it")
        ready.act("technician", hold.put_hold, number, "Freezer alarm")
        await hands.sees("findings: 1", "HELD", "Freezer alarm")


async def test_the_evidence_behind_a_requirement_is_one_key_away(ready: Scene) -> None:
    async with at_the_desk(ready.bank, "qa") as hands:
        await open_lot(hands, ready["lot"])
        await hands.press(*["down"] * 8)
        await hands.press("enter")
        await hands.sees("Every required test reviewed and conforming", "≥ 80 %", "92.7 %", "✓ conforms", "reviewer")
        await hands.press("enter")
        await hands.sees("result R-", "recorded by")


async def test_evidence_longer_than_the_terminal_scrolls_above_its_keys(ready: Scene) -> None:
    uses = ready.read(uses_behind, ready["lot"])
    async with at_the_desk(ready.bank, "qa", size=(80, 12)) as hands:
        await open_lot(hands, ready["lot"])
        asked = [answer.requirement for answer in ready.check(ready["lot"]).answers]
        await hands.press(*["down"] * asked.index("materials_were_fit"), "enter")
        last = f"{uses[-1].item}  {uses[-1].used_in}"
        await hands.sees("✓ Materials accepted and in date when used", "Enter Open  Esc Close")
        assert last not in hands.text(), "otherwise nothing is longer than the terminal"
        await hands.press("end")
        await hands.sees(last, "Enter Open  Esc Close")


async def test_history_says_who_did_what_when_and_what_changed(ready: Scene) -> None:
    async with at_the_desk(ready.bank, "qa") as hands:
        await open_lot(hands, ready["lot"])
        await hands.press("left")
        await hands.sees("batch record attested", "qa, quality assurance", "labels printed", "lot filled")
