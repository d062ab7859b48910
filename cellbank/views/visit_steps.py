"""The way of a visit: the steps that the trial file asks, how far it is, the one act that comes next (rules.md §10).

What comes next is a suggestion to the person at work; whether it may be done, the gate is asked.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cellbank.domain.dose import THAWED_BY, VisitStep, vials_for_dose
from cellbank.domain.gate import Step
from cellbank.domain.lot import Lot
from cellbank.domain.protocol import Protocol
from cellbank.domain.vial import Vial, VialStatus
from cellbank.domain.visit import Dose, DoseStatus
from cellbank.facts.protocol import protocol_in_force
from cellbank.store import codes, storage
from cellbank.store.dose import product_lots_released, vials_in
from cellbank.store.unit_of_work import Reading
from cellbank.views.dose import DoseView
from cellbank.views.visit import VisitView


class Act(StrEnum):
    """What a person does next at a visit."""

    RESERVE = "reserve"
    PRESCRIBE = "prescribe"
    VALIDATE = "validate"
    CONFIRM = "confirm"
    PULL = "pull"
    REPLACE = "replace"
    SEND = "send"
    RECEIVE = "receive"
    THAW = "thaw"
    PREPARE = "prepare"
    DISPENSE = "dispense"
    ADMINISTER = "administer"


GATE_BEFORE = {Act.RESERVE: Step.RESERVE} | dict.fromkeys(
    (Act.PRESCRIBE, Act.VALIDATE, Act.CONFIRM, Act.PULL, Act.REPLACE), Step.PULL
)
"""The gate that stands before each act; once the vials are out it is that of the dispensing."""


@dataclass(frozen=True)
class StepLine:
    """One step of the trial file: whether it is done, and when where it has a moment of its own."""

    step: VisitStep
    done: bool
    at: datetime | None = None


@dataclass(frozen=True)
class Way:
    """The steps in the file's order. `next` is None once the visit has its injection, or was cancelled.

    `needed` vials make one dose, without the reserve; `second_at` are the steps that a second person checks;
    `transfer` is the code of the shipment that the vials of the attempt are in.
    """

    steps: tuple[StepLine, ...]
    next: Act | None
    needed: int
    second_at: frozenset[VisitStep]
    transfer: str | None
    cancelled: bool = False

    @property
    def gate(self) -> Step:
        """The gate whose answers matter now."""
        if self.cancelled:
            return Step.PULL
        return Step.DISPENSE if self.next is None else GATE_BEFORE.get(self.next, Step.DISPENSE)


def way(reading: Reading, seen: VisitView) -> Way:
    """Where a visit stands on its way."""
    protocol = protocol_in_force(reading)
    attempt = next((one for one in seen.doses if one.under_way), None)
    shipped = _shipped(reading, attempt, protocol)
    needed = needed_for(reading, seen, protocol)
    return Way(
        steps=tuple(_line(step, seen, attempt, shipped) for step in protocol.dose.steps),
        next=_next(seen, attempt, shipped, needed),
        needed=needed,
        second_at=frozenset(protocol.dose.second_person_at),
        transfer=shipped.code,
        cancelled=seen.cancelled_on is not None,
    )


@dataclass(frozen=True)
class _Shipped:
    """Whether the vials of an attempt are where they are thawed, and the shipment that they are in."""

    there: bool
    code: str | None = None


def _shipped(reading: Reading, attempt: DoseView | None, protocol: Protocol) -> _Shipped:
    if VisitStep.TRANSFER not in protocol.dose.steps:
        return _Shipped(True)
    if attempt is None or attempt.status is not DoseStatus.PULLED:
        return _Shipped(attempt is not None)
    vials = vials_in(reading.session, codes.get_by_code(reading, Dose, attempt.code).id)
    if any(vial.status is VialStatus.IN_TRANSIT for vial in vials):
        return _Shipped(False, _shipment_of(reading, {vial.code for vial in vials}))
    place = THAWED_BY[protocol.dose.thaw_place]
    moves = storage.last_moves(reading.session, [vial.id for vial in vials])
    return _Shipped(all(move.custodian is place for move in moves.values()))


def _shipment_of(reading: Reading, vials: set[str]) -> str | None:
    for transfer in storage.transfers(reading.session):
        if transfer.received_at is None:
            inside = {vial.code for vial in storage.vials_in(reading.session, transfer.id)}
            if vials & inside:
                return transfer.code
    return None


def _line(step: VisitStep, seen: VisitView, attempt: DoseView | None, shipped: _Shipped) -> StepLine:
    given = next((one for one in seen.doses if one.status is DoseStatus.ADMINISTERED), attempt)
    if step is VisitStep.PRESCRIPTION:
        return StepLine(step, seen.validated_by is not None)
    if step is VisitStep.RESERVE:
        return StepLine(step, bool(seen.reserved) or given is not None)
    if step is VisitStep.TRANSFER:
        return StepLine(step, given is not None and shipped.there)
    if given is None:
        return StepLine(step, False)
    at = {
        VisitStep.PULL: given.pulled_at,
        VisitStep.THAW: given.thaw_ended_at,
        VisitStep.PREPARE: given.prepared_at,
        VisitStep.DISPENSE: given.dispensed_at,
        VisitStep.ADMINISTER: given.administered_at,
    }[step]
    return StepLine(step, at is not None, at)


_AFTER = {
    DoseStatus.THAWED: Act.PREPARE,
    DoseStatus.PREPARED: Act.DISPENSE,
    DoseStatus.DISPENSED: Act.ADMINISTER,
}


def _next(seen: VisitView, attempt: DoseView | None, shipped: _Shipped, needed: int) -> Act | None:
    if seen.injected_at is not None or seen.cancelled_on is not None:
        return None
    if attempt is None:
        return _before_the_pull(seen, needed)
    if attempt.status is not DoseStatus.PULLED:
        return _AFTER[attempt.status]
    if shipped.there:
        return Act.THAW
    return Act.SEND if shipped.code is None else Act.RECEIVE


def _before_the_pull(seen: VisitView, needed: int) -> Act:
    """Vials first, since they may run short; then what the gate of the pull asks; then the pull itself."""
    tried = bool(seen.doses)
    if not seen.reserved and not tried:
        return Act.RESERVE
    if seen.validated_by is None:
        return Act.PRESCRIBE if seen.prescribed_cells is None else Act.VALIDATE
    if not seen.confirmed:
        return Act.CONFIRM
    return Act.REPLACE if tried and len(seen.reserved) < needed else Act.PULL


def needed_for(reading: Reading, seen: VisitView, protocol: Protocol) -> int:
    """How many vials one dose of a visit takes, from the weakest lot that could serve it; the reserve not counted."""
    lots = [codes.get_by_code(reading, Lot, number) for number in {lot for one in seen.doses for lot in one.lots}]
    lots += [reading.session.get_one(Lot, codes.get_by_code(reading, Vial, code).lot_id) for code in seen.reserved]
    weakest = min((lot.viable_per_vial for lot in lots or product_lots_released(reading.session)), default=0)
    cells = seen.prescribed_cells or protocol.dose.cells_per_dose
    return vials_for_dose(cells, weakest, protocol.dose.recovery_percent) if weakest else 0
