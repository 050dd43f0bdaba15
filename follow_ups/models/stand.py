"""How far a set of promises was on some days: promised, done, and what stuck."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, Q, Value

from follow_ups.models.as_of import as_of
from follow_ups.models.follow_up import OPEN, FollowUpStatus


@dataclass(frozen=True)
class Stand:
    """The figures of one day. Late, undated and without owner are among the open ones; one may be all three."""

    on: datetime.date
    promised: int = 0
    done: int = 0
    dropped: int = 0
    open: int = 0
    late: int = 0
    undated: int = 0
    without_owner: int = 0


def stands_on(rows: Any, days: Sequence[datetime.date]) -> list[Stand]:
    """The figures of the promises among these follow-ups on each of these days, in one query."""
    parts = [_counted(as_of(rows.promises(), on), on, number) for number, on in enumerate(days)]
    found = {row.pop("number"): row for row in parts[0].union(*parts[1:], all=True)} if parts else {}
    return [Stand(on, **found.get(number, {})) for number, on in enumerate(days)]


def _counted(rows: Any, on: datetime.date, number: int) -> Any:
    is_open = Q(then_status__in=OPEN)
    conditions = {
        "promised": Q(),
        "done": Q(then_status=FollowUpStatus.DONE),
        "dropped": Q(then_status=FollowUpStatus.DROPPED),
        "open": is_open,
        "late": is_open & Q(then_due_on__lt=on),
        "undated": is_open & Q(then_due_on__isnull=True),
        "without_owner": is_open & Q(then_owner__isnull=True),
    }
    counts: dict[str, Any] = {name: Count("pk", filter=condition) for name, condition in conditions.items()}
    return rows.order_by().values(number=Value(number, IntegerField())).annotate(**counts)
