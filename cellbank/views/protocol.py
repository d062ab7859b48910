"""The trial file in force, parsed."""

from dataclasses import dataclass
from datetime import date, datetime

from cellbank.domain.protocol import TrialState, TrialVersion
from cellbank.facts.protocol import parsed
from cellbank.languages import known_languages
from cellbank.store import protocol as store
from cellbank.store.unit_of_work import Reading


def own_words(reading: Reading) -> dict[str, dict[str, dict[str, str]]]:
    """What the trial file calls its tests, markers and criteria, by kind and identifier; the last approved says it."""
    found: dict[str, dict[str, dict[str, str]]] = {"test": {}, "marker": {}, "criterion": {}}
    for version in sorted(store.versions(reading.session), key=lambda one: one.approved_at is not None):
        protocol = parsed(version)
        for kind, name, words in (
            *(("test", one.test, one.name) for one in protocol.specification.criteria),
            *(("marker", one.marker, one.name) for one in protocol.donor.markers),
            *(("criterion", one.id, one.text) for one in protocol.subject.criteria),
        ):
            found[kind][name] = {language: words.said(language) for language in known_languages()}
    return found


@dataclass(frozen=True)
class TrialVersionView:
    """One version of the trial file."""

    trial: str
    version: str
    title: str
    state: TrialState
    loaded_at: datetime
    approved_at: datetime | None
    effective_on: date | None
    in_force: bool
    digest: str
    illustrative: tuple[str, ...]


def versions(reading: Reading) -> list[TrialVersionView]:
    """Every version ever loaded, oldest first."""
    current = store.in_force(reading.session, reading.today)
    return [_view(version, current) for version in store.versions(reading.session)]


def _view(version: TrialVersion, current: TrialVersion | None) -> TrialVersionView:
    protocol = parsed(version)
    return TrialVersionView(
        version.trial,
        version.version,
        protocol.title,
        version.state,
        version.loaded_at,
        version.approved_at,
        version.effective_on,
        current is not None and current.id == version.id,
        version.digest,
        tuple(sorted(protocol.illustrative)),
    )
