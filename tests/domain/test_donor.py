"""Donors: the panel, marker names and outcomes as people type them, and the eligibility table of domain.md §3."""

from datetime import date
from typing import Any

import pytest

from cellbank.domain.donor import Eligibility, MarkerOutcome, marker_name, marker_outcome, marker_outcomes
from cellbank.domain.eligibility import DonorFacts, MarkerTest, assess, earliest_repeat
from cellbank.domain.hold import HoldKind
from cellbank.errors import Finding, WrongInput
from tests.domain.builders import NAT, SEROLOGY, a_donor, sample, second, shipped, with_the_180_day_route

ROUTE = with_the_180_day_route()
REACTIVE, CONFIRMED = MarkerOutcome.REACTIVE, MarkerOutcome.CONFIRMED
AT_DONATION = sample(0, *SEROLOGY)
ALL_NAT = sample(0, *NAT)
TWO_NAT = sample(0, "nat-hiv", "nat-hbv")

TABLE = [
    pytest.param(a_donor(*AT_DONATION, *ALL_NAT), Eligibility.ELIGIBLE, id="all negative, NAT negative"),
    pytest.param(a_donor(*AT_DONATION), Eligibility.QUARANTINE, id="no NAT, no repeat"),
    pytest.param(a_donor(*AT_DONATION, *sample(179, *SEROLOGY)), Eligibility.QUARANTINE, id="no NAT, repeat day 179"),
    pytest.param(a_donor(*AT_DONATION, *sample(180, *SEROLOGY)), Eligibility.ELIGIBLE, id="no NAT, repeat day 180"),
    pytest.param(
        a_donor(*sample(0, *SEROLOGY, anti_hbc=REACTIVE), *ALL_NAT),
        Eligibility.RISK_ASSESSMENT,
        id="anti-HBc reactive, HBsAg negative",
    ),
    pytest.param(
        a_donor(*sample(0, *SEROLOGY, hbsag=CONFIRMED), *ALL_NAT), Eligibility.INELIGIBLE, id="HBsAg confirmed"
    ),
    pytest.param(
        a_donor(*sample(8, *SEROLOGY), *sample(8, *NAT)), Eligibility.PENDING, id="sample on day 8 is invalid"
    ),
    pytest.param(a_donor(*AT_DONATION, *TWO_NAT), Eligibility.QUARANTINE, id="two of three NAT"),
    pytest.param(a_donor(*AT_DONATION, *ALL_NAT, htlv_risk=True), Eligibility.PENDING, id="HTLV risk, HTLV missing"),
    pytest.param(
        a_donor(*AT_DONATION, *sample(0, *NAT, nat_hbv=CONFIRMED)), Eligibility.INELIGIBLE, id="HBV NAT positive"
    ),
    pytest.param(
        a_donor(*sample(0, *SEROLOGY, anti_hcv=REACTIVE), *ALL_NAT), Eligibility.PENDING, id="HCV not yet confirmed"
    ),
    pytest.param(
        a_donor(*AT_DONATION, *ALL_NAT, *sample(0, htlv=CONFIRMED)), Eligibility.INELIGIBLE, id="HTLV confirmed"
    ),
    pytest.param(
        a_donor(*sample(0, *SEROLOGY, anti_hbc=REACTIVE), *TWO_NAT),
        Eligibility.RISK_ASSESSMENT,
        id="anti-HBc reactive and two of three NAT",
    ),
]


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings]


@pytest.mark.parametrize(("facts", "expected"), TABLE)
def test_the_table_of_donor_eligibility_comes_out(facts: DonorFacts, expected: Eligibility) -> None:
    assert assess(ROUTE, facts).eligibility == expected


def test_risk_assessment_and_quarantine_both_stand() -> None:
    found = assess(ROUTE, a_donor(*sample(0, *SEROLOGY, anti_hbc=REACTIVE), *TWO_NAT))
    assert codes(found.findings) == ["donor.marker.risk", "donor.nat.missing"]
    assert found.findings[1].params["markers"] == "nat-hcv"


@pytest.mark.parametrize("marker", ["anti_hiv_1_2", "hbsag", "anti_hcv", "htlv", "nat_hiv", "nat_hcv"])
def test_a_confirmed_marker_excludes_whatever_else_is_known(marker: str) -> None:
    for nat in ((), TWO_NAT, ALL_NAT):
        found = assess(ROUTE, a_donor(*AT_DONATION, *nat, *sample(0, **{marker: CONFIRMED})))
        assert found.eligibility == Eligibility.INELIGIBLE
        assert found.next_steps == ()


