"""From an invitation to the visit: what a new mission can take over from it, and which mission came of it.

Only what is on record is taken over. Who travels is a choice of the person who plans: an invitation is kept by their
coming to us as well as by our going to them.
"""

from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext

from core.actors import Writer
from follow_ups.models.follow_up import FollowUp, FollowUpDirection, FollowUpKind
from missions.models import Direction, Mission

LIKELY = {FollowUpDirection.THEIRS: Direction.IN, FollowUpDirection.OURS: Direction.OUT}


def may_become_a_visit(follow_up: FollowUp) -> bool:
    """An invitation that is still open."""
    return follow_up.kind == FollowUpKind.INVITATION and follow_up.is_open


def directions_of(follow_up: FollowUp) -> list[Direction]:
    """Both ways to travel, the likely one first: what they owe us is their visit, what we owe them is ours."""
    likely = LIKELY.get(FollowUpDirection(follow_up.direction), Direction.IN)
    return [likely, *(one for one in (Direction.IN, Direction.OUT) if one != likely)]


def taken_over(follow_up: FollowUp, direction: str) -> dict[str, Any]:
    """The fields of a new mission that the invitation tells: as many as are on record, for the same readers."""
    return {
        "title": follow_up.title,
        "direction": direction if direction in Direction.values else directions_of(follow_up)[0],
        "occasion": _occasion(follow_up),
        "objective": follow_up.details,
        "themes": list(follow_up.themes.values_list("pk", flat=True)),
        "level": follow_up.level,
    }


def _occasion(follow_up: FollowUp) -> str:
    words = {"title": follow_up.title, "day": formats.date_format(timezone.localdate(follow_up.created_at))}
    if follow_up.partner is None:
        return gettext("The invitation “%(title)s”, recorded on %(day)s.") % words
    partner = str(follow_up.partner)
    if follow_up.partner.country:
        partner = f"{partner} ({follow_up.partner.country.name})"
    return gettext("The invitation “%(title)s”, %(partner)s, recorded on %(day)s.") % {**words, "partner": partner}


def has_an_origin(follow_up: FollowUp) -> bool:
    """Whether it came from a mission or meeting already: that stays on record."""
    return follow_up.mission_id is not None or follow_up.meeting_id is not None


def note_visit(follow_up: FollowUp, mission: Mission, *, by: Writer) -> bool:
    """The mission becomes that of the invitation, unless it has an origin; says whether it did. Raises StaleVersion."""
    if has_an_origin(follow_up):
        return False
    follow_up.mission = mission
    follow_up.save(by=by, update_fields={"mission"})
    return True


def result_of(follow_up: FollowUp, mission: Mission) -> str:
    """What can be written down as the result; a mission that fewer may read is not named."""
    if mission.level > follow_up.level:
        return gettext("The visit is planned.")
    days = mission.span
    if not days:
        return gettext("The visit is planned: “%(mission)s”.") % {"mission": mission}
    return gettext("The visit is planned: “%(mission)s”, %(days)s.") % {"mission": mission, "days": days}
