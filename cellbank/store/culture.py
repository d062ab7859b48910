"""Cultures, their sources and harvests, as rows."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cellbank.domain.culture import Culture, CultureSource, Harvest
from cellbank.domain.lot import Lot


def cultures(session: Session) -> list[Culture]:
    """Every culture, by code."""
    return list(session.exec(select(Culture).order_by(col(Culture.code))))


def cultures_by_id(session: Session, ids: Collection[str]) -> list[Culture]:
    """These cultures, by code."""
    return list(session.exec(select(Culture).where(col(Culture.id).in_(ids)).order_by(col(Culture.code))))


def sources_of(session: Session, culture_ids: Collection[str]) -> list[CultureSource]:
    """What these cultures were started from."""
    return list(session.exec(select(CultureSource).where(col(CultureSource.culture_id).in_(culture_ids))))


def started_from_cultures(session: Session, ids: Collection[str]) -> list[CultureSource]:
    """The edges to cultures seeded from these cultures."""
    return list(session.exec(select(CultureSource).where(col(CultureSource.parent_id).in_(ids))))


def started_from_tissues(session: Session, ids: Collection[str]) -> list[CultureSource]:
    """The edges to cultures isolated from these tissues."""
    return list(session.exec(select(CultureSource).where(col(CultureSource.tissue_id).in_(ids))))


def started_from_vials(session: Session, ids: Collection[str]) -> list[CultureSource]:
    """The edges to cultures thawed from these vials."""
    return list(session.exec(select(CultureSource).where(col(CultureSource.vial_id).in_(ids))))


def harvests(session: Session, ids: Collection[str]) -> list[Harvest]:
    """These harvests."""
    return list(session.exec(select(Harvest).where(col(Harvest.id).in_(ids))))


def harvested_together(session: Session, harvest_ids: Collection[str]) -> list[Culture]:
    """Every culture that went into these harvests."""
    return list(session.exec(select(Culture).where(col(Culture.harvest_id).in_(harvest_ids))))


def companions_of(session: Session, culture_ids: Collection[str]) -> set[str]:
    """The ids of all cultures that went into the same harvests as these, which are among them once harvested."""
    harvested = select(Culture.harvest_id).where(col(Culture.id).in_(culture_ids))
    return set(session.exec(select(Culture.id).where(col(Culture.harvest_id).in_(harvested))))


def first_seeding_from(session: Session, tissue_id: str) -> datetime | None:
    """When the first culture was isolated from a tissue."""
    edges = select(CultureSource.culture_id).where(CultureSource.tissue_id == tissue_id)
    return session.exec(select(sa.func.min(Culture.seeded_at)).where(col(Culture.id).in_(edges))).one()


def lots_from(session: Session, culture_ids: Collection[str]) -> list[Lot]:
    """Every lot filled from these cultures."""
    return list(session.exec(select(Lot).where(col(Lot.culture_id).in_(culture_ids)).order_by(col(Lot.number))))
