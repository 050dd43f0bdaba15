"""Which agreements ask for attention, and why."""

import datetime
from typing import Any

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import ExtractDay, ExtractMonth, ExtractYear
from django.db.models.lookups import GreaterThanOrEqual, LessThan

LOOK_AHEAD_MONTHS = 3
LOOK_AHEAD = datetime.timedelta(days=91)


def reasons_to_look(on: datetime.date) -> dict[str, Q]:
    """What asks for attention on that day: a name and the condition, of agreements that may end or renew by themselves.

    The last day of notice counts from the end of the current term: a tacit renewal moves it.
    """
    signed, tacit = Q(status="signed"), Q(renewal="tacit")
    running = signed & (Q(ends_on__isnull=True) | Q(ends_on__gt=on) | tacit)
    soon = on + LOOK_AHEAD
    months = _months_of_notice_left(on)
    return {
        "evaluation_is_near": running & Q(evaluate_on__lte=soon),
        "notice_is_near": running
        & Q(notice_months__isnull=False, ends_on__isnull=False)
        & Q(GreaterThanOrEqual(months, Value(0)))
        & Q(LessThan(months, Value(LOOK_AHEAD_MONTHS))),
        "end_is_near": signed & ~tacit & Q(ends_on__gt=on, ends_on__lte=soon),
        "lacks_lead": (running | Q(status__in=("negotiation", "approved"))) & Q(lead_department__isnull=True),
    }


def _months_of_notice_left(on: datetime.date) -> Any:
    """Whole months from that day until the last day of notice of the current term; below 0 when it is past."""
    ends = ExtractYear("ends_on") * 12 + ExtractMonth("ends_on") - F("notice_months")
    begun = Case(When(LessThan(ExtractDay("ends_on"), Value(on.day)), then=1), default=0)
    left = ends - Value(on.year * 12 + on.month) - begun
    term = F("renewal_months")
    of_next_term = Q(renewal="tacit", renewal_months__isnull=False) & Q(LessThan(left, Value(0)))
    return Case(
        When(of_next_term, then=((left % term) + term) % term), default=left, output_field=models.IntegerField()
    )
