"""Coverage: of each meeting that took place, whether something follows from it, as far as one reader may see.

A meeting that took place has a follow-up, or needs none and says why, or nobody decided yet.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from core.access import Viewer
from follow_ups.models.follow_up import FollowUp
from missions.models import Meeting, MeetingStatus, Mission


@dataclass(frozen=True)
class Coverage:
    """How many meetings took place, and what is known of what came of them."""

    held: int
    with_outcome: int
    with_follow_up: int
    needing_none: int
    undecided: int

    @property
    def without_outcome(self) -> int:
        """Took place, and nothing is recorded of it."""
        return self.held - self.with_outcome

    @property
    def is_full(self) -> bool:
        """Of every meeting somebody decided whether something follows."""
        return self.undecided == 0


def seeing_follow_ups(meetings: Any, user: Viewer) -> Any:
    """Says of each meeting, as `has_follow_up`, whether this user sees one of it, in the rows' own query."""
    return meetings.annotate(has_follow_up=Exists(_seen(user).filter(meeting=OuterRef("pk"))))


def with_follow_up(meetings: Any, user: Viewer) -> Any:
    """Took place, and something follows from it."""
    return meetings.held().filter(_has_follow_up(user))


def needing_none(meetings: Any, user: Viewer) -> Any:
    """Took place, nothing follows from it, and it is recorded why."""
    return meetings.held().filter(~_has_follow_up(user)).exclude(no_follow_up_reason="")


def undecided(meetings: Any, user: Viewer) -> Any:
    """Took place, and nobody decided whether something follows from it."""
    return meetings.held().filter(~_has_follow_up(user), no_follow_up_reason="")


def coverage_of(meetings: Iterable[Meeting]) -> Coverage:
    """From the meetings that a reader sees, as `seeing_follow_ups` gave them."""
    held: list[Any] = [one for one in meetings if one.status == MeetingStatus.HELD]
    followed = sum(one.has_follow_up for one in held)
    reasoned = sum(bool(one.no_follow_up_reason) for one in held if not one.has_follow_up)
    return Coverage(
        held=len(held),
        with_outcome=sum(bool(one.outcome) for one in held),
        with_follow_up=followed,
        needing_none=reasoned,
        undecided=len(held) - followed - reasoned,
    )


def coverage_seen(mission: Mission, user: Viewer) -> Coverage:
    """The coverage of a mission that this user sees (one query)."""
    meetings = Meeting.objects.all().visible_to(user).current().filter(mission=mission)
    return coverage_of(seeing_follow_ups(meetings, user))


def coverage_by_mission(missions: Iterable[Mission], user: Viewer) -> dict[int, Coverage]:
    """The coverage of each of these missions that this user sees, by row number (two queries)."""
    meetings = Meeting.objects.all().visible_to(user).current().held().filter(mission__in=[one.pk for one in missions])
    held: list[Any] = list(meetings.order_by().only("mission_id", "status", "outcome", "no_follow_up_reason"))
    rows = _seen(user).filter(meeting__in=[meeting.pk for meeting in held]).order_by()
    followed = set(rows.values_list("meeting", flat=True))
    of: dict[int, list[Meeting]] = defaultdict(list)
    for meeting in held:
        meeting.has_follow_up = meeting.pk in followed
        of[meeting.mission_id].append(meeting)
    return {mission: coverage_of(some) for mission, some in of.items()}


def _seen(user: Viewer) -> Any:
    return FollowUp.objects.all().visible_to(user).current()


def _has_follow_up(user: Viewer) -> Q:
    return Q(pk__in=_seen(user).filter(meeting__isnull=False).values("meeting"))
