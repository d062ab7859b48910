"""The evidence behind each requirement of the release, cut from what was read of the lot: headings and rows of words.

Where there is a column `code`, its cell is the code of the thing, so that it can be opened from there.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cellbank.domain.material import MaterialStatus
from cellbank.views.lot import ResultLine
from cellbank.views.material import MaterialUseView
from cellbank.wording import Wording
from tui.screens.lot_seen import Behind, LotSeen
from tui.text.marks import OUTCOME_MARKS
from tui.text.markup_safe import shortened

Row = tuple[str, ...]
NOTHING = "–"


@dataclass(frozen=True)
class Evidence:
    """A small table: the codes of its headings in the locale, and its rows."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]

    def code_of(self, row: Row) -> str:
        """The code of a row's thing, empty when it has none."""
        return row[self.headings.index("code")] if "code" in self.headings else ""


def limit_shown(limit: str) -> str:
    """A limit with the signs that people write."""
    return limit.replace(">=", "≥").replace("<=", "≤")


def _results(seen: LotSeen, behind: Behind, words: Wording) -> Iterator[Row]:
    for line in seen.lot.results:
        unit = f" {line.unit}" if line.unit not in (None, "1") else ""
        yield (
            shortened(line.name, 22),
            shortened(f"{line.value}{unit}", 16),
            shortened(limit_shown(line.limit) or NOTHING, 14),
            f"{OUTCOME_MARKS[line.outcome]} {words.term('outcome', line.outcome)}",
            _review(line, words),
            line.method or NOTHING,
            words.value(line.performed_on),
            line.code,
        )


def _review(line: ResultLine, words: Wording) -> str:
    if line.invalidated is not None:
        return words.say("tui.result.invalidated", cause=line.invalidated)
    if line.reviewed_by is None:
        return words.say("tui.result.unreviewed")
    return line.reviewed_by


def _donors(seen: LotSeen, behind: Behind, words: Wording) -> Iterator[Row]:
    for donor in seen.donors:
        determined = NOTHING if donor.determined_at is None else words.value(donor.determined_at)
        consent = (
            words.say("tui.donor.consented", on=donor.consented_on)
            if donor.withdrawn_on is None
            else words.say("tui.donor.withdrawn", on=donor.withdrawn_on)
        )
        yield (donor.code, words.term("eligibility", donor.eligibility), determined, consent)
        for test in donor.tests:
            yield ("", test.marker, words.term("marker_outcome", test.outcome), words.value(test.sampled_on))


def _tissues(seen: LotSeen, behind: Behind, words: Wording) -> Iterator[Row]:
    for tissue in seen.tissues:
        hours = NOTHING if tissue.cold_ischaemia_h is None else f"{words.number(tissue.cold_ischaemia_h)} h"
        accepted = words.term("acceptance", tissue.acceptance)
        yield (tissue.code, accepted, tissue.donation_id, words.value(tissue.procured_at), hours)


def _cultures(seen: LotSeen, behind: Behind, words: Wording) -> Iterator[Row]:
    for culture in behind.cultures:
        viability = culture.harvest_viability_percent
        yield (
            culture.code,
            f"P{culture.passage}",
            ", ".join((*culture.parents, *culture.tissues)) or NOTHING,
            NOTHING if culture.cumulative_doublings is None else words.number(culture.cumulative_doublings),
            NOTHING if viability is None else f"{words.number(viability)} %",
            NOTHING if culture.harvested_at is None else words.value(culture.harvested_at),
        )


def _parents(seen: LotSeen, behind: Behind, words: Wording) -> Iterator[Row]:
    for parent in behind.parents:
        yield (parent.number, words.term("tier", parent.tier), words.term("disposition", parent.disposition))


def _materials(seen: LotSeen, behind: Behind, words: Wording) -> Iterator[Row]:
    for material in seen.materials:
        yield (
            material.item,
            material.used_in,
            words.value(material.used_on),
            _accepted(material, words),
            words.value(material.expires_on),
            material.lot_number,
            material.code,
        )


def _accepted(use: MaterialUseView, words: Wording) -> str:
    if use.status is MaterialStatus.BLOCKED or use.accepted_on is None:
        return words.term("material_status", use.status)
    at = words.value(use.accepted_on)
    return words.say("tui.evidence.accepted_after_use", at=at) if use.accepted_after_use else at


def _signatures(seen: LotSeen, behind: Behind, words: Wording) -> Iterator[Row]:
    for signed in seen.lot.signatures:
        yield (
            signed.printed_name,
            words.term("role", signed.role),
            words.term("meaning", signed.meaning),
            words.value(signed.signed_at),
            signed.digest[:16],
        )


