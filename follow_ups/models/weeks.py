"""How many follow-ups were open and late at the end of each week, from history: `as_it_stood` for many days at once.

A line of history holds from its moment until the next line of the same follow-up. Each line becomes a stretch of days
of the chart; the stretches are counted by where they begin and end, in one statement, and added up.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, F, Q, Value, When, Window
from django.db.models.functions import Lead

from core.access import Viewer
from core.days import end_of
from core.models.levelled import readable_line
from follow_ups.models.as_it_stood import FollowUpThenQuerySet, HistoricalFollowUp
from follow_ups.models.follow_up import FollowUp

WEEKS = 53


@dataclass(frozen=True)
class Week:
    """The end of a day: how many were open then, and how many of these were late."""

    on: datetime.date
    open: int
    late: int


def ends_of_weeks(*, on: datetime.date, weeks: int = WEEKS) -> list[datetime.date]:
    """The Sundays before that day, and the day itself: so many days in all."""
    last = on - datetime.timedelta(days=on.isoweekday())
    return [last - datetime.timedelta(weeks=back) for back in range(weeks - 2, -1, -1)] + [on]


def open_by_week(user: Viewer, *, on: datetime.date, weeks: int = WEEKS) -> list[Week]:
    """What `as_it_stood` gives this user for the end of each of these weeks (one query)."""
    days = ends_of_weeks(on=on, weeks=weeks)
    opened, late = [0] * (len(days) + 1), [0] * (len(days) + 1)
    for start, stop, late_from, count in _stretches(user, days):
        opened[start] += count
        opened[stop] -= count
        if late_from < stop:
            late[late_from] += count
            late[stop] -= count
    sums = zip(days, accumulate(opened[:-1]), accumulate(late[:-1]), strict=True)
    return [Week(day, how_many, of_these) for day, how_many, of_these in sums]


def _stretches(user: Viewer, days: Sequence[datetime.date]) -> list[tuple[int, int, int, int]]:
    """From which of the days a line holds, until before which, from which it is late, and how many lines do."""
    midnights = [end_of(day) for day in days]
    lines, given = _lines(user, midnights[0], midnights[-1])
    adapt = connection.ops
    moments = [adapt.adapt_datetimefield_value(one) for one in midnights]
    due = [adapt.adapt_datefield_value(one) for one in days]
    (start, some), (stop, more), (late_from, most) = (
        _place("line.history_date", moments), _place("line.until", moments), _place("line.due_on", due)
    )  # fmt: skip
    statement = f"""
        SELECT start, stop, CASE WHEN late_from < start THEN start ELSE late_from END AS late_from, COUNT(*)
        FROM (
            SELECT {start} AS start, {stop} AS stop, {late_from} AS late_from
            FROM ({lines}) AS line
            WHERE line.counts
        ) AS stretch
        WHERE start < stop
        GROUP BY 1, 2, 3
    """  # noqa: S608 -- the parts are made here and by the ORM; what is asked goes in as parameters
    with connection.cursor() as cursor:
        cursor.execute(statement, [*some, *more, *most, *given])
        return list(cursor.fetchall())


def _lines(user: Viewer, first: datetime.datetime, last: datetime.datetime) -> tuple[str, Sequence[Any]]:
    """Every line of the follow-ups this user sees, with when it ends and whether it counts, as a statement.

    A follow-up that was closed or archived before the first day, and is so still, was so all along.
    """
    seen = FollowUp.objects.all().visible_to(user).filter(
        Q(closed_at__isnull=True) | Q(closed_at__gte=first), Q(archived_at__isnull=True) | Q(archived_at__gte=first)
    )  # fmt: skip
    stands = Q(closed_at__isnull=True, archived_at__isnull=True) & ~Q(history_type="-") & readable_line(FollowUp, user)
    in_order = [F("history_date").asc(), F("history_id").asc()]
    lines = FollowUpThenQuerySet(HistoricalFollowUp).filter(history_date__lt=last, id__in=seen.values("pk"))
    rows = lines.order_by().values(
        "history_date",
        "due_on",
        until=Window(Lead("history_date"), partition_by=[F("id")], order_by=in_order),
        counts=Case(When(stands, then=Value(True)), default=Value(False), output_field=BooleanField()),
    )
    return rows.query.sql_with_params()


def _place(column: str, bounds: Sequence[Any], before: int = 0) -> tuple[str, list[Any]]:
    """How many of these ascending bounds lie at or before the column, by halving; all of them when it is empty."""
    if not bounds:
        return str(before), []
    middle = len(bounds) // 2
    below, some = _place(column, bounds[:middle], before)
    above, more = _place(column, bounds[middle + 1 :], before + middle + 1)
    return f"CASE WHEN {column} < %s THEN {below} ELSE {above} END", [bounds[middle], *some, *more]
