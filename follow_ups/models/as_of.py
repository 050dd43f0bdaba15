"""What a follow-up was on a day, as its story tells: its status, due date and owner of then."""

import datetime
from typing import Any

from django.db.models import Case, CharField, DateField, F, OuterRef, Q, Subquery, When
from django.db.models.functions import TruncDate

from core.days import end_of
from core.partial_dates import Precision
from follow_ups.models.follow_up import CLOSED
from follow_ups.models.follow_up_update import FollowUpUpdate


def as_of(rows: Any, on: datetime.date) -> Any:
    """Those recorded by then, each with the `then_status`, `then_due_on`, `then_owner`, `then_closed_on` of that day.

    What was done counts from the day it was done, when that day is known, else from the day that was recorded.
    """
    told = FollowUpUpdate.objects.filter(follow_up=OuterRef("pk"), at__lt=end_of(on)).order_by("-at", "-pk")
    closing = told.filter(status_to__in=CLOSED).exclude(status_from__in=CLOSED)
    known = When(closed_on_precision=Precision.DAY, then=F("closed_on"))
    closed = Case(known, default=TruncDate("closed_at"), output_field=DateField())
    rows = rows.alias(told_status=Subquery(told.values("status_to")[:1])).filter(told_status__isnull=False)
    rows = rows.alias(done_on=Case(When(closed_at__isnull=False, then=closed), output_field=DateField()))
    is_closed, was_closed = Q(done_on__lte=on), Q(told_status__in=CLOSED)
    return rows.annotate(
        then_status=Case(When(is_closed, then=F("status")), default=F("told_status"), output_field=CharField()),
        then_due_on=Subquery(told.values("due_to")[:1]),
        then_owner=Subquery(told.values("owner_to")[:1]),
        then_closed_on=Case(
            When(is_closed, then=F("done_on")),
            When(was_closed, then=TruncDate(Subquery(closing.values("at")[:1]))),
            output_field=DateField(),
        ),
    )
