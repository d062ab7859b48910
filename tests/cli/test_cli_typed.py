"""What people type: moments on the nights of the clock change, months, classes, words in any place."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from cellbank.cli import typed
from cellbank.cli.app import hoisted
from cellbank.commands import kinds
from cellbank.domain.lot import Tier
from cellbank.errors import WrongInput

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-03-02T14:05", datetime(2026, 3, 2, 13, 5, tzinfo=UTC)),
        ("2026-07-02 14:05", datetime(2026, 7, 2, 12, 5, tzinfo=UTC)),
        ("2026-03-02T14:05+09:00", datetime(2026, 3, 2, 5, 5, tzinfo=UTC)),
        ("2026-03-02T14:05:06Z", datetime(2026, 3, 2, 14, 5, 6, tzinfo=UTC)),
        ("2026-03-29T01:59", datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        ("2026-03-29T03:00", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        ("2026-10-25T02:30+02:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T02:30+01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_the_zone_of_the_site(text: str, utc: datetime) -> None:
    assert typed.instant(text, PARIS) == utc


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-03-29T02:30", "typed.instant.skipped"),
        ("2026-10-25T02:30", "typed.instant.twice"),
        ("2026-03-02", "typed.instant"),
        ("14:05", "typed.instant"),
        ("2 mars 2026 14h05", "typed.instant"),
        ("", "typed.instant"),
        ("0001-01-01T00:00:00", "typed.instant"),
        ("9999-12-31T23:59:59-12:00", "typed.instant"),
    ],
)
def test_a_moment_that_is_none_or_two_is_refused(text: str, code: str) -> None:
    with pytest.raises(WrongInput) as refused:
        typed.instant(text, PARIS)
    assert refused.value.code == code


def test_a_month_as_an_expiry_is_its_last_day() -> None:
    assert kinds.EXPIRY.read("2032-02") == date(2032, 2, 29)
    assert kinds.EXPIRY.read("2032-02-10") == date(2032, 2, 10)


def test_the_day_of_a_result_may_be_given_as_a_moment() -> None:
    assert kinds.DAY_OF.read("2026-03-02T23:30Z", PARIS) == date(2026, 3, 3)
    assert kinds.DAY_OF.read("2026-03-02", PARIS) == date(2026, 3, 2)
    with pytest.raises(WrongInput):
        kinds.DAY_OF.read("0001-01-01T00:00:00", PARIS)


def test_a_choice_is_known_in_any_case() -> None:
    assert typed.choice(Tier, " Product ") is Tier.PRODUCT
    with pytest.raises(WrongInput):
        typed.choice(Tier, "golden")


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("lot list --json", "--json lot list"),
        ("lot --bank b list --as q", "--bank b --as q lot list"),
        ("lot list --lang=fr", "--lang=fr lot list"),
        ("lot list -- --json", "lot list -- --json"),
    ],
)
def test_the_options_of_every_verb_are_taken_from_any_place(line: str, first: str) -> None:
    assert hoisted(line.split()) == first.split()


@pytest.mark.parametrize(
    ("line", "spread"),
    [
        ("T-1 --material a b --at x", "T-1 --material a --material b --at x"),
        ("--material a T-1", "--material a T-1"),
        ("T-1 --material a --material b", "T-1 --material a --material b"),
        ("T-1 --material=a b", "T-1 --material=a b"),
        ("T-1 --viability -5 --material a -- b", "T-1 --viability -5 --material a -- b"),
    ],
)
def test_several_values_are_spread_only_where_they_cannot_be_anything_else(line: str, spread: str) -> None:
    from cellbank.cli.app import command
    from cellbank.cli.verbs import spread as spread_of

    isolate = command().get_command(None, "culture").commands["isolate"]
    assert spread_of(line.split(), isolate.params) == spread.split()
