"""Reckoning in months: the end of a short month stands in for the days it lacks."""

import calendar
import datetime


def months_later(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later, or the last day of that month (25/04 + 1 → 25/05; 31/01 + 1 → 28/02)."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def first_day_reaching(on: datetime.date, months: int) -> datetime.date:
    """The first day from which so many months reach `on` (months clamp: 31/01 + 1 is 28/02)."""
    day = months_later(on, -months)
    while months_later(day, months) < on:
        day += datetime.timedelta(days=1)
    return day