@pytest.mark.parametrize("marker", ["anti_hiv_1_2", "hbsag", "anti_hcv"])
def test_a_reactive_marker_not_yet_confirmed_is_pending_under_hold(marker: str) -> None:
    for nat in ((), TWO_NAT, ALL_NAT):
        found = assess(ROUTE, a_donor(*sample(0, *SEROLOGY, **{marker: REACTIVE}), *nat))
        assert found.eligibility == Eligibility.PENDING
        assert found.holds == {HoldKind.DONOR_REACTIVE}


def test_the_earliest_repeat_is_said_with_its_day() -> None:
    found = assess(ROUTE, a_donor(*AT_DONATION))
    repeat = next(step for step in found.next_steps if step.code == "donor.next.repeat")
    assert repeat.params["earliest"] == date(2025, 7, 14)
    assert earliest_repeat(ROUTE, date(2025, 1, 15)) == date(2025, 7, 14)


def test_a_repeat_one_day_early_says_when_it_counts() -> None:
    found = assess(ROUTE, a_donor(*AT_DONATION, *sample(179, *SEROLOGY)))
    assert codes(found.findings) == ["donor.nat.missing", "donor.repeat.early"]
    assert found.findings[1].params == {"sampled_on": date(2025, 7, 13), "earliest": date(2025, 7, 14)}


def test_a_repeat_of_part_of_the_panel_does_not_count() -> None:
    found = assess(ROUTE, a_donor(*AT_DONATION, *sample(180, *SEROLOGY[:-1])))
    assert found.eligibility == Eligibility.QUARANTINE
    assert found.findings[1].params == {"markers": "syphilis"}


def test_a_repeat_that_has_not_happened_yet_does_not_count() -> None:
    facts = a_donor(*AT_DONATION, *sample(180, *SEROLOGY), today=date(2025, 7, 13))
    assert assess(ROUTE, facts).eligibility == Eligibility.QUARANTINE


@pytest.mark.parametrize(("day", "counts"), [(-31, False), (-30, True), (0, True), (7, True), (8, False)])
def test_with_a_repeat_the_donation_sample_may_be_older(day: int, counts: bool) -> None:
    facts = a_donor(*sample(day, *SEROLOGY), *sample(180, *SEROLOGY))
    assert (assess(ROUTE, facts).eligibility == Eligibility.ELIGIBLE) is counts


@pytest.mark.parametrize(("day", "counts"), [(-1, False), (0, True), (7, True), (8, False)])
def test_without_a_repeat_the_sample_is_of_the_donation_or_seven_days_after(day: int, counts: bool) -> None:
    facts = a_donor(*sample(day, *SEROLOGY), *sample(day, *NAT))
    assert (assess(ROUTE, facts).eligibility == Eligibility.ELIGIBLE) is counts


def test_an_invalid_sample_says_which_day_it_was() -> None:
    found = assess(ROUTE, a_donor(*sample(8, *SEROLOGY), *sample(8, *NAT)))
    invalid = next(finding for finding in found.findings if finding.code == "donor.sample.invalid")
    assert invalid.params["days"] == 8
    assert invalid.params["markers"] == ", ".join(SEROLOGY)


def test_in_the_shipped_file_a_repeat_does_not_stand_for_nucleic_acid_tests() -> None:
    panel = shipped().donor
    facts = a_donor(*AT_DONATION, *sample(0, "htlv"), *sample(180, *SEROLOGY, "htlv"))
    found = assess(panel, facts)
    assert found.eligibility == Eligibility.QUARANTINE
    assert "donor.next.repeat" not in codes(found.next_steps)


def test_in_the_shipped_file_htlv_is_asked_of_everyone() -> None:
    facts = a_donor(*AT_DONATION, *ALL_NAT)
    assert codes(assess(shipped().donor, facts).findings) == ["donor.marker.missing"]
    assert assess(shipped().donor, a_donor(*AT_DONATION, *ALL_NAT, *sample(0, "htlv"))).findings == ()


def test_a_risk_nobody_has_answered_refuses() -> None:
    found = assess(ROUTE, a_donor(*AT_DONATION, *ALL_NAT, htlv_risk=None))
    assert found.eligibility == Eligibility.PENDING
    assert codes(found.findings) == ["donor.risk.unknown"]


def test_eligible_is_eligible_after_signature() -> None:
    found = assess(ROUTE, a_donor(*AT_DONATION, *ALL_NAT))
    assert codes(found.next_steps) == ["donor.next.determine"]


