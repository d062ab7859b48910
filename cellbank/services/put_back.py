"""Vials of a visit put back still frozen: the attempt ends, and what was set aside is set aside again (rules.md §3)."""

from collections.abc import Sequence

from cellbank.commands import dose as commands
from cellbank.domain.vial import Vial
from cellbank.domain.visit import DoseStatus, Reservation, ReservationEnd, Visit
from cellbank.errors import Finding, Refused, WrongInput
from cellbank.facts.visit import attempt_under_way
from cellbank.services import storage
from cellbank.services.acts import does
from cellbank.services.attempt import advance, not_before_last_step, vials_in_attempt
from cellbank.services.movement import Spot, Why
from cellbank.store import dose as store
from cellbank.store.storage import movements_of
from cellbank.store.unit_of_work import UnitOfWork


@does(commands.PutBack)
def put_back(work: UnitOfWork, subject_code: str, number: int, because: str, into: Sequence[str] = ()) -> None:
    """The vials pulled for a visit go back frozen, where they came from or into free positions of boxes.

    After a withdrawal they are nobody's.
    Recorded with a deviation on each vial: later than the trial file's seconds after the pull. Refused: a vial
    already thawed, a position taken meanwhile, a vial that never had a position when no box is named.
    """
    dose, visit, subject = attempt_under_way(work, subject_code, number, DoseStatus.PULLED)
    not_before_last_step(work, dose)
    if not because.strip():
        raise WrongInput("dose.reason.missing", code=dose.code)
    vials = vials_in_attempt(work, dose)
    links = store.open_links(work.session, [vial.id for vial in vials])
    spots = _spots(work, vials, into, dose.code)
    advance(dose, DoseStatus.PUT_BACK)
    dose.ended_at = work.act.performed_at
    dose.ended_because = because.strip()
    for link in links:
        link.left_at = work.act.performed_at
    again = [] if subject.withdrawn_on is not None else _reserved_again(work, visit, vials)
    work.add(*again)
    work.record("dose.put_back", dose, *links, *again, reason=because.strip(), visit=visit.code)
    second = None if work.act.second is None else work.act.second.name
    why = Why(
        "put_back",
        dose=dose.code,
        subject=subject.code,
        visit=visit.number,
        checked_by=second,
        note=because.strip(),
    )
    storage.put_into(work, vials, spots, on=dose, action="vial.placed", why=why)


def _spots(work: UnitOfWork, vials: Sequence[Vial], into: Sequence[str], subject: str) -> list[Spot]:
    if into:
        return storage.free_spots(work, storage.boxes_named(work, into), len(vials), subject)[: len(vials)]
    came_from = {vial.id: movements_of(work.session, vial.id)[-1].place_from for vial in vials}
    homeless = [vial.code for vial in vials if "/" not in (came_from[vial.id] or "")]  # A transfer is no position.
    if homeless:
        raise Refused(Finding("dose.put_back.no_position", subject, {"vials": homeless}))
    return [storage.spot_named(work, came_from[vial.id] or "") for vial in vials]


def _reserved_again(work: UnitOfWork, visit: Visit, vials: Sequence[Vial]) -> list[Reservation]:
    """What had been set aside for the visit and was pulled is set aside for it again."""
    were = store.reservations_ended(work.session, visit.id, ReservationEnd.PULLED)
    return [
        Reservation(visit_id=visit.id, vial_id=vial.id, reserved_at=work.now, reserved_by=work.act.actor.name)
        for vial in vials
        if vial.id in were
    ]
