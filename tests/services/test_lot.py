"""Lots: who may sign what, what a signature covers, and every way a lot goes on."""

from datetime import timedelta

import pytest

from cellbank.domain.identifiers import with_check
from cellbank.domain.lot import Disposition, Tier
from cellbank.domain.person import Role
from cellbank.domain.vial import StockClass
from cellbank.errors import CellbankError, Conflict, NotAllowed, NotFound, Refused, WrongInput
from cellbank.services import culture, lot, person, testing, vial as vials
from cellbank.views import lot as lot_view
from tests.banks import ON_SQLITE, PASSWORD
from tests.journey import (
    STALE,
    Scene,
    a_lot,
    a_result,
    approve,
    attest,
    extend,
    hire,
    invalidate,
    lift,
    recall,
    refused,
    reject,
    release,
    review,
    thaw,
    use_at_risk,
    vials_of,
)

pytestmark = ON_SQLITE
ONE = {StockClass.DISPENSABLE: 1}


def disposition(scene: Scene, number: str | None = None) -> Disposition:
    """Where a lot stands."""
    found: Disposition = scene.read(lot_view.lot_view, number or scene["lot"]).disposition
    return found


def dossier(scene: Scene) -> str:
    """The digest of what is shown before a release."""
    return scene.check(scene["lot"]).digest


# --- Who ------------------------------------------------------------


def test_a_ready_lot_is_released_by_the_qualified_person(ready: Scene) -> None:
    release(ready, ready["lot"])
    assert disposition(ready) is Disposition.RELEASED
    assert ready.found(ready["lot"]) == []
    assert ready.bank.verify().intact


@pytest.mark.parametrize("who", ["technician", "reviewer", "qa", "pharmacist", "admin"])
def test_nobody_else_releases_rejects_recalls_or_extends(ready: Scene, who: str) -> None:
    until = ready.clock.now.date() + timedelta(days=4000)
    for act in (release, reject, recall):
        with refused("person.role.missing", NotAllowed):
            act(ready, ready["lot"], by=who)
    with refused("person.role.missing", NotAllowed):
        extend(ready, ready["lot"], until, by=who)
    assert disposition(ready) is Disposition.QUARANTINED


@pytest.mark.parametrize("who", ["technician", "reviewer", "qp", "pharmacist", "admin"])
def test_only_qa_attests_and_signs_for_use_at_risk(begun: Scene, who: str) -> None:
    number = begun.codes["lot"] = a_lot(begun, begun["P0"], Tier.MASTER, begun.trial.p0.harvested, ONE)
    with refused("person.role.missing", NotAllowed):
        attest(begun, number, by=who)
    with refused("person.role.missing", NotAllowed):
        use_at_risk(begun, number, by=who)


@pytest.mark.parametrize("part", ["entered", "reviewed"])
def test_who_entered_or_reviewed_a_result_does_not_release_the_lot(ready: Scene, part: str) -> None:
    both = hire(ready, "busy", Role.QP, Role.TECHNICIAN, Role.REVIEWER)
    code = a_result(ready, ready["lot"], "cfu-f", "12", by=both if part == "entered" else "technician", reviewed=False)
    review(ready, code, by=both if part == "reviewed" else "reviewer")
    attest(ready, ready["lot"])
    with refused("lot.release.own_work", NotAllowed):
        release(ready, ready["lot"], by=both)
    release(ready, ready["lot"])


def test_who_cultured_or_filled_does_not_release_the_lot(ready: Scene) -> None:
    admin = ready.bank.sign_in("admin", PASSWORD)
    ready.bank.perform(admin, lambda work: person.grant_role(work, "technician", Role.QP, None, None))
    with refused("lot.release.own_work", NotAllowed):
        release(ready, ready["lot"], by="technician")
    assert disposition(ready) is Disposition.QUARANTINED


def test_a_step_of_the_parent_bank_counts_too(banked: Scene) -> None:
    both = hire(banked, "busy", Role.QP, Role.TECHNICIAN)
    [vial] = vials_of(banked, banked["master"], StockClass.DISPENSABLE)[:1]
    grown = banked.act(both, culture.thaw, [vial], banked.trial.thawed.plated()).code
    number = a_lot(banked, grown, Tier.PRODUCT, banked.trial.thawed.harvested)
    with refused("lot.release.own_work", NotAllowed):
        release(banked, number, by=both)


