"""The trial file in force, parsed."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from cellbank.domain.hold import Hold, HoldKind
from cellbank.domain.protocol import Protocol, TrialState, TrialVersion, parse_protocol
from cellbank.domain.signature import Content
from cellbank.errors import Finding, NotFound, Refused
from cellbank.languages import known_languages
from cellbank.store import hold as store_hold
from cellbank.store import protocol as store
from cellbank.store.unit_of_work import Reading, content
from cellbank.views.hold import HoldView, hold_view


@lru_cache(maxsize=16)
def _parsed(content: str) -> Protocol:
    return parse_protocol(content)


def parsed(version: TrialVersion) -> Protocol:
    """The protocol of a version."""
    return _parsed(version.content)


def in_force_or_none(reading: Reading) -> Protocol | None:
    """The protocol in force today, or None."""
    version = store.in_force(reading.session, reading.today)
    return None if version is None else parsed(version)


def version_in_force(reading: Reading) -> TrialVersion:
    """The approved version of today; refused when there is none."""
    version = store.in_force(reading.session, reading.today)
    if version is None:
        raise Refused(Finding("trial.none_in_force", ""))
    return version


def version_effective(reading: Reading, moment: datetime) -> TrialVersion:
    """The version effective when something was done; for what was done before any was, the one of today."""
    version = store.in_force(reading.session, reading.day_of(moment))
    return version_in_force(reading) if version is None else version


def by_id(reading: Reading, version_id: str) -> Protocol:
    """The protocol under which something was made."""
    return parsed(version_by_id(reading, version_id))


def version_by_id(reading: Reading, version_id: str) -> TrialVersion:
    """The version under which something was made."""
    version = store.version_by_id(reading.session, version_id)
    if version is None:
        raise NotFound("trial.version.not_found", version=version_id)
    return version


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


def digest_of_text(content: str) -> str:
    """SHA-256 of a trial file's text (UTF-8)."""
    return hashlib.sha256(content.encode()).hexdigest()


def approval_content(version: TrialVersion, effective_on: date) -> Content:
    """What QA signs to approve a version: its identity, the digest of its text, the day it takes effect."""
    protocol = parsed(version)
    return content(
        {
            "trial": version.trial,
            "version": version.version,
            "digest": version.digest,
            "effective_on": effective_on,
            "illustrative": sorted(protocol.illustrative),
        }
    )


def approving(reading: Reading, name: str, effective_on: date | None) -> Content:
    """What QA is shown before approving a version."""
    version = store.version_named(reading.session, name.strip())
    if version is None:
        raise NotFound("trial.version.not_found", version=name)
    return approval_content(version, effective_on or reading.today)


def suspension(reading: Reading) -> HoldView | None:
    """The open suspension of the trial, or None."""
    found = (h for h in store_hold.holds(reading.session) if h.kind is HoldKind.TRIAL_SUSPENDED and h.lifted_at is None)
    hold = next(found, None)
    return None if hold is None else hold_view(hold)


def resume_content(hold: Hold, because: str) -> Content:
    """What QA signs to resume the trial."""
    return content({"suspension": hold.code, "reason": hold.reason, "put_at": hold.put_at, "because": because})


def resuming(reading: Reading, because: str) -> Content:
    """What QA is shown before resuming the trial."""
    for hold in store_hold.holds(reading.session):
        if hold.kind is HoldKind.TRIAL_SUSPENDED and hold.lifted_at is None:
            return resume_content(hold, because)
    raise Refused(Finding("trial.not_suspended", ""))
