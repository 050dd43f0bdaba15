"""A colleague's calendar as a feed: each record as the calendar of somebody else's server may name it."""

import datetime
import zoneinfo
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from agreements.models.reminder import to_decide_by
from core.calendar_file import Event, calendar_file
from core.outside import may_travel, named_outside, whole_address
from follow_ups.models import FollowUpKind
from follow_ups.models.calendar import due_follow_ups, mission_days, own_meetings
from missions.models import Mission, MissionStatus
from missions.models.meeting import MeetingStatus
from partners.models import Place

MOST_OF_A_TEXT = 1000  # characters


def feed_of(user: User) -> bytes:
    """What this user may see at this moment, in the language that is active."""
    return calendar_file("Entente", events_of(user, on=timezone.localdate()))


def events_of(user: User, *, on: datetime.date) -> Iterator[Event]:
    """Follow-ups by their due date, agreements to decide on by their last day of notice, missions by their days.

    Meetings by their hour, where it is known.
    """
    yield from (of_follow_up(row) for row in due_follow_ups(user))
    yield from (of_agreement(row) for row in to_decide_by(user, on=on))
    yield from (of_mission(row) for row in mission_days(user, on=on))
    yield from (of_meeting(row) for row in own_meetings(user, on=on))


def _common(noun: str, row: Any) -> dict[str, Any]:
    host = urlsplit(settings.ENTENTE_URL).hostname
    return {
        "uid": f"{noun}-{row.pk}@{host}",
        "changed_at": row.updated_at,
        "version": row.version,
        "url": whole_address(reverse(noun, args=[row.pk])),
        "level": row.level,
    }


def of_follow_up(row: Any) -> Event:
    """On the day it is due, all day; it takes nobody's time. With it the partner, or the mission that is reviewed."""
    title = named_outside(row, gettext("Confidential follow-up"))
    if may_travel(row):
        about = row.mission if row.kind == FollowUpKind.REVIEW and _mission_is_named(row) else row.partner
        title = f"{title} ({about})" if about else title
    is_review = row.kind == FollowUpKind.REVIEW
    words = gettext("Review: %(title)s") if is_review else gettext("Due: %(title)s")
    text = row.details[:MOST_OF_A_TEXT] if may_travel(row) else ""
    return Event(**_common("follow-up", row), title=words % {"title": title}, starts=row.due_on, text=text,
                 takes_time=False)  # fmt: skip


def of_agreement(row: Any) -> Event:
    """On its last day of notice, all day, until somebody decides. The row says its `reminder`."""
    title = gettext("Last day of notice: %(title)s") % {"title": named_outside(row, gettext("Confidential agreement"))}
    return Event(**_common("agreement", row), title=title, starts=row.reminder.last_notice_on, takes_time=False)


def of_mission(row: Mission) -> Event:
    """From its first day to its last; when one of them is not recorded, the other, and the text says so."""
    first, last = row.starts_on or row.ends_on, row.ends_on or row.starts_on
    assert first is not None  # `mission_days` asks for a day.
    is_sure = row.status != MissionStatus.DRAFT
    title = named_outside(row, gettext("Confidential mission"))
    return Event(**_common("mission", row), title=title, starts=first, last_day=last, text=row.period, is_sure=is_sure)


def of_meeting(row: Any) -> Event:
    """At its hour at the place; without an hour on record, on its day."""
    place: Place | None = row.where
    starts = _at(row.day, row.starts_at, place) if row.starts_at else row.day
    ends = _at(row.day, row.ends_at, place) if row.starts_at and row.ends_at else None
    where, text = "", ""
    if may_travel(row):
        where = ", ".join(part for part in (row.venue, str(place or "")) if part)
        text = str(row.mission) if _mission_is_named(row) else ""
    return Event(
        **_common("meeting", row),
        title=named_outside(row, gettext("Confidential meeting")),
        starts=starts,
        ends=ends,
        where=where,
        text=text,
        is_sure=row.status in (MeetingStatus.CONFIRMED, MeetingStatus.HELD),
    )


def _mission_is_named(row: Any) -> bool:
    return row.mission is not None and row.sees_mission and may_travel(row.mission)


def _at(day: datetime.date, time: datetime.time, place: Place | None) -> datetime.datetime:
    """The moment, by the clock at the place; without a zone when the place or its time zone is not recorded."""
    zone = zoneinfo.ZoneInfo(place.time_zone) if place and place.time_zone else None
    return datetime.datetime.combine(day, time, zone)
