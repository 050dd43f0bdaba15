"""What is done about agreements: read from follow-ups and meetings, never stored."""

import datetime
from typing import Any

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement
from agreements.models.agreement import UNSIGNED
from core.access import Viewer
from core.days import start_of
from core.months import months_later
from follow_ups.models.follow_up import FollowUp, FollowUpStatus
from missions.models import MeetingAgreement, MeetingStatus

IDLE_MONTHS = 12


class Performance(models.TextChoices):
    """How far what was agreed is done, as this user sees it. Nothing for a text that is not signed."""

    NOT_STARTED = "not_started", _("not started")
    ON_TRACK = "on_track", _("on track")
    BEHIND = "behind", _("behind")
    DELIVERED = "delivered", _("delivered")
    DORMANT = "dormant", _("dormant")


def with_performance(agreements: Any, *, user: Viewer, on: datetime.date) -> Any:
    """Says of each row, as `performance`, how far it is done that day, as this user sees it."""
    return agreements.annotate(performance=performance_of(user=user, on=on))


def performance_of(*, user: Viewer, on: datetime.date) -> Case:
    """How the follow-ups of an agreement, and those of the texts right below it, stand that day.

    Delivered: all closed, and something done. Dormant: something is open, and nobody wrote in any of them for twelve
    months. Behind: something is late. Not started: nothing is recorded, or nobody began. A dropped one counts for
    nothing.
    """
    itself = OuterRef(OuterRef("pk"))
    texts = Agreement.objects.all().visible_to(user).filter(
        Q(pk=itself) | Q(parent=itself, archived_at__isnull=True)
    )  # fmt: skip
    follow_ups = FollowUp.objects.all().visible_to(user).current().exclude(status=FollowUpStatus.DROPPED)
    about = follow_ups.filter(agreement__in=texts.values("pk"))
    lately = about.filter(updated_at__gte=start_of(months_later(on, -IDLE_MONTHS)))
    return Case(
        When(status__in=UNSIGNED, then=Value("")),
        When(Exists(about.closed()) & ~Exists(about.open()), then=Value(Performance.DELIVERED)),
        When(Exists(about.open()) & ~Exists(lately), then=Value(Performance.DORMANT)),
        When(Exists(about.overdue(on=on)), then=Value(Performance.BEHIND)),
        When(Exists(about.exclude(status=FollowUpStatus.OPEN)), then=Value(Performance.ON_TRACK)),
        default=Value(Performance.NOT_STARTED),
        output_field=models.CharField(),
    )


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
