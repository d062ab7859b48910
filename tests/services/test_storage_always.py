"""Whatever anyone does in storage: every vial is in one place, and every lot reconciles."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlmodel import select

from cellbank.domain.lot import Lot
from cellbank.domain.storage import Custodian, PlaceKind
from cellbank.domain.vial import IN_STOCK, Vial, VialStatus
from cellbank.errors import NotFound, Refused, WrongInput
from cellbank.services import relocation, storage, transfer, vial
from cellbank.store import codes
from cellbank.store.lot import vials_by_status
from cellbank.store.storage import last_moves
from cellbank.store.unit_of_work import Reading
from cellbank.views import storage as view, transfer as transfer_view, vial as vial_view
from tests.evidence import published
from tests.journey import Scene, Stages, opened, vials_of
from tests.services.shelves import BOX_A, BOX_B, add, two_boxes


class Bench(RuleBasedStateMachine):
    """Anyone doing anything with the vials of two lots; what is refused changes nothing, what is done balances."""

    scene: Scene
    attempted = 0
    done = 0

    def __init__(self) -> None:
        super().__init__()
        self.vials = sorted(vials_of(self.scene, self.scene["lot"]) + vials_of(self.scene, self.scene["master"]))

    def attempt(self, deed: Any, *args: Any, **named: Any) -> None:
        type(self).attempted += 1
        self.scene.clock.forward(minutes=1)
        try:
            self.scene.act("technician", deed, *args, **named)
        except (Refused, WrongInput, NotFound):
            return
        type(self).done += 1

    @rule(which=st.integers(0, 8), box=st.sampled_from([BOX_A, BOX_B, "PH/BOX-P"]), at=st.sampled_from(["A1", "A2"]))
    def place(self, which: int, box: str, at: str) -> None:
        self.attempt(storage.place_vial, self.vials[which], f"{box}/{at}")

    @rule(lot=st.sampled_from(["lot", "master"]))
    def fill(self, lot: str) -> None:
        self.attempt(storage.fill_boxes, self.scene[lot], [BOX_A, BOX_B])

    @rule(which=st.integers(0, 8), box=st.sampled_from([BOX_A, BOX_B]), at=st.sampled_from(["A1", "B2"]))
    def move(self, which: int, box: str, at: str) -> None:
        self.attempt(relocation.move, self.vials[which], f"{box}/{at}")

    @rule(what=st.sampled_from(["TANK1", "TANK2", "TANK1/R1", BOX_A]), to=st.sampled_from(["TANK1", "TANK2", "TANK3"]))
    def carry(self, what: str, to: str) -> None:
        self.attempt(relocation.move, what, to)

    @rule(which=st.integers(0, 8), how=st.sampled_from(["broken", "missing", "destroyed"]))
    def lose(self, which: int, how: str) -> None:
        self.attempt(vial.discard_vials, [self.vials[which]], how, "So it went")

    @rule(which=st.lists(st.integers(0, 8), min_size=1, max_size=3), to=st.sampled_from(list(Custodian)))
    def send(self, which: list[int], to: Custodian) -> None:
        self.attempt(transfer.send, [self.vials[one] for one in which], to, "SEAL-1", "LOG-1")

    @rule(accepted=st.booleans(), into=st.sampled_from([[BOX_A, BOX_B], ["PH/BOX-P"]]))
    def receive(self, accepted: bool, into: list[str]) -> None:
        under_way = self.scene.read(lambda reading: transfer_view.transfers(reading, only_under_way=True))
        if under_way:
            self.attempt(transfer.receive, under_way[0].code, accepted=accepted, into=into)

    @invariant()
    def every_vial_is_somewhere_and_only_there(self) -> None:
        self.scene.read(_consistent)


def _consistent(reading: Reading) -> None:
    """A vial sits somewhere exactly when it is stored, its ledger ends where it is, and every lot reconciles."""
    lines = vial_view.vials(reading)
    assert all((line.position is not None) == (line.status is VialStatus.STORED) for line in lines)
    sitting = [line.position for line in lines if line.position is not None]
    assert len(sitting) == len(set(sitting))
    ids = {codes.get_by_code(reading, Vial, line.code).id: line.status for line in lines}
    assert {row_id: last.status_to for row_id, last in last_moves(reading.session, ids).items()} == ids
    tanks = [place for place in view.places(reading) if place.kind is PlaceKind.TANK]
    assert sum(tank.vials for tank in tanks) == len(sitting)
    for lot in reading.session.exec(select(Lot)):
        counts = vials_by_status(reading.session, lot.id)
        in_stock = sum(many for status, many in counts.items() if status in IN_STOCK)
        gone = sum(many for status, many in counts.items() if status not in IN_STOCK)
        assert lot.vials_filled == in_stock + gone


@pytest.fixture
def fresh(stages: Stages, backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[type[Bench]]:
    """A state machine each of whose runs has a bank of its own with a released lot and small boxes."""
    opening: list[Any] = []

    class Own(Bench):
        def __init__(self) -> None:
            self.kept = stages.copied("released", backend, tmp_path, request)
            kept = self.kept.__enter__()
            self.bench = opened(kept.place, kept)
            self.scene = self.bench.__enter__()
            opening.append(self)
            two_boxes(self.scene, "2x2")
            add(self.scene, "PH", None, Custodian.PHARMACY)
            add(self.scene, "PH/BOX-P", "1x2")
            add(self.scene, "TANK3")
            super().__init__()

        def teardown(self) -> None:
            assert self.scene.bank.verify().intact
            self.bench.__exit__(None, None, None)
            self.kept.__exit__(None, None, None)

    yield Own
    assert Own.done > Own.attempted // 10


def run(machine: type[Bench], examples: int, steps: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_is_done_every_vial_is_in_one_place_and_every_lot_reconciles(fresh: type[Bench], backend: str) -> None:
    run(fresh, 4 if backend == "sqlite" else 2, 20)


@pytest.mark.evidence
def test_the_same_a_hundred_times_over(fresh: type[Bench]) -> None:
    run(fresh, published(100), 50)
