"""Which promises were kept in time and which were not, on any day.

Counted are promises with a due date that were done, or dropped late, in the year before the day, or that were due in
it; and whatever is open and late, however long. A promise without a due date cannot be late and is not counted.
"""

import datetime
from typing import Any

from django.db.models import F, Q

from core.days import FIRST, LAST
from core.months import months_later
from follow_ups.models.as_of import as_of
from follow_ups.models.follow_up import OPEN, FollowUpStatus

KEPT = Q(then_status=FollowUpStatus.DONE, then_closed_on__lte=F("then_due_on"))
STILL_OPEN = Q(then_status__in=OPEN)


def counted_on(rows: Any, on: datetime.date) -> Any:
    """The promises among these follow-ups that were kept or not on that day, each as it was then."""
    on = min(max(on, FIRST), LAST)
    year = (months_later(on, -12) + datetime.timedelta(days=1), on)
    of_the_year = Q(then_closed_on__range=year) | Q(then_due_on__range=year)
    is_done = Q(then_status=FollowUpStatus.DONE) & of_the_year
    dropped_late = Q(then_status=FollowUpStatus.DROPPED, then_closed_on__gt=F("then_due_on")) & of_the_year
    late = STILL_OPEN & Q(then_due_on__lt=on)
    return as_of(rows.promises(), on).filter(Q(then_due_on__isnull=False), is_done | dropped_late | late)
