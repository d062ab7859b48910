"""Whether a donor is eligible: the table of domain.md §3, from the panel of the trial file and what is known.

The laboratory is half of it; the clinical selection is a signed yes of its own. "Eligible" here means *eligible,
after signature*: what QA signed stands apart, on the donor's row.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from typing import NamedTuple

from cellbank.domain.donor import Asked, DonorProtocol, Eligibility, MarkerKind, MarkerOutcome, WhenReactive
from cellbank.domain.hold import HoldKind
from cellbank.errors import Finding


class MarkerTest(NamedTuple):
    """One laboratory result: canonical marker, outcome, the day of the sample."""

    marker: str
    outcome: MarkerOutcome
    sampled_on: date


@dataclass(frozen=True)
class DonorFacts:
    """What is known of a donor on the day `today`; tests in the order in which they were recorded.

    `risks` answers, by marker, whether the donor is at risk (a marker not answered is unknown);
    `haemodiluted` is true when over the limit without a pre-transfusion sample, None when the clinical selection
    alone answers it; `risks_accepted` are the markers whose risk assessment QA signed as acceptable.
    """

    code: str
    today: date
    tests: tuple[MarkerTest, ...] = ()
    donation_days: tuple[date, ...] = ()
    consented_on: date | None = None
    withdrawn_on: date | None = None
    selection_accepted: bool | None = None
    risks: Mapping[str, bool | None] = field(default_factory=dict)
    haemodiluted: bool | None = None
    risks_accepted: frozenset[str] = frozenset()


_ORDER = (
    Eligibility.INELIGIBLE,
    Eligibility.PENDING,
    Eligibility.RISK_ASSESSMENT,
    Eligibility.QUARANTINE,
)
"""The gravest first: a donor stands where the gravest finding puts them; every finding is reported."""

STANDING: Mapping[str, Eligibility] = {
    "donor.consent.withdrawn": Eligibility.INELIGIBLE,
    "donor.consent.missing": Eligibility.PENDING,
    "donor.consent.late": Eligibility.PENDING,
    "donor.selection.refused": Eligibility.INELIGIBLE,
    "donor.selection.missing": Eligibility.PENDING,
    "donor.haemodiluted": Eligibility.PENDING,
    "donor.donation.missing": Eligibility.PENDING,
    "donor.marker.confirmed": Eligibility.INELIGIBLE,
    "donor.marker.unconfirmed": Eligibility.PENDING,
    "donor.marker.indeterminate": Eligibility.PENDING,
    "donor.marker.unruled": Eligibility.PENDING,
    "donor.marker.missing": Eligibility.PENDING,
    "donor.marker.risk": Eligibility.RISK_ASSESSMENT,
    "donor.risk.unknown": Eligibility.PENDING,
    "donor.sample.invalid": Eligibility.PENDING,
    "donor.nat.missing": Eligibility.QUARANTINE,
    "donor.repeat.early": Eligibility.QUARANTINE,
    "donor.repeat.incomplete": Eligibility.QUARANTINE,
}
"""Where each finding puts a donor. What stands here is all that can be found."""

_NEXT: Mapping[str, str] = {
    "donor.consent.missing": "donor.next.consent",
    "donor.selection.missing": "donor.next.selection",
    "donor.donation.missing": "donor.next.donation",
    "donor.marker.unconfirmed": "donor.next.confirm",
    "donor.marker.indeterminate": "donor.next.retest",
    "donor.marker.missing": "donor.next.test",
    "donor.marker.risk": "donor.next.risk_assessment",
    "donor.risk.unknown": "donor.next.risk",
    "donor.sample.invalid": "donor.next.sample",
    "donor.nat.missing": "donor.next.nat",
}

_HOLDS: Mapping[str, HoldKind] = {
    "donor.consent.withdrawn": HoldKind.DONOR_WITHDRAWN,
    "donor.marker.confirmed": HoldKind.DONOR_REACTIVE,
    "donor.marker.unconfirmed": HoldKind.DONOR_REACTIVE,
    "donor.marker.risk": HoldKind.DONOR_REACTIVE,
}


@dataclass(frozen=True)
class Assessment:
    """Where a donor stands, every reason, and what would move them on."""

    eligibility: Eligibility
    findings: tuple[Finding, ...]
    next_steps: tuple[Finding, ...]

    @property
    def holds(self) -> frozenset[HoldKind]:
        """The holds that these findings put on everything downstream at once."""
        return frozenset(_HOLDS[finding.code] for finding in self.findings if finding.code in _HOLDS)

    def holds_beyond(self, before: "Assessment") -> frozenset[HoldKind]:
        """The holds that only new findings put: a second reactive result holds again, whatever became of the first."""
        now, then = (Counter((f.code, str(f.params)) for f in one.findings) for one in (self, before))
        return frozenset(_HOLDS[code] for code, _ in now - then if code in _HOLDS)


def assess(protocol: DonorProtocol, facts: DonorFacts) -> Assessment:
    """Assess a donor: all findings, the gravest deciding; eligible only when there is none."""
    findings = tuple(
        chain(
            _of_consent(facts),
            _of_selection(facts),
            _of_risks(protocol, facts),
            _of_markers(protocol, facts),
            *(_of_a_donation(protocol, facts, day) for day in sorted(set(facts.donation_days))),
        )
    )
    standings = {STANDING[finding.code] for finding in findings}
    eligibility = next((one for one in _ORDER if one in standings), Eligibility.ELIGIBLE)
    return Assessment(eligibility, findings, tuple(_next_steps(protocol, facts, findings)))


def earliest_repeat(protocol: DonorProtocol, donation: date) -> date:
    """The first day on which a second sample ends the quarantine (Directive 2006/17/EC, Annex II, 4.3: 180 days).

    >>> earliest_repeat(DonorProtocol.model_construct(repeat_after_days=180), date(2025, 1, 15))
    datetime.date(2025, 7, 14)
    """
    return donation + timedelta(days=protocol.repeat_after_days)


def _of_consent(facts: DonorFacts) -> Iterator[Finding]:
    """Consent: given, before every donation, not withdrawn."""
    if facts.withdrawn_on is not None:
        yield Finding("donor.consent.withdrawn", facts.code, {"withdrawn_on": facts.withdrawn_on})
    if facts.consented_on is None:
        yield Finding("donor.consent.missing", facts.code)
    for day in facts.donation_days:
        if facts.consented_on is not None and facts.consented_on > day:
            params = {"consented_on": facts.consented_on, "donation": day}
            yield Finding("donor.consent.late", facts.code, params)


def _of_selection(facts: DonorFacts) -> Iterator[Finding]:
    """Clinical selection, haemodilution, and whether there is a donation to count days from."""
    if facts.selection_accepted is None:
        yield Finding("donor.selection.missing", facts.code)
    if facts.selection_accepted is False:
        yield Finding("donor.selection.refused", facts.code)
    if facts.haemodiluted:
        yield Finding("donor.haemodiluted", facts.code)
    if not facts.donation_days:
        yield Finding("donor.donation.missing", facts.code)


def _of_risks(protocol: DonorProtocol, facts: DonorFacts) -> Iterator[Finding]:
    """Markers asked by risk whose risk nobody has answered."""
    for rule in protocol.markers:
        if rule.asked == Asked.BY_RISK and facts.risks.get(rule.marker) is None:
            yield Finding("donor.risk.unknown", facts.code, {"marker": rule.marker})


_SETTLED_BY: Mapping[MarkerOutcome, frozenset[MarkerOutcome]] = {
    MarkerOutcome.REACTIVE: frozenset({MarkerOutcome.NOT_CONFIRMED, MarkerOutcome.CONFIRMED}),
    MarkerOutcome.INDETERMINATE: frozenset(MarkerOutcome) - {MarkerOutcome.INDETERMINATE},
}
"""What a later result must be to settle an open one. A later negative never settles a reactive one."""


def _of_markers(protocol: DonorProtocol, facts: DonorFacts) -> Iterator[Finding]:
    """What any result says by itself, on whatever day its sample was taken: a late positive counts as an early one."""
    for position, (marker, outcome, sampled_on) in enumerate(facts.tests):
        later = facts.tests[position + 1 :]
        settled = any(
            other.marker == marker and other.outcome in _SETTLED_BY.get(outcome, ()) and other.sampled_on >= sampled_on
            for other in later
        )
        code = None if settled else _meaning(protocol, facts, marker, outcome)
        if code is not None:
            yield Finding(code, facts.code, {"marker": marker, "sampled_on": sampled_on})


def _meaning(protocol: DonorProtocol, facts: DonorFacts, marker: str, outcome: MarkerOutcome) -> str | None:
    """The code of what an unsettled result means; None when it is no obstacle."""
    rule = protocol.rule(marker)
    if outcome in (MarkerOutcome.NEGATIVE, MarkerOutcome.NOT_CONFIRMED):
        return None
    if rule is None:
        return "donor.marker.unruled"
    if rule.when_reactive == WhenReactive.NO_OBSTACLE:
        return None
    if outcome == MarkerOutcome.INDETERMINATE:
        return "donor.marker.indeterminate"
    if rule.when_reactive == WhenReactive.RISK_ASSESSMENT:
        return None if marker in facts.risks_accepted else "donor.marker.risk"
    return "donor.marker.confirmed" if outcome == MarkerOutcome.CONFIRMED else "donor.marker.unconfirmed"


def _asked(protocol: DonorProtocol, facts: DonorFacts, kind: MarkerKind) -> Iterator[str]:
    """The markers of a kind that this donor's sample must have been tested for."""
    for rule in protocol.markers:
        at_risk = rule.asked == Asked.BY_RISK and facts.risks.get(rule.marker)
        if rule.kind == kind and (at_risk or rule.asked in (Asked.ALWAYS, Asked.UNLESS_REPEATED)):
            yield rule.marker


