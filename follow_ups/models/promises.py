"""What meetings led to."""

import datetime
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core.access import Viewer
from follow_ups.models.follow_up import FollowUp

MOST_NAMED = 10


def saying_promises(meetings: Any, user: Viewer) -> Any:
    """Says of each meeting, as `promise_count`, how many promises from it this user may read."""
    promises = FollowUp.objects.all().visible_to(user).current().promises().filter(meeting=OuterRef("pk"))
    counted = promises.order_by().values("meeting").annotate(count=Count("pk")).values("count")
    return meetings.annotate(promise_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0))


def promised_since(meeting: Any, since: datetime.datetime | None, user: Viewer) -> list[str]:
    """What was promised at a meeting since a moment, and which promises changed, as far as this user may read."""
    if since is None:
        return []
    rows = FollowUp.objects.all().visible_to(user).current().promises().filter(meeting=meeting.pk).order_by("pk")
    new, others = rows.filter(created_at__gte=since), rows.filter(created_at__lt=since, updated_at__gte=since)
    words = ((_("Promised there since: %(titles)s."), new), (_("Changed there since: %(titles)s."), others))
    found = [(said, [str(row) for row in few[:MOST_NAMED]]) for said, few in words]
    return [said % {"titles": "; ".join(titles)} for said, titles in found if titles]
