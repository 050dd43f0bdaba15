"""Who sat at the table for whom, and the meetings before and after today."""

import datetime
from typing import Any

from django.db.models import Case, OuterRef, Q, Subquery, Value, When

from core.access import Viewer
from core.models.levelled import readable
from missions.models.last_contact import AWAY, came, held_that_day
from missions.models.meeting import Meeting, MeetingStatus
from missions.models.participant import Participant

TO_COME = (MeetingStatus.ON_PROGRAMME, MeetingStatus.CONFIRMED)


def participants_for(organisations: Any) -> Any:
    """Who took part for one of these (row numbers, or a query that gives them), as `last_contact_on` counts.

    That is: the body itself, somebody in a post there that was noted, or somebody who held a post there that day.
    """
    rows = Participant.objects.all()
    noted = Q(organisation__in=organisations) | Q(position__organisation__in=organisations)
    in_post = rows.filter(Q(contact__positions__organisation__in=organisations) & held_that_day("contact__positions"))
    return rows.filter(noted | Q(pk__in=in_post.values("pk")))


def met_until(organisations: Any, *, user: Viewer, on: datetime.date) -> Any:
    """Meetings that took place until that day, at which somebody was there for one of these; as last contact counts."""
    there = came(participants_for(organisations), user, on)
    return Meeting.objects.all().visible_to(user).current().filter(pk__in=there.values("meeting"))


def latest_last_and_next(participants: Any, *, user: Viewer, on: datetime.date, most: int) -> Any:
    """So many of the latest meetings with these participants, the last that took place and the first to come.

    Latest first; `moment` says which two they are. Who was excused or absent was not met. An undated item is to come
    until the end of its mission.
    """
    seen = Meeting.objects.all().visible_to(user).current()
    latest = seen.filter(pk__in=participants.values("meeting")).latest_first()
    met = seen.filter(pk__in=participants.exclude(attendance__in=AWAY).values("meeting"))
    last = met.held().filter(latest_on__lte=on).latest_first()
    coming = met.filter(status__in=TO_COME, latest_on__gte=on).order_by("earliest_on", "starts_at", "pk")
    is_last, is_next = (Q(pk=Subquery(rows.values("pk")[:1])) for rows in (last, coming))
    moment = Case(When(is_last, then=Value("last")), When(is_next, then=Value("next")), default=Value(""))
    rows = seen.filter(Q(pk__in=latest.values("pk")[:most]) | is_last | is_next)
    return rows.annotate(moment=moment).latest_first().select_related("stop__place", "place")


def last_met_on(contact: str, *, user: Viewer, on: datetime.date) -> Subquery:
    """The day on which the contact at this path was last met, as far as this user may know; empty when never."""
    met = Participant.objects.filter(
        readable(Meeting, user, "meeting"),
        contact=OuterRef(contact),
        meeting__status=MeetingStatus.HELD,
        meeting__archived_at__isnull=True,
        meeting__latest_on__lte=on,
    ).exclude(attendance__in=AWAY)
    return Subquery(met.order_by("-meeting__latest_on").values("meeting__latest_on")[:1])
