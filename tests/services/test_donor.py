"""A donor's panel as one act, and the answers from the history."""

import pytest

from cellbank.domain.donor import MarkerOutcome
from cellbank.errors import WrongInput
from cellbank.services import donor
from cellbank.views.donor import donor_view
from tests.journey import Scene, a_donor, refused

NEW = "D-9"


@pytest.fixture
def registered(begun: Scene) -> Scene:
    """A donor of whom nothing is known yet."""
    a_donor(begun, NEW)
    return begun


def test_a_report_on_a_sample_records_each_marker_in_one_entry(registered: Scene) -> None:
    outcomes = {"HIV": "negative", "hbc": MarkerOutcome.REACTIVE}
    done = registered.act("technician", donor.record_panel, NEW, outcomes, registered.today, "CLIA", "Lab")
    assert [action.action for action in done.actions if action.action == "donor.tested"] == ["donor.tested"] * 2
    tests = registered.read(donor_view, NEW).tests
    assert {(one.marker, one.outcome.value) for one in tests} == {
        ("anti-hiv-1-2", "negative"),
        ("anti-hbc", "reactive"),
    }
    assert {(one.sampled_on, one.method, one.laboratory) for one in tests} == {(registered.today, "CLIA", "Lab")}


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ({}, "donor.answer.none"),
        ({"HIV": "negative", "anti-HIV-1/2": "reactive"}, "donor.marker.twice"),
        ({"HIV": "negative", "cmv": "negative"}, "donor.marker.unknown"),
        ({"HIV": "negative", "HCV": "maybe"}, "donor.outcome.unknown"),
    ],
)
def test_a_report_that_is_not_clear_records_nothing(registered: Scene, outcomes: dict[str, str], code: str) -> None:
    with refused(code, WrongInput):
        registered.act("technician", donor.record_panel, NEW, outcomes, registered.today)
    assert not registered.read(donor_view, NEW).tests


def test_a_marker_is_not_answered_both_at_risk_and_not(registered: Scene) -> None:
    with refused("donor.marker.twice", WrongInput):
        registered.act("technician", donor.answer_risks, NEW, ["htlv"], ["HTLV"])
    with refused("donor.answer.none", WrongInput):
        registered.act("technician", donor.answer_risks, NEW)
