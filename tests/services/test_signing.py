"""What is signed is read from the act: a signed verb shows in rehearsal what it records, and records nothing else."""

from collections.abc import Callable
from functools import partial

import pytest
from sqlmodel import col, select

from cellbank.bank import Bank
from cellbank.domain.donor import Determination
from cellbank.domain.lot import Disposition, Tier
from cellbank.domain.person import Role
from cellbank.domain.signature import Meaning, Signature, ToSign
from cellbank.domain.vial import StockClass
from cellbank.errors import Conflict, NotAllowed
from cellbank.services import donor, hold, lot, protocol, tissue
from cellbank.store.unit_of_work import Reading
from cellbank.views.lot import lot_view
from tests import journey
from tests.banks import ON_SQLITE, PASSWORD
from tests.journey import Scene, a_lot, a_material, a_result, approve, attest, hire, refused, release, version

pytestmark = ON_SQLITE


def last_signature(reading: Reading) -> Signature:
    """The signature given last."""
    found = reading.session.exec(select(Signature).order_by(col(Signature.signed_at).desc())).first()
    assert found is not None
    return found


def as_recorded(scene: Scene) -> tuple[str, Role, Meaning, str]:
    """Action, role, meaning and digest of the signature given last."""
    row = scene.read(last_signature)
    return row.action, row.role, row.meaning, row.digest


def as_shown(says: ToSign) -> tuple[str, Role, Meaning, str]:
    """The same of what was shown."""
    return says.action, says.role, says.meaning, says.content_digest


# --- Every signed verb ------------------------------------------------------------


def at_risk(scene: Scene) -> None:
    """A master bank just filled, to be expanded before its release."""
    journey.use_at_risk(scene, a_lot(scene, scene["P0"], Tier.MASTER, scene.trial.p0.harvested, {ONE: 1}))


def decided(scene: Scene, deed: Callable[..., object], because: str | None) -> None:
    """Another tissue of the same donor, and QA's decision on it."""
    code = journey.a_tissue(scene, donation="A9990 25 004272 9", accepted=False)
    scene.sign("qa", deed, code, because)


def lifted(scene: Scene) -> None:
    """A hold put and lifted."""
    journey.lift(scene, scene.act("qa", hold.put_hold, scene["P0"], "A doubt").code)


def closed(scene: Scene) -> None:
    """A deviation reported and closed."""
    journey.close(scene, scene.act("technician", hold.report_deviation, scene["P0"], "Left open").code)


def resumed(scene: Scene) -> None:
    """The trial suspended and resumed."""
    scene.act("qa", protocol.suspend_trial, "A letter")
    scene.sign("qa", protocol.resume_trial, "Answered")


def extended(scene: Scene) -> None:
    """A lot that keeps twenty years longer."""
    journey.extend(scene, scene["lot"], scene.today.replace(year=scene.today.year + 20))


def of_donor(deed: Callable[..., object], *args: object) -> Callable[[Scene], object]:
    """QA's decision on the donor."""
    return lambda scene: scene.sign("qa", deed, scene["donor"], *args)


ONE = StockClass.DISPENSABLE
QA, QP, REVIEWER = Role.QA, Role.QP, Role.REVIEWER
APPROVED, REVIEWED, RELEASED = Meaning.APPROVED, Meaning.REVIEWED, Meaning.RELEASED
SIGNED: tuple[tuple[str, str, Callable[[Scene], object], Meaning, Role], ...] = (
    ("lot.attested", "ready", lambda s: attest(s, s["lot"]), APPROVED, QA),
    ("lot.released", "ready", lambda s: release(s, s["lot"]), RELEASED, QP),
    ("lot.rejected", "ready", lambda s: journey.reject(s, s["lot"]), APPROVED, QP),
    ("lot.recalled", "released", lambda s: journey.recall(s, s["lot"]), APPROVED, QP),
    ("lot.extended", "ready", extended, APPROVED, QP),
    ("lot.use_at_risk_signed", "begun", at_risk, APPROVED, QA),
    ("result.reviewed", "ready", lambda s: a_result(s, s["lot"], "cfu-f", "12"), REVIEWED, REVIEWER),
    ("result.invalidated", "ready", lambda s: journey.invalidate(s, s["potency"]), APPROVED, QA),
    ("material.accepted", "begun", lambda s: a_material(s, "Serum"), APPROVED, QA),
    ("material.blocked", "begun", lambda s: journey.block(s, a_material(s, "Serum")), APPROVED, QA),
    ("tissue.accepted", "begun", partial(decided, deed=tissue.accept_tissue, because=None), APPROVED, QA),
    ("tissue.rejected", "begun", partial(decided, deed=tissue.reject_tissue, because="Open"), APPROVED, QA),
    ("donor.risk_accepted", "begun", of_donor(donor.accept_risk, "anti-hbc", "anti-HBs high"), APPROVED, QA),
    (
        "donor.determined",
        "begun",
        of_donor(donor.determine_donor, Determination.INELIGIBLE, None),
        APPROVED,
        QA,
    ),
    ("donor.selected", "begun", lambda s: of_donor(donor.select_donor, True, s.today, None)(s), APPROVED, QA),
    ("hold.lifted", "begun", lifted, APPROVED, QA),
    ("deviation.closed", "begun", closed, APPROVED, QA),
    ("trial.approved", "begun", lambda s: journey.approve_trial(s, version(s.trial.text, "2")), APPROVED, QA),
    ("trial.resumed", "begun", resumed, APPROVED, QA),
)
"""Each signed act on the way to a lot: its action, where it can be done, how, and what its signature means there."""


