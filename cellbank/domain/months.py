"""Months as the calendar counts them: shelf lives, courses of treatment, expiry days."""

from calendar import monthrange
from datetime import date


def months_after(day: date, months: int) -> date:
    """The same day so many months later (or earlier), or that month's last day: 31 January + 1 is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    """The last day of a month: what is stored when only a month is shown (rules.md §9)."""
    return day.replace(day=monthrange(day.year, day.month)[1])
