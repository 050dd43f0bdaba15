"""The reviews of a mission: what was promised, what was done, what stuck; and its result a year later."""

import datetime
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from agreements.models import Agreement
from core.access import Viewer
from core.views import find
from follow_ups.models import FollowUp, FollowUpDirection, FollowUpStatus
from follow_ups.models.reviews import Review
from follow_ups.models.stand import Stand, stands_on
from missions.models import Meeting, MeetingAgreement, Mission
from missions.models.meeting_agreement import Treatment
from missions.results import results_of, saying_met_since
from missions.views.details import follow_ups_of, lacks_reviews, reviews_of
from missions.views.lists import for_table

EVALUATED = Treatment.EVALUATED
MOST_PROMISES = 10  # shown of those that stuck, and of those that were done; the rest is one click away


@dataclass(frozen=True)
class Moment:
    """A review, with how far the promises were on its day (None: still to come)."""

    months: int
    review: Review
    stand: Stand | None


@require_GET
def mission_reviews(request: HttpRequest, pk: int) -> HttpResponse:
    """Each review with its conclusion and the figures of its day and of today; the result of the mission beside it."""
    user, today = request.user, timezone.localdate()
    mission = cast(Mission, find(saying_met_since(Mission.objects.all(), pk, user), user, pk))
    rows = FollowUp.objects.filter(mission=mission)
    follow_ups = follow_ups_of(rows, user)
    every: list[FollowUp] = follow_ups["every_follow_up"]
    promises = [one for one in every if one.direction != FollowUpDirection.INTERNAL]
    stuck = [one for one in promises if is_stuck(one, on=today)]
    done = [one for one in promises if one.status == FollowUpStatus.DONE]
    meetings = list(for_table(Meeting.objects.filter(mission=mission), user).visible_to(user).current())
    treated = MeetingAgreement.objects.filter(meeting__in=meetings).visible_to(user)
    results = results_of(mission, meetings, treated.select_related("agreement", "meeting"), every)
    moments, now = moments_of(reviews_of(mission, every), rows.visible_to(user).current(), today)
    context = {
        "mission": mission,
        "today": today,
        "moments": moments,
        "now": now,
        "stuck": stuck[:MOST_PROMISES],
        "stuck_count": len(stuck),
        "done": done[:MOST_PROMISES],
        "done_count": len(done),
        "results": results,
        "agreements": became_of(results.signed, user, today),
        "may_plan_reviews": lacks_reviews(mission, every),
        "origin": f"mission={pk}",
        **follow_ups,
    }
    return render(request, "missions/mission_reviews.html", context)


def is_stuck(promise: FollowUp, *, on: datetime.date) -> bool:
    """Open, and late, without a due date or without an owner."""
    is_loose = promise.due_on is None or promise.owner_id is None
    return promise.is_open and (is_loose or promise.is_overdue(on=on))


def moments_of(reviews: list[tuple[int, Review]], rows: Any, today: datetime.date) -> tuple[list[Moment], Stand]:
    """Each review with the figures of its day when that has come; and those of today."""
    days = [review.day for _months, review in reviews]
    past = [day for day in days if day <= today]
    *stands, now = stands_on(rows, [*past, today])
    by_day = {stand.on: stand for stand in stands}
    return [Moment(months, review, by_day.get(day)) for (months, review), day in zip(reviews, days, strict=True)], now


def became_of(signed: list[Agreement], user: Viewer, today: datetime.date) -> Any:
    """The agreements signed there, each knowing whether it runs, with the meetings where it was evaluated."""
    rows = Agreement.objects.all().visible_to(user).filter(pk__in=[one.pk for one in signed])
    meetings = Meeting.objects.all().current().held()
    evaluations = MeetingAgreement.objects.all().visible_to(user).filter(meeting__in=meetings, treatment=EVALUATED)
    looked_at = Prefetch("meetings", evaluations.select_related("meeting"), to_attr="evaluations")
    return rows.saying_running(on=today).in_order().prefetch_related(looked_at)
