"""A material lot as a reader sees it, and how one is named: by code, supplier's lot, or `item:lot`."""

from dataclasses import dataclass
from datetime import date, datetime

from cellbank.domain.identifiers import Station
from cellbank.domain.lot import Lot
from cellbank.domain.material import Material, MaterialStatus
from cellbank.facts.material import get_material
from cellbank.store import codes, lineage, material as store
from cellbank.store.unit_of_work import Reading


@dataclass(frozen=True)
class MaterialView:
    """One material lot."""

    code: str
    item: str
    lot_number: str
    supplier: str
    expires_on: date
    received_at: datetime
    status: MaterialStatus
    in_date: bool
    decided_because: str | None
    used_in: tuple[str, ...]


@dataclass(frozen=True)
class MaterialUseView:
    """A material lot in one step that led to a lot: when it was used and when QA accepted it, days at the site."""

    code: str
    item: str
    lot_number: str
    expires_on: date
    used_in: str
    used_on: date
    accepted_on: date | None
    accepted_after_use: bool
    status: MaterialStatus


def materials(reading: Reading) -> list[MaterialView]:
    """Every material lot."""
    return [_view(reading, material) for material in store.materials(reading.session)]


def material_view(reading: Reading, code: str) -> MaterialView:
    """One material lot."""
    return _view(reading, get_material(reading, code))


def uses_behind(reading: Reading, lot_number: str) -> list[MaterialUseView]:
    """Every material used on the way to a lot, step by step; an unknown lot is refused."""
    lot = codes.get_by_code(reading, Lot, lot_number)
    upstream = lineage.upstream(reading.session, Station.LOT, lot.id)
    return [
        MaterialUseView(
            material.code,
            material.item,
            material.lot_number,
            material.expires_on,
            use.subject_code,
            reading.day_of(use.used_at),
            None if material.accepted_at is None else reading.day_of(material.accepted_at),
            material.accepted_at is not None and material.accepted_at > use.used_at,
            material.status,
        )
        for use, material in store.uses_in(reading.session, sorted(upstream.all_ids() | {lot.id}))
    ]


def _view(reading: Reading, material: Material) -> MaterialView:
    return MaterialView(
        material.code,
        material.item,
        material.lot_number,
        material.supplier,
        material.expires_on,
        material.received_at,
        material.status,
        material.expires_on >= reading.today,
        material.decided_because,
        tuple(dict.fromkeys(use.subject_code for use in store.uses_of(reading.session, material.id))),
    )
