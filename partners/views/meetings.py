"""The meetings with somebody, as the page of a contact and that of an organisation show them."""

import datetime
from typing import Any

from django.db.models import Prefetch

from core.access import Viewer
from follow_ups.models import saying_promises
from missions.models.contact_moments import latest_last_and_next

MOST_MEETINGS = 20  # shown here; the rest is one link away


def latest_meetings(participants: Any, user: Viewer, today: datetime.date) -> dict[str, Any]:
    """Meetings with these participants, latest first: as what they were there, how many promises it led to.

    And the last contact and the next, found with the others.
    """
    theirs = participants.select_related("contact", "organisation", "position__organisation")
    rows = latest_last_and_next(participants, user=user, on=today, most=MOST_MEETINGS + 1)
    meetings = (
        saying_promises(rows, user)
        .seeing(user, "mission")
        .select_related("mission", "stop__place", "place")
        .prefetch_related(Prefetch("participants", theirs, to_attr="theirs"))
    )
    found = list(meetings)
    by_moment = {meeting.moment: meeting for meeting in found}
    return {
        "meetings": found[:MOST_MEETINGS],
        "more_meetings": len(found) > MOST_MEETINGS,
        "last_contact": by_moment.get("last"),
        "next_contact": by_moment.get("next"),
    }