def test_one_person_does_not_give_two_of_the_signatures(ready: Scene) -> None:
    both = hire(ready, "both", Role.QA, Role.QP)
    attest(ready, ready["lot"], by=both)
    with refused("lot.release.signed_already", NotAllowed):
        release(ready, ready["lot"], by=both)
    release(ready, ready["lot"])


def test_who_reviewed_results_may_attest_the_dossier_as_qa(ready: Scene) -> None:
    both = hire(ready, "both", Role.QA, Role.REVIEWER)
    code = a_result(ready, ready["lot"], "cfu-f", "12", reviewed=False)
    review(ready, code, by=both)
    attest(ready, ready["lot"], by=both)
    release(ready, ready["lot"])


def test_a_signature_that_the_trial_file_does_not_ask_is_refused(ready: Scene) -> None:
    for who in ("reviewer", "technician", "qa", "qp"):
        with refused("lot.signature.not_asked", NotAllowed):
            approve(ready, ready["lot"], by=who)


# --- What a signature covers ------------------------------------------------------------


def test_what_changed_since_it_was_shown_is_not_signed(ready: Scene) -> None:
    asked = (("qa", lot.attest_lot), ("qp", lot.release_lot))
    shown = {who: ready.to_sign(who, deed, ready["lot"]) for who, deed in asked}
    a_result(ready, ready["lot"], "cfu-f", "12")
    for who, deed in asked:
        if who == "qp":
            attest(ready, ready["lot"])
        with refused("signature.content.changed", Conflict):
            ready.act(who, deed, ready["lot"], to_sign=shown[who], password=PASSWORD)
    assert disposition(ready) is Disposition.QUARANTINED


def test_a_release_refused_by_the_gate_says_what_changed_since_it_was_shown(ready: Scene) -> None:
    shown = ready.to_sign("qp", lot.release_lot, ready["lot"])
    code = a_result(ready, ready["lot"], "cfu-f", "12")
    with pytest.raises(Refused) as caught:
        ready.bank.perform(
            ready.people["qp"],
            lambda work: lot.release_lot(work, ready["lot"]),
            password=PASSWORD,
            to_sign=shown,
        )
    found = {finding.code: finding for finding in caught.value.findings}
    assert {"lot.signature.stale", "signature.part.changed"} <= set(found)
    assert found["signature.part.changed"].params["part"] == f"results.{code}"


def test_a_vial_used_meanwhile_changes_what_is_shown(ready: Scene) -> None:
    """The counts are signed as of that moment, so the moment must be the one that was shown."""
    shown = ready.to_sign("qp", lot.release_lot, ready["lot"])
    ready.act("technician", vials.use_vial, vials_of(ready, ready["lot"])[0], "test", None)
    with refused("signature.content.changed", Conflict):
        ready.act("qp", lot.release_lot, ready["lot"], to_sign=shown, password=PASSWORD)
    release(ready, ready["lot"])


def test_without_the_password_nothing_is_signed(ready: Scene) -> None:
    shown = ready.to_sign("qp", lot.release_lot, ready["lot"])
    with refused("signature.password.missing", NotAllowed):
        ready.act("qp", lot.release_lot, ready["lot"], to_sign=shown)
    with refused("person.unknown_or_wrong", NotAllowed):
        ready.act("qp", lot.release_lot, ready["lot"], to_sign=shown, password="wrong")
    assert disposition(ready) is Disposition.QUARANTINED


def test_a_first_password_signs_no_release(ready: Scene) -> None:
    admin = ready.bank.sign_in("admin", PASSWORD)
    hashed = ready.bank.hash_password(PASSWORD)
    ready.bank.perform(admin, lambda work: person.reset_password(work, "qp", hashed))
    with refused("signature.password.first", NotAllowed):
        release(ready, ready["lot"])
    ready.act("qp", person.change_password, hashed, password=PASSWORD)
    release(ready, ready["lot"])


def test_the_signature_holds_exactly_what_was_shown(ready: Scene) -> None:
    shown = dossier(ready)
    release(ready, ready["lot"])
    [_, last] = ready.read(lot_view.lot_view, ready["lot"]).signatures
    assert (last.role, last.meaning.value, last.digest) == (Role.QP, "released", shown)
    assert ready["potency"] in last.content