def _untested(facts: DonorFacts, markers: Iterable[str], first: date, last: date) -> list[str]:
    """The markers without any result on a sample of these days (both included, none in the future)."""
    tested = {test.marker for test in facts.tests if first <= test.sampled_on <= min(last, facts.today)}
    return [marker for marker in markers if marker not in tested]


def _of_a_donation(protocol: DonorProtocol, facts: DonorFacts, day: date) -> Iterator[Finding]:
    """What one donation's own sample lacks: panel, day, nucleic acid tests or the repeat that stands for them."""
    serology = list(_asked(protocol, facts, MarkerKind.SEROLOGY))
    earliest = earliest_repeat(protocol, day)
    not_repeated = _untested(facts, serology, earliest, date.max)
    repeated = protocol.repeat_allowed and not not_repeated
    first = day - timedelta(days=protocol.repeat_sample_days_before if repeated else 0)
    last = day + timedelta(days=protocol.sample_days_after)
    lacking = _untested(facts, serology, first, last)
    yield from _of_the_sample(facts, lacking, day, earliest)
    nat = [
        marker
        for marker in _untested(facts, _asked(protocol, facts, MarkerKind.NAT), first, last)
        if not (repeated and _is_replaceable(protocol, marker))
    ]
    if nat:
        yield Finding("donor.nat.missing", facts.code, {"markers": ", ".join(nat), "donation": day})
        if protocol.repeat_allowed and not lacking:
            yield from _of_the_repeat(facts, serology, not_repeated, last, earliest)


