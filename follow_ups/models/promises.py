"""What meetings led to."""

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from core.access import Viewer
from follow_ups.models.follow_up import FollowUp


def saying_promises(meetings: Any, user: Viewer) -> Any:
    """Says of each meeting, as `promise_count`, how many promises from it this user may read."""
    promises = FollowUp.objects.all().visible_to(user).current().promises().filter(meeting=OuterRef("pk"))
    counted = promises.order_by().values("meeting").annotate(count=Count("pk")).values("count")
    return meetings.annotate(promise_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0))
