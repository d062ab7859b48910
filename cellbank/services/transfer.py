"""Transfers: vials sent in a sealed shipper with its logger, and received by the other custodian (rules.md §3, §10)."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from cellbank.commands import transfer as commands
from cellbank.commands.kinds import LoggerFile
from cellbank.domain.characters import shown
from cellbank.domain.deviation import DeviationKind
from cellbank.domain.hold import HoldKind
from cellbank.domain.identifiers import Station
from cellbank.domain.storage import Custodian, StoragePlace, Transfer, TransferVial, temperature_findings
from cellbank.domain.vial import Vial, VialStatus
from cellbank.errors import Finding, Refused, WrongInput, refuse
from cellbank.facts.protocol import protocol_in_force
from cellbank.services import storage
from cellbank.services.acts import does
from cellbank.services.hold import open_deviation, place_hold
from cellbank.services.movement import Move, Spot, Why, custodian_of, move_vials
from cellbank.store import codes
from cellbank.store.storage import last_moves, vials_in
from cellbank.store.unit_of_work import UnitOfWork

_SENDABLE = frozenset({VialStatus.STORED, VialStatus.PULLED})


@does(commands.Send)
def send(work: UnitOfWork, vial_codes: Sequence[str], to: Custodian, seal: str, logger: str) -> None:
    """Stored or pulled vials of one custodian on their way to the other; their positions are free from now on.

    Refused: a vial that the recipient keeps already, one that is neither stored nor pulled.
    """
    vials = list({vial.id: vial for vial in (codes.get_by_code(work, Vial, code) for code in vial_codes)}.values())
    for word, given in (("vials", vials), ("seal", seal.strip()), ("logger", logger.strip())):
        if not given:
            raise WrongInput(f"transfer.{word}.missing")
    keepers = {vial.code: custodian_of(work, vial) for vial in vials}
    refuse([*_unsendable(vials), *_there_already(keepers, to)])
    transfer = Transfer(
        code=codes.next_code(work, Station.TRANSFER),
        sender=next(iter(keepers.values())),
        recipient=to,
        seal=seal.strip(),
        logger=logger.strip(),
        sent_at=work.act.performed_at,
        sent_by=work.act.actor.name,
    )
    work.add(transfer)
    work.session.flush()
    rows = [TransferVial(transfer_id=transfer.id, vial_id=vial.id) for vial in vials]
    work.insert_many(rows)
    work.record("transfer.sent", transfer, *rows, to=to, vials=[v.code for v in vials], seal=transfer.seal)
    sent = [Move(vial, VialStatus.IN_TRANSIT) for vial in vials]
    move_vials(work, sent, Why("send", place_to=transfer.code), on=transfer)


def _unsendable(vials: Sequence[Vial]) -> Iterator[Finding]:
    for vial in vials:
        if vial.status not in _SENDABLE:
            yield Finding("transfer.vial.not_sendable", vial.code, {"code": vial.code, "status": vial.status})


def _there_already(keepers: Mapping[str, Custodian], to: Custodian) -> Iterator[Finding]:
    """There are two custodians: what is not the recipient's is all of one sender."""
    for code, keeper in keepers.items():
        if keeper is to:
            yield Finding("transfer.vial.there_already", code, {"code": code, "custodian": to})


@does(commands.Receive)
def receive(
    work: UnitOfWork,
    code: str,
    accepted: bool = True,
    temperature_file: LoggerFile | None = None,
    warmest_c: Decimal | None = None,
    into: Sequence[str] = (),
    note: str | None = None,
) -> None:
    """A transfer arrived: the logger read, the seal judged, the vials put into the recipient's boxes `into`.

    A vial that was on its way to a dose when it was sent (pulled) stays pulled, in the recipient's hands.
    Recorded with a deviation that holds exactly these vials: not accepted, too warm, or no temperature known.
    Refused: received already, no room, a box of another custodian.
    """
    transfer = codes.get_by_code(work, Transfer, code)
    if transfer.received_at is not None:
        raise Refused(Finding("transfer.received_already", transfer.code, {"code": transfer.code}))
    if work.act.performed_at < transfer.sent_at:
        params = {"code": transfer.code, "sent_at": transfer.sent_at, "at": work.act.performed_at}
        raise Refused(Finding("transfer.before_sending", transfer.code, params))
    vials = [v for v in vials_in(work.session, transfer.id) if v.status is VialStatus.IN_TRANSIT]
    arrivals = _arrivals(work, transfer, vials, into)
    transfer.received_at = work.act.performed_at
    transfer.received_by = work.act.actor.name
    transfer.accepted = accepted
    transfer.warmest_c = warmest_c
    transfer.temperature_file = None if temperature_file is None else temperature_file.name
    transfer.temperature_sha256 = None if temperature_file is None else temperature_file.sha256
    transfer.note = note
    received = [vial.code for vial in vials]
    work.record("transfer.received", transfer, accepted=accepted, warmest_c=warmest_c, vials=received)
    if arrivals:
        why = Why("receive", custodian=transfer.recipient, place_from=transfer.code, note=note)
        move_vials(work, arrivals, why, on=transfer)
    _hold_what_was_warm(work, transfer, vials)


def _arrivals(work: UnitOfWork, transfer: Transfer, vials: Sequence[Vial], into: Sequence[str]) -> list[Move]:
    """Where each vial goes: back to pulled, or to the next free position of the boxes."""
    last = last_moves(work.session, [vial.id for vial in vials])
    in_hand = {v.id for v in vials if v.id in last and last[v.id].status_from is VialStatus.PULLED}
    to_store = [vial for vial in vials if vial.id not in in_hand]
    spots = _spots(work, transfer, len(to_store), into)
    return [
        *(Move(vial, VialStatus.PULLED) for vial in vials if vial.id in in_hand),
        *(Move(vial, VialStatus.STORED, spot) for vial, spot in zip(to_store, spots, strict=False)),
    ]


def _spots(work: UnitOfWork, transfer: Transfer, needed: int, into: Sequence[str]) -> list[Spot]:
    if not needed:
        return []
    if not into:
        raise Refused(Finding("transfer.box.missing", transfer.code, {"code": transfer.code, "vials": needed}))
    boxes = storage.boxes_named(work, into)
    refuse(_boxes_of_another(transfer, boxes))
    return storage.free_spots(work, boxes, needed, transfer.code)


def _boxes_of_another(transfer: Transfer, boxes: Sequence[StoragePlace]) -> Iterator[Finding]:
    for box in boxes:
        if box.custodian is not transfer.recipient:
            params = {"code": transfer.code, "place": box.path, "custodian": transfer.recipient}
            yield Finding("storage.custodian.differs", box.path, params | {"other": box.custodian})


def _hold_what_was_warm(work: UnitOfWork, transfer: Transfer, vials: Sequence[Vial]) -> None:
    """One deviation for the transfer, and a hold of its own on each vial; closing the deviation lifts them all."""
    limits = protocol_in_force(work).storage
    found = list(temperature_findings(limits, transfer.code, transfer.warmest_c, in_transfer=True))
    if not transfer.accepted and not found:
        found = [Finding("transfer.not_accepted", transfer.code, {"note": shown(transfer.note or "-")})]
    for limit in found:
        deviation = open_deviation(work, DeviationKind.LIMIT, transfer, limit)
        for vial in vials:
            place_hold(work, HoldKind.EXCURSION, vial, deviation.code, deviation.id)