def _is_replaceable(protocol: DonorProtocol, marker: str) -> bool:
    rule = protocol.rule(marker)
    return rule is not None and rule.asked == Asked.UNLESS_REPEATED


def _of_the_sample(facts: DonorFacts, lacking: list[str], day: date, earliest: date) -> Iterator[Finding]:
    """Markers never tested, and markers tested on a sample of the wrong day."""
    wrong_day: dict[date, list[str]] = {}
    for marker in lacking:
        days = [test.sampled_on for test in facts.tests if test.marker == marker and test.sampled_on < earliest]
        if days:
            wrong_day.setdefault(max(days), []).append(marker)
        else:
            yield Finding("donor.marker.missing", facts.code, {"marker": marker, "donation": day})
    for sampled_on, markers in sorted(wrong_day.items()):
        params = {
            "markers": ", ".join(markers),
            "sampled_on": sampled_on,
            "donation": day,
            "days": (sampled_on - day).days,
        }
        yield Finding("donor.sample.invalid", facts.code, params)


def _of_the_repeat(
    facts: DonorFacts, serology: list[str], not_repeated: list[str], last: date, earliest: date
) -> Iterator[Finding]:
    """Why a second sample does not end the quarantine: too early, or not the whole panel."""
    early = [test.sampled_on for test in facts.tests if test.marker in serology and last < test.sampled_on < earliest]
    if early and len(not_repeated) == len(serology):
        params = {"sampled_on": max(early), "earliest": earliest}
        yield Finding("donor.repeat.early", facts.code, params)
    if 0 < len(not_repeated) < len(serology):
        yield Finding("donor.repeat.incomplete", facts.code, {"markers": ", ".join(not_repeated)})


def _next_steps(protocol: DonorProtocol, facts: DonorFacts, findings: tuple[Finding, ...]) -> Iterator[Finding]:
    """What would move this donor on; nothing does once they are ineligible."""
    if any(STANDING[finding.code] == Eligibility.INELIGIBLE for finding in findings):
        return
    if not findings:
        yield Finding("donor.next.determine", facts.code)
    for finding in findings:
        if finding.code in _NEXT:
            yield Finding(_NEXT[finding.code], facts.code, finding.params)
        missing = str(finding.params.get("markers", "")).split(", ")
        if finding.code == "donor.nat.missing" and all(_is_replaceable(protocol, marker) for marker in missing):
            yield from _repeats(protocol, facts, finding.params["donation"])


def _repeats(protocol: DonorProtocol, facts: DonorFacts, donation: object) -> Iterator[Finding]:
    """The day from which a second sample of that donation's donor may be taken."""
    for day in facts.donation_days:
        if day == donation:
            params = {"donation": day, "earliest": earliest_repeat(protocol, day)}
            yield Finding("donor.next.repeat", facts.code, params)
