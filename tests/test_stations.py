"""Stations and kinds of labels: each layer has one table of them, and none lacks its place in any without a reason."""

from collections.abc import Collection

import pytest

from cellbank.cli.app import STATIONS as FIRST_WORDS
from cellbank.documents.label_kinds import LABELS
from cellbank.documents.vial import stocks
from cellbank.domain.identifiers import own_code
from cellbank.domain.record import record_kinds, table_of
from cellbank.domain.stations import CHAIN, PREFIX, STATIONS
from cellbank.domain.terms import Station
from cellbank.errors import NotFound
from cellbank.languages import known_languages
from cellbank.store import codes, guards
from cellbank.store.lineage import STEPS
from cellbank.store.stations import ROWS
from cellbank.views.stations import READERS
from cellbank.views.trace import THROUGH_ONE, THROUGH_VIALS
from cellbank.wording import texts
from tests.journey import Scene
from tests.services.conftest import released
from tui.app.routes import ROUTES
from tui.forms.registry import BY_STATION

__all__ = ["released"]

LINKS = frozenset(CHAIN)
TABLES: dict[str, tuple[Collection[Station], Collection[Station]]] = {
    "what it is to the rules": (STATIONS, ()),
    "its row": (ROWS, ()),
    "its reader": (READERS, ()),
    "its forms": (BY_STATION, ()),
    "its screen": (ROUTES, ()),
    "its ways in the lineage": (STEPS, frozenset(Station) - LINKS),
    "through what it is traced": ({**THROUGH_ONE, **THROUGH_VIALS}, LINKS),
    "the prefix of its codes": (PREFIX, {Station.DONOR, Station.SUBJECT, Station.VISIT}),
}
"""Each table of the layers, and the stations that need no place in it: a pseudonym has no prefix, a link of the chain
is traced itself, what is no link has no ways of its own."""
WORDS = {Station.PLACE: "storage"}
"""Where the first word of the command line is another than the station's name."""


@pytest.mark.parametrize("table", TABLES)
def test_every_station_has_its_place_in_every_table(table: str) -> None:
    entries, without = TABLES[table]
    assert set(entries) | set(without) == set(Station)
    assert not set(entries) & set(without)


def test_every_station_has_a_word_of_the_command_line_and_words_in_every_language() -> None:
    assert [station for station in Station if WORDS.get(station, station.value) not in FIRST_WORDS] == []
    for language in known_languages():
        said = texts(language)
        asked = (f"term.station.{station}" for station in Station), (f"{station}.not_found" for station in Station)
        assert [code for some in asked for code in some if code not in said] == []


def test_a_station_is_its_table() -> None:
    assert {station: table_of(row).name for station, row in ROWS.items()} == {s: s.value for s in Station}
    assert set(Station) <= set(record_kinds())
    assert all(guards.FROZEN_COLUMNS[station] for station in Station), "no act changes what is printed"


def test_prefixes_are_told_apart() -> None:
    assert len(set(PREFIX.values())) == len(PREFIX)


def test_every_kind_of_label_is_of_a_station_and_has_a_paper_of_its_own() -> None:
    for kind, one in LABELS.items():
        assert one.row in ROWS.values(), kind
        assert one.stock in stocks(), kind


@pytest.mark.parametrize("station", Station)
def test_every_reader_refuses_a_code_that_its_station_has_not(station: Station, released: Scene) -> None:
    unknown = own_code(station, 2099, 1) if station in PREFIX else "NOBODY-1"
    with pytest.raises(NotFound):
        released.read(READERS[station], f"{unknown}/1" if station is Station.VISIT else unknown)


def test_what_a_reader_shows_is_found_by_its_code(released: Scene) -> None:
    for name in ("donor", "tissue", "P2", "lot", "viability", "thawed vial"):
        found = released.read(codes.resolve, released[name])
        assert released.read(READERS[found.station], found.code) is not None