@pytest.mark.parametrize(
    ("changes", "code", "expected"),
    [
        ({"selection_accepted": None}, "donor.selection.missing", Eligibility.PENDING),
        ({"selection_accepted": False}, "donor.selection.refused", Eligibility.INELIGIBLE),
        ({"withdrawn_on": date(2025, 3, 1)}, "donor.consent.withdrawn", Eligibility.INELIGIBLE),
        ({"consented_on": None}, "donor.consent.missing", Eligibility.PENDING),
        ({"consented_on": date(2025, 1, 16)}, "donor.consent.late", Eligibility.PENDING),
        ({"haemodiluted": True}, "donor.haemodiluted", Eligibility.PENDING),
        ({"donation_days": ()}, "donor.donation.missing", Eligibility.PENDING),
    ],
)
def test_the_laboratory_is_only_half_of_it(changes: dict[str, Any], code: str, expected: Eligibility) -> None:
    found = assess(ROUTE, a_donor(*AT_DONATION, *ALL_NAT, **changes))
    assert codes(found.findings) == [code]
    assert found.eligibility == expected


def test_a_withdrawn_consent_holds_everything_downstream() -> None:
    found = assess(ROUTE, a_donor(*AT_DONATION, *ALL_NAT, withdrawn_on=date(2025, 3, 1)))
    assert found.holds == {HoldKind.DONOR_WITHDRAWN}


def test_a_late_positive_undoes_an_eligible_donor() -> None:
    late = sample(400, anti_hiv_1_2=CONFIRMED)
    found = assess(ROUTE, a_donor(*AT_DONATION, *ALL_NAT, *late))
    assert found.eligibility == Eligibility.INELIGIBLE
    assert found.holds == {HoldKind.DONOR_REACTIVE}


@pytest.mark.parametrize(
    "again", [sample(400, anti_hcv=REACTIVE), sample(400, hbsag=REACTIVE), sample(0, hbsag=CONFIRMED)]
)
def test_each_new_reactive_result_holds_again(again: tuple[MarkerTest, ...]) -> None:
    known = (*sample(0, *SEROLOGY), *ALL_NAT, *sample(400, hbsag=REACTIVE))
    before = assess(ROUTE, a_donor(*known))
    assert assess(ROUTE, a_donor(*known, *again)).holds_beyond(before) == {HoldKind.DONOR_REACTIVE}


@pytest.mark.parametrize("again", [(), sample(401, "hbsag"), sample(401, hbsag=MarkerOutcome.NOT_CONFIRMED)])
def test_a_result_that_excludes_nothing_new_holds_nothing(again: tuple[MarkerTest, ...]) -> None:
    known = (*sample(0, *SEROLOGY), *ALL_NAT, *sample(400, hbsag=REACTIVE))
    before = assess(ROUTE, a_donor(*known))
    assert assess(ROUTE, a_donor(*known, *again)).holds_beyond(before) == frozenset()


def test_a_reactive_result_is_settled_only_by_its_confirmatory_test() -> None:
    reactive = sample(0, *SEROLOGY, hbsag=REACTIVE)
    negative_later = a_donor(*reactive, *ALL_NAT, *sample(30, "hbsag"))
    not_confirmed = a_donor(*reactive, *ALL_NAT, *sample(0, hbsag=MarkerOutcome.NOT_CONFIRMED))
    assert assess(ROUTE, negative_later).eligibility == Eligibility.PENDING
    assert assess(ROUTE, not_confirmed).eligibility == Eligibility.ELIGIBLE


def test_an_indeterminate_result_waits_for_another() -> None:
    unclear = sample(0, *SEROLOGY, anti_hcv=MarkerOutcome.INDETERMINATE)
    assert codes(assess(ROUTE, a_donor(*unclear, *ALL_NAT)).findings) == ["donor.marker.indeterminate"]
    assert assess(ROUTE, a_donor(*unclear, *ALL_NAT, *sample(3, "anti-hcv"))).findings == ()


def test_syphilis_specific_is_a_risk_and_non_specific_alone_no_obstacle() -> None:
    specific = a_donor(*sample(0, *SEROLOGY, syphilis=REACTIVE), *ALL_NAT)
    other = a_donor(*AT_DONATION, *ALL_NAT, *sample(0, syphilis_non_specific=REACTIVE))
    assert assess(ROUTE, specific).eligibility == Eligibility.RISK_ASSESSMENT
    assert assess(ROUTE, other).eligibility == Eligibility.ELIGIBLE


