"""Results through the services: what is refused at the door, who reviews, who invalidates; and trial versions."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

import pytest

from cellbank.bank import Actor, Bank
from cellbank.domain.lot import Tier
from cellbank.domain.testing import Outcome
from cellbank.domain.vial import StockClass
from cellbank.errors import Conflict, NotAllowed, NotFound, WrongInput
from cellbank.facts.protocol import trial_suspension, version_in_force
from cellbank.services import lot, protocol, testing
from cellbank.views.lot import lot_view
from cellbank.views.testing import result_view
from tests.banks import ON_SQLITE, PASSWORD, Ticking
from tests.domain.builders import second_text
from tests.journey import (
    Scene,
    a_donor,
    a_lot,
    a_result,
    a_tissue,
    approve_trial,
    invalidate,
    refused,
    release,
    review,
    version,
    vials_of,
)

pytestmark = ON_SQLITE
ONE = {StockClass.DISPENSABLE: 1}


def outcome(scene: Scene, code: str) -> Outcome:
    """What a result comes to."""
    found: Outcome = scene.read(result_view, code).outcome
    return found


@pytest.mark.parametrize(
    ("test", "value", "code"),
    [
        ("karyotype", "46,XX", "result.test.unknown"),
        ("potencyy", "40", "result.test.unknown"),
        ("potency", "high", "result.value.unreadable"),
        ("potency", " ", "result.value.unreadable"),
        ("sterility", " ", "result.value.unreadable"),
    ],
)
def test_a_result_that_cannot_be_read_is_refused(ready: Scene, test: str, value: str, code: str) -> None:
    with refused(code, WrongInput):
        a_result(ready, ready["lot"], test, value)


def test_a_result_in_another_unit_is_refused(ready: Scene) -> None:
    day = ready.clock.now.date()
    with refused("result.unit.wrong", WrongInput):
        ready.act("technician", testing.record_result, ready["lot"], "potency", "40", day, "EU/mL", None, None)


def test_a_result_is_dated_neither_in_the_future_nor_before_what_was_tested(ready: Scene) -> None:
    filled = ready.read(lot_view, ready["lot"]).filled_at.date()
    with refused("result.future"):
        a_result(ready, ready["lot"], "potency", "40", on=ready.clock.now.date() + timedelta(days=1))
    with refused("result.before_subject"):
        a_result(ready, ready["lot"], "potency", "40", on=filled - timedelta(days=1))
    a_result(ready, ready["lot"], "potency", "40", on=filled)


def test_a_donor_has_a_laboratory_of_their_own(ready: Scene) -> None:
    with refused("result.station", WrongInput):
        a_result(ready, ready["donor"], "potency", "40")


@pytest.mark.parametrize("subject", ["tissue", "P0", "P2"])
def test_a_result_on_what_is_not_a_lot_is_informative(ready: Scene, subject: str) -> None:
    code = a_result(ready, ready[subject], "viability", "12")
    assert outcome(ready, code) is Outcome.INFORMATIVE
    assert ready.open_deviations() == []
    assert ready.found(ready["lot"]) == []


def test_a_result_of_a_vial_is_one_of_its_lot(ready: Scene) -> None:
    code = a_result(ready, vials_of(ready, ready["lot"])[0], "potency", "12")
    assert outcome(ready, code) is Outcome.FAIL
    [deviation] = ready.open_deviations()
    assert deviation.subject == ready["lot"]
    assert "lot.test.failed" in ready.found(ready["lot"])


@pytest.mark.parametrize(
    ("test", "value", "expected"),
    [
        ("potency", "20", Outcome.PASS),
        ("potency", "19.99", Outcome.FAIL),
        ("potency", "> 20", Outcome.PASS),
        ("potency", "> 15", Outcome.INCONCLUSIVE),
        ("sterility", "NO  GROWTH", Outcome.PASS),
        ("sterility", "pending", Outcome.INCONCLUSIVE),
        ("sterility", "growth", Outcome.FAIL),
        ("cfu-f", "0", Outcome.INFORMATIVE),
    ],
)
def test_a_result_comes_to_what_the_specification_says(ready: Scene, test: str, value: str, expected: Outcome) -> None:
    code = a_result(ready, ready["lot"], test, value)
    assert outcome(ready, code) is expected
    assert len(ready.open_deviations()) == (1 if expected is Outcome.FAIL else 0)


def test_a_reviewer_does_not_review_what_they_entered(ready: Scene) -> None:
    code = a_result(ready, ready["lot"], "cfu-f", "12", by="reviewer", reviewed=False)
    with refused("result.review.own", NotAllowed):
        review(ready, code)
    with refused("person.role.missing", NotAllowed):
        review(ready, code, by="technician")
    assert ready.read(result_view, code).reviewed_by is None


def test_a_result_is_reviewed_once_and_not_after_it_was_invalidated(ready: Scene) -> None:
    with refused("result.already_reviewed"):
        review(ready, ready["potency"])
    code = a_result(ready, ready["lot"], "cfu-f", "12", reviewed=False)
    invalidate(ready, code)
    with refused("result.invalidated"):
        review(ready, code)


def test_a_review_is_of_what_was_shown(ready: Scene) -> None:
    code = a_result(ready, ready["lot"], "cfu-f", "12", reviewed=False)
    other = a_result(ready, ready["lot"], "cfu-f", "13", reviewed=False)
    with refused("signature.content.changed", Conflict):
        shown = ready.to_sign("reviewer", testing.review_result, other)
        ready.act("reviewer", testing.review_result, code, to_sign=shown, password=PASSWORD)
    with refused("signature.password.missing", NotAllowed):
        shown = ready.to_sign("reviewer", testing.review_result, code)
        ready.act("reviewer", testing.review_result, code, to_sign=shown)


@pytest.mark.parametrize("who", ["technician", "reviewer", "qp", "pharmacist"])
def test_only_qa_invalidates(ready: Scene, who: str) -> None:
    with refused("person.role.missing", NotAllowed):
        invalidate(ready, ready["potency"], by=who)


def test_an_invalidation_needs_an_assignable_cause_and_keeps_the_first_value(ready: Scene) -> None:
    with refused("result.cause.missing", WrongInput):
        invalidate(ready, ready["potency"], "  ")
    invalidate(ready, ready["potency"], "Wrong tube")
    seen = ready.read(result_view, ready["potency"])
    assert (seen.value, seen.invalidated_by, seen.invalidated_cause) == ("43", "qa", "Wrong tube")
    with refused("result.invalidated"):
        invalidate(ready, ready["potency"])
    lines = [r.invalidated for r in ready.read(lot_view, ready["lot"]).results if r.test == "potency"]
    assert lines == ["Wrong tube"], "it stays with the lot"


# --- Versions of the trial file ------------------------------------------------------------------------------------


def stricter(scene: Scene, name: str = "2") -> str:
    """The trial file with another limit of potency, under another version."""
    old = 'test = "potency"'
    text = scene.trial.text
    at = text.index('limit = "20"', text.index(old))
    return version(text[:at] + 'limit = "50"' + text[at + len('limit = "20"') :], name)


def test_a_lot_keeps_the_specification_effective_when_it_was_made(ready: Scene) -> None:
    approve_trial(ready, stricter(ready))
    seen = ready.read(lot_view, ready["lot"])
    assert seen.specification_version == "1"
    assert ready.found(ready["lot"]) == []
    release(ready, ready["lot"])
    code = a_result(ready, ready["lot"], "potency", "43")
    assert outcome(ready, code) is Outcome.PASS, "by the version of its making"


def test_what_is_made_after_an_approval_is_under_the_new_version(ready: Scene) -> None:
    approve_trial(ready, stricter(ready))
    number = a_lot(ready, ready["P2"], classes=ONE, viable_per_vial=1)
    assert ready.read(lot_view, number).specification_version == "2"
    assert outcome(ready, a_result(ready, number, "potency", "43")) is Outcome.FAIL


def test_what_was_made_before_an_approval_and_entered_after_it_is_under_the_old_version(ready: Scene) -> None:
    approve_trial(ready, stricter(ready))
    yesterday = ready.clock.now - timedelta(hours=30)
    filling = lot.Filling(Tier.PRODUCT, 1, 1, Decimal(1), ONE)
    outcome_of = ready.act(
        "technician", lot.fill_lot, ready["P2"], filling, None, at=yesterday, because="Down", witness="reviewer"
    )
    number = outcome_of.codes("lot.filled")[0]
    assert ready.read(lot_view, number).specification_version == "1"


def test_a_version_counts_for_nothing_until_it_is_approved_and_effective(ready: Scene) -> None:
    ready.act("qa", protocol.load_trial, stricter(ready))
    assert ready.read(version_in_force).version == "1"
    tomorrow = ready.clock.now.date() + timedelta(days=1)
    ready.sign("qa", protocol.approve_trial, "2", tomorrow)
    assert ready.read(version_in_force).version == "1"
    ready.clock.forward(days=1)
    assert ready.read(version_in_force).version == "2"


def test_a_version_is_loaded_and_approved_once_by_qa(ready: Scene) -> None:
    with refused("trial.version.taken"):
        ready.act("qa", protocol.load_trial, ready.trial.text)
    with refused("trial.version.already_approved"):
        ready.sign("qa", protocol.approve_trial, "1", None)
    with refused("trial.version.not_found", NotFound):
        ready.act("qa", protocol.approve_trial, "9", None, to_sign="0" * 64, password=PASSWORD)
    ready.act("technician", protocol.load_trial, stricter(ready))
    for who in ("technician", "reviewer", "qp", "pharmacist", "admin"):
        with refused("person.role.missing", NotAllowed):
            ready.sign(who, protocol.approve_trial, "2", None)
    with refused("trial.effective.past", WrongInput):
        yesterday = ready.clock.now.date() - timedelta(days=1)
        ready.sign("qa", protocol.approve_trial, "2", yesterday)


def test_another_trials_file_and_a_broken_one_are_refused(ready: Scene) -> None:
    with refused("trial.other"):
        ready.act("qa", protocol.load_trial, second_text())
    with refused("protocol.syntax", WrongInput):
        ready.act("qa", protocol.load_trial, "code = ")


def test_a_suspended_trial_is_resumed_by_qa_alone(ready: Scene) -> None:
    with refused("trial.reason.missing", WrongInput):
        ready.act("pharmacist", protocol.suspend_trial, " ")
    with refused("trial.not_suspended"):
        ready.sign("qa", protocol.resume_trial, "Cleared")
    ready.act("pharmacist", protocol.suspend_trial, "Safety signal")
    assert ready.read(trial_suspension).reason == "Safety signal"
    with refused("trial.already_suspended"):
        ready.act("qp", protocol.suspend_trial, "Safety signal")
    for who in ("pharmacist", "qp"):
        with refused("person.role.missing", NotAllowed):
            ready.sign(who, protocol.resume_trial, "Cleared")
    ready.sign("qa", protocol.resume_trial, "Cleared")
    assert ready.read(trial_suspension) is None


def test_nothing_is_made_without_a_trial_file(bank: Bank, people: Mapping[str, Actor], clock: Ticking) -> None:
    scene = Scene(bank, clock, people)
    a_donor(scene)
    with refused("trial.none_in_force"):
        a_tissue(scene)
