"""Codes in the bank: the next one of a station, and what a typed or scanned code stands for."""

from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cellbank.domain import keyboard_layout, record
from cellbank.domain.identifiers import (
    PREFIX,
    Station,
    check_is_right,
    donation_id,
    has_own_form,
    normalised,
    own_code,
)
from cellbank.domain.material import Material
from cellbank.domain.record import Record
from cellbank.domain.storage import StoragePlace
from cellbank.domain.tissue import Tissue
from cellbank.errors import Finding, NotFound, Refused, WrongInput
from cellbank.store.stations import ROWS
from cellbank.store.unit_of_work import Reading

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Found:
    """The row that a code stands for, and its station."""

    station: Station
    row: Record

    @property
    def code(self) -> str:
        """The code or pseudonym people use for it."""
        return self.row.label


def next_code(reading: Reading, station: Station) -> str:
    """The next free code of a station in the site's current year; unique because the writers' lock is held. Refused
    after the 9,999th of a year.
    """
    kind = ROWS[station]
    columns = record.table_of(kind).columns
    column = columns["code"] if "code" in columns else columns[kind.code_column]
    year = reading.today.year
    prefix = f"{PREFIX[station]}-{year % 100:02d}"
    last = reading.session.scalar(sa.select(sa.func.max(column)).where(column.like(f"{prefix}%")))
    sequence = 1 if last is None else int(str(last)[len(prefix) : len(prefix) + 4]) + 1
    return own_code(station, year, sequence)


def get_by_code(reading: Reading, kind: type[R], code: str) -> R:
    """The row of a station by its code, a scan through another keyboard layout set right.

    Refused: a code that the station has not (`NotFound`), a check character that does not fit (`WrongInput`).
    """
    code = normalised(code)
    found = _exact(reading.session, kind, code)
    if found is not None:
        return found
    code = keyboard_layout.repaired(code)
    found = _exact(reading.session, kind, code)
    if found is not None:
        return found
    station = record.table_of(kind).name
    if has_own_form(code) and not check_is_right(code):
        raise WrongInput("code.check", value=code)
    if kind is Tissue and (alias := _tissue_by_donation(reading.session, code)) is not None:
        return alias  # type: ignore[return-value]
    raise NotFound(f"{station}.not_found", code=code)


def _exact(session: Session, kind: type[R], code: str) -> R | None:
    return session.exec(select(kind).where(_is_called(kind, code))).first()


def _is_called(kind: type[Record], code: str | sa.BindParameter[str]) -> sa.ColumnElement[bool]:
    columns = record.table_of(kind).columns
    same = columns[kind.code_column] == code
    # A place is called by its path, and scanned by its code.
    return sa.or_(same, columns["code"] == code) if kind is StoragePlace else same


def _tissue_by_donation(session: Session, text: str) -> Tissue | None:
    donation = _donation(text)
    return None if donation is None else session.exec(select(Tissue).where(Tissue.donation_id == donation)).first()


def _donation(text: str) -> str | None:
    try:
        return donation_id(text)
    except WrongInput:
        return None


def resolve(reading: Reading, text: str) -> Found:
    """The row that any code stands for, of whatever station: own codes, pseudonyms, donation identifiers, suppliers'
    lot numbers. A scan through another keyboard layout is set right.

    Refused: a code that the bank does not know, a check character that does not fit, and, with the list of them, a code
    that stands for several things.
    """
    code = normalised(text)
    if not code:
        raise WrongInput("code.empty")
    if has_own_form(code) and not check_is_right(code):
        raise WrongInput("code.check", value=code)
    candidates = list(_candidates(reading.session, code))
    try:
        meant = keyboard_layout.repaired(code)
    except WrongInput:
        if not candidates:
            raise
        meant = code
    if meant != code:
        candidates.extend(_candidates(reading.session, meant))
    if not candidates:
        raise NotFound("code.not_found", code=meant)
    if len(candidates) > 1:
        listed = ", ".join(f"{found.station.value} {found.code}" for found in candidates)
        raise Refused(Finding("code.ambiguous", code, {"code": code, "candidates": listed}))
    return candidates[0]


_PLACES = (*ROWS, Station.TISSUE, Station.MATERIAL)
"""Where a code may stand: at every station as our own, then as what others call our tissues and materials."""


def _candidates(session: Session, code: str) -> list[Found]:
    found = session.execute(_everywhere(), {"code": code, "donation": _donation(code)})
    stations = ((_PLACES[place], row_id) for place, row_id in sorted(found.all()))
    return [Found(station, session.get_one(ROWS[station], row_id)) for station, row_id in stations]


@cache
def _everywhere() -> sa.CompoundSelect[tuple[int, str]]:
    """All the places asked at once, each by its index."""
    code, donation = sa.bindparam("code", type_=sa.Text), sa.bindparam("donation", type_=sa.Text)
    called = [
        *(_is_called(kind, code) for kind in ROWS.values()),
        col(Tissue.donation_id) == donation,
        sa.func.upper(Material.lot_number) == code,
    ]
    asked = []
    for place, (station, so_called) in enumerate(zip(_PLACES, called, strict=True)):
        index: sa.ColumnElement[int] = sa.literal_column(str(place))
        asked.append(sa.select(index, col(ROWS[station].id)).where(so_called))
    return sa.union_all(*asked)


def exists(reading: Reading, kind: type[Record], code: str) -> bool:
    """Whether a station already has this code, a scan through another keyboard layout set right."""
    if _exact(reading.session, kind, code) is not None:
        return True
    try:
        return _exact(reading.session, kind, keyboard_layout.repaired(code)) is not None
    except WrongInput:
        return False
