"""Figures about follow-ups for the page of charts; each counts the rows of a filter of the list.

dashboard/views/figures.py makes the addresses.
"""

import datetime
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

from django.db.models import Count, F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.days import start_of
from core.languages import localised
from core.months import months_later
from follow_ups.models.follow_up import (
    FollowUpDirection,
    FollowUpQuerySet,
    FollowUpStatus,
    closing_day,
    in_time,
    too_late,
)

DAY = datetime.timedelta(days=1)
OURS = (FollowUpDirection.OURS, FollowUpDirection.JOINT)  # What we promised, alone or together with a partner.


def year_before(on: datetime.date) -> datetime.date:
    """The first day of the year that ends that day."""
    return months_later(on, -12) + DAY


@dataclass(frozen=True)
class Age:
    """How long ago something was recorded: the first and last day of it, None where it has no end."""

    label: str | Promise
    first: datetime.date | None
    last: datetime.date | None


def ages(*, on: datetime.date) -> list[Age]:
    """From young to old, each day in one of them."""
    bounds = [months_later(on, -months) for months in (1, 3, 6, 12)]
    labels = (_("under 1 month"), _("1 to 3 months"), _("3 to 6 months"), _("6 to 12 months"), _("over a year"))
    firsts = [*(day + DAY for day in bounds), None]
    return [Age(label, first, last) for label, first, last in zip(labels, firsts, [None, *bounds], strict=True)]


def open_by_age(rows: FollowUpQuerySet, *, on: datetime.date) -> list[int]:
    """How many of the open ones are of each of the `ages` (one query)."""
    since = {f"since_{number}": age.first for number, age in enumerate(ages(on=on)) if age.first is not None}
    counts = {name: Count("pk", filter=Q(created_at__gte=start_of(first))) for name, first in since.items()}
    found = rows.open().order_by().aggregate(**counts, every=Count("pk"))
    return [found[more] - found.get(less, 0) for less, more in pairwise(["", *since, "every"])]


def kept_by_department(rows: FollowUpQuerySet, *, on: datetime.date) -> list[dict[str, Any]]:
    """Of what we promised: done in time and done late in the year that ends that day, and what is open and late now.

    By department, as `key` and `name` in the reader's language, most of it first (two queries, each of its own index).
    """
    first, ours = year_before(on), rows.filter(direction__in=OURS).order_by()
    closed = ours.closed().filter(status=FollowUpStatus.DONE, closed_at__gte=start_of(first))
    done = closed.alias(closing_day=closing_day()).filter(closing_day__range=(first, on))
    counted: tuple[Any, Any] = (
        _by_department(done).annotate(in_time=Count("pk", filter=in_time()), late=Count("pk", filter=too_late())),
        _by_department(ours.overdue(on=on)).annotate(still_open=Count("pk")),
    )
    found: dict[Any, dict[str, Any]] = {}
    for one in chain(*counted):
        found.setdefault(one["key"], {"in_time": 0, "late": 0, "still_open": 0}).update(one)
    some = [one for one in found.values() if one["in_time"] + one["late"] + one["still_open"]]
    return sorted(some, key=lambda one: (one["key"] is None, -one["in_time"] - one["late"] - one["still_open"]))


def _by_department(rows: Any) -> Any:
    return rows.values(key=F("department"), name=localised("department__name"))


def promises_by_partner(rows: FollowUpQuerySet, *, on: datetime.date, most: int) -> list[dict[str, Any]]:
    """What is open between us and the partners with most of it: ours and theirs, and what is late of each (one query).

    Joint promises are on neither side.
    """
    ours, theirs, late = Q(direction=FollowUpDirection.OURS), Q(direction=FollowUpDirection.THEIRS), Q(due_on__lt=on)
    sided = rows.open().filter(ours | theirs, partner__isnull=False).order_by()
    counted: Any = sided.values(key=F("partner"), name=F("partner__name")).annotate(
        ours=Count("pk", filter=ours),
        ours_late=Count("pk", filter=ours & late),
        theirs=Count("pk", filter=theirs),
        theirs_late=Count("pk", filter=theirs & late),
        both=Count("pk"),
    )  # fmt: skip
    return list(counted.order_by("-both", "partner__sort_key", "key")[:most])
