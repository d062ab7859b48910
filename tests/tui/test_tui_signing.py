"""The card of a signature shows what the act says of itself, or why a rule refuses it; and the record says the same."""

import threading

import pytest

from cellbank.bank import Bank, ToSign
from cellbank.views.lot import lot_view
from tests.banks import PASSWORD
from tests.journey import Scene, attest, hire, release
from tests.services.test_signing import APPROVED, QA, QP, RELEASED, REVIEWED, REVIEWER, lot_asking
from tests.tui.hands import Hands, at_the_desk
from tests.tui.test_tui_release import an_untested_lot, open_lot
from tui.screens.lot import LotScreen
from tui.screens.palette import VerbPalette
from tui.screens.signing import SigningModal


async def the_card(hands: Hands) -> None:
    """Wait for what is signed."""
    await hands.until(lambda: isinstance(hands.app.screen, SigningModal), "what is signed")


async def sign(hands: Hands) -> None:
    """The password, and wait until it is recorded."""
    await hands.type(PASSWORD, "enter")
    await hands.until(lambda: not isinstance(hands.app.screen, SigningModal), "the signature")


def signatures(scene: Scene, number: str) -> list[tuple[str, str, str]]:
    """Who signed a lot, by which action, meaning what."""
    return [(s.name, s.action, s.meaning.value) for s in scene.read(lot_view, number).signatures]


async def test_a_reviewer_is_shown_the_review_that_the_trial_file_asks(banked: Scene) -> None:
    number = lot_asking(banked, (REVIEWER, REVIEWED), (QA, APPROVED), (QP, RELEASED))
    async with at_the_desk(banked.bank, "reviewer") as hands:
        await open_lot(hands, number)
        await hands.press("f4")
        await hands.until(lambda: isinstance(hands.app.screen, VerbPalette), "the verbs")
        await hands.type("approve release", "enter")
        await the_card(hands)
        await hands.sees("reviewer. Your signature means: reviewed.", number)
        await sign(hands)
    assert signatures(banked, number) == [("reviewer", "lot.approved", "reviewed")]


async def test_of_two_signatures_of_the_qualified_person_the_first_shows_an_approval_the_last_the_release(
    banked: Scene,
) -> None:
    number = lot_asking(banked, (QA, APPROVED), (QP, APPROVED), (QP, RELEASED))
    attest(banked, number)
    other = hire(banked, "other-qp", QP)
    async with at_the_desk(banked.bank, "qp") as hands:
        await open_lot(hands, number)
        await hands.press("f6")
        await the_card(hands)
        await hands.sees("Your signature means: approved", "qualified person (released): still to sign")
        release(banked, number, by=other)
        await hands.type(PASSWORD, "enter")
        await hands.sees("has changed since it was shown", "meaning: was approved, is now released")
        await hands.press("escape")
        await hands.at(LotScreen)
        await hands.press("f6")
        await the_card(hands)
        await hands.sees("Your signature means: released", "qualified person (approved): signed by Other-qp")
        await sign(hands)
        await hands.sees("✓ released")
    assert signatures(banked, number)[1:] == [
        (other, "lot.approved", "approved"),
        ("qp", "lot.released", "released"),
    ]


async def test_quality_is_shown_the_review_that_its_attestation_is_asked_to_be(banked: Scene) -> None:
    number = lot_asking(banked, (QA, REVIEWED), (QP, RELEASED))
    async with at_the_desk(banked.bank, "qa") as hands:
        await open_lot(hands, number)
        await hands.press("f5")
        await the_card(hands)
        await hands.sees("Your signature means: reviewed")
        await sign(hands)
        await hands.sees("nothing stands against it")
    assert signatures(banked, number) == [("qa", "lot.attested", "reviewed")]


async def test_a_card_of_what_a_rule_refuses_claims_no_meaning_and_shows_no_content(banked: Scene) -> None:
    number = an_untested_lot(banked)
    before = banked.bank.head()[0]
    async with at_the_desk(banked.bank, "qp", size=(120, 60)) as hands:
        await open_lot(hands, number)
        await hands.press("f6")
        await the_card(hands)
        await hands.sees("Findings against this", "the signature of quality assurance (approved) is missing")
        for claimed in ("Your signature means", "What is signed, whole", "SHA-256"):
            assert claimed not in hands.text()
        assert banked.bank.head()[0] == before, "what is only shown is not recorded as refused"
        await hands.type(PASSWORD, "enter")
        await hands.sees("Nothing was signed; the refusal is recorded.")
        assert "has changed since" not in hands.text(), "nothing was shown that could have changed"
    assert banked.bank.head()[0] == before + 1


async def test_hands_faster_than_the_rehearsal_sign_nothing_that_was_not_shown(
    ready: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, go_on = ready["lot"], threading.Event()
    to_sign = Bank.to_sign

    def slowly(self: Bank, *args: object) -> ToSign:
        assert go_on.wait(20)
        return to_sign(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Bank, "to_sign", slowly)
    async with at_the_desk(ready.bank, "qp") as hands:
        await open_lot(hands, number)
        await hands.press("f6")
        await the_card(hands)
        await hands.type(PASSWORD, "enter")
        await hands.sees("reading")
        assert isinstance(hands.app.screen, SigningModal), "the password went into its own field"
        assert [action for _, action, _ in signatures(ready, number)] == ["lot.attested"]
        go_on.set()
        await hands.sees("Your signature means: released")
        await hands.press("enter")
        await hands.sees("✓ released")
    assert [action for _, action, _ in signatures(ready, number)] == ["lot.attested", "lot.released"]