def _vials(seen: LotSeen, behind: Behind, words: Wording) -> Iterator[Row]:
    for status, count in seen.lot.vials.items():
        yield (words.term("vial_status", status), str(count))
    yield (words.say("tui.vials.filled"), str(seen.lot.vials_filled))


def _labels(seen: LotSeen, behind: Behind, words: Wording) -> Iterator[Row]:
    for line in seen.vials:
        state = seen.label_state(line)
        if state != "verified":
            stock = words.term("stock_class", line.stock_class)
            yield (line.code, stock, words.term("vial_status", line.status), words.say(f"tui.label.{state}"))


def _holds(seen: LotSeen, behind: Behind, words: Wording) -> Iterator[Row]:
    for hold in seen.holds:
        state = words.say("tui.open" if hold.is_open else "tui.lifted", by=hold.lifted_by or "")
        put = f"{hold.put_by}, {words.value(hold.put_at)}"
        yield (hold.code, hold.subject, words.term("hold_kind", hold.kind), state, hold.reason, put)


def _deviations(seen: LotSeen, behind: Behind, words: Wording) -> Iterator[Row]:
    for found in seen.deviations:
        state = words.say("tui.open" if found.is_open else "tui.closed", by=found.closed_by or "")
        broken = words.finding(found.limit)
        yield (found.code, state, broken, found.conclusion or NOTHING)


def _standing(seen: LotSeen, behind: Behind, words: Wording) -> Iterator[Row]:
    found = seen.lot
    yield words.say("tui.column.disposition"), words.term("disposition", found.disposition)
    if found.decided_at is not None:
        yield words.say("tui.column.decided_at"), words.value(found.decided_at)
    if found.decided_because:
        yield words.say("tui.column.reason"), found.decided_because
    yield words.say("tui.column.expires_on"), words.value(found.expires_on)


def _specification(seen: LotSeen, behind: Behind, words: Wording) -> Iterator[Row]:
    for name, value in seen.check.content["specification"].items():
        yield words.say(f"tui.column.{name}"), str(value)


def _green_light(seen: LotSeen, behind: Behind, words: Wording) -> Iterator[Row]:
    yield words.say("tui.column.green_light"), seen.lot.green_light or NOTHING


_RESULTS = ("test", "value", "limit", "outcome", "review", "method", "performed_on", "code")
_MATERIALS = ("item", "used_in", "used_on", "accepted", "expires_on", "supplier_lot", "code")
_CULTURES = ("passage", "from", "doublings", "viability", "harvested_at")

_WORDS = ("what", "value")

EVIDENCE: Mapping[str, tuple[tuple[str, ...], Callable[[LotSeen, Behind, Wording], Iterator[Row]]]] = {
    "still_quarantined": (_WORDS, _standing),
    "still_released": (_WORDS, _standing),
    "in_date": (_WORDS, _standing),
    "specification_is_in_force": (_WORDS, _specification),
    "green_light_is_given": (_WORDS, _green_light),
    "donor_is_eligible": (("code", "standing", "determined", "consent"), _donors),
    "tissue_is_accepted": (("code", "decision", "donation", "procured_at", "ischaemia"), _tissues),
    "lineage_is_whole": (("code", *_CULTURES), _cultures),
    "parent_bank_is_released": (("code", "tier", "disposition"), _parents),
    "growth_is_within_limits": (("code", *_CULTURES), _cultures),
    "materials_were_fit": (_MATERIALS, _materials),
    "every_required_test_passed": (_RESULTS, _results),
    "batch_record_is_attested": (("person", "role", "meaning", "signed_at", "digest"), _signatures),
    "signatures_before_are_given": (("person", "role", "meaning", "signed_at", "digest"), _signatures),
    "what_was_signed_stands": (("person", "role", "meaning", "signed_at", "digest"), _signatures),
    "vials_reconcile": (("status", "count"), _vials),
    "labels_reconcile": (("code", "class", "status", "label"), _labels),
    "nothing_holds_it": (("code", "subject", "kind", "state", "reason", "put"), _holds),
    "no_open_deviation": (("code", "state", "limit_broken", "conclusion"), _deviations),
}
"""What lies behind each requirement of the gate."""


def evidence_for(requirement: str, seen: LotSeen, behind: Behind, words: Wording) -> Evidence | None:
    """The evidence behind a requirement, or None when the lot's own particulars are all there is."""
    if requirement not in EVIDENCE:
        return None
    headings, rows = EVIDENCE[requirement]
    return Evidence(headings, tuple(rows(seen, behind, words)))