def test_a_risk_that_qa_accepted_stands_no_longer() -> None:
    facts = a_donor(*sample(0, *SEROLOGY, anti_hbc=REACTIVE), *ALL_NAT, risks_accepted=frozenset({"anti-hbc"}))
    assert assess(ROUTE, facts).eligibility == Eligibility.ELIGIBLE


def test_a_positive_marker_without_a_rule_refuses() -> None:
    found = assess(ROUTE, a_donor(*AT_DONATION, *ALL_NAT, *sample(0, malaria=REACTIVE)))
    assert codes(found.findings) == ["donor.marker.unruled"]


def test_every_donation_needs_its_own_sample() -> None:
    facts = a_donor(*AT_DONATION, *ALL_NAT, donation_days=(date(2025, 1, 15), date(2025, 9, 1)))
    found = assess(ROUTE, facts)
    assert found.eligibility == Eligibility.PENDING
    assert {finding.params["donation"] for finding in found.findings} == {date(2025, 9, 1)}


def test_the_panel_is_data() -> None:
    panel = second().donor
    tests = (*sample(5, "anti-hiv-1-2", "hbsag", "nat-hiv"),)
    assert assess(panel, a_donor(*tests, risks={"t-cruzi": False})).eligibility == Eligibility.ELIGIBLE
    assert assess(panel, a_donor(*tests, risks={"t-cruzi": True})).eligibility == Eligibility.PENDING
    late = sample(6, "anti-hiv-1-2", "hbsag", "nat-hiv")
    assert assess(panel, a_donor(*late, risks={"t-cruzi": False})).eligibility == Eligibility.PENDING


@pytest.mark.parametrize(
    ("text", "marker"),
    [
        ("hiv", "anti-hiv-1-2"),
        ("Anti-HIV-1/2", "anti-hiv-1-2"),
        ("HCV", "anti-hcv"),
        ("hbc", "anti-hbc"),
        (" HBsAg ", "hbsag"),
        ("NAT HIV", "nat-hiv"),
        ("hbv_dna", "nat-hbv"),
        ("syphilis", "syphilis"),
        ("VDRL", "syphilis-non-specific"),
    ],
)
def test_markers_are_known_by_what_people_type(text: str, marker: str) -> None:
    assert marker_name(shipped().donor, text) == marker


def test_a_marker_the_panel_has_not_is_refused_with_what_was_expected() -> None:
    with pytest.raises(WrongInput, match=r"donor\.marker\.unknown") as refused:
        marker_name(shipped().donor, "cmv")
    assert "anti-hiv-1-2" in str(refused.value.params["expected"])


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Non-reactive", MarkerOutcome.NEGATIVE),
        ("nonreactive", MarkerOutcome.NEGATIVE),
        ("NEG", MarkerOutcome.NEGATIVE),
        ("not detected", MarkerOutcome.NEGATIVE),
        ("négatif", MarkerOutcome.NEGATIVE),
        ("reactive", MarkerOutcome.REACTIVE),
        ("réactif", MarkerOutcome.REACTIVE),
        ("positive", MarkerOutcome.CONFIRMED),
        ("confirmed", MarkerOutcome.CONFIRMED),
        ("not confirmed", MarkerOutcome.NOT_CONFIRMED),
        ("indéterminé", MarkerOutcome.INDETERMINATE),
    ],
)
def test_outcomes_are_known_by_what_people_type(text: str, outcome: MarkerOutcome) -> None:
    assert marker_outcome(text) == outcome


@pytest.mark.parametrize("text", ["", "maybe", "unconfirmed", "+", "non"])
def test_an_outcome_that_could_mean_two_things_is_refused(text: str) -> None:
    with pytest.raises(WrongInput, match=r"donor\.outcome\.unknown"):
        marker_outcome(text)


def test_outcomes_of_several_markers_are_typed_between_commas() -> None:
    assert marker_outcomes("hbsag=négatif, anti-hcv = reactive,") == {
        "hbsag": MarkerOutcome.NEGATIVE,
        "anti-hcv": MarkerOutcome.REACTIVE,
    }


@pytest.mark.parametrize("text", ["hbsag", "=negative", "hbsag=negative,hbsag=reactive"])
def test_a_marker_without_an_outcome_or_named_twice_is_refused(text: str) -> None:
    with pytest.raises(WrongInput, match=r"donor\.outcome\.form"):
        marker_outcomes(text)
