"""What is written to several records at once: the reviews of a mission, its closing, and the next thing to do."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from core.actors import Writer
from core.models import StaleVersion
from core.months import months_later
from core.text import clean_line
from follow_ups.models.coverage import coverage_seen
from follow_ups.models.follow_up import FollowUp, FollowUpDirection, FollowUpKind
from follow_ups.models.reviews import moments_without_review
from missions.models import Mission, MissionStatus


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


@transaction.atomic
def close_mission(*, mission: Mission, why: str, by: User) -> None:
    """Closed; below full coverage, as this user sees it, only with a reason.

    Give `mission` the version that the user had before their eyes. Raises ValidationError, StaleVersion.
    """
    stored = Mission._base_manager.select_for_update().get(pk=mission.pk)
    if stored.status == MissionStatus.CLOSED:
        return  # Somebody pressed twice.
    if stored.version != mission.version:
        raise StaleVersion(stored)
    if not stored.is_over:
        raise ValidationError(_("A mission is closed once it has been held."))
    check_closing(mission=stored, why=why, by=by)
    mission.status, mission.closed_why = MissionStatus.CLOSED, clean_line(why)
    mission.save(by=by, why=mission.closed_why, update_fields={"status", "closed_why"})


def check_closing(*, mission: Mission, why: str, by: User) -> None:
    """Refuses to close a mission with undecided meetings, as this user sees them, without a reason.

    Raises ValidationError, for the field `closed_why`.
    """
    if clean_line(why) or coverage_seen(mission, by).is_full:
        return
    words = _("Of some meetings it is not decided whether something follows: say why it is closed as it is.")
    raise ValidationError({"closed_why": words}, code="required")


@transaction.atomic
def schedule_next(
    *, after: FollowUp, title: str, due_on: datetime.date | None, owner: User | None, by: Writer
) -> FollowUp:
    """The next thing to do, with the same partner and origin as the one that was just done."""
    follow_up = FollowUp(title=title, due_on=due_on, owner=owner)
    for name in (
        "direction", "kind", "partner_id", "contact_id", "mission_id", "meeting_id", "agreement_id",
        "department_id", "priority", "level",
    ):  # fmt: skip
        setattr(follow_up, name, getattr(after, name))
    follow_up.save(by=by)
    follow_up.themes.set(after.themes.all())
    follow_up.named.set(after.named.all())
    return follow_up
