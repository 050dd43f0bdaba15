"""What stands in somebody's calendar: what they owe, the missions they are part of, and whom they meet."""

import datetime
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce

from accounts.models import User
from follow_ups.models.follow_up import FollowUp, FollowUpKind, FollowUpQuerySet
from missions.models import Meeting, Mission, MissionStatus
from missions.models.meeting import MeetingStatus

KEPT = datetime.timedelta(days=90)  # What is over stays so long; a calendar drops what its feed no longer holds.


def own_missions(user: User) -> Any:
    """Missions this user may see and is part of: in the team, head of delegation, or the one who made the record."""
    mine = Q(team=user.pk) | Q(created_by=user.pk) | Q(lead__user=user.pk)
    return Mission.objects.all().visible_to(user).current().having(mine).exclude(status=MissionStatus.CANCELLED)


def mission_days(user: User, *, on: datetime.date) -> Any:
    """The missions of which at least one day is known, coming or not long over."""
    rows = own_missions(user).alias(last=Coalesce("ends_on", "starts_on"))
    return rows.filter(last__gte=on - KEPT).order_by("pk")


def own_meetings(user: User, *, on: datetime.date) -> Any:
    """Meetings on a known day: of the user's missions, made by the user, or that the user takes part in."""
    mine = Q(mission__in=own_missions(user).values("pk")) | Q(created_by=user.pk)
    mine |= Q(participants__contact__user=user.pk)
    rows = Meeting.objects.all().visible_to(user).current().having(mine).filter(day__gte=on - KEPT)
    rows = rows.exclude(status__in=[MeetingStatus.CANCELLED, MeetingStatus.POSTPONED])
    return rows.seeing(user, "mission").select_related("mission", "stop__place", "place").order_by("pk")


def due_follow_ups(user: User) -> FollowUpQuerySet:
    """Open ones with a due date that the user owns, and the reviews of the user's missions, whoever owns these."""
    reviews = Q(kind=FollowUpKind.REVIEW, mission__in=own_missions(user).values("pk"))
    rows: Any = FollowUp.objects.all().visible_to(user).current().open().filter(due_on__isnull=False)
    rows = rows.filter(Q(owner=user.pk) | reviews).seeing(user, "mission")
    return rows.select_related("mission", "partner").order_by("pk")  # type: ignore[no-any-return]  # Untyped manager.
