"""Accountability: every movement with its running balance, and the identities of rules.md §3.

Each side of an identity is counted from a source of its own, so that a mismatch can show: what came in from the
ledger of movements, what became of it from the vials' statuses and the doses.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum

from cellbank.domain.lot import Lot
from cellbank.domain.storage import Custodian
from cellbank.domain.vial import IN_STOCK, Movement, Vial, VialStatus
from cellbank.domain.visit import Dose, DoseStatus
from cellbank.store import accountability as store, codes
from cellbank.store.unit_of_work import Reading


class Scope(StrEnum):
    """Whose vials are accounted for: the pharmacy's once anything was sent to it, else the whole bank's."""

    PHARMACY = "pharmacy"
    BANK = "bank"


@dataclass(frozen=True)
class AccountLine:
    """One movement of one vial. `received` and `issued` are 1 when it entered or left the stock; `balance` after it."""

    number: int
    at: datetime
    purpose: str
    status: VialStatus
    vial: str
    lot: str
    expires_on: date
    received: int
    issued: int
    balance: int
    dose: str | None
    subject: str | None
    visit: int | None
    prescriber: str | None
    by: str
    checked_by: str | None
    note: str | None


@dataclass(frozen=True)
class VialLedger:
    """`received = in stock + … + missing`, each vial counted once.

    `received` and `balance` come from the movements, `used_for_doses` from the doses, the rest from the vials'
    statuses. `thawed` are on the bench now.
    """

    received: int
    balance: int
    in_stock: int
    thawed: int
    used_for_doses: int
    used_in_tests: int
    used_in_culture: int
    returned_to_unit: int
    returned_to_sponsor: int
    broken: int
    destroyed: int
    missing: int

    @property
    def parts(self) -> Mapping[str, int]:
        """What the received vials became, by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)[2:]}

    @property
    def received_agrees(self) -> bool:
        """Whether every vial received is accounted for."""
        return self.received == sum(self.parts.values())

    @property
    def balance_agrees(self) -> bool:
        """Whether the ledger's last balance is what is in stock."""
        return self.balance == self.in_stock


@dataclass(frozen=True)
class DoseLedger:
    """`prepared = dispensed + discarded + in hand`, `dispensed = administered + wasted + returned + at the bedside`.

    `prepared` and `dispensed` come from the instants recorded, the rest from the doses' statuses; `returned` counts
    those destroyed since. A dose made of two lots is a dose of each, and one dose of both together.
    """

    prepared: int
    dispensed: int
    discarded: int
    in_hand: int
    administered: int
    wasted: int
    returned: int
    at_bedside: int

    @property
    def prepared_agrees(self) -> bool:
        """Whether every dose prepared was dispensed, discarded, or is in hand."""
        return self.prepared == self.dispensed + self.discarded + self.in_hand

    @property
    def dispensed_agrees(self) -> bool:
        """Whether every dose dispensed came to an end, or is at the bedside."""
        return self.dispensed == self.administered + self.wasted + self.returned + self.at_bedside


@dataclass(frozen=True)
class Accountability:
    """The log of one lot, or of every lot in scope."""

    scope: Scope
    lots: tuple[str, ...]
    lines: tuple[AccountLine, ...]
    vials: VialLedger
    doses: DoseLedger

    @property
    def balanced(self) -> bool:
        """Whether every identity holds."""
        vials, doses = self.vials, self.doses
        return vials.received_agrees and vials.balance_agrees and doses.prepared_agrees and doses.dispensed_agrees


def accountability(reading: Reading, lot_number: str | None = None) -> Accountability:
    """The accountability log of one lot; without one, of every product lot that was ever released (or came to the
    pharmacy). An unknown lot is refused.
    """
    scope = Scope.PHARMACY if store.pharmacy_takes_custody(reading.session) else Scope.BANK
    lots = _lots(reading, lot_number, scope)
    ids = [lot.id for lot in lots]
    vials = store.vials_of_lots(reading.session, ids)
    walk = _Walk(reading, scope, lots, vials)
    lines = tuple(walk.lines(store.movements_of_lots(reading.session, ids)))
    numbers = tuple(lot.number for lot in lots)
    doses = _doses(store.doses_of_lots(reading.session, ids))
    return Accountability(scope, numbers, lines, _vials(reading, ids, vials, walk), doses)


def _lots(reading: Reading, lot_number: str | None, scope: Scope) -> list[Lot]:
    if lot_number is not None:
        return [codes.get_by_code(reading, Lot, lot_number)]
    if scope is Scope.PHARMACY:
        return store.product_lots(reading.session)
    return store.product_lots_ever_released(reading.session)


