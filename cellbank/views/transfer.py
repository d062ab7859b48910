"""Transfers as a reader sees them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from cellbank.domain.storage import Custodian, Transfer
from cellbank.domain.vial import VialStatus
from cellbank.store import codes, storage
from cellbank.store.unit_of_work import Reading


@dataclass(frozen=True)
class TransferVialLine:
    """A vial of a transfer, and where it is now."""

    code: str
    status: VialStatus
    position: str | None


@dataclass(frozen=True)
class TransferView:
    """One transfer. `accepted` is None until it is received; `warmest_c` is in °C."""

    code: str
    sender: Custodian
    recipient: Custodian
    seal: str
    logger: str
    sent_at: datetime
    sent_by: str
    received_at: datetime | None
    received_by: str | None
    accepted: bool | None
    warmest_c: Decimal | None
    temperature_file: str | None
    temperature_sha256: str | None
    note: str | None
    vials: tuple[TransferVialLine, ...]

    @property
    def under_way(self) -> bool:
        """Whether it has not been received."""
        return self.received_at is None


def transfers(reading: Reading, *, only_under_way: bool = False) -> list[TransferView]:
    """Every transfer, oldest first."""
    found = storage.transfers(reading.session)
    return [_view(reading, transfer) for transfer in found if transfer.received_at is None or not only_under_way]


def transfer_view(reading: Reading, code: str) -> TransferView:
    """One transfer by its code; an unknown one is refused."""
    return _view(reading, codes.get_by_code(reading, Transfer, code))


def _view(reading: Reading, transfer: Transfer) -> TransferView:
    vials = storage.vials_in(reading.session, transfer.id)
    where = storage.open_positions(reading.session, [vial.id for vial in vials])
    return TransferView(
        code=transfer.code,
        sender=transfer.sender,
        recipient=transfer.recipient,
        seal=transfer.seal,
        logger=transfer.logger,
        sent_at=transfer.sent_at,
        sent_by=transfer.sent_by,
        received_at=transfer.received_at,
        received_by=transfer.received_by,
        accepted=transfer.accepted,
        warmest_c=transfer.warmest_c,
        temperature_file=transfer.temperature_file,
        temperature_sha256=transfer.temperature_sha256,
        note=transfer.note,
        vials=tuple(TransferVialLine(vial.code, vial.status, where.get(vial.id)) for vial in vials),
    )
