"""The trial file in force, and the one that something was made under, parsed."""

import hashlib
from datetime import date, datetime
from functools import lru_cache

from cellbank.domain.hold import Hold, HoldKind
from cellbank.domain.protocol import Protocol, TrialVersion, parse_protocol
from cellbank.domain.signature import Content
from cellbank.errors import Finding, NotFound, Refused
from cellbank.store import hold as store_hold, protocol as store_protocol
from cellbank.store.unit_of_work import Reading, content


@lru_cache(maxsize=16)
def _parsed(content: str) -> Protocol:
    return parse_protocol(content)


def parsed(version: TrialVersion) -> Protocol:
    """The protocol of a version."""
    return _parsed(version.content)


def protocol_in_force_or_none(reading: Reading) -> Protocol | None:
    """The protocol in force today, or None."""
    version = store_protocol.in_force(reading.session, reading.today)
    return None if version is None else parsed(version)


def protocol_in_force(reading: Reading) -> Protocol:
    """The protocol in force today; refused when there is none."""
    return parsed(version_in_force(reading))


def version_in_force(reading: Reading) -> TrialVersion:
    """The approved version of today; refused when there is none."""
    version = store_protocol.in_force(reading.session, reading.today)
    if version is None:
        raise Refused(Finding("trial.none_in_force", ""))
    return version


def version_effective(reading: Reading, moment: datetime) -> TrialVersion:
    """The version effective when something was done; for what was done before any was, the one of today."""
    version = store_protocol.in_force(reading.session, reading.day_of(moment))
    return version_in_force(reading) if version is None else version


def protocol_by_id(reading: Reading, version_id: str) -> Protocol:
    """The protocol under which something was made."""
    return parsed(version_by_id(reading, version_id))


def version_by_id(reading: Reading, version_id: str) -> TrialVersion:
    """The version under which something was made; an unknown one is refused."""
    version = store_protocol.version_by_id(reading.session, version_id)
    if version is None:
        raise NotFound("trial.version.not_found", version=version_id)
    return version


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


def trial_suspension(reading: Reading) -> Hold | None:
    """The open suspension of the trial, or None."""
    found = (h for h in store_hold.holds(reading.session) if h.kind is HoldKind.TRIAL_SUSPENDED and h.lifted_at is None)
    return next(found, None)


def resume_content(hold: Hold, because: str) -> Content:
    """What QA signs to resume the trial."""
    return content({"suspension": hold.code, "reason": hold.reason, "put_at": hold.put_at, "because": because})
