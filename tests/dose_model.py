"""What the state machine of doses knows by itself: who may be treated when, and which vial may be taken."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import col, select

from cellbank.bank import Reading
from cellbank.domain.storage import Placement
from cellbank.domain.visit import DoseVial, Reservation
from cellbank.views import accountability

PULLED, THAWED, PREPARED, DISPENSED = "pulled", "thawed", "prepared", "dispensed"


@dataclass
class Attempt:
    """What is known of an attempt under way."""

    vials: list[str]
    status: str = PULLED
    until: datetime | None = None
    enough: bool = False


@dataclass
class Model:
    """What is known of the clinic."""

    windows: dict[tuple[str, int], tuple[date, date]]
    reserved: dict[str, tuple[str, int]]
    answered: dict[tuple[str, int], date]
    under_way: dict[tuple[str, int], Attempt] = field(default_factory=dict)
    injected: dict[tuple[str, int], date] = field(default_factory=dict)
    holds: dict[str, str] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    cancelled: set[tuple[str, int]] = field(default_factory=set)
    late: set[str] = field(default_factory=set)
    """Vials put back too late."""

    def against(self, code: str, number: int, today: date, lot: str) -> Iterator[str]:
        """Every reason not to treat a subject at a visit today."""
        first, last = self.windows[code, number]
        if {lot, code} & set(self.holds.values()):
            yield "hold"
        if code in self.withdrawn:
            yield "withdrawn"
        if not first <= today <= last:
            yield "window"
        if (code, number) in self.injected:
            yield "injected"
        if (code, number) in self.cancelled:
            yield "cancelled"
        if any((today - day).days < 70 for (who, _), day in self.injected.items() if who == code):
            yield "interval"
        if self.answered.get((code, number), date.min) < first:
            yield "not confirmed"

    def against_vial(self, vial: str, visit: tuple[str, int], *, replacing: bool) -> Iterator[str]:
        """Every reason not to take a vial for a visit."""
        if vial in self.gone:
            yield "gone"
        if vial in self.late:
            yield "held vial"
        if self.reserved.get(vial, visit) != visit:
            yield "another's"
        if vial not in self.reserved and not replacing:
            yield "not reserved"


def counted(reading: Reading) -> tuple[int, int, int]:
    """How many vials are in doses, how many reserved, and doses given; no vial in two places, doses, reservations."""
    session = reading.session
    placed = list(session.exec(select(Placement.vial_id).where(col(Placement.until).is_(None))))
    dosed = list(session.exec(select(DoseVial.vial_id).where(col(DoseVial.left_at).is_(None))))
    reserved = list(session.exec(select(Reservation.vial_id).where(col(Reservation.ended_at).is_(None))))
    for each in ([*placed, *dosed], [*dosed, *reserved]):
        assert len(each) == len(set(each))
    account = accountability.accountability(reading)
    assert account.balanced, account
    assert len(placed) + len(dosed) == account.vials.received == 23
    return len(dosed), len(reserved), account.doses.administered