def test_qas_attestation_is_stale_when_a_result_is_added(ready: Scene) -> None:
    a_result(ready, ready["lot"], "cfu-f", "12")
    assert ready.found(ready["lot"]) == STALE
    with refused("lot.signature.stale"):
        release(ready, ready["lot"])
    attest(ready, ready["lot"])
    release(ready, ready["lot"])


def test_qas_attestation_is_stale_when_a_result_is_invalidated(ready: Scene) -> None:
    invalidate(ready, ready["potency"])
    assert ready.found(ready["lot"]) == [*STALE, "lot.test.missing"]
    a_result(ready, ready["lot"], "potency", "38")
    assert ready.found(ready["lot"]) == STALE
    attest(ready, ready["lot"])
    release(ready, ready["lot"])


def test_every_finding_comes_with_the_refusal(begun: Scene) -> None:
    number = a_lot(begun, begun["P0"], Tier.PRODUCT, begun.trial.p0.harvested, ONE)
    with pytest.raises(Refused) as caught:
        release(begun, number)
    codes = sorted(finding.code for finding in caught.value.findings)
    assert codes == [
        "lot.attestation.missing",
        "lot.signature.missing",
        "lot.test.missing",
        "lot.test.missing",
        "lot.test.missing",
        "lot.vials.unverified",
    ]
    assert all(finding.requirement for finding in caught.value.findings)


def test_a_lot_is_released_once(released: Scene) -> None:
    with refused("lot.disposition.not_quarantined"):
        release(released, released["lot"])
    with refused("lot.disposition.move"):
        reject(released, released["lot"])


# --- After the release ------------------------------------------------------------


def test_what_is_added_after_the_release_changes_nothing_that_was_signed(released: Scene) -> None:
    a_result(released, released["lot"], "sterility", "no growth")
    assert released.found(released["lot"]) == []
    assert released.open_holds() == []


def test_a_review_given_after_the_release_changes_nothing_that_was_signed(ready: Scene) -> None:
    late = a_result(ready, ready["lot"], "cfu-f", "12", reviewed=False)
    attest(ready, ready["lot"])
    release(ready, ready["lot"])
    review(ready, late)
    assert ready.found(ready["lot"]) == []


def test_an_invalidated_result_holds_the_released_lot_until_it_is_re_affirmed(released: Scene) -> None:
    number = released["lot"]
    invalidate(released, released["potency"])
    [hold] = released.open_holds()
    assert (hold.kind.value, hold.subject) == ("signed_content_changed", number)
    changed = "lot.signature.content_changed"
    assert released.found(number) == ["lot.held", changed, changed, "lot.test.missing"]
    a_result(released, number, "potency", "39")
    assert released.found(number) == ["lot.held", changed, changed]
    attest(released, number)
    assert released.found(number) == ["lot.held", changed]
    release(released, number)
    assert released.found(number) == ["lot.held"]
    lift(released, hold.code)
    assert released.found(number) == []
    meanings = [s.meaning.value for s in released.read(lot_view.lot_view, number).signatures]
    assert meanings == ["approved", "released", "re-affirmed", "re-affirmed"]
    assert disposition(released) is Disposition.RELEASED


def test_lifting_the_hold_alone_does_not_make_the_lot_fit(released: Scene) -> None:
    invalidate(released, released["potency"])
    a_result(released, released["lot"], "potency", "39")
    [hold] = released.open_holds()
    lift(released, hold.code)
    assert released.found(released["lot"]) == ["lot.signature.content_changed"] * 2


def test_a_second_change_puts_no_second_hold(released: Scene) -> None:
    invalidate(released, released["potency"])
    invalidate(released, released["sterility"])
    assert len(released.open_holds()) == 1


def test_one_person_does_not_re_affirm_for_two(released: Scene) -> None:
    both = hire(released, "both", Role.QA, Role.QP)
    invalidate(released, released["potency"])
    attest(released, released["lot"], by=both)
    with refused("lot.release.signed_already", NotAllowed):
        release(released, released["lot"], by=both)


def test_a_failing_result_after_the_release_blocks_the_lot(released: Scene) -> None:
    a_result(released, released["lot"], "sterility", "growth")
    found = released.found(released["lot"])
    assert found == ["lot.deviation.open", "lot.test.failed"]
    recall(released, released["lot"], "Growth at day 14")
    assert disposition(released) is Disposition.RECALLED


