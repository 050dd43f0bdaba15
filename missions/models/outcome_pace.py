"""How soon after a meeting its outcome was written down, from history.

In time is within five working days, the rule for what is completed after a mission. Working days are Monday to Friday;
holidays are not known here. An item without a day counts from the last day it can have been on.
"""

import datetime
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import TruncDate, TruncMonth
from django.utils.translation import gettext_lazy as _

from core.access import Viewer
from core.models.levelled import readable_line
from missions.models.meeting import Meeting

HistoricalMeeting: Any = Meeting.history.model
SUNDAY, SATURDAY = 1, 7  # as the database numbers the days of a week


IN_TIME = Q(recorded_on__lte=F("recorded_by"))


class Pace(TextChoices):
    """How soon."""

    IN_TIME = "in_time", _("within 5 working days")
    LATER = "later", _("after more than 5 working days")


def recorded(meetings: Any, paces: list[str], user: Viewer) -> Any:
    """Took place and have an outcome, that was first written down at one of these paces."""
    rows = _with_pace(meetings.with_outcome(), user)
    if len(set(paces)) > 1:
        return rows
    return rows.filter(IN_TIME) if paces == [Pace.IN_TIME] else rows.exclude(IN_TIME)


def paces_by_month(meetings: Any, user: Viewer, *, first: datetime.date, last: datetime.date) -> list[dict[str, Any]]:
    """By month of those that took place between these days: `held`, `in_time`, `later`, `missing` (one query)."""
    rows = _with_pace(meetings.held_between(first, last), user).order_by()
    counted = rows.annotate(month=TruncMonth("latest_on")).values("month").annotate(
        held=Count("pk"),
        in_time=Count("pk", filter=~Q(outcome="") & IN_TIME),
        missing=Count("pk", filter=Q(outcome="")),
    )  # fmt: skip
    return [{**one, "later": one["held"] - one["in_time"] - one["missing"]} for one in counted.order_by("month")]


def _with_pace(meetings: Any, user: Viewer) -> Any:
    """With the day on which an outcome was first written down, as far as this user reads that, and the last in time."""
    lines = (
        HistoricalMeeting._base_manager.filter(id=OuterRef("pk"))
        .exclude(outcome="")
        .filter(readable_line(Meeting, user, looked_up=True))
    )
    first = lines.order_by().values("id").annotate(at=Min("history_date")).values("at")
    return meetings.alias(
        recorded_on=TruncDate(Subquery(first)),
        recorded_by=Case(
            When(latest_on__week_day=SATURDAY, then=_later(6)),
            When(latest_on__week_day=SUNDAY, then=_later(5)),
            default=_later(7),
            output_field=DateField(),
        ),
    )


def _later(days: int) -> Any:
    return ExpressionWrapper(F("latest_on") + Value(datetime.timedelta(days=days)), output_field=DateField())
