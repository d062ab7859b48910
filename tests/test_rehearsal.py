"""A rehearsal tells what an act would do, and leaves nothing behind (Bank.rehearse)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from cellbank.bank import Actor, Bank, Outcome, Reading
from cellbank.commands.culture import Seeding
from cellbank.errors import NotAllowed, Refused
from cellbank.services import culture, material
from cellbank.services.acts import is_late
from cellbank.store.unit_of_work import UnitOfWork
from cellbank.views import hold
from tests.journey import Scene, a_donor, a_tissue, approve_trial


@pytest.fixture
def scene(bank: Bank, people: dict[str, Actor], clock: object) -> Scene:
    """A bank with a tissue, six hours old."""
    made = Scene(bank, clock, people)  # type: ignore[arg-type]
    approve_trial(made)
    a_donor(made)
    made.clock.forward(days=1)
    made.codes["tissue"] = a_tissue(made, hours=6)
    return made


def isolating(scene: Scene, cells: int = 1_000_000) -> object:
    """Cells of the tissue isolated and plated."""
    return lambda work: culture.isolate(work, scene["tissue"], cells, Decimal(90), Seeding(800_000, Decimal(500)))


def opened(reading: Reading, outcome: Outcome) -> list[str]:
    """The limits whose deviations the act opened."""
    return [hold.deviation(reading, code).limit_code for code in outcome.codes("deviation.opened")]


def test_it_tells_the_deviations_that_the_act_will_open_and_keeps_nothing(scene: Scene) -> None:
    scene.clock.forward(hours=70)
    head = scene.bank.head()
    told = scene.bank.rehearse(scene.people["technician"], isolating(scene), opened)  # type: ignore[arg-type]
    assert "tissue.cold_ischaemia.long" in told
    assert scene.bank.head() == head
    assert scene.bank.verify().intact
    done = scene.act("technician", isolating(scene))  # type: ignore[arg-type]
    assert scene.read(opened, done) == told


def test_a_refusal_is_raised_and_not_kept_in_the_record(scene: Scene) -> None:
    head = scene.bank.head()
    with pytest.raises(Refused):
        scene.bank.rehearse(scene.people["technician"], isolating(scene, 1000), opened)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        scene.bank.rehearse(scene.people["pharmacist"], isolating(scene), opened)  # type: ignore[arg-type]
    assert scene.bank.head() == head
    with pytest.raises(Refused):
        scene.act("technician", isolating(scene, 1000))  # type: ignore[arg-type]
    assert scene.bank.head() != head


def test_a_late_entry_is_rehearsed_before_its_reason_and_witness_are_given(scene: Scene) -> None:
    day = scene.clock.now.date() + timedelta(days=90)

    def receive(work: UnitOfWork) -> None:
        material.receive_material(work, "Medium MEM-alpha", "L-1", "Supplies", day)

    def late(work: Reading, _: Outcome) -> bool:
        assert isinstance(work, UnitOfWork)
        return is_late(work)

    at = scene.clock.now - timedelta(days=2)
    assert scene.bank.rehearse(scene.people["technician"], receive, late, performed_at=at)
    assert not scene.bank.rehearse(scene.people["technician"], receive, late)
    with pytest.raises(Refused, match=r"act\.late"):
        scene.act("technician", receive, at=at)


def test_another_person_may_write_at_once_after_it(scene: Scene) -> None:
    scene.bank.rehearse(scene.people["technician"], isolating(scene), opened)  # type: ignore[arg-type]
    scene.act("technician", tissue_noted)
    assert scene.bank.verify().intact


def tissue_noted(work: UnitOfWork) -> None:
    """Any other fact."""
    material.receive_material(work, "Medium MEM-alpha", "L-2", "Supplies", work.today + timedelta(days=90))


def test_two_rehearsals_do_not_see_each_other(scene: Scene) -> None:
    first = scene.bank.rehearse(scene.people["technician"], isolating(scene), lambda _, done: done.code)  # type: ignore[arg-type]
    again = scene.bank.rehearse(scene.people["technician"], isolating(scene), lambda _, done: done.code)  # type: ignore[arg-type]
    assert first == again
