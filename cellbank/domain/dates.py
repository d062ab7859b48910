"""Days and moments: months as the calendar counts them, and the one written form of an instant."""

from calendar import monthrange
from datetime import UTC, date, datetime

from cellbank.errors import WrongInput


def months_after(day: date, months: int) -> date:
    """The same day so many months later (or earlier), or that month's last day.

    >>> months_after(date(2026, 1, 31), 1).isoformat(), months_after(date(2026, 3, 31), -1).isoformat()
    ('2026-02-28', '2026-02-28')
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    """The last day of a month: what is stored when only a month is shown (rules.md §9).

    >>> month_end(date(2028, 2, 1)).isoformat()
    '2028-02-29'
    """
    return day.replace(day=monthrange(day.year, day.month)[1])


def instant_text(value: datetime) -> str:
    """The one written form of an instant: UTC, microseconds, `Z`. A naive instant is refused."""
    if value.tzinfo is None:
        raise WrongInput("input.instant.naive", value=value.isoformat())
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
