"""Reservations and doses, as rows."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select

from cellbank.domain.lot import Disposition, Lot, Tier
from cellbank.domain.subject import Subject
from cellbank.domain.vial import StockClass, Vial, VialStatus
from cellbank.domain.visit import UNDER_WAY, Dose, DoseStatus, DoseVial, Reservation, ReservationEnd, Visit


def live_reservations(session: Session, visit_ids: Collection[str]) -> list[Reservation]:
    """The vials set aside for these visits."""
    statement = select(Reservation).where(col(Reservation.visit_id).in_(visit_ids), col(Reservation.ended_at).is_(None))
    return list(session.exec(statement.order_by(col(Reservation.reserved_at), col(Reservation.id))))


def live_reservation_of(session: Session, vial_ids: Collection[str]) -> dict[str, Reservation]:
    """The live reservation of each of these vials that has one."""
    statement = select(Reservation).where(col(Reservation.vial_id).in_(vial_ids), col(Reservation.ended_at).is_(None))
    return {reservation.vial_id: reservation for reservation in session.exec(statement)}


def reservations_ended(session: Session, visit_id: str, ended_as: ReservationEnd) -> set[str]:
    """The ids of the vials that were set aside for a visit until something ended it."""
    statement = select(Reservation.vial_id).where(Reservation.visit_id == visit_id, Reservation.ended_as == ended_as)
    return set(session.exec(statement))


def reservations_ended_at(session: Session, visit_id: str, moment: datetime) -> list[Reservation]:
    """What was set aside for a visit until an act of this moment ended it."""
    return list(
        session.exec(select(Reservation).where(Reservation.visit_id == visit_id, col(Reservation.ended_at) == moment))
    )


def visit_of_reservation(session: Session, reservation: Reservation) -> Visit:
    """The visit that a vial is set aside for."""
    return session.get_one(Visit, reservation.visit_id)


def doses_of_visits(session: Session, visit_ids: Collection[str]) -> list[Dose]:
    """Every attempt at these visits, in order."""
    statement = select(Dose).where(col(Dose.visit_id).in_(visit_ids))
    return list(session.exec(statement.order_by(col(Dose.pulled_at), col(Dose.attempt))))


def doses(session: Session) -> list[Dose]:
    """Every attempt, by code."""
    return list(session.exec(select(Dose).order_by(col(Dose.code))))


def doses_under_way(session: Session) -> list[Dose]:
    """Every attempt that must still come to an end."""
    statement = select(Dose).where(col(Dose.status).in_(sorted(UNDER_WAY)))
    return list(session.exec(statement.order_by(col(Dose.pulled_at))))


def doses_returned(session: Session) -> list[Dose]:
    """Attempts that came back from the ward and are not destroyed yet."""
    return list(session.exec(select(Dose).where(Dose.status == DoseStatus.RETURNED).order_by(col(Dose.code))))


def doses_conditional(session: Session) -> list[Dose]:
    """Doses that were dispensed before every result was there, oldest first."""
    conditional = col(Dose.conditional) == True  # noqa: E712 — a column: `IS true` of an integer is no PostgreSQL
    return list(session.exec(select(Dose).where(conditional).order_by(col(Dose.dispensed_at))))


def running(session: Session) -> list[tuple[Dose, str, int]]:
    """Every attempt that must still come to an end, with its subject's code and its visit's number."""
    statement = (
        select(Dose, col(Subject.code), col(Visit.number))
        .join(Visit, col(Visit.id) == col(Dose.visit_id))
        .join(Subject, col(Subject.id) == col(Dose.subject_id))
        .where(col(Dose.status).in_(sorted(UNDER_WAY)))
    )
    return [(row[0], row[1], row[2]) for row in session.execute(statement.order_by(col(Dose.pulled_at)))]


def under_way_at(session: Session, visit_id: str) -> Dose | None:
    """The attempt of a visit that must still come to an end."""
    statement = select(Dose).where(Dose.visit_id == visit_id, col(Dose.status).in_(sorted(UNDER_WAY)))
    return session.exec(statement).first()


def injections_of(session: Session, subject_id: str) -> list[Dose]:
    """The doses that a subject was given, oldest first."""
    statement = select(Dose).where(Dose.subject_id == subject_id, Dose.status == DoseStatus.ADMINISTERED)
    return list(session.exec(statement.order_by(col(Dose.administered_at))))


def vials_in(session: Session, dose_id: str) -> list[Vial]:
    """The vials of an attempt that did not leave it, by code."""
    statement = (
        select(Vial)
        .join(DoseVial, col(DoseVial.vial_id) == col(Vial.id))
        .where(DoseVial.dose_id == dose_id, col(DoseVial.left_at).is_(None))
    )
    return list(session.exec(statement.order_by(col(Vial.code))))


def lots_in(session: Session, dose: Dose) -> list[Lot]:
    """The lots of an attempt's vials, by number: one, unless the trial file allows more in a dose.

    Of the vials in it, or of all that left it when none stayed.
    """
    links = dose_vials(session, dose.id)
    inside = [link.vial_id for link in links if link.left_at is None] or [link.vial_id for link in links]
    lots = select(Vial.lot_id).where(col(Vial.id).in_(inside))
    return list(session.exec(select(Lot).where(col(Lot.id).in_(lots)).order_by(col(Lot.number))))


def dose_vials(session: Session, dose_id: str) -> list[DoseVial]:
    """The links between an attempt and its vials, whether they left it or not."""
    return list(session.exec(select(DoseVial).where(DoseVial.dose_id == dose_id)))


def open_links(session: Session, vial_ids: Collection[str]) -> list[DoseVial]:
    """The links of these vials to an attempt that they did not leave."""
    return list(
        session.exec(select(DoseVial).where(col(DoseVial.vial_id).in_(vial_ids), col(DoseVial.left_at).is_(None)))
    )


def doses_of_vials(session: Session, vial_ids: Collection[str]) -> set[str]:
    """The ids of the doses that these vials went into."""
    statement = select(DoseVial.dose_id).where(col(DoseVial.vial_id).in_(vial_ids), col(DoseVial.left_at).is_(None))
    return set(session.exec(statement))


def product_lots_released(session: Session) -> list[Lot]:
    """The product lots that are released, the first to expire first."""
    statement = select(Lot).where(Lot.tier == Tier.PRODUCT, Lot.disposition == Disposition.RELEASED)
    return list(session.exec(statement.order_by(col(Lot.expires_on), col(Lot.number))))


def unreserved_vials(session: Session, lot_id: str) -> list[Vial]:
    """Dispensable, verified vials of a lot, in stock where they can be taken from, and not set aside."""
    reserved = select(Reservation.vial_id).where(col(Reservation.ended_at).is_(None))
    statement = select(Vial).where(
        Vial.lot_id == lot_id,
        Vial.stock_class == StockClass.DISPENSABLE,
        col(Vial.status).in_([VialStatus.FILLED, VialStatus.STORED]),
        col(Vial.verified_at).is_not(None),
        col(Vial.id).not_in(reserved),
    )
    return list(session.exec(statement.order_by(col(Vial.number))))
