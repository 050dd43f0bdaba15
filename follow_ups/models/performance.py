"""What is done about agreements: read from follow-ups and meetings, never stored."""

import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from core.access import Viewer
from core.days import start_of
from core.months import months_later
from follow_ups.models.follow_up import FollowUp
from missions.models import MeetingAgreement, MeetingStatus

IDLE_MONTHS = 12


def idle(agreements: Any, *, user: Viewer, on: datetime.date) -> Any:
    """Those in force that day of which this user sees nothing done in the twelve months before.

    Done is: a follow-up written down, changed or closed, or a meeting that took place and treated the text.
    """
    since = months_later(on, -IDLE_MONTHS)
    changed = FollowUp.objects.all().visible_to(user).filter(agreement=OuterRef("pk"), updated_at__gte=start_of(since))
    treated = MeetingAgreement.objects.all().visible_to(user).filter(
        agreement=OuterRef("pk"), meeting__status=MeetingStatus.HELD, meeting__latest_on__range=(since, on)
    )  # fmt: skip
    return agreements.in_force(on=on).filter(~Exists(changed), ~Exists(treated))