def test_a_recall_is_final_and_holds_everything_downstream(banked: Scene) -> None:
    [vial] = vials_of(banked, banked["master"], StockClass.DISPENSABLE)[:1]
    grown = thaw(banked, [vial])
    number = a_lot(banked, grown, Tier.PRODUCT, banked.trial.thawed.harvested)
    assert "lot.held" not in banked.found(number)
    recall(banked, banked["master"], "Contaminated medium")
    held = [finding for finding in banked.check(number).findings if finding.code == "lot.held"]
    assert [finding.params["kind"] for finding in held] == ["recall"]
    assert "lot.parent.not_released" in banked.found(number)
    for again in (recall, reject):
        with refused("lot.disposition.move"):
            again(banked, banked["master"])
    for deed in (attest, release):
        with pytest.raises(Refused):
            deed(banked, banked["master"])
    assert disposition(banked, banked["master"]) is Disposition.RECALLED


def test_a_rejection_is_final(ready: Scene) -> None:
    reject(ready, ready["lot"], "Out of trend")
    seen = ready.read(lot_view.lot_view, ready["lot"])
    assert (seen.disposition, seen.decided_because) == (Disposition.REJECTED, "Out of trend")
    for again in (reject, recall):
        with refused("lot.disposition.move"):
            again(ready, ready["lot"])
    with refused("lot.disposition.not_quarantined"):
        release(ready, ready["lot"])
    with refused("lot.disposition.final"):
        attest(ready, ready["lot"])
    with refused("lot.disposition.final"):
        extend(ready, ready["lot"], ready.clock.now.date() + timedelta(days=4000))


@pytest.mark.parametrize("deed", [reject, recall])
def test_rejecting_and_recalling_need_a_reason(ready: Scene, deed: object) -> None:
    with refused("lot.reason.missing", WrongInput):
        deed(ready, ready["lot"], because="  ")  # type: ignore[operator]


def test_a_quarantined_lot_is_not_recalled(ready: Scene) -> None:
    with refused("lot.disposition.move"):
        recall(ready, ready["lot"])


def test_a_lot_that_is_not_there_is_not_found(ready: Scene) -> None:
    with refused("lot.not_found", NotFound):
        ready.act("qp", lot.release_lot, with_check("L-269999"), to_sign="0" * 64, password=PASSWORD)


# --- Expiry ------------------------------------------------------------


def test_an_extended_expiry_is_signed_and_stales_what_was_attested(ready: Scene) -> None:
    until = ready.read(lot_view.lot_view, ready["lot"]).expires_on + timedelta(days=365)
    outcome = extend(ready, ready["lot"], until)
    assert ready.read(lot_view.lot_view, ready["lot"]).expires_on == until
    assert outcome.actions[0].params["labels_printed"] == 4, "the labels on the vials are named"
    assert ready.found(ready["lot"]) == STALE
    attest(ready, ready["lot"])
    release(ready, ready["lot"])


def test_an_extension_after_the_release_holds_the_lot_until_it_is_re_affirmed(released: Scene) -> None:
    until = released.read(lot_view.lot_view, released["lot"]).expires_on + timedelta(days=365)
    extend(released, released["lot"], until)
    [hold] = released.open_holds()
    assert hold.kind.value == "signed_content_changed"
    attest(released, released["lot"])
    release(released, released["lot"])
    lift(released, hold.code)
    assert released.found(released["lot"]) == []


def test_an_expiry_is_only_extended_and_with_a_report(ready: Scene) -> None:
    until = ready.read(lot_view.lot_view, ready["lot"]).expires_on
    with refused("lot.expiry.not_later"):
        extend(ready, ready["lot"], until)
    with refused("lot.report.missing", WrongInput):
        extend(ready, ready["lot"], until + timedelta(days=1), report=" ")


def test_a_lot_is_released_on_its_last_day_and_not_the_day_after(ready: Scene) -> None:
    last = ready.read(lot_view.lot_view, ready["lot"]).expires_on
    days = (last - ready.clock.now.date()).days
    ready.clock.forward(days=days)
    assert ready.found(ready["lot"]) == []
    ready.clock.forward(days=1)
    assert ready.found(ready["lot"]) == ["lot.expired"]
    with refused("lot.expired"):
        release(ready, ready["lot"])


