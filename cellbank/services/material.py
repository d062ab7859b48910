"""Material lots: received, accepted, blocked, used (rules.md §1, §2)."""

from collections.abc import Sequence
from datetime import date, datetime

from cellbank.commands import material as commands
from cellbank.domain.deviation import DeviationKind
from cellbank.domain.hold import HoldKind
from cellbank.domain.identifiers import Station
from cellbank.domain.material import (
    BLOCKED_SINCE,
    Material,
    MaterialStatus,
    MaterialUse,
    material_use_findings,
    required_material_findings,
)
from cellbank.domain.record import Record, table_of
from cellbank.domain.signature import Meaning
from cellbank.errors import Finding, Refused, WrongInput
from cellbank.facts.material import decision_content, get_material, use_facts
from cellbank.facts.protocol import parsed, version_effective
from cellbank.services.acts import does, is_late
from cellbank.services.hold import open_deviation, place_hold
from cellbank.services.signing import sign
from cellbank.store import codes, material as store
from cellbank.store.stations import ROWS
from cellbank.store.unit_of_work import UnitOfWork


@does(commands.Receive)
def receive_material(work: UnitOfWork, item: str, lot_number: str, supplier: str, expires_on: date) -> None:
    """A material lot as it arrived, under the supplier's number; the same lot twice is refused."""
    if store.by_item_and_lot(work.session, item, lot_number) is not None:
        raise Refused(Finding("material.taken", lot_number, {"item": item, "lot": lot_number}))
    material = Material(
        code=codes.next_code(work, Station.MATERIAL),
        item=item,
        lot_number=lot_number,
        supplier=supplier,
        expires_on=expires_on,
        received_at=work.act.performed_at,
    )
    work.add(material)
    work.record("material.received", material, item=item, lot=lot_number)


@does(commands.Accept)
def accept_material(work: UnitOfWork, code: str, because: str | None = None) -> None:
    """QA accepts a material lot with a signature; one out of date is refused."""
    material = get_material(work, code)
    if material.status is not MaterialStatus.PENDING:
        raise Refused(Finding("material.already_decided", material.code, {"status": material.status}))
    if material.expires_on < work.today:
        raise Refused(Finding("material.expired", material.code, {"expires_on": material.expires_on}))
    content = decision_content(material, MaterialStatus.ACCEPTED, because)
    sign(work, Meaning.APPROVED, "material.accepted", material, now=content)
    material.status = MaterialStatus.ACCEPTED
    material.accepted_at = work.now
    material.decided_because = because
    work.record("material.accepted", material)


@does(commands.Block)
def block_material(work: UnitOfWork, code: str, because: str) -> None:
    """QA blocks a material lot: a hold on it, and a deviation on each thing that used it before.

    The hold reaches everything downstream and may be lifted by itself; what was used stands against its lots until the
    deviation of each use is closed.

    Refused: without a reason, a lot blocked already.
    """
    material = get_material(work, code)
    if not because.strip():
        raise WrongInput("material.reason.missing", code=code)
    if material.status is MaterialStatus.BLOCKED:
        raise Refused(Finding("material.already_decided", material.code, {"status": material.status}))
    content = decision_content(material, MaterialStatus.BLOCKED, because)
    sign(work, Meaning.APPROVED, "material.blocked", material, now=content)
    material.status = MaterialStatus.BLOCKED
    material.blocked_at = work.now
    material.decided_because = because
    work.record("material.blocked", material)
    place_hold(work, HoldKind.MATERIAL_BLOCKED, material, because)
    _open_for_each_use(work, material)


def _open_for_each_use(work: UnitOfWork, material: Material) -> None:
    uses = {use.subject_id: use for use in store.uses_of(work.session, material.id)}
    for use in uses.values():
        used_in = work.session.get_one(ROWS[Station(use.subject_table)], use.subject_id)
        for limit in material_use_findings(use_facts(work, use, material)):
            if limit.code == BLOCKED_SINCE:
                open_deviation(work, DeviationKind.LIMIT, used_in, limit)


def use_materials(work: UnitOfWork, named: Sequence[str], subject: Record, step: str, at: datetime) -> None:
    """The materials of one step: part of the act at hand.

    A lot not accepted or out of date when it was used, and an item that the trial file asks for and that is missing, is
    recorded all the same and opens a deviation on what it went into. Refused: a lot received after the step.
    """
    items: list[str] = []
    for text in dict.fromkeys(named):
        material = get_material(work, text)
        if work.day_of(material.received_at) > work.day_of(at):
            raise Refused(
                Finding("material.not_yet_received", material.code, {"received_at": material.received_at, "at": at})
            )
        use = MaterialUse(
            material_id=material.id,
            subject_table=table_of(type(subject)).name,
            subject_id=subject.id,
            subject_code=subject.label,
            step=step,
            used_at=at,
            status_when_used=material.status_at(at, entered_late=is_late(work)),
        )
        work.add(use)
        work.session.flush()
        work.record("material.used", material, use, subject=subject.label, step=step)
        items.append(material.item)
        for limit in material_use_findings(use_facts(work, use, material)):
            open_deviation(work, DeviationKind.LIMIT, subject, limit)
    protocol = parsed(version_effective(work, at))
    for limit in required_material_findings(protocol.material, step, subject.label, items):
        open_deviation(work, DeviationKind.LIMIT, subject, limit)
