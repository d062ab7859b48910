"""Material lots and their uses, as rows."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from cellbank.domain.material import Material, MaterialUse


def materials(session: Session) -> list[Material]:
    """Every material lot, by item and lot number."""
    return list(session.exec(select(Material).order_by(col(Material.item), col(Material.lot_number))))


def by_item_and_lot(session: Session, item: str, lot_number: str) -> Material | None:
    """The material lot of an item by the supplier's lot number."""
    statement = select(Material).where(Material.item == item, Material.lot_number == lot_number)
    return session.exec(statement).first()


def by_lot_number(session: Session, lot_number: str) -> list[Material]:
    """Every material that bears this supplier's lot number."""
    return list(session.exec(select(Material).where(Material.lot_number == lot_number)))


def uses_in(session: Session, subject_ids: Collection[str]) -> list[tuple[MaterialUse, Material]]:
    """Every use in the steps of these cultures, lots or doses, with its material."""
    statement = (
        select(MaterialUse, Material)
        .where(col(MaterialUse.subject_id).in_(subject_ids), col(MaterialUse.material_id) == col(Material.id))
        .order_by(col(MaterialUse.used_at), col(Material.item))
    )
    return list(session.exec(statement))


def used_in(session: Session, subject_ids: Collection[str]) -> set[str]:
    """The ids of the materials used in these cultures, lots or doses."""
    return set(session.exec(select(MaterialUse.material_id).where(col(MaterialUse.subject_id).in_(subject_ids))))


def uses_of(session: Session, material_id: str) -> list[MaterialUse]:
    """Every use of a material lot, in the order of time."""
    statement = select(MaterialUse).where(MaterialUse.material_id == material_id)
    return list(session.exec(statement.order_by(col(MaterialUse.used_at), col(MaterialUse.subject_code))))
