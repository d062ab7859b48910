"""The content that a release signs, and what has changed since (rules.md §6). Never positions or later movements."""

from collections.abc import Iterable, Mapping
from typing import Any

from cellbank.domain.culture import Culture
from cellbank.domain.facts import LotFacts
from cellbank.domain.growth import Family, shown_doublings
from cellbank.domain.lot import Lot
from cellbank.domain.protocol import TrialVersion, outcome_of
from cellbank.domain.testing import Result, ResultFacts, Stage
from cellbank.store import lineage
from cellbank.store.lineage import Lineage
from cellbank.store.unit_of_work import Reading, content

AS_OF_THAT_MOMENT = frozenset({"reconciliation"})
"""Parts of the content that say how things stood then; they change with every vial used, and change nothing signed."""


GROWS = frozenset({"results", "deviations"})
"""Lists to which later facts are added; an addition changes nothing that was signed, a missing or changed line does."""


def release_content(
    reading: Reading,
    lot: Lot,
    facts: LotFacts,
    version: TrialVersion,
    upstream: Lineage,
    family: Family,
    results: Iterable[Result],
) -> dict[str, Any]:
    """Exactly what is shown and signed: identity, lineage, specification, results, deviations, counts, expiry."""
    culture = reading.session.get_one(Culture, lot.culture_id)
    found = {
        "lot": {
            "number": lot.number,
            "tier": lot.tier,
            "product": facts.protocol.lot.product_name.said(facts.protocol.languages[0]),
            "trial": facts.protocol.code,
            "filled_at": lot.filled_at,
            "viable_per_vial": lot.viable_per_vial,
            "volume_ml": lot.volume_ml,
            "vials_filled": lot.vials_filled,
            "passage": culture.passage,
            "cumulative_doublings": shown_doublings(family.growth[culture.code].cumulative_at_harvest),
        },
        "lineage": {s.value: codes for s, codes in lineage.labels(reading.session, upstream).items()},
        "specification": {
            "trial": facts.protocol.code,
            "version": facts.protocol.version,
            "digest": version.digest,
        },
        "results": [_result(row, known, facts) for row, known in zip(results, facts.results, strict=True)],
        "deviations": [
            {"code": d.code, "limit": d.limit_code, "subject": d.subject, "conclusion": d.conclusion, "by": d.closed_by}
            for d in facts.deviations
        ],
        "reconciliation": {
            "filled": facts.reconciliation.filled,
            "by_status": {s.value: n for s, n in sorted(facts.reconciliation.by_status.items())},
            "labels": {
                "printed": facts.labels.printed,
                "applied": facts.labels.applied,
                "voided": facts.labels.voided,
            },
        },
        "expires_on": lot.expires_on,
    }
    return content(found)


def _result(row: Result, known: ResultFacts, facts: LotFacts) -> dict[str, object]:
    return {
        "code": row.code,
        "test": row.test,
        "value": row.value,
        "unit": row.unit,
        "method": row.method,
        "performed_on": row.performed_on,
        "outcome": outcome_of(facts.protocol, Stage(facts.tier.value), known),
        "recorded_by": row.recorded_by,
        "reviewed_by": row.reviewed_by,
        "invalidated": row.invalidated_cause,
    }


def changes(signed: Mapping[str, Any], now: Mapping[str, Any], *, additions_count: bool) -> list[str]:
    """Dotted paths of what differs between a signed content and the content now.

    Before release every difference counts; after it, results and deviations that came later do not.
    """
    found: list[str] = []
    for part in sorted(set(signed) | set(now)):
        if part in AS_OF_THAT_MOMENT:
            continue
        before, after = signed.get(part), now.get(part)
        if part in GROWS and not additions_count:
            known = {line["code"]: line for line in after or []}
            gone = (line["code"] for line in before or [] if not _stands(line, known.get(line["code"])))
            found.extend(f"{part}.{code}" for code in gone)
        elif before != after:
            found.append(part)
    return found


def _stands(signed: Mapping[str, Any], now: Mapping[str, Any] | None) -> bool:
    """Whether a line is what was signed; a review given later adds to it and changes nothing."""
    if now is None:
        return False
    later = {"reviewed_by"} if signed.get("reviewed_by", "") is None else set()
    return {k: v for k, v in signed.items() if k not in later} == {k: v for k, v in now.items() if k not in later}
