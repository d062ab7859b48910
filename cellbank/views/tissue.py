"""A tissue as a reader sees it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from cellbank.domain.donor import Donor
from cellbank.domain.tissue import Acceptance, Tissue, cold_ischaemia_hours
from cellbank.facts.protocol import protocol_by_id
from cellbank.store import codes, tissue as store
from cellbank.store.culture import cultures_by_id, started_from_tissues
from cellbank.store.unit_of_work import Reading


@dataclass(frozen=True)
class TissueView:
    """One tissue; `cold_ischaemia_h` is None until cells were isolated from it."""

    code: str
    donor: str
    donation_id: str
    procured_at: datetime
    received_at: datetime
    procedure: str
    mass_g: Decimal | None
    volume_ml: Decimal | None
    temperature_c: Decimal | None
    cold_ischaemia_h: Decimal | None
    acceptance: Acceptance
    decided_because: str | None
    cultures: tuple[str, ...]


def tissue_view(reading: Reading, code: str) -> TissueView:
    """One tissue by its code or donation identifier; an unknown one is refused."""
    return _view(reading, codes.get_by_code(reading, Tissue, code))


def tissues(reading: Reading) -> list[TissueView]:
    """Every tissue."""
    return [_view(reading, tissue) for tissue in store.tissues(reading.session)]


def _view(reading: Reading, tissue: Tissue) -> TissueView:
    edges = started_from_tissues(reading.session, {tissue.id})
    cultures = cultures_by_id(reading.session, {edge.culture_id for edge in edges})
    started = min((culture.seeded_at for culture in cultures), default=None)
    donor = reading.session.get_one(Donor, tissue.donor_id)
    return TissueView(
        tissue.code,
        donor.code,
        tissue.donation_id,
        tissue.procured_at,
        tissue.received_at,
        tissue.procedure,
        tissue.mass_g,
        tissue.volume_ml,
        tissue.temperature_c,
        None if started is None else round(cold_ischaemia_hours(tissue.procured_at, started), 2),
        tissue.acceptance,
        tissue.decided_because,
        tuple(culture.code for culture in cultures),
    )


@dataclass(frozen=True)
class Ischaemia:
    """Cold ischaemia of a tissue: hours until it was processed, or until now while it is not; two decimals."""

    hours: Decimal
    limit_h: Decimal


def ischaemia(reading: Reading, code: str) -> Ischaemia:
    """How long a tissue has been, or was, on its way to the bench, against the limit of its trial file; an unknown
    tissue is refused.
    """
    tissue = codes.get_by_code(reading, Tissue, code)
    known = _view(reading, tissue).cold_ischaemia_h
    limit = protocol_by_id(reading, tissue.trial_version_id).tissue.cold_ischaemia_limit_hours
    now = round(cold_ischaemia_hours(tissue.procured_at, reading.now), 2)
    return Ischaemia(now if known is None else known, Decimal(limit))