# --- Filling ------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"vials": 20, "classes": {StockClass.DISPENSABLE: 20}}, "lot.more_than_harvested"),
        ({"vials": 2}, "lot.classes.sum"),
        ({"expires_on": "yesterday"}, "lot.expiry.before_filling"),
    ],
)
def test_an_impossible_filling_is_refused(begun: Scene, changes: dict[str, object], code: str) -> None:
    if "expires_on" in changes:
        changes = {"expires_on": begun.clock.now.date() - timedelta(days=1)}
    given: dict[str, object] = {"viable_per_vial": 1_000_000, **changes}
    before = begun.bank.verify().entries
    with refused(code):
        a_lot(begun, begun["P0"], Tier.PRODUCT, begun.trial.p0.harvested, **given)  # type: ignore[arg-type]
    after = begun.bank.verify()
    assert (after.intact, after.entries) == (True, before + 1), "the refusal is all that was recorded"
    assert begun.read(lot_view.lots) == []


def test_exactly_what_was_harvested_can_be_filled(begun: Scene) -> None:
    harvested = begun.trial.p0.harvested
    exactly = int(harvested.total * harvested.viability_percent / 100)
    number = a_lot(begun, begun["P0"], Tier.PRODUCT, harvested, ONE, viable_per_vial=exactly)
    assert begun.read(lot_view.lot_view, number).vials_filled == 1
    with refused("lot.more_than_harvested"):
        a_lot(begun, begun["P0"], Tier.PRODUCT, None, ONE, viable_per_vial=1)


def test_a_culture_is_harvested_before_it_is_filled_and_once(begun: Scene) -> None:
    with refused("culture.not_harvested"):
        a_lot(begun, begun["P0"], viable_per_vial=1)
    a_lot(begun, begun["P0"], Tier.PRODUCT, begun.trial.p0.harvested, viable_per_vial=1)
    with refused("culture.harvest.twice"):
        a_lot(begun, begun["P0"], Tier.PRODUCT, begun.trial.p0.harvested, viable_per_vial=1)
    a_lot(begun, begun["P0"], viable_per_vial=1)


def test_an_expiry_beyond_the_shelf_life_opens_a_deviation(begun: Scene) -> None:
    until = begun.clock.now.date() + timedelta(days=365 * 6)
    number = a_lot(begun, begun["P0"], Tier.PRODUCT, begun.trial.p0.harvested, viable_per_vial=1, expires_on=until)
    [deviation] = begun.open_deviations()
    assert (deviation.limit_code, deviation.subject) == ("lot.expiry.beyond_shelf_life", number)
    assert {"lot.expiry.beyond_shelf_life", "lot.deviation.open"} <= set(begun.found(number))


# --- Once ------------------------------------------------------------


def test_the_same_act_again_returns_the_first_outcome(ready: Scene) -> None:
    code = ready["lot"]
    day = ready.clock.now.date()
    first = ready.act("technician", testing.record_result, code, "cfu-f", "12", day, None, None, None, act_id="act-1")
    again = ready.act("technician", testing.record_result, code, "cfu-f", "13", day, None, None, None, act_id="act-1")
    assert (again.code, again.number, again.chain) == (first.code, first.number, first.chain)
    assert (first.repeated, again.repeated) == (False, True)
    lines = [r for r in ready.read(lot_view.lot_view, code).results if r.test == "cfu-f"]
    assert [line.value for line in lines] == ["12"]


def test_the_same_refused_act_again_is_refused_alike_even_when_it_would_pass_now(ready: Scene) -> None:
    a_result(ready, ready["lot"], "cfu-f", "12")

    def again() -> None:
        ready.act("qp", lot.release_lot, ready["lot"], password=PASSWORD, act_id="act-2")

    with refused("lot.signature.stale"):
        again()
    attest(ready, ready["lot"])
    with refused("lot.signature.stale"):
        again()
    release(ready, ready["lot"])


def test_an_act_id_of_another_person_is_refused(ready: Scene) -> None:
    day = ready.clock.now.date()
    args = (testing.record_result, ready["lot"], "cfu-f", "12", day, None, None, None)
    ready.act("technician", *args, act_id="act-3")
    with pytest.raises(CellbankError, match=r"act\.id\.of_another"):
        ready.act("reviewer", *args, act_id="act-3")