class _Walk:
    """The ledger walked line by line: who keeps each vial, which ever came in, how many are there."""

    def __init__(self, reading: Reading, scope: Scope, lots: Sequence[Lot], vials: Sequence[Vial]) -> None:
        self._scope = scope
        self._vials = {vial.id: vial for vial in vials}
        self._lots = {lot.id: lot for lot in lots}
        self._prescribed = _by_visit(store.validated_prescriptions(reading.session))
        self.keeper: dict[str, Custodian] = {}
        self.entered: set[str] = set()
        self.balance = 0

    def ours(self, keeper: Custodian | None) -> bool:
        """Whether what this custodian keeps is accounted for here."""
        return self._scope is Scope.BANK or keeper is Custodian.PHARMACY

    def lines(self, movements: Sequence[Movement]) -> Iterator[AccountLine]:
        """A line for each movement of a vial that is ours before or after it."""
        for movement in movements:
            before, after = self.ours(self.keeper.get(movement.vial_id)), self.ours(movement.custodian)
            self.keeper[movement.vial_id] = movement.custodian
            if before or after:
                was_in = before and movement.status_from in IN_STOCK
                is_in = after and movement.status_to in IN_STOCK
                yield self._line(movement, is_in - was_in)

    def _line(self, movement: Movement, change: int) -> AccountLine:
        self.balance += change
        if change > 0:
            self.entered.add(movement.vial_id)
        vial = self._vials[movement.vial_id]
        lot = self._lots[vial.lot_id]
        return AccountLine(
            number=movement.number,
            at=movement.at,
            purpose=movement.purpose,
            status=movement.status_to,
            vial=vial.code,
            lot=lot.number,
            expires_on=lot.expires_on,
            received=max(change, 0),
            issued=max(-change, 0),
            balance=self.balance,
            dose=movement.dose_code,
            subject=movement.subject_code,
            visit=movement.visit,
            prescriber=self._prescriber(movement),
            by=movement.by,
            checked_by=movement.checked_by,
            note=movement.note,
        )

    def _prescriber(self, movement: Movement) -> str | None:
        """Who wrote the prescription that counted when the movement was recorded."""
        known = self._prescribed.get((movement.subject_code, movement.visit), [])
        counted = [one.prescriber for one in known if one.validated_at <= movement.recorded_at]
        return counted[-1] if counted else None


def _by_visit(validated: Sequence[store.Validated]) -> dict[tuple[str | None, int | None], list[store.Validated]]:
    found: dict[tuple[str | None, int | None], list[store.Validated]] = {}
    for one in validated:
        found.setdefault((one.subject, one.visit), []).append(one)
    return found


_OUT_OF_STOCK: Mapping[VialStatus, str] = {
    VialStatus.THAWED: "thawed",
    VialStatus.CONSUMED_IN_TEST: "used_in_tests",
    VialStatus.CONSUMED_IN_CULTURE: "used_in_culture",
    VialStatus.RETURNED: "returned_to_sponsor",
    VialStatus.BROKEN: "broken",
    VialStatus.DESTROYED: "destroyed",
    VialStatus.MISSING: "missing",
}


def _vials(reading: Reading, lot_ids: Sequence[str], vials: Sequence[Vial], walk: _Walk) -> VialLedger:
    """The vials now: by status and by whose box they sit in; those used for doses by the doses alone.

    Nothing is made to fit: a vial that is ours and never came in by the ledger, one in a dose and in stock, one
    consumed in a dose that no dose knows, each tips an identity.
    """
    boxed = store.box_custodians(reading.session, lot_ids)
    in_doses = store.vials_in_prepared_doses(reading.session, lot_ids)
    counts: Counter[str] = Counter()
    for vial in vials:
        if walk.ours(boxed.get(vial.id, walk.keeper.get(vial.id))):
            counts["used_for_doses"] += vial.id in in_doses
            if vial.status is not VialStatus.CONSUMED_IN_DOSE:
                counts[_OUT_OF_STOCK.get(vial.status, "in_stock")] += 1
        elif vial.id in walk.entered:
            counts["returned_to_unit"] += 1
    names = [field.name for field in fields(VialLedger)[2:]]
    return VialLedger(len(walk.entered), walk.balance, **{name: counts[name] for name in names})


def _doses(doses: Sequence[Dose]) -> DoseLedger:
    ended = Counter(dose.status for dose in doses if dose.prepared_at is not None)
    return DoseLedger(
        prepared=sum(dose.prepared_at is not None for dose in doses),
        dispensed=sum(dose.dispensed_at is not None for dose in doses),
        discarded=ended[DoseStatus.DISCARDED],
        in_hand=ended[DoseStatus.PREPARED],
        administered=ended[DoseStatus.ADMINISTERED],
        wasted=ended[DoseStatus.WASTED],
        returned=ended[DoseStatus.RETURNED] + ended[DoseStatus.DESTROYED],
        at_bedside=ended[DoseStatus.DISPENSED],
    )
