"""Days and moments as people type them, and what is refused rather than guessed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from cellbank.domain.typed import typed_day_of, typed_instant
from cellbank.errors import WrongInput

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-02T14:05", datetime(2026, 3, 2, 13, 5, tzinfo=UTC)),
        (" 2026-03-02T14:05+05:30 ", datetime(2026, 3, 2, 8, 35, tzinfo=UTC)),
        ("2026-03-02T14:05Z", datetime(2026, 3, 2, 14, 5, tzinfo=UTC)),
    ],
)
def test_a_moment_without_an_offset_is_the_sites(text: str, moment: datetime) -> None:
    assert typed_instant(text, PARIS) == moment


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-03-02", "typed.instant"),
        ("soon", "typed.instant"),
        ("0001-01-01T00:00:00", "typed.instant"),
        ("9999-12-31T23:59:59", "typed.instant"),
        ("9999-12-31T23:59:59-12:00", "typed.instant"),
        ("2026-03-29T02:30", "typed.instant.skipped"),
        ("2026-10-25T02:30", "typed.instant.twice"),
    ],
)
def test_what_is_no_moment_of_the_site_is_refused(text: str, code: str) -> None:
    with pytest.raises(WrongInput) as caught:
        typed_instant(text, PARIS)
    assert caught.value.code == code


def test_the_day_of_a_moment_is_the_sites() -> None:
    assert typed_day_of("2026-03-02T23:30Z", PARIS).isoformat() == "2026-03-03"
    assert typed_day_of("2026-03-02", PARIS).isoformat() == "2026-03-02"
    with pytest.raises(WrongInput, match=r"typed\.instant"):
        typed_day_of("0001-01-01T00:00:00", PARIS)