@pytest.mark.parametrize(("action", "station", "deed", "meaning", "role"), SIGNED, ids=[one for one, *_ in SIGNED])
def test_what_is_recorded_is_what_the_rehearsal_showed(
    action: str,
    station: str,
    deed: Callable[[Scene], object],
    meaning: Meaning,
    role: Role,
    backend: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene: Scene = request.getfixturevalue(station)
    shown: list[ToSign] = []
    to_sign = Bank.to_sign

    def remembered(self: Bank, *args: object) -> ToSign:
        head = self.head()
        shown.append(to_sign(self, *args))  # type: ignore[arg-type]
        assert self.head() == head, "what is only shown leaves no trace"
        return shown[-1]

    monkeypatch.setattr(Bank, "to_sign", remembered)
    deed(scene)
    assert as_shown(shown[-1])[:3] == (action, role, meaning)
    assert as_recorded(scene) == as_shown(shown[-1])


# --- What the trial file asks ------------------------------------------------------------


def asking(text: str, *rows: tuple[Role, Meaning]) -> str:
    """A trial file, its second version, that asks these signatures under a release."""
    head, *blocks = version(text, "2").split("[[lot.release_signatures]]\n")
    tail = blocks[-1].split("\n\n", 1)[1]
    asked = "\n".join(f'[[lot.release_signatures]]\nrole = "{role}"\nmeaning = "{meaning}"\n' for role, meaning in rows)
    return f"{head}{asked}\n{tail}"


def lot_asking(scene: Scene, *rows: tuple[Role, Meaning]) -> str:
    """A product lot made under a trial file that asks these signatures: labelled, tested, signed by nobody."""
    journey.approve_trial(scene, asking(scene.trial.text, *rows))
    scene.clock.forward(days=10)
    grown = journey.thaw(scene, journey.vials_of(scene, scene["master"], ONE)[:1])
    scene.clock.forward(days=6)
    number = a_lot(scene, grown, Tier.PRODUCT, scene.trial.thawed.harvested)
    journey.label_and_verify(scene, number)
    scene.clock.forward(days=20)
    journey.test_lot(scene, number, scene.trial.product_results)
    return number


def meanings(scene: Scene, number: str) -> list[tuple[str, str, str]]:
    """Who signed a lot, in which role, meaning what."""
    return [(s.name, s.role.value, s.meaning.value) for s in scene.read(lot_view, number).signatures]


def test_a_reviewers_signature_is_shown_and_recorded_as_the_review_that_is_asked(banked: Scene) -> None:
    number = lot_asking(banked, (REVIEWER, REVIEWED), (QA, APPROVED), (QP, RELEASED))
    says = banked.to_sign("reviewer", lot.approve_lot, number)
    assert as_shown(says)[:3] == ("lot.approved", REVIEWER, REVIEWED)
    approve(banked, number)
    assert as_recorded(banked) == as_shown(says)


def test_of_two_signatures_of_the_qualified_person_the_first_is_an_approval_wherever_it_is_shown(
    banked: Scene,
) -> None:
    number = lot_asking(banked, (QA, APPROVED), (QP, APPROVED), (QP, RELEASED))
    attest(banked, number)
    other = hire(banked, "other-qp", QP)
    says = banked.to_sign("qp", lot.release_lot, number)
    assert as_shown(says)[:3] == ("lot.approved", QP, APPROVED)
    release(banked, number, by=other)
    assert banked.read(lot_view, number).disposition is Disposition.QUARANTINED
    with pytest.raises(Conflict) as caught:
        banked.act("qp", lot.release_lot, number, to_sign=says, password=PASSWORD)
    assert [(f.params["part"], f.params["before"], f.params["now"]) for f in caught.value.findings[1:]] == [
        ("action", "lot.approved", "lot.released"),
        ("meaning", "approved", "released"),
    ], "whoever was shown an approval does not release"
    release(banked, number)
    assert meanings(banked, number)[1:] == [(other, "qp", "approved"), ("qp", "qp", "released")]
    assert banked.read(lot_view, number).disposition is Disposition.RELEASED


def test_an_attestation_means_what_the_trial_file_asks_of_quality(banked: Scene) -> None:
    number = lot_asking(banked, (QA, REVIEWED), (QP, RELEASED))
    says = banked.to_sign("qa", lot.attest_lot, number)
    assert as_shown(says)[:3] == ("lot.attested", QA, REVIEWED)
    attest(banked, number)
    assert banked.found(number) == []
    release(banked, number)
    assert meanings(banked, number) == [("qa", "qa", "reviewed"), ("qp", "qp", "released")]


def test_two_people_of_quality_give_the_two_signatures_asked_and_each_gives_their_own_again(banked: Scene) -> None:
    number = lot_asking(banked, (QA, REVIEWED), (QA, APPROVED), (QP, RELEASED))
    other = hire(banked, "other-qa", QA)
    attest(banked, number)
    assert banked.found(number) == ["lot.signature.missing"]
    attest(banked, number)
    assert banked.found(number) == ["lot.signature.missing"], "one person gives one of them"
    attest(banked, number, by=other)
    assert banked.found(number) == []
    a_result(banked, number, "cfu-f", "12")
    attest(banked, number, by=other)
    assert banked.found(number) == ["lot.signature.stale"], "the other's stands for itself"
    attest(banked, number)
    assert banked.found(number) == []
    assert [meaning for *_, meaning in meanings(banked, number)] == [
        "reviewed", "reviewed", "approved", "approved", "reviewed",
    ]  # fmt: skip


def test_where_the_file_asks_no_signature_of_quality_its_attestation_is_an_approval(banked: Scene) -> None:
    number = lot_asking(banked, (QP, RELEASED))
    attest(banked, number)
    assert meanings(banked, number) == [("qa", "qa", "approved")]
    with refused("lot.signature.not_asked", NotAllowed):
        approve(banked, number)
