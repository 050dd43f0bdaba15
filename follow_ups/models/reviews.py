"""The reviews of a mission: one, three, six and twelve months after it, someone asks what became of it."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.actors import Writer
from core.months import months_later
from core.partial_dates import Precision
from follow_ups.models.follow_up import FollowUp, FollowUpDirection, FollowUpKind, FollowUpStatus
from missions.models import Mission

MOMENTS = (1, 3, 6, 12)  # months after the last day of the mission


@dataclass(frozen=True)
class Review:
    """One moment of review: when it is due, and the follow-up that plans or records it, if there is one."""

    due_on: datetime.date
    follow_up: FollowUp | None

    @property
    def is_held(self) -> bool:
        """Done."""
        return self.follow_up is not None and self.follow_up.status == FollowUpStatus.DONE

    @property
    def is_dropped(self) -> bool:
        """Somebody decided that it will not be held."""
        return self.follow_up is not None and self.follow_up.status == FollowUpStatus.DROPPED

    @property
    def day(self) -> datetime.date:
        """The day it was held as far as is known, else the day it is planned for, else the day it is due."""
        if self.follow_up is None:
            return self.due_on
        closed_at, closed_on = self.follow_up.closed_at, self.follow_up.closed_on
        if self.is_held and closed_at is not None:
            is_known = closed_on is not None and self.follow_up.closed_on_precision == Precision.DAY
            return cast(datetime.date, closed_on) if is_known else timezone.localdate(closed_at)
        return self.follow_up.due_on or self.due_on


def review_after(ends_on: datetime.date, months: int, follow_ups: Iterable[FollowUp]) -> Review:
    """The review so many months after a mission that ended then, among its follow-ups (a held one before any other).

    A review that is due a little earlier or later, or was postponed, counts for the moment it lies nearest to.
    """
    meant = [
        one
        for one in follow_ups
        if one.kind == FollowUpKind.REVIEW and one.due_on is not None and _moment_of(one.due_on, ends_on) == months
    ]
    held_first = sorted(meant, key=lambda one: (one.status != FollowUpStatus.DONE, not one.is_open, one.due_on))
    return Review(months_later(ends_on, months), next(iter(held_first), None))


def moments_without_review(ends_on: datetime.date, follow_ups: Iterable[FollowUp]) -> list[int]:
    """Of which moments (in months) there is no review among these follow-ups, planned or held."""
    every = list(follow_ups)
    return [months for months in MOMENTS if review_after(ends_on, months, every).follow_up is None]


def _moment_of(due_on: datetime.date, ends_on: datetime.date) -> int:
    return min(MOMENTS, key=lambda months: abs((months_later(ends_on, months) - due_on).days))


@transaction.atomic
def plan_reviews(*, mission: Mission, by: Writer) -> list[FollowUp]:
    """The reviews of a mission that was held, one for each moment that has none yet; gives those it made.

    They are our own work, due so many months after the last day. Whatever is there stays as it is: planned, held,
    postponed or dropped. Raises ValidationError when the mission was not held or its last day is not known.
    """
    mission = Mission._base_manager.select_for_update().get(pk=mission.pk)  # One planner at a time.
    if not mission.is_over:
        raise ValidationError(_("Reviews are planned once the mission has been held."))
    if mission.ends_on is None:
        raise ValidationError(_("The last day of the mission is not recorded."))
    present = FollowUp.objects.all().current().filter(mission=mission, kind=FollowUpKind.REVIEW)
    missing = moments_without_review(mission.ends_on, present)
    with translation.override(mission.language or translation.get_language()):
        return [_review(mission, months, months_later(mission.ends_on, months), by) for months in missing]


def _review(mission: Mission, months: int, due_on: datetime.date, by: Writer) -> FollowUp:
    title = ngettext("Review after %(months)s month", "Review after %(months)s months", months) % {"months": months}
    review = FollowUp(title=title, mission=mission, due_on=due_on, level=mission.level)
    review.kind, review.direction = FollowUpKind.REVIEW, FollowUpDirection.INTERNAL
    review.save(by=by)
    review.named.set({*mission.named.all(), *mission.team.all()})
    return review
